"""A way to pay that staff send: our side of one Stripe Payment Link."""

import secrets
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.db import Model
from app.models.customer import Customer
from app.models.invoice import Invoice
from app.models.mirror import Mirror
from app.models.order import Order
from app.models.payment import Payment
from app.models.record_event import RecordEvent
from app.models.stateful import Stateful


class PaymentLinkStatus(StrEnum):
    NEW = "new"  # Stripe was not asked yet
    ACTIVE = "active"
    PAID = "paid"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"  # what it was for was paid in another way, or by a newer link
    DEACTIVATED = "deactivated"  # by staff
    REJECTED = "rejected"


P = PaymentLinkStatus
DEAD = {P.EXPIRED, P.SUPERSEDED, P.DEACTIVATED}


class PaymentLink(Stateful, Mirror, Model):
    """`amount` is locked; `slug` is our own short link, which knows when it was opened."""

    __tablename__ = "payment_links"
    __table_args__ = (CheckConstraint("amount > 0", name="some"),)
    stripe_object = "payment_link"
    STATES = PaymentLinkStatus
    TRANSITIONS = {
        P.NEW: {P.ACTIVE, P.REJECTED, *DEAD},
        P.ACTIVE: {P.PAID, *DEAD},
        **{state: {P.PAID} for state in DEAD},  # a session that was open already was paid after all
        P.PAID: set(),
        P.REJECTED: {P.DEACTIVATED},  # somebody saw it, and put it away
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(
        String(43), unique=True, default=lambda: secrets.token_urlsafe(16)
    )
    slug: Mapped[str] = mapped_column(
        String(32), unique=True, default=lambda: secrets.token_urlsafe(16)
    )
    attempt: Mapped[int] = mapped_column(default=1)
    asked_at: Mapped[datetime] = mapped_column(default=lambda: clock.now(), index=True)
    form_token: Mapped[str | None] = mapped_column(String(64), unique=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"), index=True)
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("invoices.id"), index=True)
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payments.id"), unique=True)
    email: Mapped[str] = mapped_column(String(254), index=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    description: Mapped[str] = mapped_column(String(300))
    message: Mapped[str] = mapped_column(default="")
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    url: Mapped[str] = mapped_column(default="")
    sent_by: Mapped[str] = mapped_column(String(254))
    sent_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None] = mapped_column(index=True)
    closed_at_stripe: Mapped[bool] = mapped_column(default=False)  # it and its sessions are dead
    created_at: Mapped[datetime] = mapped_column(default=lambda: clock.now(), index=True)

    customer: Mapped[Customer | None] = relationship()
    order: Mapped[Order | None] = relationship()
    invoice: Mapped[Invoice | None] = relationship()
    payment: Mapped[Payment | None] = relationship()
    events: Mapped[list[RecordEvent]] = relationship(order_by=RecordEvent.id)

    @property
    def is_live(self) -> bool:
        """Somebody could pay it."""
        return self.status in {PaymentLinkStatus.NEW, PaymentLinkStatus.ACTIVE}

    @property
    def on_its_way(self) -> bool:
        """A payment of what it asks for is on its way: it must not be paid a second time."""
        target = self.invoice or self.order
        return target is not None and target.processing

    def __str__(self) -> str:
        return f"Payment link {self.token[:8]}"
