"""Fetch what an event is about, outside any transaction; record it inside one."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app import clock
from app.db import reading, transaction
from app.errors import RowMoved
from app.inbox.registry import Subject, handlers
from app.inbox.stored import StoredEvent, load
from app.jobs import enqueue, job
from app.models import EventStatus, WebhookEvent, version_of

MAX_ASKS = 5


@job()
def handle(event_id: str) -> None:
    """Handle a stored event; a failure is kept with it and tried again."""
    event = load(event_id)
    if event.settled:
        return
    try:
        _fetch_and_record(event_id, event)
    except Exception as error:
        _mark(event_id, EventStatus.FAILED, error=f"{type(error).__name__}: {error}")
        raise


def replay(event_id: str) -> None:
    """Handle an event once more; always safe, it asks Stripe anew."""
    with transaction() as session:
        row = session.get_one(WebhookEvent, event_id)
        if row.type in handlers:
            row.status = EventStatus.RECEIVED
            enqueue(handle, event_id=event_id)


def _fetch_and_record(event_id: str, event: StoredEvent) -> None:
    for _ in range(MAX_ASKS):
        try:
            return _try(event_id, event)
        except (RowMoved, StaleDataError):
            continue  # the answer is older than the row: ask again
    raise RowMoved(f"{event.thing.get('id')} moved {MAX_ASKS} times while we asked")


def _try(event_id: str, event: StoredEvent) -> None:
    handler = handlers[event.type]
    subject = handler.about(event.thing)
    with reading() as session:
        seen = version_of(session, subject.name, subject.id)
    answer = handler.ask(subject)
    with transaction() as session:
        with _unmoved(session, subject, seen):
            handler.record(session, answer)
            session.flush()
        _mark(event_id, EventStatus.HANDLED)


@contextmanager
def _unmoved(session: Session, subject: Subject, seen: int | None) -> Iterator[None]:
    """Compare just before the first write: by then record() holds its locks."""
    compared = False

    def compare(*_: object) -> None:
        nonlocal compared
        if compared:
            return
        compared = True
        if version_of(session, subject.name, subject.id) != seen:
            raise RowMoved(f"{subject.id} moved while we asked")

    sqlalchemy_event.listen(session, "before_flush", compare)
    try:
        yield
    finally:
        sqlalchemy_event.remove(session, "before_flush", compare)


def _mark(event_id: str, status: EventStatus, *, error: str = "") -> None:
    with transaction() as session:
        row = session.get_one(WebhookEvent, event_id)
        row.status, row.error = status, error
        row.attempts += 1
        row.handled_at = clock.now() if status == EventStatus.HANDLED else None
