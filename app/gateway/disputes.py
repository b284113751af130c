"""Disputes at Stripe. Amounts are minor units of `currency`."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.gateway.client import stripe_call

if TYPE_CHECKING:
    from app.gateway.client import StripeDispute


@dataclass(frozen=True, kw_only=True)
class RemoteDispute:
    stripe_id: str
    payment_intent_id: str
    amount: int
    currency: str
    reason: str
    status: str
    evidence_due_at: datetime | None
    created_at: datetime


def list_disputes(payment_intent_id: str) -> list[RemoteDispute]:
    with stripe_call() as stripe:
        page = stripe.v1.disputes.list({"payment_intent": payment_intent_id, "limit": 100})
        return [_read(dispute) for dispute in page.auto_paging_iter()]


def _read(dispute: "StripeDispute") -> RemoteDispute:
    due = dispute.evidence_details.due_by if dispute.evidence_details else None
    return RemoteDispute(
        stripe_id=dispute.id,
        payment_intent_id=str(dispute.payment_intent or ""),
        amount=dispute.amount,
        currency=dispute.currency,
        reason=dispute.reason,
        status=dispute.status,
        evidence_due_at=datetime.fromtimestamp(due, UTC) if due else None,
        created_at=datetime.fromtimestamp(dispute.created, UTC),
    )
