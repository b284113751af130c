"""Jobs: at least once, never before their cause, and visible when they fail."""

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest

from app import clock, jobs
from app.db import db, rehearsal, transaction
from app.jobs import outbox, schedule
from app.jobs.outbox import KEPT, LEASE, MAX_ATTEMPTS
from app.models import Job, JobState

ran = []
DIE_IN_THE_MIDDLE = """
import sys
import config
from app import create_app
from app.jobs import outbox
from tests.jobs import test_outbox

test_outbox.ran = None
with create_app(config.testing(database_url=sys.argv[1])).app_context():
    outbox.run(1)
"""


@jobs.job()
def note(word: str) -> None:
    if ran is None:
        os.kill(os.getpid(), signal.SIGKILL)
    ran.append(word)


@jobs.job()
def stumble() -> None:
    raise OSError("no route")


def test_a_job_commits_with_its_cause(app, run_jobs):
    with transaction():
        jobs.enqueue(note, word="kept")
    with rehearsal():
        jobs.enqueue(note, word="undone")

    assert run_jobs() == 1
    assert ran == ["kept"]
    assert row().state == JobState.DONE


def test_a_job_needs_a_transaction_not_just_a_select(app):
    db.session.scalars(db.select(Job)).all()

    with pytest.raises(RuntimeError):
        jobs.enqueue(note, word="lost")


def test_only_a_job_can_be_run_later(app):
    with transaction(), pytest.raises(LookupError):
        jobs.enqueue(row)


def test_a_job_for_later_waits_until_then(app, run_jobs, move_clock):
    with transaction():
        jobs.enqueue(note, run_after=clock.now() + timedelta(minutes=10), word="later")
    app.extensions["jobs"].sweep()
    run_jobs()
    assert "later" not in ran

    move_clock(timedelta(minutes=10, seconds=1))
    app.extensions["jobs"].sweep()
    run_jobs()

    assert "later" in ran


def test_a_killed_worker_loses_nothing(app, move_clock):
    with transaction():
        jobs.enqueue(note, word="again")
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    died = subprocess.run([sys.executable, "-c", DIE_IN_THE_MIDDLE, url])  # noqa: S603
    assert died.returncode == -signal.SIGKILL
    assert (row().state, row().attempts) == (JobState.RUNNING, 1)

    outbox.run(1)
    assert ran == []  # the lease still holds
    move_clock(LEASE + timedelta(seconds=1))
    outbox.run(1)

    assert ran == ["again"]
    assert (row().state, row().attempts) == (JobState.DONE, 2)


def test_a_worker_that_outlived_its_lease_may_not_say_how_it_ended(app, move_clock):
    with transaction():
        jobs.enqueue(note, word="slow")
    slow = outbox.claim(1)
    move_clock(LEASE + timedelta(seconds=1))
    outbox.claim(1)

    outbox.finish(slow)

    assert row().state == JobState.RUNNING


def test_a_failing_job_waits_longer_each_time_and_then_gives_up(app, move_clock):
    with transaction():
        jobs.enqueue(stumble)

    waits = []
    for _ in range(MAX_ATTEMPTS):
        outbox.run(1)
        waits.append(row().run_after)
        outbox.run(1)  # too early: nothing happens
        move_clock(timedelta(hours=1))

    assert waits == sorted(waits)
    assert (row().state, row().attempts) == (JobState.FAILED, MAX_ATTEMPTS)
    assert row().error == "OSError: no route"


def test_a_job_that_was_given_up_can_be_tried_again(app, run_jobs):
    give_up_a_job()

    done = app.test_cli_runner().invoke(args=["jobs", "retry", "1"])
    run_jobs()

    assert done.exit_code == 0
    assert (row().state, row().attempts) == (JobState.WAITING, 1)


def test_jobs_and_failures_are_listed(app):
    give_up_a_job()

    listed = app.test_cli_runner().invoke(args=["jobs"]).output

    assert "inbox.catch_up.catch_up" in listed
    assert "every 0:10:00" in listed
    assert "stumble" in listed
    assert "OSError: no route" in listed


def test_a_job_that_is_not_there_cannot_be_retried(app):
    done = app.test_cli_runner().invoke(args=["jobs", "retry", "7"])

    assert done.exit_code == 1
    assert "there is no job 7" in done.output


def test_the_sweep_finds_what_huey_lost(app, run_jobs):
    with transaction():
        jobs.enqueue(note, word="found")
    engine = app.extensions["jobs"]
    engine.huey.flush()

    engine.sweep()
    run_jobs()

    assert "found" in ran


def test_a_recurring_job_is_added_once_per_slot(app, move_clock, monkeypatch):
    monkeypatch.setattr(schedule, "_recurring", {"x": timedelta(minutes=5)})
    for _ in range(3):
        outbox.add_recurring()
    move_clock(timedelta(minutes=5))
    outbox.add_recurring()

    assert db.session.scalars(db.select(Job.name)).all() == ["x", "x"]


def test_two_machines_add_a_recurring_job_once(app, monkeypatch):
    monkeypatch.setattr(schedule, "_recurring", {"x": timedelta(minutes=5)})
    slots = outbox.current_slots()

    def both_look_first():
        monkeypatch.setattr(outbox, "current_slots", lambda: slots)
        outbox.add_recurring()
        return slots

    monkeypatch.setattr(outbox, "current_slots", both_look_first)
    outbox.add_recurring()

    assert db.session.query(Job).count() == 1


def test_the_shop_works_while_the_job_engine_is_away(app, monkeypatch):
    engine = app.extensions["jobs"]
    monkeypatch.setattr(engine, "_run", lambda _: 1 / 0)

    with transaction():
        jobs.enqueue(note, word="later")

    assert outbox.due() == [1]


def test_jobs_done_long_ago_are_forgotten_and_failures_are_kept(app, run_jobs, move_clock):
    give_up_a_job()
    with transaction():
        jobs.enqueue(note, word="done")
    run_jobs()

    outbox.prune()
    assert db.session.query(Job).count() == 2
    move_clock(KEPT + timedelta(minutes=1))
    outbox.prune()

    assert [job.name for job in db.session.query(Job)] == ["tests.jobs.test_outbox.stumble"]


def give_up_a_job():
    with transaction() as session:
        jobs.enqueue(stumble)
    outbox.run(1)
    with transaction() as session:
        job = session.get_one(Job, 1)
        job.state, job.attempts = JobState.FAILED, MAX_ATTEMPTS


def row():
    db.session.rollback()
    return db.session.get(Job, 1)


@pytest.fixture(autouse=True)
def _forget():
    ran.clear()
