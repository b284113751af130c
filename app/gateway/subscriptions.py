"""Subscriptions at Stripe. Amounts are minor units of `currency`."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from app.errors import NotFound, Rejected
from app.gateway.client import installation, stripe_call
from app.gateway.invoices import RemoteInvoice, list_invoices, moment
from app.gateway.payment_intents import words_of_method
from app.gateway.payments import RemotePayment
from app.gateway.requests import TaggedRequest
from app.gateway.values import Gone, our_token

if TYPE_CHECKING:
    from app.gateway.client import (
        InvoiceCreatePreviewParams,
        StripeInvoice,
        StripeSubscription,
        SubscriptionCreateParams,
        SubscriptionUpdateParams,
    )

EXPAND = [
    "customer",
    "default_payment_method",
    "items.data.price.product",
    "latest_invoice.confirmation_secret",
    "pending_setup_intent",
]
NOT_CHARGED = {"incomplete", "incomplete_expired", "canceled"}  # whatever card its customer has
Secret = Literal["", "payment", "setup"]


@dataclass(frozen=True, kw_only=True)
class SubscriptionRequest(TaggedRequest):
    operation = "subscription"

    attempt: int
    customer_id: str
    price_id: str
    quantity: int
    trial_days: int
    asked_at: datetime
    tax_rate_id: str = ""


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


@dataclass(frozen=True, kw_only=True)
class ChangeRequest:
    """Another price or quantity; `proration_date` is that of the preview, None before there is one.

    On session, the customer is there and can answer their bank.
    """

    subscription_id: str
    item_id: str
    price_id: str
    quantity: int
    proration_date: int | None
    on_session: bool
    key: str


@dataclass(frozen=True, kw_only=True)
class ChangePreview:
    """`due_amount` is charged now; `lines` say why.

    `proration_date` is the moment at Stripe as of which it is reckoned; 0 where nothing is.
    """

    due_amount: int
    total_amount: int
    currency: str
    proration_date: int
    lines: tuple[tuple[str, int], ...]


def create_subscription(request: SubscriptionRequest) -> RemoteSubscription:
    """A subscription that begins when its first invoice is paid, or its trial's card is kept."""
    params: SubscriptionCreateParams = {
        "customer": request.customer_id,
        "items": [{"price": request.price_id, "quantity": request.quantity}],
        "payment_behavior": "default_incomplete",
        "payment_settings": {"save_default_payment_method": "on_subscription"},
        "metadata": request.tag.metadata,
        "expand": EXPAND,
    }
    if request.tax_rate_id:
        params["default_tax_rates"] = [request.tax_rate_id]
    if request.trial_days:
        params["trial_period_days"] = request.trial_days
        params["trial_settings"] = {"end_behavior": {"missing_payment_method": "cancel"}}
    with stripe_call() as stripe:
        return _read(
            stripe.v1.subscriptions.create(params, {"idempotency_key": request.tag.idempotency_key})
        )


def find_subscription(request: SubscriptionRequest) -> RemoteSubscription | None:
    """What a forgotten idempotency key may have made, ended or not."""
    with stripe_call() as stripe:
        page = stripe.v1.subscriptions.list(
            {"customer": request.customer_id, "status": "all", "limit": 100}
        )
        for subscription in page.auto_paging_iter():
            metadata = subscription.metadata.to_dict() if subscription.metadata else {}
            if our_token(metadata, installation=installation()) == request.token:
                found = stripe.v1.subscriptions.retrieve(subscription.id, {"expand": EXPAND})
                return _read(found)
    return None


def retrieve_subscription(stripe_id: str) -> RemoteSubscription | Gone:
    try:
        with stripe_call() as stripe:
            found = _read(stripe.v1.subscriptions.retrieve(stripe_id, {"expand": EXPAND}))
    except NotFound:
        return Gone(stripe_id)
    if found.method or not found.method_id or found.status in NOT_CHARGED:
        return found
    return replace(found, method=_words_of(found.method_id))


def _words_of(method_id: str) -> str:
    """Its customer's default cannot be written out with it: who was deleted has none to expand."""
    try:
        with stripe_call() as stripe:
            return words_of_method(stripe.v1.payment_methods.retrieve(method_id))
    except (NotFound, Rejected):  # a source of old, which is no payment method
        return ""


