"""Postage on a bill: taxed by its own rates, never discounted."""

from typing import Any

import pytest

from sandbox import Sandbox
from sandbox.billing.lines import Line
from sandbox.billing.totals import settled


# (inclusive?, total, tax): worked after docs.stripe.com/billing/taxes/tax-rates and
# docs.stripe.com/payments/checkout/discounts (a discount is off the subtotal)
@pytest.mark.parametrize(
    ("inclusive", "total", "tax"), [(False, 600, 100), (True, 500, 83)], ids=["on top", "inside"]
)
def test_postage_is_taxed_by_its_own_rates_and_not_discounted(
    sandbox: Sandbox, api: Any, inclusive: bool, total: int, tax: int
) -> None:
    rate = api.tax_rates.create({"display_name": "VAT", "percentage": 20, "inclusive": inclusive})
    coupon = api.coupons.create({"percent_off": 50, "duration": "forever"})
    held = api.invoices.create(
        {"customer": api.customers.create().id, "currency": "eur",
         "discounts": [{"coupon": coupon.id}]}
    )  # fmt: skip
    lines, postage = [Line(1000, "eur")], Line(500, "eur", tax_rates=(rate.id,))

    totals = settled(sandbox.account, lines, discounts=held.discounts, shipping=postage)

    assert (totals.subtotal, totals.discount, totals.shipping) == (1000, 500, 500)
    assert (totals.total, [found.amount for found in totals.taxes]) == (500 + total, [tax])
