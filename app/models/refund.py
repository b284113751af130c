"""Money on its way back. Its token, not its id, is what Stripe gets to see."""

import secrets
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.db import Model
from app.models.mirror import Mirror
from app.models.order import Order
from app.models.payment import Payment


class RefundStatus(StrEnum):
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class Refund(Mirror, Model):
    __tablename__ = "refunds"
    __table_args__ = (CheckConstraint("amount > 0", name="some"),)
    stripe_object = "refund"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"), index=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"), index=True)
    amount: Mapped[int]
    reason: Mapped[str] = mapped_column(default="")
    status: Mapped[RefundStatus] = mapped_column(
        String(16), default=RefundStatus.PENDING, index=True
    )
    failure_reason: Mapped[str] = mapped_column(default="")
    actor: Mapped[str] = mapped_column(String(254))
    token: Mapped[str] = mapped_column(
        String(43), unique=True, default=lambda: secrets.token_urlsafe(16)
    )
    form_token: Mapped[str | None] = mapped_column(String(64), unique=True)  # used once
    attempt: Mapped[int] = mapped_column(default=1)
    asked_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())

    order: Mapped[Order | None] = relationship(back_populates="refunds")
    payment: Mapped[Payment] = relationship(back_populates="refunds")

    @property
    def succeeded(self) -> bool:
        return self.status == RefundStatus.SUCCEEDED

    @property
    def pending(self) -> bool:
        return self.status == RefundStatus.PENDING

    @property
    def failed(self) -> bool:
        return self.status == RefundStatus.FAILED
