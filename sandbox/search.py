"""`/search`: Stripe's query language over the objects of a kind."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sandbox.account import public
from sandbox.errors import InvalidRequest
from sandbox.lists import checked_limit
from sandbox.routes import Call
from sandbox.shapes import Row
from sandbox.table import Table

CLAUSE = re.compile(
    r"""\s*(?P<not>-)?
    (?P<field>[a-z_0-9.]+)(?:\[(?P<q>["'])(?P<key>[^"']*)(?P=q)\])?
    \s*(?P<how><=|>=|[:~<>])\s*
    (?P<value>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|null|[^\s"']+)\s*""",
    re.VERBOSE,
)
JOINT = re.compile(r"(AND|OR)\b", re.IGNORECASE)
COMPARED: dict[str, Callable[[float, float], bool]] = {
    "<": lambda have, want: have < want,
    ">": lambda have, want: have > want,
    "<=": lambda have, want: have <= want,
    ">=": lambda have, want: have >= want,
}
BOUND = {"<": "lt", ">": "gt", "<=": "lte", ">=": "gte"}


@dataclass(frozen=True)
class Clause:
    """`-metadata["order"]:"7"`: where to look, how to compare, with what (None is null)."""

    path: tuple[str, ...]
    how: str
    want: str | None
    negated: bool

    def fits(self, row: Row) -> bool:
        """Whether it is true of a row."""
        return self._compared(self.value_of(row)) != self.negated

    def value_of(self, row: Row) -> Any:
        """What the row has there, or None."""
        have: Any = row
        for step in self.path:
            have = have.get(step) if isinstance(have, dict) else None
        return have

    def _compared(self, have: Any) -> bool:
        if self.want is None:
            return have is None
        if self.how == ":":
            return _text(have) == self.want.lower()
        if self.how == "~":
            return isinstance(have, str) and self.want.lower() in have.lower()
        bound = _number(self.want)
        if bound is None or not isinstance(have, (int, float)):
            return False
        return COMPARED[self.how](have, bound)


def searched(call: Call, kind: str) -> Row:
    """One page of what a query finds, newest first."""
    clauses, any_of = _parsed(call.params["query"])
    limit, start = checked_limit(call.params), _page_number(call.params.get("page"))
    table = call.account.store.table(kind)
    rows = _candidates(table, [] if any_of else clauses)
    together = any if any_of else all
    wanted = (row for row in rows if together(clause.fits(row) for clause in clauses))
    found = list(islice(wanted, start, start + limit + 1))
    more = len(found) > limit
    return {
        "object": "search_result",
        "data": [public(row) for row in found[:limit]],
        "has_more": more,
        "next_page": str(start + limit) if more else None,
        "url": call.url,
    }


def _candidates(table: Table, clauses: list[Clause]) -> Iterator[Row]:
    """Every row that all clauses can be true of, newest first, by the shortest way."""
    places = min((_places(table, clause) for clause in clauses), key=len, default=table.order)
    first, last = table.between(places, _bounds(clauses))
    for number in range(last - 1, first - 1, -1):
        row = table.at(places[number])
        if not row.get("deleted"):
            yield row


def _places(table: Table, clause: Clause) -> list[int]:
    if clause.how != ":" or clause.want is None or clause.negated:
        return table.order
    name = f"~{'.'.join(clause.path)}"
    return table.places_where(name, clause.want.lower(), lambda row: _text(clause.value_of(row)))


def _bounds(clauses: list[Clause]) -> dict[str, int]:
    return {
        BOUND[clause.how]: int(clause.want)
        for clause in clauses
        if clause.path == ("created",) and clause.how in BOUND and not clause.negated
        if clause.want and clause.want.isascii() and clause.want.isdigit()
    }


def _page_number(page: str | None) -> int:
    if page is None:
        return 0
    if not (page.isascii() and page.isdigit() and len(page) < 10):
        raise InvalidRequest("Invalid page token.", param="page")
    return int(page)


def _parsed(query: str) -> tuple[list[Clause], bool]:
    clauses: list[Clause] = []
    joints: set[str] = set()
    joint, place = None, 0
    while place < len(query):
        clause = CLAUSE.match(query, place)
        if clause is None:
            raise _unreadable(query)
        clauses.append(_clause(clause))
        place = clause.end()
        joint = JOINT.match(query, place)
        if joint is not None:
            joints.add(joint[1].upper())
            place = joint.end()
    if not clauses or joint is not None or len(joints) > 1:
        raise _unreadable(query)
    return clauses, joints == {"OR"}


def _clause(found: re.Match[str]) -> Clause:
    path = tuple(found["field"].split("."))
    quoted, want = found["value"], None
    if quoted != "null":
        want = re.sub(r"\\(.)", r"\1", quoted[1:-1]) if quoted[0] in "'\"" else quoted
    key = () if found["key"] is None else (found["key"],)
    return Clause((*path, *key), found["how"], want, negated=bool(found["not"]))


def _unreadable(query: str) -> InvalidRequest:
    return InvalidRequest(
        f"We were unable to parse your search query: {query[:100]!r}. Clauses look like "
        "status:'succeeded' or metadata['order']:'7', joined by AND or by OR, not by both.",
        param="query",
    )


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _text(value: Any) -> str:
    return "" if value is None else str(value).lower()
