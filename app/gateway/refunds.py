"""Refunds at Stripe. Amounts are minor units of `currency`."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.errors import NotFound
from app.gateway.client import installation, stripe_call
from app.gateway.values import Gone, Tag, our_token

if TYPE_CHECKING:
    from app.gateway.client import StripeRefund


@dataclass(frozen=True, kw_only=True)
class RefundRequest:
    payment_intent_id: str
    amount: int
    token: str
    attempt: int


@dataclass(frozen=True, kw_only=True)
class RemoteRefund:
    stripe_id: str
    token: str | None  # only when this installation made it
    payment_intent_id: str
    amount: int
    currency: str
    status: str
    failure_reason: str


def create_refund(request: RefundRequest) -> RemoteRefund:
    tag = Tag(
        installation=installation(),
        token=request.token,
        operation="refund",
        attempt=request.attempt,
    )
    with stripe_call() as stripe:
        refund = stripe.v1.refunds.create(
            {
                "payment_intent": request.payment_intent_id,
                "amount": request.amount,
                "metadata": tag.metadata,
            },
            {"idempotency_key": tag.idempotency_key},
        )
    return _read(refund)


def retrieve_refund(stripe_id: str) -> RemoteRefund | Gone:
    try:
        with stripe_call() as stripe:
            return _read(stripe.v1.refunds.retrieve(stripe_id))
    except NotFound:
        return Gone(stripe_id)


def list_refunds(payment_intent_id: str) -> list[RemoteRefund]:
    """Every refund of one payment. Unlike /search, a list does not lag."""
    with stripe_call() as stripe:
        page = stripe.v1.refunds.list({"payment_intent": payment_intent_id, "limit": 100})
        return [_read(refund) for refund in page.auto_paging_iter() if not _is_release(refund)]


def _is_release(refund: "StripeRefund") -> bool:
    """Letting go of authorised money that was never taken looks like a refund, too."""
    return refund.status == "succeeded" and refund.balance_transaction is None


def _read(refund: "StripeRefund") -> RemoteRefund:
    metadata = refund.metadata.to_dict() if refund.metadata else {}
    return RemoteRefund(
        stripe_id=refund.id,
        token=our_token(metadata, installation=installation()),
        payment_intent_id=str(refund.payment_intent),
        amount=refund.amount,
        currency=refund.currency,
        status=refund.status or "pending",
        failure_reason=getattr(refund, "failure_reason", None) or "",
    )
