"""Everything the pretend Stripe knows: rows in memory, indexed, and in one file if asked.

A row is changed on a copy that belongs to the running transaction; what is committed is never
changed in place, so a refused request leaves no trace. With a file, a transaction is written
before its answer leaves: a killed sandbox forgets nothing it has answered.
"""

import json
import marshal
import sqlite3
import threading
from bisect import bisect_left, insort
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sandbox.shapes import Row

INDEXED: dict[str, tuple[str, ...]] = {
    "payment_method": ("customer",),
    "payment_intent": ("customer",),
    "setup_intent": ("customer", "payment_method"),
    "setup_attempt": ("setup_intent",),
    "charge": ("customer", "payment_intent"),
    "refund": ("charge", "payment_intent"),
    "dispute": ("charge", "payment_intent"),
    "price": ("product", "lookup_key"),
    "balance_transaction": ("source", "type"),
    "customer": ("email",),
    "customer_balance_transaction": ("customer",),
    "card": ("customer",),
    "event": ("type",),
    "_delivery": ("event", "state"),
}


def copied(row: Row) -> Row:
    """A deep copy of plain JSON values, quickly."""
    return marshal.loads(marshal.dumps(row))  # noqa: S302


class Table:
    """The rows of one kind in the order they came, and where to find them by a field."""

    def __init__(self, indexed: tuple[str, ...]) -> None:
        self.rows: dict[str, Row] = {}
        self.places: dict[str, int] = {}
        self.order: list[int] = []
        self.ids: dict[int, str] = {}
        self.indexes: dict[str, dict[Any, list[int]]] = {field: {} for field in indexed}

    def put(self, row: Row, place: int) -> None:
        """Take in a new row, or a new version of a known one."""
        old = self.rows.get(row["id"])
        if old is None:
            self.places[row["id"]] = place
            self.ids[place] = row["id"]
            insort(self.order, place)
        place = self.places[row["id"]]
        for field, index in self.indexes.items():
            before = old.get(field) if old else None
            after = row.get(field)
            if before != after or old is None:
                self._move(index, before if old else None, after, place)
        self.rows[row["id"]] = row

    def drop(self, row_id: str) -> None:
        """Forget a row."""
        row = self.rows.pop(row_id)
        place = self.places.pop(row_id)
        del self.ids[place]
        self.order.pop(bisect_left(self.order, place))
        for field, index in self.indexes.items():
            self._move(index, row.get(field), None, place)

    @staticmethod
    def _move(index: dict[Any, list[int]], before: Any, after: Any, place: int) -> None:
        if before is not None:
            held = index[before]
            held.pop(bisect_left(held, place))
            if not held:
                del index[before]
        if after is not None:
            insort(index.setdefault(after, []), place)

    def places_where(self, field: str | None = None, value: Any = None) -> list[int]:
        """The places, oldest first, of all rows or of those with a value in an indexed field."""
        return self.order if field is None else self.indexes[field].get(value, [])


class Store:
    """The tables, one transaction at a time."""

    def __init__(self, file: Path | None = None) -> None:
        self.lock = threading.RLock()
        self.tables: dict[str, Table] = {}
        self.working: dict[str, Row] = {}
        self.dropped: set[str] = set()
        self.kinds: dict[str, str] = {}
        self.last_place = 0
        self.file = _opened(file) if file else None
        self._load()

    def table(self, kind: str) -> Table:
        """The table of one kind."""
        found = self.tables.get(kind)
        if found is None:
            found = self.tables[kind] = Table(INDEXED.get(kind, ()))
        return found

    def find(self, row_id: str, kind: str | None = None) -> Row | None:
        """A row as the running transaction sees it; not to be changed."""
        if row_id in self.dropped:
            return None
        row = self.working.get(row_id)
        if row is None:
            known = self.kinds.get(row_id)
            row = self.tables[known].rows.get(row_id) if known else None
        if row is None or (kind is not None and self._kind(row) != kind):
            return None
        return row

    def before(self, row_id: str) -> Row | None:
        """The row as it was before this transaction."""
        known = self.kinds.get(row_id)
        return self.tables[known].rows.get(row_id) if known else None

    def add(self, row: Row) -> Row:
        """A new row, which may be changed until the transaction ends."""
        self.working[row["id"]] = row
        return row

    def edit(self, row: Row) -> Row:
        """The copy of a row that this transaction may change."""
        found = self.working.get(row["id"])
        if found is None:
            found = self.working[row["id"]] = copied(row)
        return found

    def drop(self, row: Row) -> None:
        """Forget a row."""
        self.working.pop(row["id"], None)
        if row["id"] in self.kinds:
            self.dropped.add(row["id"])

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it, or nothing when an exception leaves it."""
        with self.lock:
            try:
                yield
                self._commit()
            finally:
                self.working = {}
                self.dropped = set()

    def undo(self) -> None:
        """Nothing of this transaction happened, so far."""
        self.working.clear()
        self.dropped.clear()

    def _commit(self) -> None:
        placed = [(row, self._kind(row), self._place(row)) for row in self.working.values()]
        if self.file is not None and (placed or self.dropped):
            self._write(self.file, placed)
        for row, kind, place in placed:
            self.table(kind).put(row, place)
            self.kinds[row["id"]] = kind
        for row_id in self.dropped:
            self.table(self.kinds.pop(row_id)).drop(row_id)

    def _place(self, row: Row) -> int:
        known = self.table(self._kind(row)).places.get(row["id"])
        if known is None:
            known = self.last_place = self.last_place + 1
        return known

    def _write(self, file: sqlite3.Connection, placed: list[tuple[Row, str, int]]) -> None:
        rows = [(row["id"], kind, place, json.dumps(row)) for row, kind, place in placed]
        with file:
            file.executemany("INSERT OR REPLACE INTO rows VALUES (?, ?, ?, ?)", rows)
            file.executemany("DELETE FROM rows WHERE id = ?", [(gone,) for gone in self.dropped])

    @staticmethod
    def _kind(row: Row) -> str:
        return row["object"]

    def clear(self) -> None:
        """Forget everything but what the sandbox itself must remember (`_memory` rows)."""
        with self.lock:
            kept = list(self.table("_memory").rows.values())
            self.tables, self.kinds, self.working = {}, {}, {}
            if self.file is not None:
                with self.file:
                    self.file.execute("DELETE FROM rows")
            with self.transaction():
                for row in kept:
                    self.add(row)

    def _load(self) -> None:
        if self.file is None:
            return
        for kind, place, body in self.file.execute(
            "SELECT kind, place, body FROM rows ORDER BY place"
        ):
            row = json.loads(body)
            self.table(kind).put(row, place)
            self.kinds[row["id"]] = kind
            self.last_place = place

    def close(self) -> None:
        """Let go of the file."""
        with self.lock:
            if self.file is not None:
                self.file.close()
                self.file = None


def _opened(file: Path) -> sqlite3.Connection:
    file.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(file, check_same_thread=False, timeout=5)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS rows"
        " (id TEXT PRIMARY KEY, kind TEXT NOT NULL, place INTEGER NOT NULL, body TEXT NOT NULL)"
    )
    return connection
