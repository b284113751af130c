"""An order, what it may become, and the record of everything it has been."""

import secrets
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, String
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.db import Model
from app.errors import InvalidTransition
from app.models.customer import Customer, PostalAddress, PostalAddressType
from app.models.line_item import SHIPPING, LineItem
from app.models.mirror import Versioned
from app.models.order_event import OrderEvent
from app.models.shipping_rate import COLLECT
from app.models.stock import Reservation

if TYPE_CHECKING:
    from app.models.coupon import CouponUse
    from app.models.dispute import Dispute
    from app.models.payment import Payment
    from app.models.refund import Refund


class OrderStatus(StrEnum):
    PENDING = "pending"
    FAILED = "failed"
    PAID = "paid"
    FULFILLING = "fulfilling"
    FULFILLED = "fulfilled"
    REFUNDED = "refunded"
    CANCELED = "canceled"


S = OrderStatus

TRANSITIONS: dict[OrderStatus, set[OrderStatus]] = {
    S.PENDING: {S.PAID, S.FAILED, S.CANCELED},
    S.FAILED: {S.PENDING, S.PAID, S.CANCELED},
    S.PAID: {S.FULFILLING, S.FULFILLED, S.REFUNDED},
    S.FULFILLING: {S.FULFILLED, S.REFUNDED},
    S.FULFILLED: {S.REFUNDED},
    S.REFUNDED: set(),  # and back, only when the refund fails later
    S.CANCELED: set(),
}


