"""Checkout Sessions at Stripe: what is paid at a hosted page. Amounts are minor units."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from app.errors import NotFound, Rejected
from app.gateway.client import installation, stripe_call
from app.gateway.payments import RemotePayment, retrieve_payment
from app.gateway.requests import TaggedRequest
from app.gateway.values import Gone, our_token

if TYPE_CHECKING:
    from app.gateway.client import SessionCreateParams, StripeCheckoutSession


@dataclass(frozen=True, kw_only=True)
class SessionRequest(TaggedRequest):
    """One payment on Stripe's page; `lines` are (words, amount) and sum up to what is paid."""

    operation = "checkout"

    attempt: int
    currency: str
    lines: tuple[tuple[str, int], ...]
    email: str
    capture_method: str  # automatic | manual
    description: str
    order_number: str
    success_url: str
    cancel_url: str
    expires_at: datetime
    asked_at: datetime


@dataclass(frozen=True, kw_only=True)
class RemoteSession:
    """`token` names our own row when this installation made it; `payment` with all of its story."""

    stripe_id: str
    url: str  # empty once it is paid or has expired
    token: str | None
    operation: str
    mode: str
    status: str
    payment_status: str
    payment_link_id: str | None
    email: str
    name: str
    description: str
    payment: RemotePayment | None

    @property
    def is_payment(self) -> bool:
        return self.mode == "payment" and self.payment is not None

    @property
    def is_open(self) -> bool:
        return self.status == "open"


def create_session(request: SessionRequest) -> RemoteSession:
    """A page at Stripe where exactly this is paid, once, until it expires."""
    params: SessionCreateParams = {
        "mode": "payment",
        "line_items": [
            {
                "price_data": {
                    "currency": request.currency,
                    "unit_amount": amount,
                    "product_data": {"name": words},
                },
                "quantity": 1,
            }
            for words, amount in request.lines
        ],
        "success_url": request.success_url,
        "cancel_url": request.cancel_url,
        "expires_at": int(request.expires_at.timestamp()),
        "metadata": request.tag.metadata,
        "payment_intent_data": {
            "description": request.description,
            "capture_method": "manual" if request.capture_method == "manual" else "automatic",
            "metadata": request.tag.metadata | {"order_number": request.order_number},
        },
    }
    if request.email:
        params["customer_email"] = request.email
    with stripe_call() as stripe:
        session = stripe.v1.checkout.sessions.create(
            params, {"idempotency_key": request.tag.idempotency_key}
        )
    return _read(session, None)


def find_session(request: SessionRequest) -> RemoteSession | None:
    """What a forgotten idempotency key may have made: newest first, since we asked."""
    since = int(request.asked_at.timestamp()) - 600
    with stripe_call() as stripe:
        page = stripe.v1.checkout.sessions.list({"created": {"gte": since}, "limit": 100})
        ids = [s.id for s in page.auto_paging_iter() if _token_of(s) == request.token]
    found = retrieve_session(ids[0]) if ids else None
    return found if isinstance(found, RemoteSession) else None


def expire_session(stripe_id: str) -> RemoteSession | Gone:
    """Make sure that a page cannot be paid any more; as it is, when it was paid or is over."""
    try:
        with stripe_call() as stripe:
            stripe.v1.checkout.sessions.expire(stripe_id)
    except Rejected:
        pass
    return retrieve_session(stripe_id)


def retrieve_session(stripe_id: str) -> RemoteSession | Gone:
    """A session with the payment that was made in it."""
    try:
        with stripe_call() as stripe:
            session = stripe.v1.checkout.sessions.retrieve(stripe_id, {"expand": ["line_items"]})
    except NotFound:
        return Gone(stripe_id)
    payment = retrieve_payment(str(session.payment_intent)) if session.payment_intent else None
    return _read(session, payment if isinstance(payment, RemotePayment) else None)


def _read(session: "StripeCheckoutSession", payment: RemotePayment | None) -> RemoteSession:
    metadata = session.metadata.to_dict() if session.metadata else {}
    details = session.customer_details
    lines = session.line_items.data if session.line_items else []
    return RemoteSession(
        stripe_id=session.id,
        url=session.url or "",
        token=_token_of(session),
        operation=metadata.get("operation", ""),
        mode=session.mode,
        status=session.status or "",
        payment_status=session.payment_status,
        payment_link_id=str(session.payment_link) if session.payment_link else None,
        email=(details.email if details else None) or "",
        name=(details.name if details else None) or "",
        description=", ".join(line.description or "" for line in lines)[:300],
        payment=payment,
    )


def _token_of(session: "StripeCheckoutSession") -> str | None:
    metadata = session.metadata.to_dict() if session.metadata else {}
    return our_token(metadata, installation=installation())
