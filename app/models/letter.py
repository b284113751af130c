"""Every letter the shop has written, and whether it left. One cause, one letter."""

import secrets
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.db import Model


class LetterStatus(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class Letter(Model):
    __tablename__ = "letters"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(
        String(32), unique=True, default=lambda: secrets.token_urlsafe(16)
    )
    message: Mapped[str] = mapped_column(String(64), index=True)  # which of app.emails wrote it
    cause: Mapped[str] = mapped_column(String(200), unique=True)
    to: Mapped[str] = mapped_column("recipient", String(255), index=True)
    subject: Mapped[str] = mapped_column(String(255))
    text: Mapped[str]
    html: Mapped[str]
    order_id: Mapped[int | None] = mapped_column(
        ForeignKey("orders.id", ondelete="SET NULL"), index=True
    )
    customer_id: Mapped[int | None] = mapped_column(
        ForeignKey("customers.id", ondelete="SET NULL"), index=True
    )
    status: Mapped[LetterStatus] = mapped_column(
        String(16), default=LetterStatus.WAITING, index=True
    )
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=lambda: clock.now(), index=True)
    sent_at: Mapped[datetime | None]

    @property
    def sent(self) -> bool:
        return self.status == LetterStatus.SENT

    @property
    def failed(self) -> bool:
        return self.status == LetterStatus.FAILED

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"
