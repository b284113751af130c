"""Taking money for an order: remember it, ask Stripe, record the answer."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, gateway, money, settings
from app.db import reading, transaction
from app.errors import (
    AmountTooSmall,
    CurrencyMismatch,
    GatewayUnavailable,
    NothingToCapture,
    OrderClosed,
    Rejected,
    ShopError,
)
from app.gateway import Gone, PaymentIntentRequest, RemotePayment, RemotePaymentIntent
from app.jobs import job, minutes
from app.models import Order, OrderStatus, Payment, PaymentStatus
from app.services import disputes, refunds, settlement
from app.services.locks import lock_order, lock_payment, lock_payment_of

IN_FLIGHT = timedelta(minutes=1)  # somebody may still be waiting for the answer
KEY_LIFETIME = timedelta(hours=23)  # Stripe forgets an idempotency key after 24
MAX_TRIES = 3


@dataclass(frozen=True, kw_only=True)
class PaymentSheet:
    """What the Payment Element needs; with `settled` there is nothing left to pay."""

    order_token: str
    client_secret: str = field(repr=False)
    amount: int
    currency: str
    settled: bool


@dataclass(frozen=True, kw_only=True)
class Known:
    """A payment as plain values, so that nothing is open while Stripe is asked."""

    request: PaymentIntentRequest
    order_id: int
    payment_id: int
    stripe_id: str | None
    version: int


def start(order_id: int) -> PaymentSheet:
    """Pay, resume or retry: one open intent per order, and a new one when the old is dead."""
    for _ in range(MAX_TRIES):
        with transaction() as session:
            order = lock_order(session, order_id)
            if sheet := _settled(order):
                return sheet
            known = known_of(prepare(session, order))
        remote = ask(known, actor="customer")
        if remote is not None and remote.status in _PAYABLE:
            return PaymentSheet(
                order_token=_token_of(order_id),
                client_secret=remote.client_secret,
                amount=remote.amount,
                currency=remote.currency,
                settled=False,
            )
    raise GatewayUnavailable(
        "Stripe did not open a payment. Nothing was charged; please try again."
    )


def prepare(session: Session, order: Order) -> Payment:
    """The order's open payment, or a new one; its hold starts anew. Inside a transaction."""
    _require_chargeable(order)
    if order.status == OrderStatus.FAILED:
        order.move_to(OrderStatus.PENDING, actor="customer", reason="another try")
    hold = clock.now() + timedelta(minutes=settings.current().reservation_minutes)
    order.hold_expires_at = max(order.hold_expires_at or hold, hold)  # staff may hold for longer
    open_payments = [p for p in order.payments if p.payable]
    if open_payments:
        return open_payments[-1]
    payment = Payment(
        order=order,
        amount=order.total_amount,
        currency=order.currency,
        capture_method=settings.current().capture_method,
    )
    session.add(payment)
    session.flush()
    return payment


def ask(known: Known, *, actor: str) -> RemotePaymentIntent | None:
    """Make the intent, or ask how it is, and record the answer. None when it is gone."""
    if known.stripe_id is None:
        return _create(known, actor=actor)
    answer = gateway.retrieve_payment_intent(known.stripe_id)
    if isinstance(answer, Gone):
        _write_off(known, PaymentStatus.CANCELED, "Stripe does not know this payment any more.")
        return None
    with transaction() as session:
        if _unmoved(session, known):
            record(session, answer, actor=actor)
    return answer


def record(session: Session, remote: RemotePaymentIntent, *, actor: str) -> None:
    """Write down what Stripe says of a payment. Being told twice changes nothing."""
    payment = lock_payment_of(session, remote.stripe_id, token=remote.token)
    if payment is None:
        return  # somebody else's payment on the same account
    if payment.currency != remote.currency:
        raise CurrencyMismatch(f"{remote.stripe_id} is not in {payment.currency}.")
    before, failed_before = payment.status, _failure(payment)
    _copy(remote, payment)
    if session.is_modified(payment):
        payment.touch()
    if payment.status != before or payment.order.paid_amount != _received(payment.order):
        settlement.apply(session, payment, actor=actor)
    if _failure(payment) not in {failed_before, ("", "")}:
        settlement.mark_failed(session, payment, actor=actor)


def record_all(session: Session, remote: RemotePayment, *, actor: str) -> None:
    """Write down a payment with its refunds and disputes, always in the same order."""
    record(session, remote.intent, actor=actor)
    for refund in remote.refunds:
        refunds.record(session, refund, actor=actor)
    for dispute in remote.disputes:
        disputes.record(session, dispute, actor=actor)


def sync(order_id: int, *, actor: str = "stripe") -> None:
    """Ask Stripe how each payment of an order really is."""
    for known in _load(Payment.order_id == order_id, Payment.stripe_id.is_not(None)):
        answer = gateway.retrieve_payment(str(known.stripe_id))
        if isinstance(answer, Gone):
            continue
        with transaction() as session:
            if _unmoved(session, known):
                record_all(session, answer, actor=actor)


