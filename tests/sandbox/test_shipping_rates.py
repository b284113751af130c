"""Shipping rates."""

from typing import Any

import pytest
import stripe

POST = {"display_name": "Post", "type": "fixed_amount",
        "fixed_amount": {"amount": 500, "currency": "eur"}}  # fmt: skip


def test_a_rate_says_what_and_how_long(api: Any) -> None:
    days = {"minimum": {"unit": "day", "value": 2}, "maximum": {"unit": "week", "value": 1}}

    rate = api.shipping_rates.create({**POST, "delivery_estimate": days})

    assert (rate.fixed_amount.amount, rate.fixed_amount.currency) == (500, "eur")
    assert (rate.active, rate.tax_behavior) == (True, "unspecified")
    assert (rate.delivery_estimate.minimum.value, rate.delivery_estimate.maximum.unit) == (
        2, "week",
    )  # fmt: skip


def test_it_may_cost_other_amounts_elsewhere(api: Any) -> None:
    rate = api.shipping_rates.create(POST)

    options = {"usd": {"amount": 600}}
    api.shipping_rates.update(rate.id, {"fixed_amount": {"currency_options": options}})
    more = {"usd": {"tax_behavior": "exclusive"}, "gbp": {"amount": 400}}
    changed = api.shipping_rates.update(rate.id, {"fixed_amount": {"currency_options": more}})

    found = changed.fixed_amount.currency_options
    assert (found["usd"].amount, found["usd"].tax_behavior) == (600, "exclusive")
    assert (found["gbp"].amount, changed.fixed_amount.amount) == (400, 500)


def test_rates_are_listed_by_currency_and_use(api: Any) -> None:
    euro = api.shipping_rates.create(POST)
    dollar = api.shipping_rates.create({**POST, "fixed_amount": {"amount": 5, "currency": "usd"}})
    api.shipping_rates.update(dollar.id, {"active": False})

    assert [row.id for row in api.shipping_rates.list({"currency": "eur"}).data] == [euro.id]
    assert [row.id for row in api.shipping_rates.list({"active": False}).data] == [dollar.id]


def test_taxed_one_way_it_stays_so(api: Any) -> None:
    rate = api.shipping_rates.create(POST)

    changed = api.shipping_rates.update(rate.id, {"tax_behavior": "inclusive"})

    assert changed.tax_behavior == "inclusive"
    with pytest.raises(stripe.InvalidRequestError, match="cannot be changed once it is set"):
        api.shipping_rates.update(rate.id, {"tax_behavior": "exclusive"})


@pytest.mark.parametrize(
    ("fixed", "param"),
    [
        (None, "fixed_amount"),
        ({"amount": -1, "currency": "eur"}, "fixed_amount[amount]"),
        ({"amount": 1, "currency": "xxx"}, "fixed_amount[currency]"),
    ],
)
def test_a_rate_without_a_sensible_amount_is_refused(api: Any, fixed: Any, param: str) -> None:
    wish = {"display_name": "Post"} | ({"fixed_amount": fixed} if fixed else {})

    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.shipping_rates.create(wish)

    assert refused.value.param == param
