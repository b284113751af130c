"""A customer's bank wants the money back."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.db import Model
from app.models.mirror import Mirror
from app.models.order import Order
from app.models.payment import Payment

NEEDS_ANSWER = {"needs_response", "warning_needs_response"}
CLOSED = {"won", "lost", "warning_closed", "prevented"}


class Dispute(Mirror, Model):
    """`status` and `reason` in Stripe's words; the order's status never changes by it."""

    __tablename__ = "disputes"
    stripe_object = "dispute"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"), index=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"), index=True)
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    reason: Mapped[str] = mapped_column(String(60), default="")
    status: Mapped[str] = mapped_column(String(40), index=True)
    evidence_due_at: Mapped[datetime | None]
    evidence: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)  # as last saved
    evidence_asked_at: Mapped[datetime | None]  # somebody pressed the button
    evidence_asked_by: Mapped[str] = mapped_column(String(254), default="")
    evidence_sent_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())

    order: Mapped[Order | None] = relationship(back_populates="disputes")
    payment: Mapped[Payment] = relationship(back_populates="disputes")

    @property
    def needs_answer(self) -> bool:
        """It is lost unless somebody answers."""
        return self.status in NEEDS_ANSWER

    @property
    def is_open(self) -> bool:
        return self.status not in CLOSED

    @property
    def is_being_answered(self) -> bool:
        """The evidence is on its way to Stripe: it cannot be changed any more."""
        return self.evidence_asked_at is not None and self.evidence_sent_at is None

    @property
    def lost(self) -> bool:
        return self.status == "lost"

    def __str__(self) -> str:
        return f"Dispute {self.stripe_id}"