class Order(Versioned, Model):
    """Amounts in minor units of `currency`; `token` is its unguessable public name."""

    __tablename__ = "orders"
    __table_args__ = (
        CheckConstraint("total_amount >= 0", name="total_not_negative"),
        CheckConstraint("refunded_amount <= paid_amount", name="not_refunded_twice"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    token: Mapped[str] = mapped_column(
        String(43), unique=True, default=lambda: secrets.token_urlsafe(24)
    )
    place_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    fingerprint: Mapped[str] = mapped_column(String(64), default="")
    cart_id: Mapped[int | None] = mapped_column(
        ForeignKey("carts.id", ondelete="SET NULL"), index=True
    )
    source: Mapped[str] = mapped_column(String(16), default="store")  # or "staff"

    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    email: Mapped[str] = mapped_column(String(254), index=True)
    phone: Mapped[str] = mapped_column(String(40), default="")
    note: Mapped[str] = mapped_column(default="")
    shipping_address: Mapped[PostalAddress | None] = mapped_column(PostalAddressType)
    billing_address: Mapped[PostalAddress | None] = mapped_column(PostalAddressType)
    shipping_method: Mapped[str] = mapped_column(String(40), default="")
    tracking: Mapped[str] = mapped_column(String(200), default="")

    currency: Mapped[str] = mapped_column(String(3))
    subtotal_amount: Mapped[int] = mapped_column(default=0)
    discount_amount: Mapped[int] = mapped_column(default=0)
    shipping_amount: Mapped[int] = mapped_column(default=0)
    tax_amount: Mapped[int] = mapped_column(default=0)
    total_amount: Mapped[int] = mapped_column(default=0)
    paid_amount: Mapped[int] = mapped_column(default=0)
    refunded_amount: Mapped[int] = mapped_column(default=0)

    attention: Mapped[str] = mapped_column(String(200), default="", index=True)
    hold_expires_at: Mapped[datetime | None] = mapped_column(index=True)
    created_at: Mapped[datetime] = mapped_column(default=lambda: clock.now(), index=True)

    customer: Mapped[Customer | None] = relationship(back_populates="orders")
    line_items: Mapped[list[LineItem]] = relationship(
        back_populates="order", order_by="LineItem.id", cascade="all, delete-orphan"
    )
    events: Mapped[list[OrderEvent]] = relationship(
        back_populates="order", order_by="OrderEvent.id"
    )
    reservations: Mapped[list[Reservation]] = relationship(
        back_populates="order", order_by="Reservation.variant_id"
    )
    payments: Mapped[list["Payment"]] = relationship(back_populates="order", order_by="Payment.id")
    refunds: Mapped[list["Refund"]] = relationship(back_populates="order", order_by="Refund.id")
    disputes: Mapped[list["Dispute"]] = relationship(back_populates="order", order_by="Dispute.id")
    coupon_use: Mapped["CouponUse | None"] = relationship(back_populates="order")

    _status: Mapped[str] = mapped_column(
        "status", String(32), default=OrderStatus.PENDING, index=True
    )

    @hybrid_property
    def status(self) -> OrderStatus:
        return OrderStatus(self._status or OrderStatus.PENDING)

    @status.inplace.expression
    @classmethod
    def _status_expression(cls) -> ColumnElement[str]:
        return cls._status.expression

    @property
    def goods(self) -> list[LineItem]:
        """What was bought; shipping is a line, too, but no goods."""
        return [line for line in self.line_items if line.kind != SHIPPING]

    @property
    def coupon_code(self) -> str:
        """The code that took something off, as it was then."""
        return self.coupon_use.code if self.discount_amount and self.coupon_use else ""

    @property
    def needs_shipping(self) -> bool:
        return any(line.kind == "physical" for line in self.line_items)

    @property
    def is_collected(self) -> bool:
        """Its goods wait until somebody picks them up."""
        return self.needs_shipping and self.shipping_method == COLLECT

    @property
    def is_paid(self) -> bool:
        """The money was here, whatever happened to it later."""
        return self.status in {S.PAID, S.FULFILLING, S.FULFILLED, S.REFUNDED}

    @property
    def is_payable(self) -> bool:
        """Another try to pay makes sense."""
        return self.status in {S.PENDING, S.FAILED} and not (self.processing or self.authorized)

    @property
    def is_open(self) -> bool:
        """No money has moved and none is on its way: lines may still change."""
        return self.is_payable and not self.paid_amount

    @property
    def payment(self) -> "Payment | None":
        """The payment that counts: the one that brought money, else the latest."""
        candidates = [p for p in self.payments if p.succeeded] or self.payments
        return candidates[-1] if candidates else None

    @property
    def processing(self) -> bool:
        return any(p.processing for p in self.payments)

    @property
    def authorized(self) -> bool:
        return any(p.authorized for p in self.payments)

    @property
    def disputed(self) -> bool:
        return any(d.is_open for d in self.disputes)

    @property
    def payment_badge(self) -> str:
        """`processing | authorized | disputed | partially refunded`, or nothing special."""
        if self.disputed:
            return "disputed"
        if self.processing:
            return "processing"
        if self.authorized:
            return "authorized"
        return "partially refunded" if 0 < self.refunded_amount < self.paid_amount else ""

    @property
    def refundable_amount(self) -> int:
        """What is left once lost disputes and refunds still on their way are counted too."""
        lost = sum(d.amount for d in self.disputes if d.lost)
        return self.paid_amount - lost - sum(r.amount for r in self.refunds if not r.failed)

    def may_become(self, status: OrderStatus) -> bool:
        return status in TRANSITIONS[self.status]

    def move_to(
        self, status: OrderStatus, *, actor: str, reason: str = "", event_id: str = ""
    ) -> None:
        """Change status and write the event, in one step."""
        if status == self.status:
            return
        if not self.may_become(status):
            raise InvalidTransition(f"Order {self.number} is {self.status}, not {status}.")
        self._write_status(status, actor=actor, reason=reason, event_id=event_id)

    def note_event(self, kind: str, *, actor: str, reason: str = "", event_id: str = "") -> None:
        """Add a line of history that is no change of status, such as `shipped`."""
        self.events.append(
            OrderEvent(
                kind=kind,
                from_status=self.status,
                to_status=self.status,
                actor=actor,
                reason=reason,
                stripe_event_id=event_id,
            )
        )

    def count_payments(self) -> None:
        """What is paid is what its payments received."""
        self.paid_amount = sum(p.received_amount for p in self.payments)

    def count_refunds(self, *, actor: str) -> None:
        """Partial refunds are amounts; only a full one is a status."""
        self.refunded_amount = sum(r.amount for r in self.refunds if r.succeeded)
        if self.paid_amount and self.refunded_amount >= self.paid_amount:
            if self.may_become(OrderStatus.REFUNDED):
                self.move_to(OrderStatus.REFUNDED, actor=actor)
        elif self.status == OrderStatus.REFUNDED:
            self._undo_refunded(actor=actor)

    def _undo_refunded(self, *, actor: str) -> None:
        moves = [e for e in self.events if e.to_status == S.REFUNDED != e.from_status]
        former = OrderStatus(moves[-1].from_status)
        self._write_status(former, actor=actor, reason="the refund failed later")

    def _write_status(
        self, status: OrderStatus, *, actor: str, reason: str = "", event_id: str = ""
    ) -> None:
        self.events.append(
            OrderEvent(
                from_status=self.status,
                to_status=status,
                actor=actor,
                reason=reason,
                stripe_event_id=event_id,
            )
        )
        self._status = status

    def __str__(self) -> str:
        return f"Order {self.number}"
