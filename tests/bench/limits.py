"""The least that a checkout can cost: the rows of one order, written once more in one go.

PostgreSQL takes the goods and writes every row in a single statement. SQLite knows no such
statement; there it is one IMMEDIATE transaction of plain statements, behind a lock that lets one
thread at a time to the file. Both talk to the driver itself, on connections that are kept.
"""

import json
import secrets
import sqlite3
import threading
from collections.abc import Callable
from typing import Any

import psycopg
from sqlalchemy import Column, Engine, Table

from app.db import PATIENCE, db, reading
from app.models import LineItem, Order, OrderEvent, Payment, Reservation

HANGS_ON_AN_ORDER = (LineItem, OrderEvent, Payment, Reservation)
TAKE = (
    "UPDATE stock SET reserved = reserved + 1"
    " WHERE variant_id = {0} AND on_hand - reserved >= 1 RETURNING variant_id"
)
Values = dict[str, Any]
Row = tuple[Table, Values]
Place = Callable[[int], None]


def like(order_id: int) -> Place:
    """A function that places an order like this one, of any variant."""
    rows = _rows_of(order_id)
    engine = db.engine
    return _on_sqlite(engine, rows) if engine.name == "sqlite" else _on_postgresql(engine, rows)


def _on_postgresql(engine: Engine, rows: list[Row]) -> Place:
    """WITH taken AS (UPDATE …), placed AS (INSERT …), row1 AS (INSERT …), … SELECT."""
    parts = [f"WITH taken AS ({TAKE.format('%(variant_id)s')})"]
    values: Values = {}
    for number, (table, row) in enumerate(rows):
        name, source = ("placed", "taken") if not number else (f"row{number}", "placed")
        columns = [table.columns[column] for column in row]
        given = [_cast(column, f"v{number}_{column.name}", engine) for column in columns]
        names = [column.name for column in columns]
        if number:
            names, given = ["order_id", *names], ["placed.id", *given]
        parts.append(
            f", {name} AS (INSERT INTO {table.name} ({', '.join(names)})"  # noqa: S608
            f" SELECT {', '.join(given)} FROM {source} RETURNING id)"
        )
        values |= {f"v{number}_{column}": value for column, value in row.items()}
    statement = " ".join([*parts, "SELECT id FROM placed"])
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    tokens = [name for name in values if name.endswith(("_token", "_place_key"))]
    variants = [name for name, value in values.items() if value and name.endswith("_variant_id")]
    kept = threading.local()

    def place(variant_id: int) -> None:
        if not hasattr(kept, "connection"):
            kept.connection = psycopg.connect(url, autocommit=True)
        changed = {"variant_id": variant_id, "v0_number": secrets.token_hex(10)}
        changed |= {name: secrets.token_hex(16) for name in tokens}
        changed |= dict.fromkeys(variants, variant_id)
        found = kept.connection.execute(statement, values | changed, prepare=True)
        if not found.fetchone():
            raise RuntimeError("nothing was placed")

    return place


def _on_sqlite(engine: Engine, rows: list[Row]) -> Place:
    statements = [(_insert(table, row), row) for table, row in rows]
    path, turn, kept = str(engine.url.database), threading.Lock(), threading.local()

    def connection() -> sqlite3.Connection:
        if not hasattr(kept, "connection"):
            kept.connection = sqlite3.connect(path, isolation_level=None, timeout=PATIENCE)
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
                kept.connection.execute(f"PRAGMA {pragma}")
        found: sqlite3.Connection = kept.connection
        return found

    def place(variant_id: int) -> None:
        with turn:
            execute = connection().execute
            execute("BEGIN IMMEDIATE")
            if not execute(TAKE.format("?"), (variant_id,)).fetchone():
                raise RuntimeError("nothing was placed")
            (statement, row), *others = statements
            order_id = execute(statement, row | _new_names()).lastrowid
            for statement, row in others:
                changed = {"variant_id": variant_id} if row.get("variant_id") else {}
                token = {"token": secrets.token_urlsafe(16)} if "token" in row else {}
                execute(statement, row | changed | token | {"order_id": order_id})
            execute("COMMIT")

    return place


def _insert(table: Table, row: Values) -> str:
    names = list(row) if table.name == "orders" else [*row, "order_id"]
    marks = ", ".join(f":{name}" for name in names)
    return f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608


def _new_names() -> Values:
    """What no two orders share."""
    key = secrets.token_hex(16)
    return {"number": key[:20], "token": key, "place_key": key}


def _rows_of(order_id: int) -> list[Row]:
    """An order and everything that was written with it, as the driver keeps it."""
    rows = []
    with reading() as session:
        for model in (Order, *HANGS_ON_AN_ORDER):
            table: Table = model.__table__  # type: ignore[assignment]
            mine = "id" if model is Order else "order_id"
            plain = f"SELECT * FROM {table.name} WHERE {mine} = {order_id:d}"  # noqa: S608
            found = session.connection().exec_driver_sql(plain).mappings()
            rows += [(table, _values(row)) for row in found]
    return rows


def _values(row: Any) -> Values:
    return {
        name: json.dumps(value) if isinstance(value, dict | list) else value
        for name, value in row.items()
        if name not in {"id", "order_id"}
    }


def _cast(column: Column[Any], parameter: str, engine: Engine) -> str:
    return f"CAST(%({parameter})s AS {column.type.compile(engine.dialect)})"