def retrieve_subscription_story(stripe_id: str) -> RemoteStory | Gone:
    """Everything Stripe knows of a subscription: itself, its invoices, their payments."""
    subscription = retrieve_subscription(stripe_id)
    if isinstance(subscription, Gone):
        return subscription
    return RemoteStory(subscription=subscription, invoices=tuple(list_invoices(stripe_id)))


def preview_change(request: ChangeRequest) -> ChangePreview:
    """What a change would charge now, to the cent; nothing is changed."""
    params: InvoiceCreatePreviewParams = {
        "subscription": request.subscription_id,
        "subscription_details": {
            "items": [_item(request)],
            "proration_behavior": "always_invoice",
        },
    }
    if request.proration_date:
        params["subscription_details"]["proration_date"] = request.proration_date
    with stripe_call() as stripe:
        invoice = stripe.v1.invoices.create_preview(params)
    return ChangePreview(
        due_amount=invoice.amount_due,
        total_amount=invoice.total,
        currency=invoice.currency,
        proration_date=request.proration_date or _prorated_at(invoice),
        lines=tuple((line.description or "", line.amount) for line in invoice.lines.data),
    )


def change_subscription(request: ChangeRequest) -> RemoteSubscription:
    """Change plan or seats and charge the difference now; until it is paid, the change waits."""
    params: SubscriptionUpdateParams = {
        "items": [_item(request)],
        "proration_behavior": "always_invoice",
        "payment_behavior": "pending_if_incomplete",
        "off_session": not request.on_session,
    }
    if request.proration_date:
        params["proration_date"] = request.proration_date
    return _update(request.subscription_id, params, key=request.key)


def preview_renewal(stripe_id: str) -> int:
    """What the next renewal will charge; NotFound when there will be none."""
    with stripe_call() as stripe:
        return stripe.v1.invoices.create_preview({"subscription": stripe_id}).amount_due


def cancel_subscription(stripe_id: str, *, reason: str) -> RemoteSubscription:
    """End it now; nothing is paid back by this."""
    with stripe_call() as stripe:
        return _read(
            stripe.v1.subscriptions.cancel(
                stripe_id, {"cancellation_details": {"comment": reason}, "expand": EXPAND}
            )
        )


def end_at_period_end(stripe_id: str, *, ends: bool, reason: str = "") -> RemoteSubscription:
    """Let it run out, or not after all."""
    params: SubscriptionUpdateParams = {"cancel_at_period_end": ends}
    if ends:
        params["cancellation_details"] = {"comment": reason}
    return _update(stripe_id, params)


def pause_collection(stripe_id: str, *, paused: bool) -> RemoteSubscription:
    """Bill nothing for a while, or bill again."""
    if paused:
        return _update(stripe_id, {"pause_collection": {"behavior": "void"}})
    return _update(stripe_id, {"pause_collection": ""})


def set_default_method(stripe_id: str, payment_method_id: str) -> RemoteSubscription:
    """Pay with another card from now on."""
    return _update(stripe_id, {"default_payment_method": payment_method_id})


def portal_url(customer_id: str, *, return_url: str) -> str:
    """The address of Stripe's own page for a customer, good for a short while."""
    with stripe_call() as stripe:
        session = stripe.v1.billing_portal.sessions.create(
            {"customer": customer_id, "return_url": return_url}
        )
    return session.url


def _prorated_at(invoice: "StripeInvoice") -> int:
    details = invoice.parent.subscription_details if invoice.parent else None
    return (details.subscription_proration_date if details else None) or 0


def _item(request: ChangeRequest) -> Any:
    return {"id": request.item_id, "price": request.price_id, "quantity": request.quantity}


def _update(
    stripe_id: str, params: "SubscriptionUpdateParams", *, key: str = ""
) -> RemoteSubscription:
    params = {**params, "expand": EXPAND}
    options: Any = {"idempotency_key": f"{installation()}:{key}"} if key else {}
    with stripe_call() as stripe:
        return _read(stripe.v1.subscriptions.update(stripe_id, params, options))


def _read(subscription: "StripeSubscription") -> RemoteSubscription:
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
