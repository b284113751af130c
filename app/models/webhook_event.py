"""What Stripe told us. An event id can only be written here once."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.db import Model


class EventStatus(StrEnum):
    RECEIVED = "received"
    HANDLED = "handled"
    IGNORED = "ignored"
    FAILED = "failed"


class WebhookEvent(Model):
    __tablename__ = "webhook_events"

    id: Mapped[str] = mapped_column(String(255), primary_key=True)  # Stripe's own
    type: Mapped[str] = mapped_column(String(255), index=True)
    object_name: Mapped[str] = mapped_column(String(255))
    object_id: Mapped[str | None] = mapped_column(String(255), index=True)
    api_version: Mapped[str | None] = mapped_column(String(64))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    status: Mapped[EventStatus] = mapped_column(String(16), index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")  # or why it was ignored
    received_at: Mapped[datetime] = mapped_column(default=lambda: clock.now(), index=True)
    handled_at: Mapped[datetime | None]

    @property
    def failed(self) -> bool:
        return self.status == EventStatus.FAILED

    def __str__(self) -> str:
        return f"{self.type} {self.id}"
