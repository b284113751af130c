"""Receive each event once."""

from sqlalchemy.exc import IntegrityError

from app import settings
from app.db import transaction
from app.gateway import VerifiedEvent
from app.inbox.handle import handle
from app.inbox.registry import handlers
from app.jobs import enqueue
from app.models import EventStatus, WebhookEvent


def receive(event: VerifiedEvent) -> None:
    """Store an event and its job together; a duplicate changes nothing."""
    ignored_because = _reason_to_ignore(event)
    row = WebhookEvent(
        id=event.id,
        type=event.type,
        object_name=event.object_name,
        object_id=event.object_id,
        api_version=event.api_version,
        payload=event.payload,
        status=EventStatus.IGNORED if ignored_because else EventStatus.RECEIVED,
        error=ignored_because,
    )
    try:
        with transaction() as session:
            session.add(row)
            session.flush()
            if not ignored_because:
                enqueue(handle, event_id=event.id)
    except IntegrityError:
        return  # Stripe sent it twice


def _reason_to_ignore(event: VerifiedEvent) -> str:
    """Why an event is none of our business; empty if it is."""
    ours = settings.current()
    if event.account not in {None, ours.stripe_account}:
        return "for another account"
    if event.livemode not in {None, ours.livemode}:
        return "for live mode" if event.livemode else "for test mode"
    return "" if event.type in handlers else "nobody handles this type"
