"""What a price makes of a quantity, rounded once and half up; how an amount is shared out."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from sandbox.shapes import Row


def line_amount(price: Row, quantity: int) -> int:
    """What so many cost, in minor units; tiers, packages and fractions of a cent counted in."""
    quantity = packages(quantity, price.get("transform_quantity"))
    tiers = price.get("_tiers") or price.get("tiers")
    if tiers and price["tiers_mode"] == "volume":
        return rounded(_volume(tiers, quantity))
    if tiers:
        return rounded(_graduated(tiers, quantity))
    if price["unit_amount"] is not None:
        return int(price["unit_amount"]) * quantity
    if price["unit_amount_decimal"] is not None:
        return rounded(exact(price["unit_amount_decimal"]) * quantity)
    return int((price["custom_unit_amount"] or {}).get("preset") or 0) * quantity


def packages(quantity: int, transform: Row | None) -> int:
    """How many units are billed when they are sold by the dozen, say."""
    if not transform:
        return quantity
    whole, rest = divmod(quantity, transform["divide_by"])
    return whole + (1 if rest and transform["round"] == "up" else 0)


def _volume(tiers: list[Row], quantity: int) -> Fraction:
    """All units at the price of the tier that the quantity reaches."""
    reached = next(
        tier for tier in tiers if tier["up_to"] is None or quantity <= tier["up_to"]
    )  # fmt: skip
    return _flat(reached) + _unit(reached) * quantity


def _graduated(tiers: list[Row], quantity: int) -> Fraction:
    """Each unit at the price of its own tier; the first flat amount is due even for none."""
    parts = _reached(tiers, quantity)
    return sum((_flat(tier) + _unit(tier) * units for tier, units in parts), Fraction(0))


def _reached(tiers: list[Row], quantity: int) -> Iterator[tuple[Row, int]]:
    below = 0
    for place, tier in enumerate(tiers):
        upto = quantity if tier["up_to"] is None else min(quantity, tier["up_to"])
        if place == 0 or upto > below:
            yield tier, upto - below
        below = max(below, upto)


def _flat(tier: Row) -> Fraction:
    return _either(tier, "flat_amount")


def _unit(tier: Row) -> Fraction:
    return _either(tier, "unit_amount")


def _either(tier: Row, name: str) -> Fraction:
    whole = tier.get(name)
    return exact(whole if whole is not None else tier.get(f"{name}_decimal") or 0)


@cache
def exact(number: Any) -> Fraction:
    """A number of a row as it was written: `"0.5"`, `33.3`, `7`."""
    return Fraction(str(number))


def rounded(value: Fraction | Decimal, step: int = 1) -> int:
    """To whole minor units (or tens of them), half up; a credit as its debit."""
    value = Fraction(value) / step
    half_up = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return step * (half_up if value >= 0 else -half_up)


def apportioned(total: int, weights: list[int]) -> list[int]:
    """The total in whole parts after the weights; what rounding leaves goes to the largest
    remainders, the earlier one first."""
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    by_rest = sorted(range(len(parts)), key=lambda place: -(total * weights[place] % whole))
    for place in by_rest[: total - sum(parts)]:
        parts[place] += 1
    return parts
