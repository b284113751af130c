"""Money on its way in: our side of one PaymentIntent."""

import secrets
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.db import Model
from app.models.customer import Customer
from app.models.mirror import Mirror
from app.models.order import Order
from app.models.record_event import RecordEvent

if TYPE_CHECKING:
    from app.models.dispute import Dispute
    from app.models.invoice import InvoicePayment
    from app.models.refund import Refund


class PaymentStatus(StrEnum):
    """Stripe's own words, and `new` for what Stripe was not yet asked."""

    NEW = "new"
    REQUIRES_PAYMENT_METHOD = "requires_payment_method"
    REQUIRES_CONFIRMATION = "requires_confirmation"
    REQUIRES_ACTION = "requires_action"
    PROCESSING = "processing"
    REQUIRES_CAPTURE = "requires_capture"
    SUCCEEDED = "succeeded"
    CANCELED = "canceled"
    REJECTED = "rejected"  # Stripe refused to make the intent at all


PAYABLE = {
    PaymentStatus.NEW,
    PaymentStatus.REQUIRES_PAYMENT_METHOD,
    PaymentStatus.REQUIRES_CONFIRMATION,
    PaymentStatus.REQUIRES_ACTION,
}


class Matching(StrEnum):
    """Whose an external payment is; empty for payments that we asked for ourselves."""

    NONE = ""
    WAITING = "waiting"
    ASSIGNED = "assigned"
    DISMISSED = "dismissed"


class Payment(Mirror, Model):
    """Of everything that Stripe says about one payment, this row's version is the guard.

    It is for an order, or for what a customer owes: then `covers` names the items.
    """

    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint("order_id IS NULL OR matching = ''", name="orders_are_matched"),
    )
    stripe_object = "payment_intent"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"), index=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    description: Mapped[str] = mapped_column(String(300), default="")
    is_external: Mapped[bool] = mapped_column(default=False)
    payer_email: Mapped[str] = mapped_column(String(254), default="")
    matching: Mapped[Matching] = mapped_column(String(16), default=Matching.NONE, index=True)
    token: Mapped[str] = mapped_column(
        String(43), unique=True, default=lambda: secrets.token_urlsafe(16)
    )
    attempt: Mapped[int] = mapped_column(default=1)
    hosted: Mapped[bool] = mapped_column(default=False)  # paid on Stripe's own page
    session_id: Mapped[str | None] = mapped_column(String(255), unique=True)  # that page's
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    capture_method: Mapped[str] = mapped_column(String(16), default="automatic")
    status: Mapped[PaymentStatus] = mapped_column(String(32), default=PaymentStatus.NEW, index=True)
    received_amount: Mapped[int] = mapped_column(default=0)
    charge_id: Mapped[str] = mapped_column(String(255), default="")
    method: Mapped[str] = mapped_column(String(60), default="")  # "Visa •••• 4242"
    fee_amount: Mapped[int] = mapped_column(default=0)
    failure_code: Mapped[str] = mapped_column(String(100), default="")
    failure_message: Mapped[str] = mapped_column(default="")
    failed_charge_id: Mapped[str] = mapped_column(String(255), default="")
    capture_before: Mapped[datetime | None]
    asked_at: Mapped[datetime] = mapped_column(default=lambda: clock.now(), index=True)
    recorded_at: Mapped[datetime | None]

    order: Mapped[Order | None] = relationship(back_populates="payments")
    customer: Mapped[Customer | None] = relationship()
    covers: Mapped[list["InvoicePayment"]] = relationship(
        back_populates="payment", order_by="InvoicePayment.id"
    )
    events: Mapped[list[RecordEvent]] = relationship(order_by=RecordEvent.id)
    refunds: Mapped[list["Refund"]] = relationship(back_populates="payment", order_by="Refund.id")
    disputes: Mapped[list["Dispute"]] = relationship(
        back_populates="payment", order_by="Dispute.id"
    )

    @property
    def succeeded(self) -> bool:
        return self.status == PaymentStatus.SUCCEEDED

    @property
    def processing(self) -> bool:
        return self.status == PaymentStatus.PROCESSING

    @property
    def authorized(self) -> bool:
        return self.status == PaymentStatus.REQUIRES_CAPTURE

    @property
    def payable(self) -> bool:
        """It could still be paid, so it must be canceled before its goods are let go."""
        return self.status in PAYABLE

    def note_event(self, kind: str, *, actor: str, reason: str = "") -> None:
        """Add a line of history, to the order's if there is one."""
        if self.order is not None:
            self.order.note_event(kind, actor=actor, reason=reason)
        else:
            self.events.append(RecordEvent(kind=kind, actor=actor, reason=reason))

    def touch(self) -> None:
        """Raise the version: something about this payment was recorded."""
        self.recorded_at = clock.now()

    def __str__(self) -> str:
        return self.stripe_id or f"payment {self.token}"
