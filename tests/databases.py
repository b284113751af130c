"""Databases for tests: a new SQLite file each, and one PostgreSQL database per process."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, text
from sqlalchemy.pool import NullPool

from app import models  # noqa: F401 - its import fills the metadata
from app.db import db
from tests import postgres
from tests.needs import missing

NAME = "storekeeper_test"
SLOTS = range(1, 100)


class Sqlite:
    """Every test gets a copy of a file that holds the empty tables."""

    def __init__(self, folder: Path) -> None:
        self._template = folder / "template.db"
        engine = create_engine(f"sqlite:///{self._template}")
        db.metadata.create_all(engine)
        engine.dispose()

    def fresh(self, folder: Path) -> str:
        """The address of an empty shop database in this folder."""
        path = shutil.copy(self._template, folder / "shop.db")
        return f"sqlite:///{path}"

    def bare(self, folder: Path) -> str:
        """The address of a database without any table."""
        return f"sqlite:///{folder}/bare.db"


class Postgres:
    """Tables are made once; each test finds them empty."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self._engine = create_engine(url, poolclass=NullPool)
        self._has_tables = False

    def fresh(self, folder: Path) -> str:
        """The address of the shop database, emptied."""
        if not self._has_tables:
            self.bare(folder)
            db.metadata.create_all(self._engine)
            self._has_tables = True
        with self._engine.begin() as connection:
            _empty(connection)
        return address(self._url)

    def bare(self, _folder: Path) -> str:
        """The address of a database without any table."""
        self._has_tables = False
        with self._engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        return address(self._url)


@contextmanager
def postgres_database() -> Iterator[URL]:
    """A PostgreSQL database that nobody else uses while this one is open."""
    server = postgres_server()
    with server.connect() as guard:
        name = f"{NAME}_{_take_slot(guard)}"
        if not guard.scalar(text("SELECT 1 FROM pg_database WHERE datname = :n"), {"n": name}):
            guard.execute(text(f"CREATE DATABASE {name}"))
        # Test data may be lost: nothing waits for the disk.
        guard.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
        yield server.url.set(database=name)
    server.dispose()


def postgres_server() -> Engine:
    """The server that test databases are made on."""
    url = postgres.find()
    if not url:
        missing("no PostgreSQL server answers (set TEST_DATABASE_URL, or run: make test)")
    return create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)


def address(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def _take_slot(guard: Connection) -> int:
    """Test runs at the same time each get a number; the server lets go when we do."""
    for slot in SLOTS:
        lock = text("SELECT pg_try_advisory_lock(hashtext(:name), :slot)")
        if guard.scalar(lock, {"name": NAME, "slot": slot}):
            return slot
    raise RuntimeError(f"{len(SLOTS)} test runs are using this PostgreSQL server already")


def _empty(connection: Connection) -> None:
    """Rows are deleted, and only where there are some: truncating makes and syncs a file each."""
    tables = [table.name for table in db.metadata.sorted_tables]
    probes = " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")"  # noqa: S608 - our own names
        for name in tables
    )
    filled = set(connection.scalars(text(probes)))
    for name in reversed(tables):  # what refers before what is referred to
        if name in filled:
            connection.execute(text(f'DELETE FROM "{name}"'))  # noqa: S608
    connection.execute(
        text(
            "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false)"
            " FROM pg_sequences WHERE last_value IS NOT NULL"
        )
    )
