"""Filters with names that fit into an address: by state, day, amount, text."""

from datetime import date, timedelta
from typing import Any

from flask_admin.contrib.sqla.filters import BaseSQLAFilter, FilterEqual
from sqlalchemy import or_

from app import settings
from app.admin import lookups
from app.admin.dates import start_of
from app.errors import InvalidAmount
from app.money import LARGEST, parse_money


class Equals(FilterEqual):
    """One of a fixed set of values; anything else finds nothing and says so."""

    def validate(self, value: str) -> bool:
        known = self.get_options(None)
        return (not known and "\x00" not in value) or value in {str(option[0]) for option in known}


class Day(BaseSQLAFilter):
    """Everything of one day, as the shop's clock has it."""

    def __init__(self, column: Any, name: str) -> None:
        super().__init__(column, name, data_type="datepicker")

    def clean(self, value: str) -> date:
        return date.fromisoformat(value)

    def validate(self, value: str) -> bool:
        try:
            return 1970 < self.clean(value).year < 9000
        except ValueError:
            return False

    def apply(self, query: Any, value: date, alias: Any = None) -> Any:
        column = self.get_column(alias)
        return query.filter(column >= start_of(value), column < start_of(value + timedelta(1)))

    def operation(self) -> str:
        return "equals"


class Since(Day):
    def apply(self, query: Any, value: date, alias: Any = None) -> Any:
        return query.filter(self.get_column(alias) >= start_of(value))

    def operation(self) -> str:
        return "since"


class Until(Day):
    def apply(self, query: Any, value: date, alias: Any = None) -> Any:
        return query.filter(self.get_column(alias) < start_of(value + timedelta(1)))

    def operation(self) -> str:
        return "until"


class AtLeast(BaseSQLAFilter):
    """An amount as people type it, such as 19.90."""

    def clean(self, value: str) -> int:
        return parse_money(value, settings.current().shop_currency)

    def validate(self, value: str) -> bool:
        try:
            return abs(self.clean(value)) <= LARGEST
        except InvalidAmount:
            return False

    def apply(self, query: Any, value: int, alias: Any = None) -> Any:
        return query.filter(self.get_column(alias) >= value)

    def operation(self) -> str:
        return "at least"


class AtMost(AtLeast):
    def apply(self, query: Any, value: int, alias: Any = None) -> Any:
        return query.filter(self.get_column(alias) <= value)

    def operation(self) -> str:
        return "at most"


class Contains(BaseSQLAFilter):
    def apply(self, query: Any, value: str, alias: Any = None) -> Any:
        return query.filter(lookups.contains(self.get_column(alias), value))

    def operation(self) -> str:
        return "contains"


class Condition(BaseSQLAFilter):
    """Yes or no to a question that is more than one column; what depends on the time of day is
    given as a function."""

    def __init__(self, column: Any, name: str, *conditions: Any) -> None:
        super().__init__(column, name, options=[("yes", "Yes"), ("no", "No")])
        self.conditions = conditions

    def validate(self, value: str) -> bool:
        return value in {"yes", "no"}

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:
        holds = or_(*(known() if callable(known) else known for known in self.conditions))
        return query.filter(holds if value == "yes" else ~holds)

    def operation(self) -> str:
        return "equals"
