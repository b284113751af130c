"""How goods travel, and what that costs."""

from dataclasses import dataclass
from typing import Protocol

FREE_FROM = 6000


@dataclass(frozen=True, kw_only=True)
class ShippingMethod:
    """One way to get the goods. The amount is in minor units of the asked currency."""

    code: str
    name: str
    description: str
    amount: int


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
                code="collect",
                name="Collect it",
                description="From our counter, from tomorrow on",
                amount=0,
            ),
        ]


def _not_negative(text: str) -> int:
    amount = int(text)
    if amount < 0:
        raise ValueError(f"shipping cannot cost {text}")
    return amount
