"""The database, and the only place in the shop that commits."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    TypeDecorator,
    event,
)
from sqlalchemy.exc import InterfaceError, OperationalError, TimeoutError
from sqlalchemy.orm import DeclarativeBase, Session, registry

from app.errors import DatabaseBusy
from config import ROOT, Settings

PATIENCE = 10  # seconds a writer waits for its turn
_CALLBACKS = "called after the commit"
_turns: WeakKeyDictionary[Engine, threading.Lock] = WeakKeyDictionary()

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment in Python, UTC in the database, on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            return value.replace(tzinfo=UTC)  # SQLite keeps no zone
        return value and value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    registry = registry(metadata=metadata, type_annotation_map={datetime: UtcDateTime})


db = SQLAlchemy(model_class=Base)

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


def init_app(app: Flask, settings: Settings) -> None:
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = _engine_options(settings)
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"))
    with app.app_context():
        for engine in db.engines.values():
            if engine.dialect.name == "sqlite" and engine.url.database:
                _set_up_sqlite_file(engine)


@contextmanager
def transaction() -> Iterator[Session]:
    """Do everything inside, or nothing. A nested block joins the outer one."""
    session = db.session()
    if is_writing(session):
        yield session
        return
    with _writing(session) as callbacks:
        yield session
        session.commit()
    for callback in callbacks:
        callback()


@contextmanager
def rehearsal() -> Iterator[Session]:
    """A transaction that is always rolled back."""
    session = db.session()
    if is_writing(session):
        raise RuntimeError("rehearsal() cannot undo the transaction() around it")
    with _writing(session):
        yield session


@contextmanager
def reading() -> Iterator[Session]:
    """Load plain values; afterwards nothing is open. Inside transaction() it joins."""
    session = db.session()
    try:
        yield session
    finally:
        if not is_writing(session):
            session.rollback()


@contextmanager
def peeking() -> Iterator[Session]:
    """Read in the middle of anything: what was open stays open, and nothing is left behind."""
    session = db.session()
    was_open = session.in_transaction()
    try:
        yield session
    finally:
        if not was_open:
            session.rollback()


def begins_with(column: Any, start: str) -> ColumnElement[bool]:
    """Text that begins so, case and all, as an index answers it.

    PostgreSQL makes a range of LIKE by itself where its order is that of the letters' codes. Where
    its order is a language's, no character is known to come after all others; SQLite has one.
    """
    found: ColumnElement[bool] = (
        column.startswith(start, autoescape=True)
        if db.engine.dialect.name == "postgresql"
        else column.between(start, start + "\uffff")
    )
    return found


def in_transaction() -> bool:
    """Ask the Session itself: a plain SELECT opens a transaction, too."""
    return db.session().in_transaction()


def is_writing(session: Session) -> bool:
    """True inside transaction() or rehearsal(), not after a mere SELECT."""
    return _CALLBACKS in session.info


def on_commit(callback: Callable[[], None]) -> None:
    """Call this once what is being written is safe; never after a rollback."""
    db.session().info[_CALLBACKS].append(callback)


@contextmanager
def noticing_writes(session: Session) -> Iterator[Callable[[], bool]]:
    """Inside, the yielded function says whether anything has been or will be written."""
    flushed = False

    def wrote() -> bool:
        pending = session.new or session.deleted or any(map(session.is_modified, session.dirty))
        return flushed or bool(pending)

    def before_flush(*_: object) -> None:
        nonlocal flushed
        flushed = wrote()

    event.listen(session, "before_flush", before_flush)
    try:
        yield wrote
    finally:
        event.remove(session, "before_flush", before_flush)


def is_away(error: Exception) -> bool:
    """Whether the database could not be reached in time, so that trying again may help."""
    if isinstance(error, OperationalError):
        return not str(error.orig).startswith("no such")  # SQLite: a missing migration
    return isinstance(error, InterfaceError | TimeoutError | DatabaseBusy)


@contextmanager
def _writing(session: Session) -> Iterator[list[Callable[[], None]]]:
    session.rollback()  # whatever was being read ends here
    with _turn():
        callbacks = session.info[_CALLBACKS] = []
        try:
            session.connection(execution_options={"writes": True})
            yield callbacks
        finally:
            del session.info[_CALLBACKS]
            session.rollback()  # nothing is left to undo after a commit


@contextmanager
def _turn() -> Iterator[None]:
    """On SQLite, threads queue fairly here instead of polling for the file's lock."""
    lock = _turns.get(db.engine)
    if lock is None:
        yield
        return
    if not lock.acquire(timeout=PATIENCE):
        raise DatabaseBusy("The shop is very busy just now. Nothing was changed: please try again.")
    try:
        yield
    finally:
        lock.release()


def _engine_options(settings: Settings) -> dict[str, Any]:
    """A connection for each thread that may want one; no values in error messages."""
    options: dict[str, Any] = {"hide_parameters": True}
    if settings.database_url.endswith((":memory:", "sqlite://")):
        return options
    threads = settings.server_threads + settings.job_workers + 2
    options |= {"pool_size": threads, "max_overflow": 2, "pool_timeout": PATIENCE}
    if settings.database_url.startswith("sqlite"):
        return options
    return options | {"pool_pre_ping": True, "connect_args": {"connect_timeout": PATIENCE}}


def _set_up_sqlite_file(engine: Engine) -> None:
    """Writers queue at BEGIN instead of failing halfway; readers never wait."""
    _turns[engine] = threading.Lock()

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # SQLAlchemy's events say BEGIN instead
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(f"PRAGMA busy_timeout={PATIENCE * 1000}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
