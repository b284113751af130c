"""The books: what must add up at any moment, whatever happened before.

Each rule says in sentences what does not hold. Rules of the first kind look at the shop alone;
those of the second kind compare it with Stripe, once every event has arrived.
"""

from collections import Counter
from collections.abc import Callable, Iterator

import stripe
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import settings
from app.db import reading
from app.models import (
    Coupon,
    EventStatus,
    Order,
    Payment,
    Refund,
    Reservation,
    ReservationState,
    Stock,
    StockMovement,
    WebhookEvent,
)


def check(client: stripe.StripeClient | None = None) -> None:
    """Fail with everything that does not add up."""
    with reading() as session:
        wrong = [sentence for rule in ALONE for sentence in rule(session)]
        if client:
            wrong += [sentence for rule in WITH_STRIPE for sentence in rule(session, client)]
    assert not wrong, "\n".join(wrong)


def orders_sum_their_payments(session: Session) -> Iterator[str]:
    for order in session.scalars(select(Order)):
        received = sum(payment.received_amount for payment in order.payments)
        if order.paid_amount != received:
            yield f"{order} says {order.paid_amount} is paid, its payments say {received}"


def paid_orders_are_paid(session: Session) -> Iterator[str]:
    """Only what staff captured by hand may be less than the total."""
    for order in session.scalars(select(Order)):
        by_hand = any(payment.capture_method == "manual" for payment in order.payments)
        if order.is_paid and order.paid_amount < order.total_amount and not by_hand:
            yield f"{order} is {order.status}, but only {order.paid_amount} was received"


def orders_sum_their_refunds(session: Session) -> Iterator[str]:
    for order in session.scalars(select(Order)):
        refunded = sum(refund.amount for refund in order.refunds if refund.succeeded)
        if order.refunded_amount != refunded:
            yield f"{order} says {order.refunded_amount} is refunded, its refunds say {refunded}"


def refunds_fit_their_payment(session: Session) -> Iterator[str]:
    for payment in session.scalars(select(Payment)):
        refunded = sum(refund.amount for refund in payment.refunds if not refund.failed)
        if refunded > payment.received_amount:
            yield f"{payment}: {refunded} of {payment.received_amount} refunded"


def stock_sums_its_movements(session: Session) -> Iterator[str]:
    moved = _sums(session, StockMovement.variant_id, StockMovement.quantity)
    for stock in session.scalars(select(Stock)):
        if stock.on_hand != moved[stock.variant_id]:
            said = f"{stock.on_hand} on hand, {moved[stock.variant_id]} by its movements"
            yield f"variant {stock.variant_id}: {said}"


def stock_sums_what_is_held(session: Session) -> Iterator[str]:
    held = Reservation.state == ReservationState.HELD
    reserved = _sums(session, Reservation.variant_id, Reservation.quantity, held)
    for stock in session.scalars(select(Stock)):
        if not 0 <= stock.reserved == reserved[stock.variant_id] <= stock.on_hand:
            said = f"{stock.reserved} reserved of {stock.on_hand}"
            yield f"variant {stock.variant_id}: {said}, but {reserved[stock.variant_id]} held"


def sold_goods_left_the_shelf_once(session: Session) -> Iterator[str]:
    confirmed = Reservation.state == ReservationState.CONFIRMED
    sold = _sums(session, Reservation.order_id, Reservation.quantity, confirmed)
    sale = StockMovement.kind == "sale"
    left = _sums(session, StockMovement.order_id, -StockMovement.quantity, sale)
    for order_id in sold | left:
        if sold[order_id] != left[order_id]:
            yield f"order {order_id}: {sold[order_id]} confirmed, {left[order_id]} left the shelf"


def coupons_stay_within_their_limit(session: Session) -> Iterator[str]:
    for coupon in session.scalars(select(Coupon).where(Coupon.uses > Coupon.max_uses)):
        yield f"coupon {coupon.code} was used {coupon.uses} times of {coupon.max_uses}"


def events_come_to_an_end(session: Session) -> Iterator[str]:
    for event in session.scalars(select(WebhookEvent)):
        if event.status == EventStatus.RECEIVED:
            yield f"event {event.id} ({event.type}) was received, and then forgotten"


def every_payment_at_stripe_is_booked_once(
    session: Session, client: stripe.StripeClient
) -> Iterator[str]:
    rows = {payment.stripe_id: payment for payment in session.scalars(select(Payment))}
    for intent in _ours(client):
        row = rows.pop(intent.id, None)
        booked = (row.received_amount, row.currency) if row else None
        if booked != (intent.amount_received, intent.currency) and intent.amount_received:
            yield f"{intent.id}: Stripe took {intent.amount_received}, the books say {booked}"
    for payment in rows.values():
        if payment.received_amount:
            yield f"{payment}: {payment.received_amount} is booked, Stripe knows nothing of it"


def every_refund_at_stripe_is_booked_once(
    session: Session, client: stripe.StripeClient
) -> Iterator[str]:
    ours = {intent.id for intent in _ours(client)}
    theirs = {
        refund.id: refund.amount
        for refund in client.v1.refunds.list({"limit": 100}).auto_paging_iter()
        if str(refund.payment_intent) in ours and refund.status not in {"failed", "canceled"}
    }
    booked = {
        refund.stripe_id: refund.amount
        for refund in session.scalars(select(Refund))
        if refund.stripe_id and not refund.failed
    }
    if theirs != booked:
        yield f"refunds at Stripe {theirs}, in the books {booked}"


ALONE: list[Callable[[Session], Iterator[str]]] = [
    orders_sum_their_payments,
    paid_orders_are_paid,
    orders_sum_their_refunds,
    refunds_fit_their_payment,
    stock_sums_its_movements,
    stock_sums_what_is_held,
    sold_goods_left_the_shelf_once,
    coupons_stay_within_their_limit,
    events_come_to_an_end,
]
WITH_STRIPE: list[Callable[[Session, stripe.StripeClient], Iterator[str]]] = [
    every_payment_at_stripe_is_booked_once,
    every_refund_at_stripe_is_booked_once,
]


def _ours(client: stripe.StripeClient) -> list[stripe.PaymentIntent]:
    """The PaymentIntents that this installation made."""
    mine = settings.current().installation_id
    intents = client.v1.payment_intents.list({"limit": 100}).auto_paging_iter()
    return [i for i in intents if i.metadata.to_dict().get("installation") == mine]


def _sums(session, key, quantity, *where) -> Counter:
    sums = select(key, func.sum(quantity)).where(*where).group_by(key)
    return Counter(dict(session.execute(sums).all()))
