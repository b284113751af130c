"""The truth about jobs: rows that commit with their cause and run at least once."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from flask import current_app
from sqlalchemy import ColumnElement, delete, inspect, or_, select, update
from sqlalchemy.exc import IntegrityError

from app import clock
from app.db import db, is_writing, on_commit, reading, transaction
from app.jobs.schedule import current_slots, function_named, hours, job, name_of
from app.models import Job, JobState

LEASE = timedelta(minutes=5)
KEPT = timedelta(days=7)
MAX_ATTEMPTS = 8

log = structlog.get_logger("jobs")


@dataclass(frozen=True)
class Claim:
    job_id: int
    name: str
    arguments: dict[str, Any]
    attempt: int


def enqueue(
    function: Callable[..., None], *, run_after: datetime | None = None, **arguments: Any
) -> None:
    """Run a function later, if and only if this transaction commits."""
    if not is_writing(db.session()):
        raise RuntimeError("enqueue() belongs inside a transaction()")
    function_named(name_of(function))
    _add(Job(name=name_of(function), arguments=arguments, run_after=run_after or clock.now()))


def run(job_id: int) -> None:
    """Claim a job, do it, and write down how it went."""
    claimed = claim(job_id)
    if claimed is None:
        return
    try:
        function_named(claimed.name)(**claimed.arguments)
    except Exception as error:
        log.warning("job failed", job=claimed.name, attempt=claimed.attempt, exc_info=True)
        retry(claimed, error)
    else:
        finish(claimed)


def claim(job_id: int) -> Claim | None:
    """Take a job for the length of a lease, or leave it to whoever has it."""
    with transaction() as session:
        row = session.execute(
            update(Job)
            .where(Job.id == job_id, _is_due())
            .values(
                state=JobState.RUNNING,
                attempts=Job.attempts + 1,
                leased_until=clock.now() + LEASE,
            )
            .returning(Job.id, Job.name, Job.arguments, Job.attempts)
        ).first()
        return Claim(*row) if row else None


def finish(claimed: Claim) -> None:
    _settle(claimed, state=JobState.DONE, leased_until=None, error="", finished_at=clock.now())


def retry(claimed: Claim, error: Exception) -> None:
    """Wait longer each time, and never quite as long as the others; then give up."""
    wait = timedelta(seconds=2**claimed.attempt * 5 + secrets.randbelow(10))
    over = claimed.attempt >= MAX_ATTEMPTS
    _settle(
        claimed,
        state=JobState.FAILED if over else JobState.WAITING,
        leased_until=None,
        run_after=clock.now() + wait,
        finished_at=clock.now(),
        error=f"{type(error).__name__}: {error}",
    )
    if not over:
        _nudge(claimed.job_id, clock.now() + wait)


def restart(job_id: int) -> None:
    """Give a job that was given up, or waits, another set of attempts now."""
    with transaction() as session:
        row = session.get_one(Job, job_id)
        if row.state == JobState.RUNNING:
            return
        row.state, row.attempts, row.run_after = JobState.WAITING, 0, clock.now()
        on_commit(lambda: _nudge(job_id, clock.now()))


def due() -> list[int]:
    """The jobs that nobody is at work on, oldest first."""
    with reading() as session:
        ids = select(Job.id).where(_is_due()).order_by(Job.id).limit(1000)
        return list(session.scalars(ids))


def add_recurring() -> None:
    """Add each recurring job once per slot, however many machines ask."""
    slots = current_slots()
    with reading() as session:
        known = set(session.scalars(select(Job.slot).where(Job.slot.in_(slots))))
    for slot in slots.keys() - known:
        try:
            with transaction():
                _add(Job(name=slots[slot], arguments={}, slot=slot, run_after=clock.now()))
                db.session.flush()
        except IntegrityError:
            continue  # another machine was quicker


@job(every=hours(24))
def prune() -> None:
    """Forget jobs that were done long ago; those that failed stay."""
    long_ago = clock.now() - KEPT
    with transaction() as session:
        session.execute(delete(Job).where(Job.state == JobState.DONE, Job.finished_at < long_ago))


def _add(row: Job) -> None:
    """Nudges by what is known anyway: reading the row again would open a transaction."""
    db.session.add(row)
    run_after = row.run_after
    on_commit(lambda: _nudge(inspect(row).identity[0], run_after))  # type: ignore[index]


def _nudge(job_id: int, run_after: datetime) -> None:
    wait = (run_after - clock.now()).total_seconds()
    current_app.extensions["jobs"].nudge(job_id, wait=max(0, wait))


def _is_due() -> ColumnElement[bool]:
    now = clock.now()
    return (
        Job.state.in_([JobState.WAITING, JobState.RUNNING])
        & (Job.run_after <= now)
        & or_(Job.leased_until.is_(None), Job.leased_until < now)
    )


def _settle(claimed: Claim, **values: Any) -> None:
    """Only the latest claim may say how a job ended."""
    mine = (Job.id == claimed.job_id) & (Job.attempts == claimed.attempt)
    with transaction() as session:
        session.execute(update(Job).where(mine).values(**values))
