"""Payment Links at Stripe. Amounts are minor units of `currency`."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from app.errors import NotFound, Rejected
from app.gateway.client import installation, stripe_call
from app.gateway.requests import TaggedRequest
from app.gateway.values import Gone, our_token

if TYPE_CHECKING:
    from app.gateway.client import StripePaymentLink

DEAD = "This link is no longer in use. Please ask us for a new one."


@dataclass(frozen=True, kw_only=True)
class PaymentLinkRequest(TaggedRequest):
    """`product_id` groups the amount; `after_url` is where the payer comes back to."""

    operation = "payment_link"

    attempt: int
    amount: int
    currency: str
    description: str
    product_id: str
    after_url: str
    asked_at: datetime

    @property
    def metadata(self) -> dict[str, str]:
        return self.tag.metadata | {"isExternalPayment": "true"}


@dataclass(frozen=True, kw_only=True)
class RemotePaymentLink:
    stripe_id: str
    token: str | None  # only when this installation made it
    url: str
    active: bool


def create_payment_link(request: PaymentLinkRequest) -> RemotePaymentLink:
    """One payment of exactly this amount, and no second one."""
    with stripe_call() as stripe:
        link = stripe.v1.payment_links.create(
            {
                "line_items": [
                    {
                        "price_data": {
                            "currency": request.currency,
                            "unit_amount": request.amount,
                            "product": request.product_id,
                        },
                        "quantity": 1,
                    }
                ],
                "restrictions": {"completed_sessions": {"limit": 1}},
                "inactive_message": DEAD,
                "after_completion": {"type": "redirect", "redirect": {"url": request.after_url}},
                "custom_text": {"submit": {"message": request.description}},
                "metadata": request.metadata,
                "payment_intent_data": {
                    "description": request.description,
                    "metadata": request.metadata,
                },
            },
            {"idempotency_key": request.tag.idempotency_key},
        )
    return _read(link)


def find_payment_link(request: PaymentLinkRequest) -> RemotePaymentLink | None:
    """What a forgotten idempotency key may have made: newest first, since we asked."""
    with stripe_call() as stripe:
        for link in stripe.v1.payment_links.list({"limit": 100}).auto_paging_iter():
            found = _read(link)
            if found.token == request.token:
                return found
    return None


def retrieve_payment_link(stripe_id: str) -> RemotePaymentLink | Gone:
    try:
        with stripe_call() as stripe:
            return _read(stripe.v1.payment_links.retrieve(stripe_id))
    except NotFound:
        return Gone(stripe_id)


def close_payment_link(stripe_id: str) -> list[str]:
    """Deactivate a link, then end what somebody has open: deactivating leaves that payable.
    Returns the sessions in which it was paid before that."""
    with stripe_call() as stripe:
        stripe.v1.payment_links.update(stripe_id, {"active": False})
        page = stripe.v1.checkout.sessions.list({"payment_link": stripe_id, "limit": 100})
        sessions = list(page.auto_paging_iter())
    return [
        s.id for s in sessions if s.status == "complete" or (s.status == "open" and not _end(s.id))
    ]


def _end(session_id: str) -> bool:
    """Expire a session, unless it was paid just now."""
    try:
        with stripe_call() as stripe:
            stripe.v1.checkout.sessions.expire(session_id)
    except Rejected:
        return False
    return True


def _read(link: "StripePaymentLink") -> RemotePaymentLink:
    metadata = link.metadata.to_dict() if link.metadata else {}
    return RemotePaymentLink(
        stripe_id=link.id,
        token=our_token(metadata, installation=installation()),
        url=link.url,
        active=link.active,
    )
