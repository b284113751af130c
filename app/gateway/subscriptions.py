"""Asking Stripe for subscriptions, and for changes of them. Amounts are minor units of `currency`."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.errors import NotFound, Rejected
from app.gateway.client import installation, stripe_call
from app.gateway.invoices import list_invoices
from app.gateway.payment_intents import words_of_method
from app.gateway.requests import TaggedRequest
from app.gateway.subscription_answers import (
    EXPAND,
    RemoteStory,
    RemoteSubscription,
    read_subscription,
)
from app.gateway.values import Gone, our_token

if TYPE_CHECKING:
    from app.gateway.client import (
        InvoiceCreatePreviewParams,
        StripeInvoice,
        SubscriptionCreateParams,
        SubscriptionUpdateParams,
    )

NOT_CHARGED = {"incomplete", "incomplete_expired", "canceled"}  # whatever card its customer has


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
        return read_subscription(
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
                return read_subscription(found)
    return None


def retrieve_subscription(stripe_id: str) -> RemoteSubscription | Gone:
    try:
        with stripe_call() as stripe:
            found = read_subscription(
                stripe.v1.subscriptions.retrieve(stripe_id, {"expand": EXPAND})
            )
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
        return read_subscription(
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
        return read_subscription(stripe.v1.subscriptions.update(stripe_id, params, options))
