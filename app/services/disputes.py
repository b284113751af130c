"""Disputes: recorded as Stripe tells them, and answered with evidence.

They never change an order's status. What they close stands in `dispute_policy`.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, gateway
from app.db import reading, transaction
from app.errors import DisputeClosed, InvalidEvidence, Rejected, ShopError
from app.gateway import RemoteDispute
from app.jobs import job, minutes
from app.models import Dispute, Invoice, InvoiceItem, InvoicePayment, Payment, Subscription
from app.models.dispute import NEEDS_ANSWER
from app.services import allocation, evidence, licenses
from app.services.locks import lock_payment, lock_payment_of

IN_FLIGHT = timedelta(minutes=1)  # somebody may still be waiting for the answer
LONGEST = 150_000  # characters of all fields together: https://docs.stripe.com/api/disputes/update
LONGEST_FIELD = 20_000


@dataclass(frozen=True, kw_only=True)
class Known:
    """A dispute as plain values, so that nothing is open while Stripe is asked."""

    id: int
    stripe_id: str
    evidence: dict[str, str]
    key: str


def save(dispute_id: int, fields: Mapping[str, str], *, actor: str) -> None:
    """Keep evidence as a draft: the bank does not see it yet."""
    with transaction() as session:
        dispute = _answerable(session, dispute_id)
        _keep(dispute, fields)
        dispute.payment.note_event("evidence_saved", actor=actor)


def submit(dispute_id: int, *, actor: str) -> None:
    """Send the draft to the bank, or what our records say when nobody edited it. Once."""
    with transaction() as session:
        dispute = _answerable(session, dispute_id)
        _keep(dispute, dispute.evidence or evidence.gather(session, dispute))
        if not dispute.evidence:
            raise InvalidEvidence("There is nothing to send. Write at least a few words, please.")
        dispute.evidence_asked_at, dispute.evidence_asked_by = clock.now(), actor
        known = _known(dispute)
    _ask(known, actor=actor)


def accept(dispute_id: int, *, actor: str) -> None:
    """Give in: the money stays with the customer."""
    with transaction() as session:
        dispute = _answerable(session, dispute_id)
        dispute.payment.note_event("dispute_accepted", actor=actor)
        stripe_id = str(dispute.stripe_id)
    remote = gateway.accept_dispute(stripe_id)
    with transaction() as session:
        record(session, remote, actor=actor)


def why_not_answerable(dispute: Dispute) -> str:
    """Why no evidence can be sent; empty while it can."""
    if not dispute.is_open:
        return "The bank has decided."
    if not dispute.needs_answer:
        return "The bank has the evidence and decides now."
    if dispute.is_being_answered:
        return "The evidence is on its way to the bank."
    if dispute.evidence_due_at is not None and dispute.evidence_due_at < clock.now():
        return "The bank took evidence only until its due date, which is over."
    return ""


@job(every=minutes(5))
def sweep() -> None:
    """Send evidence whose answer was lost; one that fails stops no other."""
    with reading() as session:
        lost = select(Dispute.id, Dispute.stripe_id).where(
            Dispute.evidence_asked_at < clock.now() - IN_FLIGHT,
            Dispute.evidence_sent_at.is_(None),
        )
        rows = session.execute(lost.limit(100)).all()
    for row in rows:
        try:
            _finish(row.id, str(row.stripe_id))
        except ShopError:
            continue  # Stripe is away, or said no: then it is written down


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
    _copy(dispute, remote)
    if remote.submissions and dispute.evidence_sent_at is None:
        dispute.evidence_sent_at = clock.now()
        payment.note_event("evidence_sent", actor=dispute.evidence_asked_by or actor)
    if session.is_modified(dispute):
        payment.touch()
    if before != dispute.status:
        words = f"{remote.reason}: {remote.status}".replace("_", " ")
        payment.note_event("dispute", actor=actor, reason=words)
    if payment.order is None:
        allocation.apply(session, payment, actor=actor)
        _follow(session, payment, actor=actor)


def _copy(dispute: Dispute, remote: RemoteDispute) -> None:
    dispute.amount, dispute.currency = remote.amount, remote.currency
    dispute.reason, dispute.status = remote.reason, remote.status
    dispute.evidence_due_at = remote.evidence_due_at


def _follow(session: Session, payment: Payment, *, actor: str) -> None:
    """Bring the licenses that this money paid for to where the policy wants them."""
    session.flush()
    invoices = (
        select(Invoice.subscription_id)
        .join(Invoice.items)
        .join(InvoiceItem.payments)
        .where(InvoicePayment.payment_id == payment.id)
    )
    paid_for = select(Subscription).where(Subscription.id.in_(invoices))
    for subscription in session.scalars(paid_for):
        licenses.follow(session, subscription, actor=actor)


def _answerable(session: Session, dispute_id: int) -> Dispute:
    lock_payment(session, session.get_one(Dispute, dispute_id).payment_id)
    dispute = session.get_one(Dispute, dispute_id, populate_existing=True)
    if reason := why_not_answerable(dispute):
        raise DisputeClosed(reason)
    return dispute


def _keep(dispute: Dispute, fields: Mapping[str, str]) -> None:
    kept = {name: fields.get(name, "").strip() for name in evidence.NAMES}
    dispute.evidence = {name: text for name, text in kept.items() if text}
    longest = max((len(text) for text in dispute.evidence.values()), default=0)
    if longest > LONGEST_FIELD or sum(map(len, dispute.evidence.values())) > LONGEST:
        raise InvalidEvidence(
            f"The bank takes {LONGEST_FIELD:,} characters per field and {LONGEST:,} in all."
        )


def _ask(known: Known, *, actor: str) -> None:
    try:
        remote = gateway.submit_evidence(known.stripe_id, known.evidence, key=known.key)
    except Rejected as error:
        remote = gateway.retrieve_dispute(known.stripe_id)
        if not remote.submissions:  # else an earlier answer was lost
            _give_up(known, reason=str(error), actor=actor)
            raise
    with transaction() as session:
        record(session, remote, actor=actor)


def _finish(dispute_id: int, stripe_id: str) -> None:
    """Look first, since the answer may have been lost only on its way back; then ask anew."""
    remote = gateway.retrieve_dispute(stripe_id)
    if remote.submissions or remote.status not in NEEDS_ANSWER:
        with transaction() as session:
            record(session, remote, actor="stripe")
            session.get_one(Dispute, dispute_id).evidence_asked_at = None
        return
    with transaction() as session:
        dispute = session.get_one(Dispute, dispute_id, with_for_update={"of": Dispute})
        dispute.evidence_asked_at = clock.now()
        known, who = _known(dispute), dispute.evidence_asked_by or "job"
    _ask(known, actor=who)


def _give_up(known: Known, *, reason: str, actor: str) -> None:
    with transaction() as session:
        dispute = session.get_one(Dispute, known.id)
        lock_payment(session, dispute.payment_id)
        dispute.evidence_asked_at = None
        dispute.payment.note_event("evidence_refused", actor=actor, reason=reason)


def _known(dispute: Dispute) -> Known:
    """Its key changes with what is sent and with each time that somebody wants it sent."""
    told = json.dumps([dispute.evidence, str(dispute.evidence_asked_at)], sort_keys=True)
    digest = hashlib.sha256(told.encode()).hexdigest()[:24]
    return Known(
        id=dispute.id,
        stripe_id=str(dispute.stripe_id),
        evidence=dict(dispute.evidence),
        key=f"{dispute.stripe_id}:evidence:{digest}",
    )
