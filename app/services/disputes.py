"""Disputes as Stripe tells them: recorded and shown. They never change an order's status."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.gateway import RemoteDispute
from app.models import Dispute
from app.services.locks import lock_payment_of


def record(session: Session, remote: RemoteDispute, *, actor: str) -> None:
    """Write down what Stripe says of a dispute. Being told twice changes nothing."""
    payment = lock_payment_of(session, remote.payment_intent_id)
    if payment is None:
        return  # somebody else's payment on the same account
    dispute = session.scalar(select(Dispute).filter_by(stripe_id=remote.stripe_id))
    if dispute is None:
        dispute = Dispute(order=payment.order, payment=payment, stripe_id=remote.stripe_id)
        dispute.status, dispute.created_at = "", remote.created_at
        session.add(dispute)
    before = dispute.status
    dispute.amount, dispute.currency = remote.amount, remote.currency
    dispute.reason, dispute.status = remote.reason, remote.status
    dispute.evidence_due_at = remote.evidence_due_at
    if session.is_modified(dispute):
        payment.touch()
    if before != dispute.status:
        words = f"{remote.reason}: {remote.status}".replace("_", " ")
        payment.order.note_event("dispute", actor=actor, reason=words)
