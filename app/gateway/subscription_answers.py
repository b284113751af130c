"""What Stripe says of a subscription, as plain values. Amounts are minor units of `currency`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from app.gateway.client import installation
from app.gateway.invoices import RemoteInvoice, moment
from app.gateway.payment_intents import words_of_method
from app.gateway.payments import RemotePayment
from app.gateway.values import our_token

if TYPE_CHECKING:
    from app.gateway.client import StripeSubscription

EXPAND = [
    "customer",
    "default_payment_method",
    "items.data.price.product",
    "latest_invoice.confirmation_secret",
    "pending_setup_intent",
]
Secret = Literal["", "payment", "setup"]


@dataclass(frozen=True, kw_only=True)
class RemoteChange:
    """A change that is made when its invoice is paid, and forgotten after `expires_at`."""

    price_id: str
    quantity: int
    invoice_id: str
    expires_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class RemotePlan:
    """What a seat costs for an interval; `unit_amount` is None where only Stripe can reckon it."""

    price_id: str
    product_id: str
    name: str
    unit_amount: int | None
    interval: str
    interval_count: int


@dataclass(frozen=True, kw_only=True)
class RemoteSubscription:
    """`client_secret` pays what is open of it, or keeps a card for after the trial."""

    stripe_id: str
    token: str | None  # only when this installation made it
    customer_id: str
    status: str
    currency: str
    item_id: str
    plan: RemotePlan
    quantity: int
    current_period_start: datetime | None
    current_period_end: datetime | None
    trial_end: datetime | None
    cancel_at: datetime | None
    canceled_at: datetime | None
    ended_at: datetime | None
    cancel_reason: str
    collection_paused: bool
    method: str
    method_id: str  # what is charged for it: its own, else its customer's
    created_at: datetime | None
    waiting: RemoteChange | None
    client_secret: str = field(repr=False)
    secret_is_for: Secret

    @property
    def awaits_card(self) -> bool:
        """A trial has begun, and nobody has left a card for what follows."""
        asked = self.status == "trialing" and self.secret_is_for == "setup"  # noqa: S105
        return asked and not self.method_id


@dataclass(frozen=True, kw_only=True)
class RemoteStory:
    """A subscription with everything billed for it, oldest first."""

    subscription: RemoteSubscription
    invoices: tuple[RemoteInvoice, ...]

    @property
    def was_paid(self) -> bool:
        """At least one of its invoices."""
        return any(invoice.status == "paid" for invoice in self.invoices)

    @property
    def on_its_way(self) -> bool:
        """A bank debit for it, which cannot be called back."""
        tries = {payment.intent.status for each in self.invoices for payment in each.payments}
        return "processing" in tries

    @property
    def asks_bank(self) -> bool:
        """A change waits until its customer has answered their bank."""
        return "requires_action" in self._tries

    @property
    def change_on_its_way(self) -> bool:
        """A change waits for a bank debit, which cannot be called back."""
        return "processing" in self._tries

    @property
    def change_refused(self) -> bool:
        """A change waits, and the bank has said no to its payment."""
        return bool(self._tries) and self._tries <= {"requires_payment_method", "canceled"}

    def bank_refused(self, invoice_id: str) -> bool:
        """Whether the bank has said no to paying an invoice, which may be void by now."""
        return any(payment.intent.failure_code for payment in self._payments_of(invoice_id))

    @property
    def _tries(self) -> set[str]:
        """How the payment stands that a change waits for."""
        waiting = self.subscription.waiting
        return (
            {p.intent.status for p in self._payments_of(waiting.invoice_id)} if waiting else set()
        )

    def _payments_of(self, invoice_id: str) -> list[RemotePayment]:
        return [p for i in self.invoices if i.stripe_id == invoice_id for p in i.payments]


def read_subscription(subscription: "StripeSubscription") -> RemoteSubscription:
    metadata: Mapping[str, str] = subscription.metadata.to_dict() if subscription.metadata else {}
    item: Any = subscription["items"].data[0]
    method: Any = subscription.default_payment_method
    details = subscription.cancellation_details
    secret, secret_is_for = _secret_of(subscription)
    return RemoteSubscription(
        stripe_id=subscription.id,
        token=our_token(metadata, installation=installation()),
        customer_id=_id_of(subscription.customer),
        status=subscription.status,
        currency=subscription.currency,
        item_id=item.id,
        plan=_plan(item.price, subscription.currency),
        quantity=item.quantity or 1,
        current_period_start=moment(item.current_period_start),
        current_period_end=moment(item.current_period_end),
        trial_end=moment(subscription.trial_end),
        cancel_at=moment(subscription.cancel_at)
        or (moment(item.current_period_end) if subscription.cancel_at_period_end else None),
        canceled_at=moment(subscription.canceled_at),
        ended_at=moment(subscription.ended_at),
        cancel_reason=((details.comment or details.feedback) if details else "") or "",
        collection_paused=subscription.pause_collection is not None,
        method=words_of_method(method) if method else "",
        method_id=method.id if method else _default_of(subscription.customer),
        created_at=moment(subscription.created),
        waiting=_waiting(subscription),
        client_secret=secret,
        secret_is_for=secret_is_for,
    )


def _plan(price: Any, currency: str) -> RemotePlan:
    recurring = price.recurring
    by_the_seat = price.transform_quantity is None and recurring.usage_type == "licensed"
    reckoned = by_the_seat and price.currency == currency
    return RemotePlan(
        price_id=price.id,
        product_id=_id_of(price.product),
        name=getattr(price.product, "name", None) or "",
        unit_amount=price.unit_amount if reckoned else None,
        interval=recurring.interval,
        interval_count=recurring.interval_count,
    )


def _id_of(customer: Any) -> str:
    """Stripe leaves it as it is where it was not asked to write it out."""
    return customer if isinstance(customer, str) else str(customer.id)


def _default_of(customer: Any) -> str:
    """The method that everything is charged to which has none of its own."""
    settings = getattr(customer, "invoice_settings", None)
    default = settings.default_payment_method if settings else None
    return default or getattr(customer, "default_source", None) or ""


def _waiting(subscription: "StripeSubscription") -> RemoteChange | None:
    update: Any = subscription.pending_update
    if update is None:
        return None
    wanted: Any = (update.subscription_items or subscription["items"].data)[0]
    invoice: Any = subscription.latest_invoice
    return RemoteChange(
        price_id=wanted.price.id,
        quantity=wanted.quantity or 1,
        invoice_id=invoice.id if invoice else "",
        expires_at=moment(update.expires_at),
    )


def _secret_of(subscription: "StripeSubscription") -> tuple[str, Secret]:
    """Whatever the customer must still do: pay the invoice, or leave a card."""
    setup: Any = subscription.pending_setup_intent
    if setup is not None:
        return setup.client_secret or "", "setup"
    invoice: Any = subscription.latest_invoice
    if invoice is None or invoice.status != "open":
        return "", ""
    confirmation = getattr(invoice, "confirmation_secret", None)
    return (confirmation.client_secret, "payment") if confirmation else ("", "")
