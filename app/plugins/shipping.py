"""How goods travel, and what that costs."""

from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import select

from app.db import peeking
from app.models import ShippingRate
from app.models.shipping_rate import COLLECT

FREE_FROM = 6000


@dataclass(frozen=True, kw_only=True)
class ShippingMethod:
    """One way to get the goods. The amount is in minor units of the asked currency. What is
    collected goes nowhere: it needs a name, and no street."""

    code: str
    name: str
    description: str
    amount: int
    collected: bool = False


class ShippingProvider(Protocol):
    def methods(
        self, *, country: str, currency: str, weight: int, subtotal: int
    ) -> list[ShippingMethod]:
        """The ways to a country, cheapest thought first. Weight in grams, subtotal in minor units."""


class FlatShipping:
    """Fixed prices in minor units: `app.plugins.shipping:FlatShipping standard=490 free_from=6000`."""

    def __init__(
        self, standard: str = "490", express: str = "990", free_from: str = str(FREE_FROM)
    ) -> None:
        self._standard, self._express = _not_negative(standard), _not_negative(express)
        self._free_from = _not_negative(free_from)

    def methods(
        self, *, country: str, currency: str, weight: int, subtotal: int
    ) -> list[ShippingMethod]:
        free = bool(self._free_from) and subtotal >= self._free_from
        return [
            ShippingMethod(
                code="standard",
                name="Standard",
                description="3–5 working days",
                amount=0 if free else self._standard,
            ),
            ShippingMethod(
                code="express",
                name="Express",
                description="The next working day",
                amount=self._express,
            ),
            ShippingMethod(
                code=COLLECT,
                name="Collect it",
                description="From our counter, from tomorrow on",
                amount=0,
                collected=True,
            ),
        ]


class FromTable(FlatShipping):
    """The table that staff keep; for a currency without any line, the fixed prices:
    `app.plugins.shipping:FromTable standard=490 free_from=6000`."""

    def methods(
        self, *, country: str, currency: str, weight: int, subtotal: int
    ) -> list[ShippingMethod]:
        mine = select(ShippingRate).where(ShippingRate.currency == currency)
        with peeking() as session:
            rows = session.scalars(mine.order_by(ShippingRate.position, ShippingRate.id)).all()
            ways = [_way(row, subtotal) for row in rows if _goes(row, country, weight)]
        if rows:
            return ways
        return super().methods(country=country, currency=currency, weight=weight, subtotal=subtotal)


def _goes(row: ShippingRate, country: str, weight: int) -> bool:
    there = not row.countries or country in row.countries
    return row.active and there and (row.max_weight is None or weight <= row.max_weight)


def _way(row: ShippingRate, subtotal: int) -> ShippingMethod:
    free = row.free_from is not None and subtotal >= row.free_from
    return ShippingMethod(
        code=row.code,
        name=row.name,
        description=row.description,
        amount=0 if free else row.amount,
        collected=row.code == COLLECT,
    )


def _not_negative(text: str) -> int:
    amount = int(text)
    if amount < 0:
        raise ValueError(f"shipping cannot cost {text}")
    return amount
