"""Plans, the older view of recurring prices, and what prices can be besides one amount."""

from typing import Any

import pytest
import stripe

GOLD = {"id": "gold", "amount": 900, "currency": "eur", "interval": "month",
        "product": {"name": "Club"}}  # fmt: skip
MONTHLY = {"currency": "eur", "recurring": {"interval": "month"},
           "product_data": {"name": "Club"}}  # fmt: skip


def refusal(verb: Any, *given: Any) -> Any:
    """The error that a call is refused with."""
    with pytest.raises(stripe.InvalidRequestError) as refused:
        verb(*given)
    return refused.value


def test_a_plan_is_a_price(api: Any, types: Any) -> None:
    plan = api.plans.create({**GOLD, "trial_period_days": 7})

    price = api.prices.retrieve("gold")
    assert (plan.amount, plan.interval, plan.trial_period_days) == (900, "month", 7)
    assert (price.unit_amount, price.recurring.interval, price.type) == (900, "month", "recurring")
    assert types() == ["product.created", "price.created", "plan.created"]
    assert refusal(api.plans.create, GOLD).user_message == "Plan already exists."


def test_a_recurring_price_is_a_plan_and_a_single_one_is_not(api: Any) -> None:
    price = api.prices.create({**MONTHLY, "unit_amount": 500})
    once = {"currency": "eur", "product_data": {"name": "Mug"}, "unit_amount": 500}
    single = api.prices.create(once)

    assert api.plans.retrieve(price.id).amount == 500
    assert [plan.id for plan in api.plans.list().data] == [price.id]
    assert refusal(api.plans.retrieve, single.id).user_message == f"No such plan: '{single.id}'"


def test_a_change_is_told_twice(api: Any, types: Any) -> None:
    api.plans.create(GOLD)
    types()

    api.plans.update("gold", {"nickname": "Gold"})

    assert types() == ["price.updated", "plan.updated"]
    changed = api.events.list({"type": "plan.updated"}).data[0].data
    assert changed.previous_attributes["nickname"] is None


def test_a_deleted_plan_is_nobodys_to_find(api: Any, types: Any) -> None:
    api.plans.create(GOLD)
    types()

    assert api.plans.delete("gold").deleted

    assert types() == ["plan.deleted", "price.deleted"]
    assert refusal(api.plans.retrieve, "gold").code == "resource_missing"
    assert refusal(api.prices.retrieve, "gold").code == "resource_missing"


def test_tiers_are_shown_when_asked_for(api: Any) -> None:
    tiers = [{"up_to": 5, "unit_amount": 500}, {"up_to": "inf", "unit_amount_decimal": "4.5"}]
    tiered = {"billing_scheme": "tiered", "tiers_mode": "graduated", "tiers": tiers}

    price = api.prices.create({**MONTHLY, **tiered, "expand": ["tiers"]})

    assert [(tier.up_to, tier.unit_amount) for tier in price.tiers] == [(5, 500), (None, None)]
    assert (price.unit_amount, api.prices.retrieve(price.id).tiers) == (None, None)
    assert len(api.plans.retrieve(price.id, {"expand": ["tiers"]}).tiers) == 2


def tier(up_to: Any) -> dict[str, Any]:
    return {"up_to": up_to, "unit_amount": 5}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"tiers": []}, "at least one tier"),
        ({"tiers": [tier(5)]}, "The last tier, and only it"),
        ({"tiers": [tier(5), tier(3), tier("inf")]}, "ascending order"),
        ({"tiers": [{"up_to": "inf"}]}, "at least one of `unit_amount` and `flat_amount`"),
        ({"recurring": None}, "Prices with `type=one_time` are not supported with tiered"),
        ({"transform_quantity": {"divide_by": 2, "round": "up"}}, "cannot be combined with"),
    ],
)
def test_tiers_that_make_no_sense_are_refused(api: Any, wrong: Any, words: str) -> None:
    tiered = {"billing_scheme": "tiered", "tiers_mode": "volume", "tiers": [tier("inf")]}
    wish = {name: value for name, value in (MONTHLY | tiered | wrong).items() if value is not None}

    assert words in refusal(api.prices.create, wish).user_message


def test_a_price_has_an_amount_one_way(api: Any) -> None:
    none = refusal(api.prices.create, MONTHLY)
    both = refusal(api.prices.create, {**MONTHLY, "unit_amount": 5, "unit_amount_decimal": "5"})
    long = refusal(api.prices.create, {**MONTHLY, "unit_amount_decimal": "0.1234567890123"})

    assert "require an `unit_amount` or `unit_amount_decimal`" in none.user_message
    assert "only specify one of these parameters" in both.user_message
    assert "at maximum twelve decimal places" in long.user_message


def test_metered_prices_need_a_meter(api: Any) -> None:
    metered = {"recurring": {"interval": "month", "usage_type": "metered"}, "unit_amount": 5}

    error = refusal(api.prices.create, {**MONTHLY, **metered})

    assert error.user_message == (
        "Starting with Stripe version `2025-03-31.basil`, metered prices must be backed by meters."
    )


def test_one_price_for_many_currencies(api: Any) -> None:
    options = {"usd": {"unit_amount": 1000, "tax_behavior": "exclusive"}}
    price = api.prices.create({**MONTHLY, "unit_amount": 900, "currency_options": options})

    more = {"gbp": {"unit_amount": 800}, "usd": {"tax_behavior": "inclusive"}}
    api.prices.update(price.id, {"currency_options": more})

    found = api.prices.retrieve(price.id, {"expand": ["currency_options"]}).currency_options
    amounts = {name: option["unit_amount"] for name, option in found.to_dict().items()}
    assert amounts == {"eur": 900, "usd": 1000, "gbp": 800}
    assert found["usd"].tax_behavior == "inclusive"
    assert api.prices.retrieve(price.id).currency_options is None


def test_an_invoice_bills_a_price_in_its_own_currency(api: Any) -> None:
    options = {"usd": {"unit_amount": 1000}}
    once = {"currency": "eur", "product_data": {"name": "Mug"}, "unit_amount": 900}
    price = api.prices.create({**once, "currency_options": options})
    customer = api.customers.create().id

    def billed(currency: str) -> int:
        draft = api.invoices.create({"customer": customer, "currency": currency})
        item = {"customer": customer, "invoice": draft.id, "pricing": {"price": price.id}}
        return int(api.invoice_items.create({**item, "currency": currency}).amount)

    assert (billed("eur"), billed("usd")) == (900, 1000)
    assert "is in `eur`" in refusal(billed, "gbp").user_message
