"""Webhooks get lost: read Stripe's own list and receive what never arrived."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from app import clock, gateway
from app.db import reading
from app.inbox.registry import handlers
from app.inbox.store import receive
from app.jobs import job, minutes
from app.jobs.schedule import name_of
from app.models import Job, JobState, WebhookEvent

OVERLAP = timedelta(hours=1)
FIRST_LOOK = timedelta(days=3)  # for as long Stripe itself tries again


@job(every=minutes(10))
def catch_up() -> None:
    """Receive every event since the last look that is not in the inbox yet."""
    missing = []
    for page in gateway.list_events(handlers, since=_last_look() - OVERLAP):
        known = _known([event.id for event in page])
        missing += [event for event in page if event.id not in known]
    for event in reversed(missing):
        receive(event)


def _last_look() -> datetime:
    done = (Job.name == name_of(catch_up)) & (Job.state == JobState.DONE)
    with reading() as session:
        last: datetime | None = session.scalar(select(func.max(Job.run_after)).where(done))
    return last or clock.now() - FIRST_LOOK


def _known(event_ids: list[str]) -> set[str]:
    with reading() as session:
        return set(session.scalars(select(WebhookEvent.id).where(WebhookEvent.id.in_(event_ids))))
