"""Fields that Flask-Admin has not: money, numbers, lists, options."""

import re
from typing import Any

from wtforms import Field, IntegerField, StringField
from wtforms.validators import InputRequired, NumberRange, ValidationError
from wtforms.widgets import TextArea, TextInput

from app import settings
from app.errors import InvalidAmount
from app.money import LARGEST, parse_money, to_input
from app.services.subscription_terms import MOST_SEATS

SEATS = [
    InputRequired("How many, please?"),
    NumberRange(1, MOST_SEATS, f"Between 1 and {MOST_SEATS}, please."),
]


class MoneyField(Field):
    """An amount as people type it (19.90), kept in minor units of `currency`."""

    widget = TextInput()

    def __init__(self, *args: Any, currency: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._currency = currency

    @property
    def currency(self) -> str:
        return self._currency or settings.current().shop_currency

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else to_input(self.data, self.currency)

    def process_formdata(self, values: list[Any]) -> None:
        text = values[0].strip() if values else ""
        self.data = None
        if not text:
            return
        try:
            amount = parse_money(text, self.currency)
        except InvalidAmount as error:
            raise ValueError(str(error)) from error
        if not 0 <= amount <= LARGEST:
            raise ValueError(f"Between 0 and {to_input(LARGEST, self.currency)}, please.")
        self.data = amount


class WholeField(IntegerField):
    """A number of things in plain digits; Python would read any script's, and 1_000."""

    data: Any

    def process_formdata(self, values: list[Any]) -> None:
        text = values[0].strip() if values else ""
        if text and not re.fullmatch(r"[+-]?[0-9]{1,15}", text):
            self.data = None
            raise ValueError("A whole number, please.")
        super().process_formdata(values)


class ListField(Field):
    """Several short texts, separated by commas."""

    widget = TextInput()
    separator = ","
    joint = ", "

    def _value(self) -> str:
        return self.joint.join(self.data or [])

    def process_formdata(self, values: list[Any]) -> None:
        parts = (part.strip() for part in (values[0] if values else "").split(self.separator))
        self.data = list(dict.fromkeys(part for part in parts if part))


class LinesField(ListField):
    """Several texts, one per line."""

    widget = TextArea()
    separator = joint = "\n"


class OptionsField(Field):
    """Names and values, one `colour: moss` per line."""

    widget = TextArea()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "\n".join(f"{name}: {value}" for name, value in (self.data or {}).items())

    def process_formdata(self, values: list[Any]) -> None:
        lines = [line for line in (values[0] if values else "").splitlines() if line.strip()]
        pairs = [line.partition(":") for line in lines]
        if any(not name.strip() or not value.strip() for name, _, value in pairs):
            raise ValueError("One option per line, please, such as “colour: moss”.")
        self.data = {name.strip(): value.strip() for name, _, value in pairs}


class PlainText(StringField):
    """Text without the blanks around it and without characters no database takes."""

    def process_formdata(self, values: list[Any]) -> None:
        self.data = values[0].replace("\x00", "").strip() if values else ""


def country(_form: Any, field: Field) -> None:
    """Validator: two capital letters, as in DE."""
    code = (field.data or "").strip().upper()
    if not (len(code) == 2 and code.isascii() and code.isalpha()):
        raise ValidationError("Two letters, please, such as DE.")
    field.data = code
