"""Something a customer pays for again and again: our side of one Stripe subscription."""

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Dialect,
    ForeignKey,
    Index,
    String,
    TypeDecorator,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.db import Model
from app.models.customer import Customer
from app.models.mirror import Mirror
from app.models.record_event import RecordEvent
from app.models.stateful import Stateful
from app.models.variant import Price

if TYPE_CHECKING:
    from app.models.invoice import Invoice
    from app.models.license import License


class SubscriptionStatus(StrEnum):
    """Stripe's own words; `new` for what Stripe was not yet asked, `rejected` for what it refused."""

    NEW = "new"
    INCOMPLETE = "incomplete"
    INCOMPLETE_EXPIRED = "incomplete_expired"
    TRIALING = "trialing"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    UNPAID = "unpaid"
    PAUSED = "paused"
    CANCELED = "canceled"
    REJECTED = "rejected"


S = SubscriptionStatus
RUNNING = {S.TRIALING, S.ACTIVE, S.PAST_DUE, S.UNPAID, S.PAUSED}
ENDED = {S.CANCELED, S.INCOMPLETE_EXPIRED, S.REJECTED}


@dataclass(frozen=True, kw_only=True)
class ForeignPlan:
    """A price that was made at Stripe and that no product here has.

    `unit_amount` is minor units for a seat and an interval; None where only Stripe can reckon it.
    """

    price_id: str  # at Stripe
    product_id: str = ""  # at Stripe, perhaps one of ours
    name: str  # of its product there, as its invoices say
    unit_amount: int | None
    interval: str
    interval_count: int

    @property
    def every(self) -> str:
        """How often it is paid: "month", "3 months"."""
        count, interval = self.interval_count, self.interval
        return interval if count == 1 else f"{count} {interval}s"


