"""Lists as Stripe pages them: newest first, cursors, filters, `has_more`."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Any

from sandbox.account import public
from sandbox.errors import InvalidRequest
from sandbox.routes import Call
from sandbox.shapes import Row
from sandbox.table import Table

PAGING = ("limit", "starting_after", "ending_before", "expand", "client_secret")
COMPARE = {
    "gt": lambda have, want: have > want,
    "gte": lambda have, want: have >= want,
    "lt": lambda have, want: have < want,
    "lte": lambda have, want: have <= want,
}


def listed(call: Call, kind: str, **fixed: Any) -> Row:
    """One page of the objects of a kind that match the call's filters and the fixed ones."""
    filters = {key: value for key, value in call.params.items() if key not in PAGING} | fixed
    table = call.account.store.table(kind)
    limit = checked_limit(call.params)
    backwards = "ending_before" in call.params
    places = _window(call, table, kind, filters)
    wanted = (row for row in _walk(table, places, oldest_first=backwards) if fits(row, filters))
    page: list[Row] = []
    for row in wanted:
        page.append(public(row))
        if len(page) > limit:
            break
    has_more = len(page) > limit
    page = page[:limit]
    if backwards:
        page.reverse()
    return {"object": "list", "data": page, "has_more": has_more, "url": call.url}


def checked_limit(params: Row) -> int:
    """1 to 100, 10 if nobody says."""
    limit: int = params.get("limit", 10)
    if not 1 <= limit <= 100:
        bound = "greater than or equal to 1" if limit < 1 else "less than or equal to 100"
        raise InvalidRequest(
            f"This value must be {bound}.", code="parameter_invalid_integer", param="limit"
        )
    return limit


def paged(call: Call, rows: list[Row]) -> Row:
    """One page of rows that have an order of their own."""
    limit, ids = checked_limit(call.params), [row["id"] for row in rows]
    first, last = 0, len(rows)
    if (after := call.params.get("starting_after")) in ids:
        first = ids.index(after) + 1
    if (before := call.params.get("ending_before")) in ids:
        last = ids.index(before)
        first = max(first, last - limit)
    page = [public(row) for row in rows[first:last][:limit]]
    has_more = first > 0 if before in ids else last - first > limit
    return {"object": "list", "data": page, "has_more": has_more, "url": call.url}


def page_of(rows: list[Row], url: str) -> Row:
    """A short list inside another object."""
    data = [public(row) for row in rows[:10]]
    return {"object": "list", "data": data, "has_more": len(rows) > 10, "url": url}


def _window(call: Call, table: Table, kind: str, filters: Row) -> tuple[list[int], int, int]:
    """The fewest places that can be asked for, and from where to where in them to look."""
    places = _fewest(table, filters)
    first, last = table.between(places, _bounds(filters.get("created")))
    if after := call.params.get("starting_after"):
        call.account.get(kind, after, param="starting_after")
        last = min(last, bisect_left(places, table.places[after]))
    if before := call.params.get("ending_before"):
        call.account.get(kind, before, param="ending_before")
        first = max(first, bisect_right(places, table.places[before]))
    return places, first, last


def _fewest(table: Table, filters: Row) -> list[int]:
    asked = [(field, value) for field, value in filters.items() if isinstance(value, str | bool)]
    found = [table.places_where(field, value) for field, value in asked]
    return min(found, key=len, default=table.order)


def _bounds(created: Any) -> dict[str, int]:
    return created if isinstance(created, dict) else {}


def _walk(table: Table, window: tuple[list[int], int, int], *, oldest_first: bool) -> Iterator[Row]:
    places, first, last = window
    walk = range(first, last) if oldest_first else range(last - 1, first - 1, -1)
    for number in walk:
        row = table.at(places[number])
        if not row.get("deleted"):
            yield row


def fits(row: Row, filters: Row) -> bool:
    """Whether a row has every asked for value; hashes compare or go deeper, lists mean any of."""
    for field, want in filters.items():
        have = row.get(field)
        if isinstance(want, dict):
            if not _inside(have, want):
                return False
        elif isinstance(want, list):
            if have not in want:
                return False
        elif have != want:
            return False
    return True


def _inside(have: Any, want: Row) -> bool:
    if isinstance(have, int) and want.keys() <= COMPARE.keys():
        return all(COMPARE[how](have, bound) for how, bound in want.items())
    return isinstance(have, dict) and fits(have, want)
