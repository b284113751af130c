"""A customer's bank wants the money back."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.db import Model
from app.models.mirror import Mirror
from app.models.order import Order
from app.models.payment import Payment

CLOSED = {"won", "lost", "warning_closed", "prevented"}


class Dispute(Mirror, Model):
    """`status` and `reason` in Stripe's words; the order's status never changes by it."""

    __tablename__ = "disputes"
    stripe_object = "dispute"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"), index=True)
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    reason: Mapped[str] = mapped_column(String(60), default="")
    status: Mapped[str] = mapped_column(String(40), index=True)
    evidence_due_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())

    order: Mapped[Order] = relationship(back_populates="disputes")
    payment: Mapped[Payment] = relationship(back_populates="disputes")

    @property
    def is_open(self) -> bool:
        return self.status not in CLOSED

    @property
    def lost(self) -> bool:
        return self.status == "lost"
