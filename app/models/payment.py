"""Money on its way in: our side of one PaymentIntent."""

import secrets
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.db import Model
from app.models.mirror import Mirror
from app.models.order import Order

if TYPE_CHECKING:
    from app.models.dispute import Dispute
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


class Payment(Mirror, Model):
    """Of everything that Stripe says about one payment, this row's version is the guard."""

    __tablename__ = "payments"
    stripe_object = "payment_intent"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    token: Mapped[str] = mapped_column(
        String(43), unique=True, default=lambda: secrets.token_urlsafe(16)
    )
    attempt: Mapped[int] = mapped_column(default=1)
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

    order: Mapped[Order] = relationship(back_populates="payments")
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

    def touch(self) -> None:
        """Raise the version: something about this payment was recorded."""
        self.recorded_at = clock.now()

    def __str__(self) -> str:
        return self.stripe_id or f"payment {self.token}"
