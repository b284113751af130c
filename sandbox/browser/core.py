"""All that the pages ask the sandbox itself."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from flask import current_app

from sandbox.account import public
from sandbox.shapes import Row

if TYPE_CHECKING:
    from sandbox.application import Sandbox

LARGEST_SEARCH = 20_000  # rows looked through, newest first


def sandbox() -> "Sandbox":
    """The running sandbox."""
    return cast("Sandbox", current_app)


def find(row_id: str | None, kind: str | None = None) -> Row | None:
    """The row with this id, not to be changed."""
    account = sandbox().account
    with account.store.lock:
        return account.find(row_id, kind)


def counts() -> dict[str, int]:
    """Kind → how many, for every kind people know by name."""
    store = sandbox().account.store
    with store.lock:
        return {
            kind: len(table.rows)
            for kind, table in store.tables.items()
            if kind[0] != "_" and table.rows
        }


def newest(
    kind: str, limit: int, *, before: int | None = None, where: tuple[str, str] | None = None
) -> list[tuple[int, Row]]:
    """(place, row), newest first, from below a place on; all, or those with a value in a field."""
    store = sandbox().account.store
    with store.lock:
        table = store.table(kind)
        places = table.places_where(*where) if where else table.order
        end = len(places) if before is None else bisect_left(places, before)
        chosen = places[max(0, end - limit) : end]
        return [(place, table.at(place)) for place in reversed(chosen)]


def event_types() -> list[str]:
    """The types of all events there are, sorted."""
    store = sandbox().account.store
    with store.lock:
        return sorted(store.table("event").indexes["type"].places)


def due() -> tuple[int, int | None]:
    """How many things wait for the sandbox's own clock or a test clock, and when its own is next."""
    agenda = sandbox().account.agenda
    with sandbox().account.store.lock:
        own = agenda.heaps.get(None)
        return len(agenda), own[0][0] if own else None


def pointing_to(row_id: str) -> dict[str, list[Row]]:
    """Kind → rows that name this id in a field the store keeps in order, newest first."""
    store = sandbox().account.store
    found: dict[str, dict[str, Row]] = {}
    with store.lock:
        for kind, table in store.tables.items():
            if kind[0] == "_":
                continue
            for field in table.indexes:
                for place in reversed(table.places_where(field, row_id)):
                    row = table.rows[table.ids[place]]
                    found.setdefault(kind, {})[row["id"]] = row
    return {kind: list(rows.values()) for kind, rows in found.items()}


def named_in(row: Row) -> list[tuple[str, Row]]:
    """(field, object) for every object whose id stands in one of the row's fields."""
    found = ((name, find(value)) for name, value in _texts(public(row)) if value != row["id"])
    return [(name, known) for name, known in found if known and known["object"][0] != "_"]


def _texts(value: Row, path: str = "") -> Iterator[tuple[str, str]]:
    for name, inner in value.items():
        if isinstance(inner, str):
            yield path or name, inner
        elif isinstance(inner, dict) and "object" not in inner and name != "metadata":
            yield from _texts(inner, path or name)


def events_about(row_id: str, limit: int) -> list[Row]:
    """The newest events whose object this is."""
    recent = newest("event", LARGEST_SEARCH)
    about = (row for _, row in recent if row["data"]["object"].get("id") == row_id)
    return [row for row, _ in zip(about, range(limit), strict=False)]


def deliveries_of(event_id: str) -> list[Row]:
    """The deliveries of an event, oldest first."""
    account = sandbox().account
    with account.store.lock:
        return account.where("_delivery", "event", event_id)


def matching(text: str, limit: int) -> list[Row]:
    """Rows that have this text in one of their plain fields, newest first."""
    pattern = re.compile(re.escape(text), re.IGNORECASE)
    found = (row for row in _every_row() if _mentions(row, pattern))
    return [row for row, _ in zip(found, range(limit), strict=False)]


def _every_row() -> Iterator[Row]:
    for kind in counts():
        if kind != "event":
            for _, row in newest(kind, LARGEST_SEARCH):
                yield row


def _mentions(row: Row, pattern: re.Pattern[str]) -> bool:
    values: list[Any] = [*public(row).values(), *(row.get("metadata") or {}).values()]
    return any(isinstance(value, str) and pattern.search(value) for value in values)
