"""Fields of coupons, taxes and shipping: percents, days, and amounts in a currency beside them."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from wtforms import DateField, Field
from wtforms.validators import ValidationError
from wtforms.widgets import TextInput

from app import settings
from app.admin.dates import local, start_of
from app.admin.fields import ListField
from app.db import db
from app.errors import InvalidAmount
from app.models import Price
from app.money import LARGEST, parse_money, to_input

HUNDRED = 100


def currencies() -> list[str]:
    """The shop's own first, then whatever else it has prices in."""
    own = settings.current().shop_currency
    others = db.session.scalars(select(Price.currency).distinct().order_by(Price.currency))
    return list(dict.fromkeys([own, *others]))


def currency_choices() -> list[tuple[str, str]]:
    return [(code, code.upper()) for code in currencies()]


class PercentField(Field):
    """A percentage as people type it (12.5), kept in hundredths (1250)."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data / HUNDRED:g}"

    def process_formdata(self, values: list[Any]) -> None:
        text = (values[0] if values else "").strip().removesuffix("%").strip().replace(",", ".")
        self.data = None
        if not text:
            return
        if not re.fullmatch(
            r"[+-]?[0-9]{1,9}(\.[0-9]+)?", text
        ):  # Decimal reads any script's digits
            raise ValueError("A percentage such as 19 or 5.5, please.")
        percent = Decimal(text) * HUNDRED
        if percent != percent.to_integral_value():
            raise ValueError("At most two digits after the point, please.")
        self.data = int(percent)


class DayField(DateField):
    """A day of the shop, kept as the moment it begins; with `whole`, as the moment it is over."""

    def __init__(self, *args: Any, whole: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.whole = whole

    def process_data(self, value: Any) -> None:
        before = timedelta(seconds=1) if self.whole else timedelta(0)
        self.data = local(value - before).date() if value is not None else None

    def populate_obj(self, obj: Any, name: str) -> None:
        moment = None
        if self.data is not None:
            moment = start_of(self.data + timedelta(days=1 if self.whole else 0))
        setattr(obj, name, moment)


class AmountField(Field):
    """An amount in the currency that another field of the same form names."""

    widget = TextInput()

    def __init__(self, *args: Any, beside: str = "currency", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.beside = beside
        self.currency = settings.current().shop_currency

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else to_input(self.data, self.currency)

    def process_data(self, value: Any) -> None:
        self.data = value

    def process_formdata(self, values: list[Any]) -> None:
        self.data = None

    def in_currency(self, currency: str) -> None:
        """Read what was typed, or show what is kept, in the currency it belongs to."""
        self.currency = currency or settings.current().shop_currency
        text = (self.raw_data[0] if self.raw_data else "").strip()
        if not text:
            return
        try:
            self.data = parse_money(text, self.currency)
        except InvalidAmount as error:
            raise ValidationError(str(error)) from error
        if not 0 <= self.data <= LARGEST:
            raise ValidationError(f"Between 0 and {to_input(LARGEST, self.currency)}, please.")


class CountriesField(ListField):
    """Country codes, separated by commas: DE, FR."""

    def process_formdata(self, values: list[Any]) -> None:
        super().process_formdata(values)
        self.data = [code.upper() for code in self.data]
        if wrong := [c for c in self.data if not (len(c) == 2 and c.isascii() and c.isalpha())]:
            raise ValueError(f"Two letters each, such as DE: {', '.join(wrong)} is none.")
