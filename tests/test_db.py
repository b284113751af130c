"""Transactions: all or nothing, one writer at a time, moments in UTC."""

import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.exc import StatementError
from sqlalchemy.orm.exc import StaleDataError

from app import db as database_module
from app.db import begins_with, db, in_transaction, on_commit, reading, rehearsal, transaction
from app.errors import DatabaseBusy
from app.models import Job, Order
from tests import servers


def test_moments_come_back_aware_and_in_utc(app):
    eastern = datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=2)))
    with transaction() as session:
        session.add(Job(name="x", arguments={}, run_after=eastern))

    moment = db.session.scalar(db.select(Job.run_after))
    assert moment == eastern
    assert moment.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused(app):
    naive = datetime(2026, 1, 1)  # noqa: DTZ001
    with pytest.raises(StatementError, match="no time zone"), transaction() as session:
        session.add(Job(name="x", arguments={}, run_after=naive))


def test_text_is_found_by_how_it_begins_case_and_all(app):
    names = ["eve", "eve@x", "evf", "Eve@", "even", "e%e", "ev_", "eveé"]
    with transaction() as session:
        session.add_all(Job(name=name, arguments={}) for name in names)

    def found(start):
        return {*db.session.scalars(db.select(Job.name).where(begins_with(Job.name, start)))}

    assert found("eve") == {"eve", "eve@x", "even", "eveé"}
    assert found("e%") == {"e%e"}
    assert found("ev_") == {"ev_"}
    assert found("x") == set()


def test_a_select_opens_a_transaction_and_reading_ends_it(app):
    with reading() as session:
        session.scalars(db.select(Job)).all()
        assert in_transaction()

    assert not in_transaction()


def test_a_nested_transaction_joins_the_outer_one(app):
    with rehearsal():
        with transaction() as session:
            session.add(Job(name="inner", arguments={}))
        assert db.session.query(Job).count() == 1

    assert db.session.query(Job).count() == 0


def test_a_rehearsal_leaves_nothing_and_calls_nobody(app):
    called = []
    with rehearsal() as session:
        session.add(Job(name="x", arguments={}))
        session.flush()
        on_commit(lambda: called.append(1))

    assert db.session.query(Job).count() == 0
    assert called == []


def test_what_waits_for_the_commit_is_called_after_it(app):
    seen = []
    with transaction() as session:
        session.add(Job(name="x", arguments={}))
        on_commit(lambda: seen.append(in_transaction()))
        assert seen == []

    assert seen == [False]


def test_a_stale_write_is_refused(app):
    with transaction() as session:
        order = Order(number="1001", currency="eur", email="eve@example.com")
        session.add(order)

    def write_over_somebody():
        with transaction() as session:
            session.refresh(order)
            session.execute(db.text("UPDATE orders SET version = version + 1"))
            order.email = "ada@example.com"

    with pytest.raises(StaleDataError):
        write_over_somebody()
    assert order.email == "eve@example.com"


@pytest.mark.databases("sqlite")
def test_a_writer_takes_its_turn_at_the_start(app, database):
    path = database.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, timeout=0)) as other:
        with reading() as session:
            session.scalars(db.select(Job)).all()
            other.execute("BEGIN IMMEDIATE")
            other.rollback()
        with transaction(), pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")


@pytest.mark.databases("sqlite")
def test_writers_of_one_process_queue_and_one_that_waits_too_long_is_told(app, monkeypatch):
    monkeypatch.setattr(database_module, "PATIENCE", 0.2)
    told = []

    def write():
        with app.app_context():
            try:
                with transaction():
                    pass
            except DatabaseBusy as error:
                told.append(str(error))

    with transaction():
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
    write()

    assert len(told) == 1
    assert "Nothing was changed" in told[0]


@pytest.mark.databases("sqlite")
def test_sqlite_files_are_set_up_for_concurrency(database, tmp_path):
    with servers.opened(database, tmp_path):  # not in the hurry of the tests' own shop
        pragma = db.session.connection().exec_driver_sql
        assert pragma("PRAGMA journal_mode").scalar() == "wal"
        assert pragma("PRAGMA synchronous").scalar() == 2
        assert pragma("PRAGMA foreign_keys").scalar() == 1
