"""Quantities, after https://docs.stripe.com/subscriptions/pricing-models/tiered-pricing and what
each case names."""

from typing import Any

import pytest

from tests.sandbox.arithmetic.till import Till


def tiers(mode: str, *rows: tuple[Any, dict[str, Any]]) -> dict[str, Any]:
    """A price in tiers: up to which quantity, at what amounts."""
    found = [{"up_to": up_to, **amounts} for up_to, amounts in rows]
    return {"billing_scheme": "tiered", "tiers_mode": mode, "tiers": found}


def fonts(mode: str) -> dict[str, Any]:
    """7, 6.50 and 6 dollars."""
    rows = ((5, 700), (10, 650), ("inf", 600))
    return tiers(mode, *((up_to, {"unit_amount": unit}) for up_to, unit in rows))


def falling(mode: str) -> dict[str, Any]:
    """5, 4, 3, 2 and 1 dollar."""
    rows = ((5, 500), (10, 400), (15, 300), (20, 200), ("inf", 100))
    return tiers(mode, *((up_to, {"unit_amount": unit}) for up_to, unit in rows))


def with_fees(mode: str) -> dict[str, Any]:
    """5, 4 and 3 dollars, and 10, 20 and 30 at once."""
    rows = ((5, 500, 1000), (10, 400, 2000), ("inf", 300, 3000))
    return tiers(
        mode, *((up_to, {"unit_amount": unit, "flat_amount": flat}) for up_to, unit, flat in rows)
    )


RENTAL = {"unit_amount": 1000, "transform_quantity": {"divide_by": 60, "round": "up"}}
RENTED_DOWN = {"unit_amount": 1000, "transform_quantity": {"divide_by": 60, "round": "down"}}

# (what the documentation says, price, {quantity: total})
CASES: list[tuple[str, dict[str, Any], dict[int, int]]] = [
    ("Volume-based pricing: Typographic's fonts", fonts("volume"),
     {1: 700, 5: 3500, 6: 3900, 20: 12000, 25: 15000}),
    ("Graduated pricing: Typographic's fonts", fonts("graduated"),
     {5: 3500, 6: 4150, 20: 12750, 25: 15750}),
    ("stripe.com/docs/billing/subscriptions/tiers, volume", falling("volume"),
     {1: 500, 5: 2500, 6: 2400, 20: 4000, 25: 2500}),
    ("stripe.com/docs/billing/subscriptions/tiers, graduated", falling("graduated"),
     {1: 500, 5: 2500, 6: 2900, 20: 7000, 25: 7500}),
    ("docs.stripe.com/products-prices/pricing-models, flat fees by volume", with_fees("volume"),
     {12: 6600, 0: 1000}),
    ("docs.stripe.com/products-prices/pricing-models, flat fees, graduated",
     with_fees("graduated"), {12: 11100, 0: 1000}),
    ("docs.stripe.com/billing/subscriptions/usage-based/transform-quantities, up", RENTAL,
     {150: 3000}),
    ("worked after docs.stripe.com/billing/subscriptions/usage-based/transform-quantities, down",
     RENTED_DOWN, {150: 2000, 59: 0}),
    ("stripe.com/docs/billing/subscriptions/tiers, per unit", {"unit_amount": 500},
     {1: 500, 5: 2500, 6: 3000, 20: 10000, 25: 12500}),
    ("worked after docs.stripe.com/api/prices/create (unit_amount_decimal), half a cent up",
     {"unit_amount_decimal": "0.5"}, {101: 51, 100: 50}),
    ("worked after docs.stripe.com/api/prices/create (unit_amount_decimal), twelve places",
     {"unit_amount_decimal": "33.333333333333"}, {3: 100, 300: 10000}),
]  # fmt: skip
EACH = [
    pytest.param(price, quantity, total, id=f"{source}: {quantity}")
    for source, price, totals in CASES
    for quantity, total in totals.items()
]


@pytest.mark.parametrize(("price", "quantity", "total"), EACH)
def test_a_quantity_costs_what_the_documentation_says(
    till: Till, price: dict[str, Any], quantity: int, total: int
) -> None:
    assert till.subscribed(quantity, **price) == total
