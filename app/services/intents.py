"""The PaymentIntent of a payment: made once, found again, or given up."""

from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app import clock, gateway
from app.db import reading, transaction
from app.errors import KeyBurnt, Rejected, ShopError
from app.gateway import Gone, PaymentIntentRequest, RemotePaymentIntent, SessionRequest
from app.jobs import job, minutes
from app.models import Payment, PaymentStatus
from app.models.payment import PAYABLE
from app.services import hosted_pages, other_ways, payment_records
from app.services.locks import lock_payment

OPEN = tuple(PAYABLE)  # it could still be paid
FORGOTTEN = "Stripe does not know this payment any more."


@dataclass(frozen=True, kw_only=True)
class Known:
    """A payment as plain values, so that nothing is open while Stripe is asked.

    `page` is what opens it on Stripe's own page, for one that is paid there.
    """

    request: PaymentIntentRequest
    page: SessionRequest | None
    session_id: str | None
    authorized: bool
    payment_id: int
    stripe_id: str | None
    version: int


def ask(known: Known, *, actor: str) -> RemotePaymentIntent | None:
    """Make the intent, or ask how it is, and record the answer. None when it is gone."""
    if known.stripe_id is None:
        return create(known, actor=actor)
    answer = gateway.retrieve_payment_intent(known.stripe_id)
    if isinstance(answer, Gone):
        _write_off(known, PaymentStatus.CANCELED, FORGOTTEN)
        return None
    with transaction() as session:
        if unmoved(session, known):
            payment_records.record(session, answer, actor=actor)
    return answer


def create(known: Known, *, actor: str) -> RemotePaymentIntent:
    """Ask with the same key; when it is of no use any more, look first, then take another."""
    remote = None
    if known.request.asked_at > clock.now() - gateway.KEY_LIFETIME:
        with suppress(KeyBurnt):
            remote = _create_or_write_off(known)
    if remote is None:
        remote = gateway.find_payment_intent(known.request)
    if remote is None:
        remote = _create_or_write_off(_next_attempt(known))
    with transaction() as session:
        unknown = lock_payment(session, known.payment_id).stripe_id is None
        if unknown:  # else a webhook was here, and knows more
            payment_records.record(session, remote, actor=actor)
    return remote


def cancel(known: Known, *, actor: str) -> None:
    """Make sure that a payment can never be paid; when Stripe refuses, record what is true."""
    if known.page is not None and not known.authorized:
        hosted_pages.close(known.payment_id, known.page, actor=actor)
        return
    # Without an id the answer may have been lost: the same key finds the same intent.
    stripe_id = known.stripe_id or create(known, actor=actor).stripe_id
    try:
        answer = gateway.cancel_payment_intent(stripe_id)
    except Rejected:
        ask(known, actor=actor)
        return
    with transaction() as session:
        payment_records.record(session, answer, actor=actor)


@job()
def give_up(invoice_id: int | None = None, order_id: int | None = None) -> None:
    """End our own payments that would bring more than is owed. One that was paid in this very
    moment is recorded; one that fails stops no other, and is tried again."""
    failed = None
    for known in load(other_ways.superfluous(invoice_id=invoice_id, order_id=order_id)):
        try:
            cancel(known, actor="job")
        except ShopError as error:
            failed = error
    if failed is not None:
        raise failed


@job(every=minutes(5))
def sweep() -> None:
    """End what is superfluous though nobody said so, or could not be ended then."""
    with suppress(ShopError):
        give_up()


def known_of(payment: Payment) -> Known:
    """A payment as plain values, with the request that makes its intent."""
    order = payment.order
    number = order.number if order is not None else ""
    return Known(
        request=PaymentIntentRequest(
            token=payment.token,
            attempt=payment.attempt,
            amount=payment.amount,
            currency=payment.currency,
            capture_method=payment.capture_method,
            description=payment.description or f"Order {number}",
            order_number=number,
            asked_at=payment.asked_at,
        ),
        page=hosted_pages.request_for(payment) if payment.hosted else None,
        session_id=payment.session_id,
        authorized=payment.authorized,
        payment_id=payment.id,
        stripe_id=payment.stripe_id,
        version=payment.version,
    )


def load(*conditions: ColumnElement[bool]) -> list[Known]:
    """Payments as plain values, the oldest first."""
    with reading() as session:
        rows = select(Payment).where(*conditions).order_by(Payment.id).limit(500)
        return [known_of(payment) for payment in session.scalars(rows)]


def unmoved(session: Session, known: Known) -> bool:
    """False when somebody recorded something newer while we asked."""
    return lock_payment(session, known.payment_id).version == known.version


def _create_or_write_off(known: Known) -> RemotePaymentIntent:
    try:
        return gateway.create_payment_intent(known.request)
    except Rejected as error:
        _write_off(known, PaymentStatus.REJECTED, str(error))
        raise


def _write_off(known: Known, status: PaymentStatus, reason: str) -> None:
    with transaction() as session:
        payment = lock_payment(session, known.payment_id)
        if payment.payable and payment.stripe_id == known.stripe_id:
            payment.status, payment.failure_message = status, reason


def _next_attempt(known: Known) -> Known:
    with transaction() as session:
        payment = lock_payment(session, known.payment_id)
        if payment.attempt == known.request.attempt:
            payment.attempt += 1
            payment.asked_at = clock.now()
            session.flush()
        return known_of(payment)
