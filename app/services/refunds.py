"""Giving money back: remember it, ask Stripe, record the answer."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, gateway, money
from app.db import reading, transaction
from app.emails import refund_issued
from app.errors import (
    CurrencyMismatch,
    FormAlreadyUsed,
    KeyBurnt,
    NothingToRefund,
    RefundTooLarge,
    Rejected,
    ShopError,
)
from app.gateway import Gone, RefundRequest, RemoteRefund
from app.jobs import job, minutes
from app.models import Order, Payment, Refund, RefundStatus
from app.services import allocation
from app.services.locks import lock_order, lock_payment, lock_payment_of

IN_FLIGHT = timedelta(minutes=1)  # somebody may still be waiting for the answer

DISPUTED = "The bank is deciding about this payment: it cannot be refunded now."
STATUSES = {
    "succeeded": RefundStatus.SUCCEEDED,
    "failed": RefundStatus.FAILED,
    "canceled": RefundStatus.FAILED,
}


@dataclass(frozen=True, kw_only=True)
class Known:
    """A refund as plain values; `version` is its payment's."""

    request: RefundRequest
    payment_id: int
    stripe_id: str | None
    asked_at: datetime
    version: int


def issue(
    order_id: int,
    amount: int,
    *,
    form_token: str,
    actor: str,
    reason: str = "",
    payment_id: int | None = None,
) -> None:
    """Refund part of an order; the same form sent twice is one refund."""
    with transaction() as session:
        order = lock_order(session, order_id)
        if used := _used(session, form_token):
            _require_same_form(used, used.order_id == order_id, amount)
            return
        payment = _payment_to_refund(order, amount, payment_id)
        known = _remember(session, payment, amount, form_token, reason=reason, actor=actor)
    _ask(known, actor=actor)


def issue_for_payment(
    payment_id: int, amount: int, *, form_token: str, actor: str, reason: str = ""
) -> None:
    """Refund part of a payment that was not for an order: what it had paid is owed again."""
    with transaction() as session:
        payment = lock_payment(session, payment_id)
        if used := _used(session, form_token):
            _require_same_form(used, used.payment_id == payment_id, amount)
            return
        _require_refundable(payment, amount)
        known = _remember(session, payment, amount, form_token, reason=reason, actor=actor)
    _ask(known, actor=actor)


def record(session: Session, remote: RemoteRefund, *, actor: str) -> None:
    """Write down what Stripe says of a refund. Being told twice changes nothing."""
    payment = lock_payment_of(session, remote.payment_intent_id)
    if payment is None:
        return  # somebody else's payment on the same account
    if payment.currency != remote.currency:
        raise CurrencyMismatch(f"{remote.stripe_id} is not in {payment.currency}.")
    refund = _find(payment, remote) or _adopt(session, payment, remote, actor=actor)
    before = refund.status
    refund.stripe_id = remote.stripe_id
    refund.status = STATUSES.get(remote.status, RefundStatus.PENDING)
    refund.failure_reason = remote.failure_reason
    if session.is_modified(refund):
        payment.touch()
    if refund.status != before:
        _tell(refund, actor=actor)
    if payment.order is not None:
        payment.order.count_refunds(actor=actor)
    else:
        allocation.apply(session, payment, actor=actor)


@job(every=minutes(5))
def sweep() -> None:
    """Finish every refund whose answer was lost; one that fails stops no other."""
    for known in _overdue():
        try:
            _finish(known)
        except ShopError:
            continue  # still pending, or failed and visible


def _payment_to_refund(order: Order, amount: int, payment_id: int | None) -> Payment:
    """Which payment gives the money back, or why none can."""
    paid = [p for p in order.payments if p.succeeded and p.stripe_id]
    fits = [p for p in paid if payment_id in {None, p.id}]
    if not fits:
        raise NothingToRefund(f"Order {order.number} was not paid through Stripe.")
    if any(d.is_open for d in order.disputes):
        raise NothingToRefund(DISPUTED)
    payment = max(fits, key=left_of)
    left = min(left_of(payment), order.refundable_amount)
    _require_fitting(amount, max(left, 0), order.currency)
    return payment


def _require_fitting(amount: int, left: int, currency: str) -> None:
    if not 0 < amount <= left:
        most = money.format_money(left, currency)
        less = "An amount above zero, please." if amount <= 0 else ""
        raise RefundTooLarge(less or f"At most {most} can be refunded.")


def why_not_refundable(payment: Payment) -> str:
    """Why nothing of a payment without an order can be given back; empty while it can."""
    if payment.order is not None:
        return f"It was for order #{payment.order.number}: refund it there."
    if not payment.succeeded or not payment.stripe_id:
        return "No money arrived with it."
    if any(dispute.is_open for dispute in payment.disputes):
        return DISPUTED
    return "" if left_of(payment) > 0 else "Everything was given back already."


def _require_refundable(payment: Payment, amount: int) -> None:
    left = max(left_of(payment), 0)
    if reason := why_not_refundable(payment):
        raise NothingToRefund(reason)
    _require_fitting(amount, left, payment.currency)


