"""Discounts, after https://docs.stripe.com/billing/subscriptions/coupons and what each case names."""

from typing import Any

import pytest

from tests.sandbox.arithmetic.till import Sold, Tax, Till

FIFTH, FIVE = {"percent_off": 20}, {"amount_off": 500}
TWO = {"amount_off": 200, "currency": "usd", "currency_options": {"eur": {"amount_off": 150}}}

# (what the documentation says, lines, the rest of the bill, total, what each discount takes)
CASES: list[tuple[str, list[Sold], dict[str, Any], int, list[int]]] = [
    ("worked after Stackable coupons: 20% off then $5 off",
     [Sold(10000)], {"coupons": (FIFTH, FIVE)}, 7500, [2000, 500]),
    ("worked after Stackable coupons: $5 off then 20% off",
     [Sold(10000)], {"coupons": (FIVE, FIFTH)}, 7600, [500, 1900]),
    ("docs.stripe.com/api/coupons: $200 off $100 is $0",
     [Sold(10000)], {"coupons": ({"amount_off": 20000},)}, 0, [10000]),
    ("docs.stripe.com/api/coupons: $200 off $300 is $100",
     [Sold(30000)], {"coupons": ({"amount_off": 20000},)}, 10000, [20000]),
    ("worked after docs.stripe.com/payments/checkout/discounts: percent_off=20 off a $20 shirt",
     [Sold(2000)], {"coupons": (FIFTH,)}, 1600, [400]),
    ("worked after docs.stripe.com/api/invoice-line-item (discounts): the line's own come first",
     [Sold(10000, coupons=(FIVE,)), Sold(10000)], {"coupons": (FIFTH,)}, 15600, [500, 3900]),
    ("worked after docs.stripe.com/api/invoice-line-item: a line's own is for it alone",
     [Sold(300, coupons=(FIVE,)), Sold(10000)], {}, 10000, [300]),
    ("worked after docs.stripe.com/api/coupons (percent_off): a third off, half a cent up",
     [Sold(999)], {"coupons": ({"percent_off": 33.33},)}, 666, [333]),
    ("worked after docs.stripe.com/api/coupons: 100% off leaves nothing for the next",
     [Sold(1000)], {"coupons": ({"percent_off": 100}, FIVE)}, 0, [1000]),
    ("worked after Create a coupon: other amounts in other currencies",
     [Sold(1000)], {"coupons": (TWO,), "currency": "eur"}, 850, [150]),
    ("worked after docs.stripe.com/billing/taxes/tax-rates (Discounts): before exclusive tax",
     [Sold(1000)], {"coupons": (FIVE,), "taxes": (Tax(20),)}, 600, [500]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "rest", "total", "taken"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_discounts_are_what_the_documentation_says(
    till: Till, lines: list[Sold], rest: dict[str, Any], total: int, taken: list[int]
) -> None:
    invoice = till.bill(lines, **rest)

    amounts = [one.amount for one in invoice.total_discount_amounts if one.amount]
    assert (invoice.total, amounts) == (total, taken)


def test_an_amount_is_shared_among_the_lines_by_their_size(till: Till) -> None:
    invoice = till.bill([Sold(1000), Sold(2000)], coupons=({"amount_off": 1000},))

    shared = [line.discount_amounts[0].amount for line in invoice.lines.data]
    assert (sorted(shared), invoice.total) == ([333, 667], 2000)


def test_a_coupon_for_some_products_leaves_the_others_alone(api: Any, till: Till) -> None:
    def price(name: str) -> Any:
        return api.prices.create(
            {"currency": "usd", "unit_amount": 1000, "product_data": {"name": name}}
        )

    mug, cup = price("Mug"), price("Cup")
    coupon = api.coupons.create({"percent_off": 50, "applies_to": {"products": [mug.product]}})
    draft = api.invoices.create(
        {"customer": api.customers.create().id, "currency": "usd",
         "discounts": [{"coupon": coupon.id}]}
    )  # fmt: skip
    for sold in (mug, cup):
        item = {"customer": draft.customer, "invoice": draft.id, "pricing": {"price": sold.id}}
        api.invoice_items.create(item)

    lines = api.invoices.retrieve(draft.id).lines.data

    taken = {line.pricing.price_details.price: line.discount_amounts for line in lines}
    assert [one.amount for one in taken[mug.id]] == [500]
    assert taken[cup.id] == []
