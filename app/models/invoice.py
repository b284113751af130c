"""What a customer owes, line by line, and what was paid of it."""

import secrets
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.db import Model
from app.models.customer import Customer
from app.models.mirror import Mirror
from app.models.record_event import RecordEvent
from app.models.stateful import Stateful
from app.models.subscription import Subscription

if TYPE_CHECKING:
    from app.models.payment import Payment


class InvoiceStatus(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    PAID = "paid"
    VOID = "void"
    UNCOLLECTIBLE = "uncollectible"


class Collector(StrEnum):
    """Who takes the money: one at a time."""

    SHOP = "shop"  # our own page, with Make a payment
    STRIPE = "stripe"  # Stripe Invoicing, or a subscription


SALE = "payment_link"  # the billing reason of what was paid with a link of its own, and never owed
I = InvoiceStatus  # noqa: E741


class Invoice(Stateful, Mirror, Model):
    """Amounts in minor units; ours get their number on finalising, without gaps.

    What Stripe collects has its lines in `lines`, and one item: what had to be paid.
    """

    __tablename__ = "invoices"
    __table_args__ = (
        CheckConstraint("paid_amount >= 0", name="not_paid_negatively"),
        CheckConstraint("status <> 'draft' OR number IS NULL", name="drafts_have_no_number"),
        Index(None, "status", "due_at"),  # what is open, due first
        Index(
            "ix_invoices_repeating",
            "id",
            sqlite_where=text("repeats_every <> ''"),
            postgresql_where=text("repeats_every <> ''"),
        ),
    )
    stripe_object = "invoice"
    STATES = InvoiceStatus
    TRANSITIONS = {
        I.DRAFT: {I.OPEN, I.PAID, I.VOID, I.UNCOLLECTIBLE},
        I.OPEN: {I.PAID, I.VOID, I.UNCOLLECTIBLE},
        I.PAID: {I.OPEN},  # a refund reopens what it had paid
        I.VOID: set(),
        I.UNCOLLECTIBLE: {I.PAID, I.VOID, I.OPEN},
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(
        String(43), unique=True, default=lambda: secrets.token_urlsafe(24)
    )
    number: Mapped[str | None] = mapped_column(String(40), unique=True)
    collector: Mapped[Collector] = mapped_column(String(16), default=Collector.SHOP, index=True)
    attempt: Mapped[int] = mapped_column(default=1)
    asked_at: Mapped[datetime | None] = mapped_column(index=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    subscription_id: Mapped[int | None] = mapped_column(ForeignKey("subscriptions.id"), index=True)
    copied_from_id: Mapped[int | None] = mapped_column(ForeignKey("invoices.id"), index=True)
    currency: Mapped[str] = mapped_column(String(3))
    note: Mapped[str] = mapped_column(default="")  # printed on it
    billing_reason: Mapped[str] = mapped_column(String(40), default="")
    total_amount: Mapped[int] = mapped_column(default=0)
    tax_amount: Mapped[int] = mapped_column(default=0)
    paid_amount: Mapped[int] = mapped_column(default=0)
    # Of its customer at Stripe, before and after it: below zero is credit, above zero owed.
    starting_balance: Mapped[int] = mapped_column(default=0)
    ending_balance: Mapped[int] = mapped_column(default=0)
    issued_at: Mapped[datetime | None] = mapped_column(index=True)
    due_at: Mapped[datetime | None] = mapped_column(index=True)  # of the item due first, while open
    sent_at: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]
    next_attempt_at: Mapped[datetime | None]
    repeats_every: Mapped[str] = mapped_column(String(8), default="")  # "", "month"
    repeat_at: Mapped[datetime | None] = mapped_column(index=True)
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)  # as Stripe billed them
    hosted_url: Mapped[str] = mapped_column(default="")
    pdf_url: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=lambda: clock.now(), index=True)

    customer: Mapped[Customer] = relationship(back_populates="invoices")
    subscription: Mapped[Subscription | None] = relationship(back_populates="invoices")
    items: Mapped[list["InvoiceItem"]] = relationship(
        back_populates="invoice", order_by="InvoiceItem.position", cascade="all, delete-orphan"
    )
    events: Mapped[list[RecordEvent]] = relationship(order_by=RecordEvent.id)

    @property
    def is_open(self) -> bool:
        return self.status == InvoiceStatus.OPEN

    @property
    def is_sale(self) -> bool:
        """It was written because it was paid: what is given back of it is not owed again."""
        return self.billing_reason == SALE

    @property
    def processing(self) -> bool:
        """A bank debit for some of it is on its way."""
        return any(cover.payment.processing for item in self.items for cover in item.payments)

    @property
    def due_amount(self) -> int:
        """What is still to be paid of it, once Stripe has used the customer's balance there."""
        moved = self.ending_balance - self.starting_balance
        return self.total_amount - moved - self.paid_amount if self.is_open else 0

    @property
    def from_stripe_credit(self) -> int:
        """What of it credit at Stripe has paid; below zero for what it has added to that credit."""
        return min(self.ending_balance, 0) - min(self.starting_balance, 0)

    @property
    def past_due(self) -> bool:
        return self.is_open and self.due_at is not None and self.due_at < clock.now()

    def __str__(self) -> str:
        return f"Invoice {self.number}" if self.number else f"draft invoice {self.token[:8]}"


