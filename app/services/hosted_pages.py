"""Payments on Stripe's own page: its Checkout Session is opened once, found again, or ended.

While it is open there may be no PaymentIntent yet, and one that is there belongs to the page:
it can only be given up by letting the page expire.
"""

from contextlib import suppress
from datetime import timedelta

from sqlalchemy.orm import Session

from app import clock, gateway, settings
from app.db import transaction
from app.errors import GatewayUnavailable, KeyBurnt, Rejected
from app.gateway import Gone, RemoteSession, SessionRequest
from app.models import Payment, PaymentStatus
from app.services import payment_records
from app.services.locks import lock_payment

LIFETIME = timedelta(
    minutes=45
)  # Stripe allows no less than 30, and a lost answer is asked for again
HOLD = LIFETIME + timedelta(minutes=1)  # goods are kept until nobody can pay for them any more


def open_page(payment_id: int, request: SessionRequest, *, actor: str) -> RemoteSession:
    """The page of a payment, made once; paid or expired ones are written down as such."""
    session_id = _session_id(payment_id)
    if session_id is None:
        remote: RemoteSession | Gone = _created(payment_id, request)
    else:
        remote = gateway.retrieve_session(session_id)
    _record(payment_id, remote, actor=actor)
    if isinstance(remote, Gone):
        raise GatewayUnavailable("Stripe does not know this page any more. Please try again.")
    return remote


def close(payment_id: int, request: SessionRequest, *, actor: str) -> None:
    """Make sure that it can never be paid there; when it was, write that down."""
    # Without an id the answer may have been lost: the same key finds the same page.
    session_id = _session_id(payment_id) or _created(payment_id, request).stripe_id
    _record(payment_id, gateway.expire_session(session_id), actor=actor)


def sync(payment_id: int, session_id: str, *, actor: str) -> None:
    """Ask Stripe what became of a page."""
    _record(payment_id, gateway.retrieve_session(session_id), actor=actor)


def record(session: Session, payment: Payment, remote: RemoteSession | Gone, *, actor: str) -> None:
    """Write down what Stripe says of a page. Being told twice changes nothing."""
    if isinstance(remote, Gone):
        _give_up(payment, "Stripe does not know this page any more.")
        return
    if payment.session_id is None:
        payment.session_id = remote.stripe_id
    if remote.payment is not None:
        payment_records.record_all(session, remote.payment, actor=actor)
    elif remote.is_open and payment.status == PaymentStatus.NEW:
        payment.status = PaymentStatus.REQUIRES_PAYMENT_METHOD
    if remote.status == "expired":
        _give_up(payment, "The page expired before it was paid.")
    elif remote.status == "complete":  # and what was paid there failed later
        _give_up(payment, payment.failure_message)


def request_for(payment: Payment) -> SessionRequest:
    """What makes the page of a payment: its words, and where its payer comes back to."""
    order, covers = payment.order, payment.covers
    if order is not None:
        lines = [(_named(line.name, line.quantity), line.total_amount) for line in order.line_items]
        page, email, number = f"/orders/{order.token}", order.email, order.number
        success = f"{page}/return"
    else:
        lines = [(cover.item.description, cover.amount) for cover in covers]
        invoices = {cover.item.invoice for cover in covers}
        only = f"/invoices/{next(iter(invoices)).token}" if len(invoices) == 1 else ""
        page, number = only or "/account/payments", ""
        email = payment.customer.email if payment.customer else ""
        success = f"{page}/{payment.token}/return"
    shop = settings.current()
    return SessionRequest(
        token=payment.token,
        attempt=payment.attempt,
        currency=payment.currency,
        lines=_lines(lines, payment),
        email=email,
        capture_method=payment.capture_method,
        description=payment.description or f"Order {number}",
        order_number=number,
        success_url=shop.public_url + success,
        cancel_url=shop.public_url + page,
        expires_at=payment.asked_at + LIFETIME,
        asked_at=payment.asked_at,
    )


def _named(name: str, quantity: int) -> str:
    return f"{name} × {quantity}" if quantity > 1 else name


def _lines(lines: list[tuple[str, int]], payment: Payment) -> tuple[tuple[str, int], ...]:
    """What costs nothing is left out; what does not sum up is one line that does."""
    paid = tuple((words[:250], amount) for words, amount in lines if amount > 0)
    if sum(amount for _, amount in paid) != payment.amount or len(paid) > 100:
        return ((payment.description or "Your order", payment.amount),)
    return paid


def _created(payment_id: int, request: SessionRequest) -> RemoteSession:
    """Ask with the same key; when it is of no use any more, look first, then take another."""
    if request.asked_at > clock.now() - gateway.KEY_LIFETIME:
        with suppress(KeyBurnt):
            return _create_or_write_off(payment_id, request)
    found = gateway.find_session(request)
    return found or _create_or_write_off(payment_id, _next_attempt(payment_id, request))


def _create_or_write_off(payment_id: int, request: SessionRequest) -> RemoteSession:
    try:
        return gateway.create_session(request)
    except Rejected as error:
        with transaction() as session:
            payment = lock_payment(session, payment_id)
            if payment.payable and payment.session_id is None:
                payment.status, payment.failure_message = PaymentStatus.REJECTED, str(error)
        raise


def _next_attempt(payment_id: int, request: SessionRequest) -> SessionRequest:
    with transaction() as session:
        payment = lock_payment(session, payment_id)
        if payment.attempt == request.attempt:
            payment.attempt += 1
            payment.asked_at = clock.now()
            session.flush()
        return request_for(payment)


def _session_id(payment_id: int) -> str | None:
    with transaction() as session:
        return lock_payment(session, payment_id).session_id


def _record(payment_id: int, remote: RemoteSession | Gone, *, actor: str) -> None:
    with transaction() as session:
        record(session, lock_payment(session, payment_id), remote, actor=actor)


def _give_up(payment: Payment, reason: str) -> None:
    if payment.payable:
        payment.status, payment.failure_message = PaymentStatus.CANCELED, reason
