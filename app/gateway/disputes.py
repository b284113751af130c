"""Disputes at Stripe. Amounts are minor units of `currency`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

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
    submissions: int  # how often evidence was sent to the bank
    created_at: datetime


def submit_evidence(stripe_id: str, evidence: Mapping[str, str], *, key: str) -> RemoteDispute:
    """Send evidence to the bank. That is possible once; Stripe's field names, plain text."""
    fields = cast("Any", dict(evidence))
    with stripe_call() as stripe:
        answer = stripe.v1.disputes.update(
            stripe_id,
            {"evidence": fields, "submit": True},
            {"idempotency_key": key},
        )
        return _read(answer)


def accept_dispute(stripe_id: str) -> RemoteDispute:
    """Give in: the money stays with the customer."""
    with stripe_call() as stripe:
        return _read(stripe.v1.disputes.close(stripe_id))


def retrieve_dispute(stripe_id: str) -> RemoteDispute:
    with stripe_call() as stripe:
        return _read(stripe.v1.disputes.retrieve(stripe_id))


def list_disputes(payment_intent_id: str) -> list[RemoteDispute]:
    with stripe_call() as stripe:
        page = stripe.v1.disputes.list({"payment_intent": payment_intent_id, "limit": 100})
        return [_read(dispute) for dispute in page.auto_paging_iter()]


def _read(dispute: "StripeDispute") -> RemoteDispute:
    details = dispute.evidence_details
    due = details.due_by if details else None
    return RemoteDispute(
        stripe_id=dispute.id,
        payment_intent_id=str(dispute.payment_intent or ""),
        amount=dispute.amount,
        currency=dispute.currency,
        reason=dispute.reason,
        status=dispute.status,
        evidence_due_at=datetime.fromtimestamp(due, UTC) if due else None,
        submissions=details.submission_count if details else 0,
        created_at=datetime.fromtimestamp(dispute.created, UTC),
    )