def capture(payment_id: int, *, amount: int | None, actor: str) -> None:
    """Take authorised money, all of it or part; what is left of the hold is released."""
    with transaction() as session:
        payment = lock_payment(session, payment_id)
        if not payment.authorized or payment.stripe_id is None:
            raise NothingToCapture(f"Order {payment.order.number} has no authorised payment.")
        amount = payment.amount if amount is None else amount
        if not 0 < amount <= payment.amount:
            most = money.format_money(payment.amount, payment.currency)
            raise NothingToCapture(f"Between nothing and {most} can be captured.")
        known = known_of(payment)
        payment.order.note_event("capture_asked", actor=actor, reason=_words(amount, payment))
    key = f"{known.request.token}:capture:{known.request.attempt}:{amount}"
    answer = gateway.capture_payment_intent(str(known.stripe_id), amount=amount, key=key)
    with transaction() as session:
        record(session, answer, actor=actor)


def cancel(known: Known, *, actor: str) -> None:
    """Make sure that a payment can never be paid; when Stripe refuses, record what is true."""
    stripe_id = known.stripe_id
    if stripe_id is None:  # the answer may have been lost: the same key finds the same intent
        made = _create(known, actor=actor)
        if made is None:
            return
        stripe_id = made.stripe_id
    try:
        answer: RemotePaymentIntent | Gone = gateway.cancel_payment_intent(stripe_id)
    except Rejected:
        answer = gateway.retrieve_payment_intent(stripe_id)
    if isinstance(answer, Gone):
        _write_off(known, PaymentStatus.CANCELED, "Stripe does not know this payment any more.")
        return
    with transaction() as session:
        record(session, answer, actor=actor)


@job(every=minutes(5))
def sweep() -> None:
    """Finish every payment whose answer was lost; one that fails stops no other."""
    overdue = clock.now() - IN_FLIGHT
    for known in _load(Payment.status == PaymentStatus.NEW, Payment.asked_at < overdue):
        try:
            _create(known, actor="job")
        except ShopError:
            continue  # still new, or rejected and visible


_PAYABLE = {"requires_payment_method", "requires_confirmation", "requires_action"}


def _unmoved(session: Session, known: Known) -> bool:
    """False when somebody recorded something newer while we asked."""
    return lock_payment(session, known.payment_id).version == known.version


def _create(known: Known, *, actor: str) -> RemotePaymentIntent | None:
    """Ask with the same key; when Stripe may have forgotten it, look first, then ask anew."""
    request = known.request
    if request.asked_at < clock.now() - KEY_LIFETIME:
        remote = gateway.find_payment_intent(request)
        if remote is None:
            request = _next_attempt(known)
            remote = _create_or_write_off(replace(known, request=request))
    else:
        remote = _create_or_write_off(known)
    with transaction() as session:
        if (
            lock_payment(session, known.payment_id).stripe_id is None
        ):  # else a webhook was here, and knows more
            record(session, remote, actor=actor)
    return remote


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


def _next_attempt(known: Known) -> PaymentIntentRequest:
    with transaction() as session:
        payment = lock_payment(session, known.payment_id)
        if payment.attempt == known.request.attempt:
            payment.attempt += 1
            payment.asked_at = clock.now()
        return known_of(payment).request


def _settled(order: Order) -> PaymentSheet | None:
    """Nothing to pay any more, or a refusal with the reason."""
    if order.status == OrderStatus.CANCELED:
        raise OrderClosed(f"Order {order.number} was canceled. Nothing was charged.")
    if order.is_payable:
        return None
    return PaymentSheet(
        order_token=order.token,
        client_secret="",
        amount=order.total_amount,
        currency=order.currency,
        settled=True,
    )


def _require_chargeable(order: Order) -> None:
    least = money.minimum_charge(order.currency)
    if order.total_amount < least:
        words = money.format_money(least, order.currency)
        raise AmountTooSmall(f"The smallest amount that can be paid by card is {words}.")


def _load(*conditions: object) -> list[Known]:
    with reading() as session:
        rows = select(Payment).where(*conditions).order_by(Payment.id).limit(500)  # type: ignore[arg-type]
        return [known_of(payment) for payment in session.scalars(rows)]


def known_of(payment: Payment) -> Known:
    """A payment as plain values, with the request that makes its intent."""
    order = payment.order
    return Known(
        request=PaymentIntentRequest(
            token=payment.token,
            attempt=payment.attempt,
            amount=payment.amount,
            currency=payment.currency,
            capture_method=payment.capture_method,
            description=f"Order {order.number}",
            order_number=order.number,
            asked_at=payment.asked_at,
        ),
        order_id=order.id,
        payment_id=payment.id,
        stripe_id=payment.stripe_id,
        version=payment.version,
    )


def _copy(remote: RemotePaymentIntent, payment: Payment) -> None:
    payment.stripe_id = remote.stripe_id
    payment.status = PaymentStatus(remote.status)
    payment.received_amount = remote.received_amount
    payment.charge_id = remote.charge_id
    payment.method = remote.method or payment.method
    payment.fee_amount = remote.fee_amount
    payment.capture_before = remote.capture_before
    payment.failure_code = remote.failure_code
    payment.failure_message = remote.failure_message
    payment.failed_charge_id = remote.failed_charge_id


def _failure(payment: Payment) -> tuple[str, str]:
    return payment.failed_charge_id, payment.failure_code


def _received(order: Order) -> int:
    return sum(p.received_amount for p in order.payments)


def _token_of(order_id: int) -> str:
    with reading() as session:
        return session.scalars(select(Order.token).where(Order.id == order_id)).one()


def _words(amount: int, payment: Payment) -> str:
    return money.format_money(amount, payment.currency)
