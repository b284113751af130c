"""Taking money for an order: remember it, ask Stripe, record the answer."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app import clock, gateway, money, settings
from app.db import reading, transaction
from app.errors import (
    AmountTooSmall,
    GatewayUnavailable,
    NothingToCapture,
    OrderClosed,
    ShopError,
)
from app.gateway import Gone
from app.jobs import job, minutes
from app.models import Order, OrderStatus, Payment, PaymentStatus
from app.services import hosted_pages, intents, payment_records
from app.services.locks import lock_order, lock_payment

IN_FLIGHT = timedelta(minutes=1)  # somebody may still be waiting for the answer
MAX_TRIES = 3
MOST_HOLDS = 8  # how many times as long as one hold a buyer may keep the goods


@dataclass(frozen=True, kw_only=True)
class PaymentSheet:
    """What the Payment Element needs, or Stripe's own page; with `settled` nothing is left to pay."""

    order_token: str
    client_secret: str = field(repr=False, default="")
    url: str = ""
    amount: int
    currency: str
    settled: bool


def start(order_id: int, *, hosted: bool = False) -> PaymentSheet:
    """Pay, resume or retry: one open payment per order, and a new one when the old is dead.

    `hosted` pays on Stripe's own page. What was begun in the other way is given up first.
    """
    for _ in range(MAX_TRIES):
        with transaction() as session:
            order = lock_order(session, order_id)
            if sheet := _settled(order):
                return sheet
            others = [p for p in order.payments if p.payable and p.hosted != hosted]
            stale = [intents.known_of(payment) for payment in others]
            known = None if stale else intents.known_of(prepare(session, order, hosted=hosted))
        for each in stale:
            intents.cancel(each, actor="customer")
        if known is not None and (sheet := _sheet(order_id, known)):
            return sheet
    raise GatewayUnavailable(
        "Stripe did not open a payment. Nothing was charged; please try again."
    )


def _sheet(order_id: int, known: intents.Known) -> PaymentSheet | None:
    """None when it cannot be paid like this any more."""
    amount, currency = known.request.amount, known.request.currency
    if known.page is not None:
        page = hosted_pages.open_page(known.payment_id, known.page, actor="customer")
        secret, url, is_open = "", page.url, page.is_open
    else:
        remote = intents.ask(known, actor="customer")
        is_open = remote is not None and remote.status in intents.OPEN
        secret, url = remote.client_secret if remote else "", ""
    if not is_open:
        return None
    return PaymentSheet(
        order_token=_token_of(order_id),
        client_secret=secret,
        url=url,
        amount=amount,
        currency=currency,
        settled=False,
    )


def prepare(session: Session, order: Order, *, hosted: bool = False) -> Payment:
    """The order's open payment, or a new one; its hold starts anew. Inside a transaction."""
    _require_chargeable(order)
    if order.status == OrderStatus.FAILED:
        order.move_to(OrderStatus.PENDING, actor="customer", reason="another try")
    order.hold_expires_at = _renewed_hold(order, hosted=hosted)
    open_payments = [p for p in order.payments if p.payable]
    if open_payments:
        return open_payments[-1]
    payment = Payment(
        order=order,
        hosted=hosted,
        amount=order.total_amount,
        currency=order.currency,
        description=f"Order {order.number}",
        capture_method=settings.current().capture_method,
    )
    session.add(payment)
    session.flush()
    return payment


def _renewed_hold(order: Order, *, hosted: bool) -> datetime:
    """Each try holds the goods anew, but not for ever; staff may hold them for longer."""
    once = timedelta(minutes=settings.current().reservation_minutes)
    once = max(once, hosted_pages.HOLD) if hosted else once
    renewed = min(clock.now() + once, order.created_at + MOST_HOLDS * once)
    return max(order.hold_expires_at or renewed, renewed)


def sync(order_id: int, *, actor: str = "stripe") -> None:
    """Ask Stripe how each payment of an order really is."""
    sync_each(Payment.order_id == order_id, actor=actor)


def sync_each(*conditions: ColumnElement[bool], actor: str) -> None:
    """Ask Stripe how some payments really are, and record it unless somebody was quicker."""
    asked = Payment.stripe_id.is_not(None) | Payment.session_id.is_not(None)
    for known in intents.load(*conditions, asked):
        if known.stripe_id is None:
            hosted_pages.sync(known.payment_id, str(known.session_id), actor=actor)
            continue
        answer = gateway.retrieve_payment(str(known.stripe_id))
        if isinstance(answer, Gone):
            continue
        with transaction() as session:
            if intents.unmoved(session, known):
                payment_records.record_all(session, answer, actor=actor)


def capture(payment_id: int, *, amount: int | None, actor: str) -> None:
    """Take authorised money, all of it or part; what is left of the hold is released."""
    with transaction() as session:
        payment = lock_payment(session, payment_id)
        if not payment.authorized or payment.stripe_id is None:
            raise NothingToCapture("There is no authorised payment to capture.")
        amount = payment.amount if amount is None else amount
        if not 0 < amount <= payment.amount:
            most = money.format_money(payment.amount, payment.currency)
            raise NothingToCapture(f"Between nothing and {most} can be captured.")
        known = intents.known_of(payment)
        payment.note_event("capture_asked", actor=actor, reason=_words(amount, payment))
    key = f"{known.request.token}:capture:{known.request.attempt}:{amount}"
    answer = gateway.capture_payment_intent(str(known.stripe_id), amount=amount, key=key)
    with transaction() as session:
        payment_records.record(session, answer, actor=actor)


@job(every=minutes(5))
def sweep() -> None:
    """Finish every payment whose answer was lost; one that fails stops no other."""
    overdue = clock.now() - IN_FLIGHT
    for known in intents.load(Payment.status == PaymentStatus.NEW, Payment.asked_at < overdue):
        try:
            if known.page is not None:
                hosted_pages.open_page(known.payment_id, known.page, actor="job")
            else:
                intents.create(known, actor="job")
        except ShopError:
            continue  # still new, or rejected and visible


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


def _token_of(order_id: int) -> str:
    with reading() as session:
        return session.scalars(select(Order.token).where(Order.id == order_id)).one()


def _words(amount: int, payment: Payment) -> str:
    return money.format_money(amount, payment.currency)
