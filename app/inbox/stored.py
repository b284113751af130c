"""A stored event as plain values, so that nothing is open while Stripe is asked."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.db import reading
from app.models import EventStatus, WebhookEvent


@dataclass(frozen=True)
class StoredEvent:
    """`thing` is the object that the event carries, as it was when it happened."""

    type: str
    status: EventStatus
    thing: dict[str, Any]

    @property
    def settled(self) -> bool:
        return self.status in {EventStatus.HANDLED, EventStatus.IGNORED}


def load(event_id: str) -> StoredEvent:
    with reading() as session:
        row = session.execute(
            select(WebhookEvent.type, WebhookEvent.status, WebhookEvent.payload).where(
                WebhookEvent.id == event_id
            )
        ).one()
        return StoredEvent(row.type, row.status, row.payload["data"]["object"])