class InvoiceItem(Model):
    """One thing owed, with a due date of its own. `total_amount` includes its tax."""

    __tablename__ = "invoice_items"
    __table_args__ = (
        CheckConstraint("paid_amount >= 0", name="not_paid_negatively"),
        CheckConstraint("quantity > 0", name="some"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoices.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    description: Mapped[str] = mapped_column(String(500))
    quantity: Mapped[int] = mapped_column(default=1)
    unit_amount: Mapped[int]
    tax_amount: Mapped[int] = mapped_column(default=0)
    total_amount: Mapped[int]
    paid_amount: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    stripe_line_id: Mapped[str] = mapped_column(String(255), default="")

    invoice: Mapped[Invoice] = relationship(back_populates="items")
    payments: Mapped[list["InvoicePayment"]] = relationship(
        back_populates="item", order_by="InvoicePayment.id"
    )

    @property
    def due_amount(self) -> int:
        return self.total_amount - self.paid_amount

    @property
    def past_due(self) -> bool:
        return self.due_amount > 0 and self.due_at is not None and self.due_at < clock.now()


class InvoicePayment(Model):
    """How much of a payment is for one item. While the payment is under way, nothing is `applied`."""

    __tablename__ = "invoice_payments"
    __table_args__ = (
        CheckConstraint("amount > 0", name="some"),
        CheckConstraint("0 <= applied_amount AND applied_amount <= amount", name="within"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"), index=True)
    invoice_item_id: Mapped[int] = mapped_column(ForeignKey("invoice_items.id"), index=True)
    amount: Mapped[int]
    applied_amount: Mapped[int] = mapped_column(default=0)  # less again after a refund
    created_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())

    payment: Mapped["Payment"] = relationship(back_populates="covers")
    item: Mapped[InvoiceItem] = relationship(back_populates="payments")


class NumberSeries(Model):
    """The next number of a series; taken under a lock in the transaction that uses it: no gaps."""

    __tablename__ = "number_series"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    next_number: Mapped[int] = mapped_column(default=1)


class CreditEntry(Model):
    """A customer's credit with us: what came in too much (+) and what was used of it (−)."""

    __tablename__ = "credit_entries"
    __table_args__ = (CheckConstraint("amount <> 0", name="some"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[int]
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payments.id"), index=True)
    invoice_item_id: Mapped[int | None] = mapped_column(ForeignKey("invoice_items.id"), index=True)
    actor: Mapped[str] = mapped_column(String(254))
    reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())

    customer: Mapped[Customer] = relationship()
