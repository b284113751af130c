"""Everything the pretend Stripe knows: rows in memory, indexed, and in one file if asked.

A row is changed on a copy that belongs to the running transaction; what is committed is never
changed in place, so a refused request leaves no trace. With a file, a transaction is written
before its answer leaves: a killed sandbox forgets nothing it has answered.
"""

import json
import marshal
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox.kinds import indexed
from sandbox.shapes import Row
from sandbox.table import Table


def copied(row: Row) -> Row:
    """A deep copy of plain JSON values, quickly."""
    return marshal.loads(marshal.dumps(row))  # noqa: S302


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
            found = self.tables[kind] = Table(indexed(kind))
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
        self.dropped.discard(row["id"])
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
