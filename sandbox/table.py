"""The rows of one kind in the order they came, and where to find them by a value.

The fields that the sandbox itself looks things up by are known from the start; an index over
anything else is made when somebody first asks for it, so that no answer grows slower with the rows.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable
from typing import Any

from sandbox.shapes import Row

ValueOf = Callable[[Row], Any]


class Index:
    """Value → the places of the rows that have it, oldest first."""

    def __init__(self, value_of: ValueOf) -> None:
        self.value_of = value_of
        self.places: dict[Any, list[int]] = {}

    def move(self, old: Row | None, new: Row | None, place: int) -> None:
        """A row has come, changed or gone."""
        before = None if old is None else self._value(old)
        after = None if new is None else self._value(new)
        if before == after:
            return
        if before is not None:
            held = self.places[before]
            held.pop(bisect_left(held, place))
            if not held:
                del self.places[before]
        if after is not None:
            insort(self.places.setdefault(after, []), place)

    def _value(self, row: Row) -> Any:
        value = self.value_of(row)
        return None if isinstance(value, (dict, list)) else value


class Table:
    """The rows of one kind."""

    def __init__(self, indexed: tuple[str, ...]) -> None:
        self.rows: dict[str, Row] = {}
        self.places: dict[str, int] = {}
        self.order: list[int] = []
        self.ids: dict[int, str] = {}
        self.indexes: dict[str, Index] = {field: Index(_field(field)) for field in indexed}
        self.in_time = True  # each was created no earlier than the one before it

    def put(self, row: Row, place: int) -> None:
        """Take in a new row, or a new version of a known one."""
        old = self.rows.get(row["id"])
        if old is None:
            self._arrive(row, place)
        elif old.get("created") != row.get("created"):
            self.in_time = False
        place = self.places[row["id"]]
        self.rows[row["id"]] = row
        for index in self.indexes.values():
            index.move(old, row, place)

    def _arrive(self, row: Row, place: int) -> None:
        if self.order and self.in_time:
            newest = self.rows[self.ids[self.order[-1]]]
            self.in_time = newest.get("created", 0) <= row.get("created", 0)
        self.places[row["id"]] = place
        self.ids[place] = row["id"]
        insort(self.order, place)

    def drop(self, row_id: str) -> None:
        """Forget a row."""
        row = self.rows.pop(row_id)
        place = self.places.pop(row_id)
        del self.ids[place]
        self.order.pop(bisect_left(self.order, place))
        for index in self.indexes.values():
            index.move(row, None, place)

    def at(self, place: int) -> Row:
        """The row in a place."""
        return self.rows[self.ids[place]]

    def places_where(
        self, name: str | None = None, value: Any = None, value_of: ValueOf | None = None
    ) -> list[int]:
        """The places, oldest first, of all rows or of those with a value in a field; `value_of`
        says what is looked at when the name is not that of a field."""
        if name is None:
            return self.order
        index = self.indexes.get(name)
        if index is None:
            index = self.indexes[name] = Index(value_of or _field(name))
            for place in self.order:
                index.move(None, self.at(place), place)
        return index.places.get(value, [])

    def between(self, places: list[int], bounds: dict[str, int]) -> tuple[int, int]:
        """From where to where in these places the rows may be created within bounds (`gte`, …)."""
        first, last = 0, len(places)
        if not self.in_time:
            return first, last
        for how, bound in bounds.items():
            cut = bisect_right if how in ("gt", "lte") else bisect_left
            found = cut(places, bound, key=lambda place: int(self.at(place).get("created", 0)))
            first = max(first, found) if how in ("gt", "gte") else first
            last = min(last, found) if how in ("lt", "lte") else last
        return first, last


def _field(name: str) -> ValueOf:
    def value_of(row: Row) -> Any:
        return row.get(name)

    return value_of
