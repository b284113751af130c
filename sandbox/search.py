"""`/search`: Stripe's query language, read over all objects of a kind."""

import re
from typing import Any

from sandbox.account import public
from sandbox.errors import InvalidRequest
from sandbox.lists import checked_limit
from sandbox.routes import Call
from sandbox.shapes import Row

CLAUSE = re.compile(
    r"""\s*(?P<not>-)?
    (?P<field>[a-z_0-9.]+)(?:\[(?P<q>["'])(?P<key>[^"']*)(?P=q)\])?
    \s*(?P<how><=|>=|[:~<>])\s*
    (?P<value>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|null|[^\s"']+)\s*""",
    re.VERBOSE,
)
JOINT = re.compile(r"(AND|OR)\b", re.IGNORECASE)


def searched(call: Call, kind: str) -> Row:
    """One page of what a query finds, newest first."""
    clauses, any_of = _parsed(call.params["query"])
    limit, start = checked_limit(call.params), _page_number(call.params.get("page"))
    table = call.account.store.table(kind)
    rows = (table.rows[table.ids[place]] for place in reversed(table.order))
    together = any if any_of else all
    found = [
        row for row in rows
        if not row.get("deleted") and together(_true(clause, row) for clause in clauses)
    ]  # fmt: skip
    end = start + limit
    return {
        "object": "search_result",
        "data": [public(row) for row in found[start:end]],
        "has_more": len(found) > end,
        "next_page": str(end) if len(found) > end else None,
        "url": call.url,
    }


def _page_number(page: str | None) -> int:
    if page is None:
        return 0
    if not (page.isascii() and page.isdigit() and len(page) < 10):
        raise InvalidRequest("Invalid page token.", param="page")
    return int(page)


def _parsed(query: str) -> tuple[list[re.Match[str]], bool]:
    clauses: list[re.Match[str]] = []
    joints: set[str] = set()
    joint, place = None, 0
    while place < len(query):
        clause = CLAUSE.match(query, place)
        if clause is None:
            raise _unreadable(query)
        clauses.append(clause)
        place = clause.end()
        joint = JOINT.match(query, place)
        if joint is not None:
            joints.add(joint[1].upper())
            place = joint.end()
    if not clauses or joint is not None or len(joints) > 1:
        raise _unreadable(query)
    return clauses, joints == {"OR"}


def _unreadable(query: str) -> InvalidRequest:
    return InvalidRequest(
        f"We were unable to parse your search query: {query[:100]!r}. Clauses look like "
        "status:'succeeded' or metadata['order']:'7', joined by AND or by OR, not by both.",
        param="query",
    )


def _true(clause: re.Match[str], row: Row) -> bool:
    have: Any = row
    for step in clause["field"].split("."):
        have = have.get(step) if isinstance(have, dict) else None
    if clause["key"] is not None:
        have = have.get(clause["key"]) if isinstance(have, dict) else None
    return _compared(have, clause["how"], clause["value"]) != bool(clause["not"])


def _compared(have: Any, how: str, quoted: str) -> bool:
    if quoted == "null":
        return have is None
    want = re.sub(r"\\(.)", r"\1", quoted[1:-1]) if quoted[0] in "'\"" else quoted
    if how == ":":
        return _text(have) == want or (isinstance(have, str) and have.lower() == want.lower())
    if how == "~":
        return isinstance(have, str) and want.lower() in have.lower()
    try:
        number = float(want)
    except ValueError:
        return False
    if not isinstance(have, (int, float)):
        return False
    return {"<": have < number, ">": have > number, "<=": have <= number, ">=": have >= number}[how]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
