"""Everything the database holds, so that two histories can be compared.

Moments, random texts and row ids differ between two runs that did the same. Moments and random
texts become placeholders; an id becomes a digest of the row it stands for, so that links still
count.
"""

import hashlib
import re
from collections.abc import Collection
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import Column, Table, select

from app.db import db, reading

# How often something was tried or written says how it came about, not what it is.
EFFORT = frozenset({"version", "attempts", "attempt", "slot"})
ROUNDS = 4  # links followed from row to row before two rows count as the same

STRIPE_ID = re.compile(
    r"(?<![\w-])(acct|ch|cus|du|evt|pi|pm|price|prod|py|pyr|re|req|seti|txn|we)"
    r"_(?:test_)?[A-Za-z0-9]{8,}(?:_secret_\w+)?"
)
# What `secrets.token_urlsafe` makes of 16, 24 or 32 bytes; one in 40,000 begins like an id of Stripe's.
TOKEN = re.compile(r"(?<![\w-])(?=[\w-]*[A-Z0-9])(?:[\w-]{22}|[\w-]{32}|[\w-]{43})(?![\w-])")
RANDOM = re.compile(r"(?<![\w-])(?=[\w-]*[A-Z0-9])[\w-]{20,}")
ISO_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.\d]*(?:Z|[+-]\d\d:?\d\d)?")
CHANCES = (
    (TOKEN, "<random>"),
    (STRIPE_ID, r"<\1>"),
    (ISO_MOMENT, "<moment>"),
    (RANDOM, "<random>"),
)

Row = dict[str, Any]
Names = dict[tuple[str, str, Any], str]


def dump(
    *, without: Collection[str] = (), ignore: Collection[str] = EFFORT
) -> dict[str, list[Row]]:
    """Rows by table, sorted, less the tables in `without` and the columns in `ignore`."""
    rows = {table: _load(table) for table in db.metadata.sorted_tables}
    said = {table: [_plain(table, row, ignore) for row in rows[table]] for table in rows}
    linked = said
    for _ in range(ROUNDS):
        names = _names(rows, linked)
        linked = {
            table: [
                plain | _links(table, row, names)
                for row, plain in zip(rows[table], said[table], strict=True)
            ]
            for table in rows
        }
    return {t.name: sorted(linked[t], key=repr) for t in rows if t.name not in without}


def _load(table: Table) -> list[Row]:
    with reading() as session:
        return [dict(row._mapping) for row in session.execute(select(table))]


def _plain(table: Table, row: Row, ignore: Collection[str]) -> Row:
    """What a row says by itself."""
    return {
        column.name: _canonical(row[column.name])
        for column in table.columns
        if column.name not in ignore and not _is_number_of_a_row(column)
    }


def _names(rows: dict[Table, list[Row]], linked: dict[Table, list[Row]]) -> Names:
    """A digest of what each row says, by the id that other rows know it by."""
    return {
        (table.name, column.name, row[column.name]): _digest(says)
        for table in rows
        for row, says in zip(rows[table], linked[table], strict=True)
        for column in table.primary_key
    }


def _links(table: Table, row: Row, names: Names) -> Row:
    """The rows that a row points to."""
    return {
        key.parent.name: names.get((key.column.table.name, key.column.name, row[key.parent.name]))
        for key in table.foreign_keys
    }


def _is_number_of_a_row(column: Column[Any]) -> bool:
    counted = column.primary_key and column.type.python_type is int
    return counted or bool(column.foreign_keys)


def _canonical(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _canonical(inner) for key, inner in sorted(value.items())}
    if isinstance(value, list | tuple):
        return [_canonical(inner) for inner in value]
    if isinstance(value, datetime | date):
        return "<moment>"
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return _without_chance(value)
    return value


def _without_chance(text: str) -> str:
    for pattern, name in CHANCES:
        text = pattern.sub(name, text)
    return text


def _digest(row: Row) -> str:
    return hashlib.sha256(repr(sorted(row.items())).encode()).hexdigest()[:12]
