"""Writing down what Stripe says of a payment. Being told twice changes nothing."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.emails import debt_payment_failed
from app.errors import CurrencyMismatch
from app.gateway import RemotePayment, RemotePaymentIntent
from app.models import Collector, Matching, Order, Payment, PaymentLink, PaymentStatus
from app.models.payment import PAYABLE
from app.services import allocation, disputes, other_ways, refunds, settlement
from app.services.locks import lock_payment_of

NOTHING_CAME = "Nothing came: it was canceled at Stripe, or failed there."


def record(session: Session, remote: RemotePaymentIntent, *, actor: str) -> None:
    """Write down what Stripe says of a payment. Being told twice changes nothing."""
    payment = lock_payment_of(session, remote.stripe_id, token=remote.token)
    if payment is None:
        return  # somebody else's payment on the same account
    if payment.currency != remote.currency:
        raise CurrencyMismatch(f"{remote.stripe_id} is not in {payment.currency}.")
    before, failed_before = payment.status, _failure(payment)
    _copy(session, remote, payment)
    if session.is_modified(payment):
        payment.touch()
    failed_anew = _failure(payment) not in {failed_before, ("", "")}
    if payment.order is None:
        _settle_debt(session, payment, failed_anew=failed_anew, actor=actor)
        return
    if payment.status != before or payment.order.paid_amount != _received(payment.order):
        settlement.apply(session, payment.order, payment, actor=actor)
        if payment.processing or payment.authorized:
            other_ways.end(session, order_id=payment.order_id)
    if failed_anew:
        settlement.mark_failed(payment.order, payment, actor=actor)


def record_all(session: Session, remote: RemotePayment, *, actor: str) -> None:
    """Write down a payment with its refunds and disputes, always in the same order."""
    record(session, remote.intent, actor=actor)
    order = _order_of(session, remote)
    before = settlement.too_much(order) if order else 0
    for refund in remote.refunds:
        refunds.record(session, refund, actor=actor)
    for dispute in remote.disputes:
        disputes.record(session, dispute, actor=actor)
    if order is not None:
        settlement.weigh(order, before, actor=actor)


def _order_of(session: Session, remote: RemotePayment) -> Order | None:
    """The order of a payment of which some went back."""
    if not remote.refunds and not remote.disputes:
        return None
    payment = lock_payment_of(session, remote.intent.stripe_id, token=remote.intent.token)
    return payment.order if payment is not None else None


def _settle_debt(session: Session, payment: Payment, *, failed_anew: bool, actor: str) -> None:
    """A payment without an order is for what its customer owes."""
    if payment.matching == Matching.WAITING and payment.status == PaymentStatus.CANCELED:
        payment.matching = Matching.DISMISSED  # nobody needs to say whose it would have been
        payment.note_event("dismissed", actor=actor, reason=NOTHING_CAME)
    if failed_anew:
        reason = payment.failure_message or payment.failure_code
        payment.note_event("payment_failed", actor=actor, reason=reason)
        if any(cover.item.invoice.collector == Collector.SHOP for cover in payment.covers):
            debt_payment_failed.send(payment, reason=reason)
    allocation.apply(session, payment, actor=actor)


def _copy(session: Session, remote: RemotePaymentIntent, payment: Payment) -> None:
    payment.status = _status(session, remote, payment)
    payment.stripe_id = remote.stripe_id
    payment.received_amount = remote.received_amount
    payment.charge_id = remote.charge_id
    payment.method = remote.method or payment.method
    payment.fee_amount = remote.fee_amount
    payment.capture_before = remote.capture_before
    payment.failure_code = remote.failure_code
    payment.failure_message = remote.failure_message
    payment.failed_charge_id = remote.failed_charge_id


def _status(session: Session, remote: RemotePaymentIntent, payment: Payment) -> PaymentStatus:
    """A bank debit that failed can be tried again, says Stripe of its intent: but not on a page,
    which was over as soon as the debit was on its way."""
    told = PaymentStatus(remote.status)
    if told not in PAYABLE:
        return told
    if payment.hosted:
        is_over = payment.status in {PaymentStatus.PROCESSING, PaymentStatus.CANCELED}
    else:
        by_link = select(PaymentLink.id).where(PaymentLink.payment_id == payment.id).limit(1)
        is_over = payment.is_external or session.scalar(by_link) is not None
    return PaymentStatus.CANCELED if is_over else told


def _failure(payment: Payment) -> tuple[str, str]:
    return payment.failed_charge_id, payment.failure_code


def _received(order: Order) -> int:
    return sum(p.received_amount for p in order.payments)