class ForeignPlanType(TypeDecorator[ForeignPlan]):
    """A foreign plan kept inside the subscription that has it."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(
        self, value: ForeignPlan | None, dialect: Dialect
    ) -> dict[str, Any] | None:
        return asdict(value) if value else None

    def process_result_value(
        self, value: dict[str, Any] | None, dialect: Dialect
    ) -> ForeignPlan | None:
        return ForeignPlan(**value) if value else None


class Subscription(Stateful, Mirror, Model):
    """Which price, how many of it (seats), until when; the version guards what Stripe says of it."""

    __tablename__ = "subscriptions"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="some"),
        Index(
            "ix_subscriptions_ending",
            "id",
            sqlite_where=text("cancel_at IS NOT NULL"),
            postgresql_where=text("cancel_at IS NOT NULL"),
        ),
    )
    stripe_object = "subscription"
    STATES = SubscriptionStatus
    # What Stripe says is true, so every state it may jump to while we do not look is allowed.
    TRANSITIONS = {
        S.NEW: {S.INCOMPLETE, S.INCOMPLETE_EXPIRED, S.CANCELED, S.REJECTED, *RUNNING},
        S.INCOMPLETE: {S.INCOMPLETE_EXPIRED, S.CANCELED, *RUNNING},
        **{state: {S.CANCELED, *RUNNING} - {state} for state in RUNNING},
        **{state: set() for state in ENDED},
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(
        String(43), unique=True, default=lambda: secrets.token_urlsafe(24)
    )
    attempt: Mapped[int] = mapped_column(default=1)
    asked_at: Mapped[datetime] = mapped_column(default=lambda: clock.now(), index=True)
    start_key: Mapped[str | None] = mapped_column(String(64), unique=True)  # of the form, used once
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    price_id: Mapped[int | None] = mapped_column(ForeignKey("prices.id"), index=True)
    foreign_plan: Mapped[ForeignPlan | None] = mapped_column(ForeignPlanType)  # instead of a price
    quantity: Mapped[int] = mapped_column(default=1)
    currency: Mapped[str] = mapped_column(String(3))
    trial_days: Mapped[int] = mapped_column(default=0)
    awaits_card: Mapped[bool] = mapped_column(default=False)  # its trial has no card yet
    stripe_item_id: Mapped[str] = mapped_column(String(255), default="")
    current_period_start: Mapped[datetime | None]
    current_period_end: Mapped[datetime | None] = mapped_column(index=True)
    trial_end: Mapped[datetime | None]
    cancel_at: Mapped[datetime | None]
    canceled_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    past_due_since: Mapped[datetime | None] = mapped_column(index=True)
    cancel_reason: Mapped[str] = mapped_column(default="")
    collection_paused: Mapped[bool] = mapped_column(default=False)
    method: Mapped[str] = mapped_column(String(60), default="")  # "Visa •••• 4242"
    # A change that is made once the customer has paid it, and is forgotten after `wanted_until`.
    wanted_price_id: Mapped[int | None] = mapped_column(ForeignKey("prices.id"), index=True)
    wanted_quantity: Mapped[int | None]
    wanted_until: Mapped[datetime | None]
    wanted_invoice_id: Mapped[str] = mapped_column(String(255), default="")  # at Stripe
    recorded_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=lambda: clock.now(), index=True)

    customer: Mapped[Customer] = relationship(back_populates="subscriptions")
    price: Mapped[Price | None] = relationship(foreign_keys=[price_id])
    wanted_price: Mapped[Price | None] = relationship(foreign_keys=[wanted_price_id])
    licenses: Mapped[list["License"]] = relationship(
        back_populates="subscription", order_by="License.id"
    )
    invoices: Mapped[list["Invoice"]] = relationship(
        back_populates="subscription", order_by="Invoice.id"
    )
    events: Mapped[list[RecordEvent]] = relationship(order_by=RecordEvent.id)

    @property
    def is_running(self) -> bool:
        """It goes on at Stripe, paid or not."""
        return self.status in RUNNING

    @property
    def has_begun(self) -> bool:
        """It was paid for, or its trial has a card."""
        return self.is_running and not self.awaits_card and not self.awaits_money

    @property
    def awaits_money(self) -> bool:
        """It goes on, but nothing of it was paid yet: a bank debit takes days, and may come back."""
        if self.status not in {S.ACTIVE, S.PAST_DUE, S.UNPAID}:
            return False
        return bool(self.invoices) and all(each.status != "paid" for each in self.invoices)

    @property
    def will_be_charged(self) -> bool:
        """When its period, or its trial, is over."""
        return self.has_begun and self.cancel_at is None and not self.collection_paused

    @property
    def product_name(self) -> str:
        """What it is to, as its invoices say; empty where only Stripe knows."""
        if self.price is not None:
            return self.price.variant.product.name
        return self.foreign_plan.name if self.foreign_plan else ""

    @property
    def unit_amount(self) -> int | None:
        """What a seat costs for an interval, before discounts; None where only Stripe can say."""
        plan = self.price or self.foreign_plan
        return plan.unit_amount if plan else None

    @property
    def amount(self) -> int | None:
        """What all its seats cost for an interval, before discounts."""
        each = self.unit_amount
        return None if each is None else each * self.quantity

    @property
    def every(self) -> str:
        """How often it is paid: "month", "3 months"; empty where only Stripe knows."""
        plan = self.price or self.foreign_plan
        return plan.every if plan else ""

    @property
    def change_waits(self) -> bool:
        """Another plan or number of seats was asked for, and is not paid yet."""
        return bool(self.wanted_invoice_id)

    @property
    def ended(self) -> bool:
        return self.status in ENDED

    @property
    def ends_at(self) -> datetime | None:
        """When it stops by itself, if it was told to."""
        return self.cancel_at if self.is_running else self.ended_at

    def touch(self) -> None:
        """Raise the version: something about this subscription was recorded."""
        self.recorded_at = clock.now()

    def __str__(self) -> str:
        return f"Subscription {self.stripe_id or self.token}"