def _remember(
    session: Session, payment: Payment, amount: int, form_token: str, *, reason: str, actor: str
) -> Known:
    refund = Refund(order=payment.order, payment=payment, amount=amount, reason=reason, actor=actor)
    refund.form_token = form_token
    session.add(refund)
    payment.note_event("refund_asked", actor=actor, reason=_words(refund))
    session.flush()
    return _known(refund)


def left_of(payment: Payment) -> int:
    """What is not given back yet; refunds on their way count, and so does a lost dispute."""
    lost = sum(d.amount for d in payment.disputes if d.lost)
    return payment.received_amount - lost - sum(r.amount for r in payment.refunds if not r.failed)


def _used(session: Session, form_token: str) -> Refund | None:
    return session.scalar(select(Refund).filter_by(form_token=form_token))


def _require_same_form(used: Refund, of_this: bool, amount: int) -> None:
    if not of_this or used.amount != amount:
        raise FormAlreadyUsed("This form was already sent. Please load the page again.")


def _ask(known: Known, *, actor: str) -> None:
    try:
        remote = gateway.create_refund(known.request)
    except Rejected as error:
        _give_up(known, reason=str(error), actor=actor)
        raise
    with transaction() as session:
        if _lock(session, known).stripe_id is None:  # else a webhook was here, and knows more
            record(session, remote, actor=actor)


def _give_up(known: Known, *, reason: str, actor: str) -> None:
    with transaction() as session:
        refund = _lock(session, known)
        if refund.stripe_id is None and refund.attempt == known.request.attempt:
            refund.status, refund.failure_reason = RefundStatus.FAILED, reason
            refund.payment.note_event("refund_failed", actor=actor, reason=reason)


def _overdue() -> list[Known]:
    with reading() as session:
        pending = select(Refund).where(
            Refund.status == RefundStatus.PENDING, Refund.asked_at < clock.now() - IN_FLIGHT
        )
        return [_known(refund) for refund in session.scalars(pending.limit(500))]


def _finish(known: Known) -> None:
    if known.stripe_id:
        return _record_unless_moved(known, gateway.retrieve_refund(known.stripe_id))
    if known.asked_at > clock.now() - gateway.KEY_LIFETIME:
        with suppress(KeyBurnt):
            return _ask(known, actor="job")
    if found := _look_up(known.request):
        return _record_unless_moved(known, found)
    return _ask(_next_attempt(known), actor="job")


def _record_unless_moved(known: Known, remote: RemoteRefund | Gone) -> None:
    """An answer older than the row is dropped; the next sweep asks again."""
    if isinstance(remote, Gone):
        return
    with transaction() as session:
        if lock_payment(session, known.payment_id).version == known.version:
            record(session, remote, actor="job")


def _look_up(request: RefundRequest) -> RemoteRefund | None:
    """The key may be forgotten: look for what it may have made."""
    remotes = gateway.list_refunds(request.payment_intent_id)
    return next((r for r in remotes if r.token == request.token), None)


def _next_attempt(known: Known) -> Known:
    with transaction() as session:
        refund = _lock(session, known)
        if refund.attempt == known.request.attempt:
            refund.attempt += 1
            refund.asked_at = clock.now()
            session.flush()
        return _known(refund)


def _lock(session: Session, known: Known) -> Refund:
    lock_payment(session, known.payment_id)
    refund = select(Refund).filter_by(token=known.request.token)
    return session.scalars(refund.execution_options(populate_existing=True)).one()


def _known(refund: Refund) -> Known:
    return Known(
        request=RefundRequest(
            payment_intent_id=str(refund.payment.stripe_id),
            amount=refund.amount,
            token=refund.token,
            attempt=refund.attempt,
        ),
        payment_id=refund.payment_id,
        stripe_id=refund.stripe_id,
        asked_at=refund.asked_at,
        version=refund.payment.version,
    )


def _find(payment: Payment, remote: RemoteRefund) -> Refund | None:
    for refund in payment.refunds:
        if refund.stripe_id == remote.stripe_id:
            return refund
    for refund in payment.refunds:
        if remote.token == refund.token and _agree(refund, remote):
            return refund
    return None


def _agree(refund: Refund, remote: RemoteRefund) -> bool:
    """PaymentIntent and currency agree already: they led to the payment."""
    return refund.stripe_id is None and refund.amount == remote.amount


def _adopt(session: Session, payment: Payment, remote: RemoteRefund, *, actor: str) -> Refund:
    """Made in Stripe's dashboard, a refund still belongs to what was paid."""
    refund = Refund(order=payment.order, payment=payment, amount=remote.amount, actor=actor)
    refund.status = RefundStatus.PENDING
    session.add(refund)
    return refund


def _tell(refund: Refund, *, actor: str) -> None:
    """History and letter, once per outcome."""
    if refund.succeeded:
        refund.payment.note_event("refunded", actor=actor, reason=_words(refund))
        refund_issued.send(refund)
    elif refund.failed:
        words = f"{_words(refund)}: {refund.failure_reason}".replace("_", " ")
        refund.payment.note_event("refund_failed", actor=actor, reason=words)


def _words(refund: Refund) -> str:
    words = money.format_money(refund.amount, refund.payment.currency)
    return f"{words}, {refund.reason}" if refund.reason else words
