"""How much tax is on what. Whether prices include it is the shop's own setting."""

from decimal import Decimal
from typing import Protocol

from sqlalchemy import select

from app.db import peeking
from app.models import TaxRate


class TaxProvider(Protocol):
    def rate(self, country: str, tax_category: str) -> Decimal:
        """The rate for goods of a category that go to a country, such as 0.19."""


class NoTax:
    def rate(self, country: str, tax_category: str) -> Decimal:
        return Decimal(0)


class FlatRate:
    """One rate for everything: `app.plugins.tax:FlatRate rate=0.19`."""

    def __init__(self, rate: str) -> None:
        self._rate = _sensible(rate)

    def rate(self, country: str, tax_category: str) -> Decimal:
        return self._rate


class ByCountry:
    """A rate per country: `app.plugins.tax:ByCountry DE=0.19 FR=0.20 DE.reduced=0.07 default=0`."""

    def __init__(self, default: str = "0", **rates: str) -> None:
        self._default = _sensible(default)
        self._rates = {place: _sensible(rate) for place, rate in rates.items()}

    def rate(self, country: str, tax_category: str) -> Decimal:
        general = self._rates.get(country, self._default)
        return self._rates.get(f"{country}.{tax_category}", general)


class FromTable:
    """The table that staff keep: `app.plugins.tax:FromTable default=0.19`. A line for the country
    and the category counts first, then one for the country, the category, anywhere; then the
    default."""

    def __init__(self, default: str = "0") -> None:
        self._default = _sensible(default)

    def rate(self, country: str, tax_category: str) -> Decimal:
        fits = select(TaxRate).where(
            TaxRate.active,
            TaxRate.country.in_([country, ""]),
            TaxRate.tax_category.in_([tax_category, ""]),
        )
        with peeking() as session:
            rows = {(row.country, row.tax_category): row.rate for row in session.scalars(fits)}
        for place in ((country, tax_category), (country, ""), ("", tax_category), ("", "")):
            if place in rows:
                return Decimal(rows[place]) / 10_000
        return self._default


def _sensible(text: str) -> Decimal:
    rate = Decimal(text)
    if not 0 <= rate < 1:
        raise ValueError(f"a tax rate is written as 0.19, not {text}")
    return rate
