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
    Collector,
    Coupon,
    CouponUse,
    CreditEntry,
    EventStatus,
    Invoice,
    InvoiceItem,
    InvoiceStatus,
    Matching,
    Order,
    OrderStatus,
    Payment,
    Refund,
    Reservation,
    ReservationState,
    Stock,
    StockMovement,
    WebhookEvent,
)
from app.services import allocation


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


def items_sum_what_was_applied(session: Session) -> Iterator[str]:
    for item in session.scalars(select(InvoiceItem)):
        applied = sum(cover.applied_amount for cover in item.payments)
        used = session.scalar(
            select(func.coalesce(func.sum(-CreditEntry.amount), 0)).where(
                CreditEntry.invoice_item_id == item.id
            )
        )
        if item.paid_amount != applied + used:
            yield f"item {item.id} says {item.paid_amount} is paid, its payments say {applied}"


def invoices_sum_their_items(session: Session) -> Iterator[str]:
    for invoice in session.scalars(select(Invoice)):
        paid = sum(item.paid_amount for item in invoice.items)
        if invoice.paid_amount != paid:
            yield f"{invoice} says {invoice.paid_amount} is paid, its items say {paid}"
        everything = paid >= invoice.total_amount
        wrong = invoice.is_open if everything else invoice.status == InvoiceStatus.PAID
        if wrong and invoice.collector == Collector.SHOP:
            yield f"{invoice} is {invoice.status}, and {paid} of {invoice.total_amount} is paid"


def payments_of_debts_are_allocated(session: Session) -> Iterator[str]:
    """Each succeeded payment is for an order, for items, credit, or waits to be matched."""
    for payment in session.scalars(select(Payment).where(Payment.order_id.is_(None))):
        applied = sum(cover.applied_amount for cover in payment.covers)
        entries = select(func.coalesce(func.sum(CreditEntry.amount), 0))
        credit = session.scalar(entries.where(CreditEntry.payment_id == payment.id))
        unmatched = payment.matching in {Matching.WAITING, Matching.DISMISSED}
        kept = 0 if unmatched else allocation.kept_of(payment)
        if applied + credit != kept:
            yield f"{payment}: {kept} was kept, {applied} is applied and {credit} is credit"


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


def coupons_count_their_uses(session: Session) -> Iterator[str]:
    kept = CouponUse.given_back_at.is_(None)
    used = _sums(session, CouponUse.coupon_id, 1, kept)
    for coupon in session.scalars(select(Coupon)):
        if coupon.uses != used[coupon.id]:
            yield f"coupon {coupon.code} says {coupon.uses} uses, {used[coupon.id]} orders keep one"


def discounts_are_spread_over_the_lines(session: Session) -> Iterator[str]:
    for order in session.scalars(select(Order)):
        off = sum(line.discount_amount for line in order.line_items)
        if order.discount_amount != off:
            yield f"{order} has {order.discount_amount} off, its lines have {off}"
        tax = sum(line.tax_amount for line in order.line_items if not line.tax_included)
        if order.total_amount != tax + sum(line.total_amount for line in order.line_items):
            yield f"{order} costs {order.total_amount}, its lines do not sum up to it"


def who_has_something_off_has_used_a_coupon(session: Session) -> Iterator[str]:
    for order in session.scalars(select(Order)):
        used = order.coupon_use is not None and order.coupon_use.given_back_at is None
        if used != (order.discount_amount > 0 and order.status != OrderStatus.CANCELED):
            yield f"{order} is {order.status} with {order.discount_amount} off, used: {used}"


def events_come_to_an_end(session: Session) -> Iterator[str]:
    for event in session.scalars(select(WebhookEvent)):
        if event.status == EventStatus.RECEIVED:
            yield f"event {event.id} ({event.type}) was received, and then forgotten"


def every_payment_at_stripe_is_booked_once(
    session: Session, client: stripe.StripeClient
) -> Iterator[str]:
    rows = {payment.stripe_id: payment for payment in session.scalars(select(Payment))}
    for intent in client.v1.payment_intents.list({"limit": 100}).auto_paging_iter():
        row = rows.pop(intent.id, None)
        if row is None and not _is_ours(intent):
            continue
        booked = (row.received_amount, row.currency) if row else None
        if booked != (intent.amount_received, intent.currency) and intent.amount_received:
            yield f"{intent.id}: Stripe took {intent.amount_received}, the books say {booked}"
    for payment in rows.values():
        if payment.received_amount:
            yield f"{payment}: {payment.received_amount} is booked, Stripe knows nothing of it"


def every_refund_at_stripe_is_booked_once(
    session: Session, client: stripe.StripeClient
) -> Iterator[str]:
    ours = set(session.scalars(select(Payment.stripe_id)))
    theirs = {
        refund.id: refund.amount
        for refund in client.v1.refunds.list({"limit": 100}).auto_paging_iter()
        if str(refund.payment_intent) in ours
        and refund.status not in {"failed", "canceled"}
        and refund.reason != "expired_uncaptured_charge"  # a hold that ran out: no money moved
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
    items_sum_what_was_applied,
    invoices_sum_their_items,
    payments_of_debts_are_allocated,
    stock_sums_its_movements,
    stock_sums_what_is_held,
    sold_goods_left_the_shelf_once,
    coupons_stay_within_their_limit,
    coupons_count_their_uses,
    discounts_are_spread_over_the_lines,
    who_has_something_off_has_used_a_coupon,
    events_come_to_an_end,
]
WITH_STRIPE: list[Callable[[Session, stripe.StripeClient], Iterator[str]]] = [
    every_payment_at_stripe_is_booked_once,
    every_refund_at_stripe_is_booked_once,
]


def _is_ours(intent: stripe.PaymentIntent) -> bool:
    """Whether this installation made it."""
    return intent.metadata.to_dict().get("installation") == settings.current().installation_id


def _sums(session, key, quantity, *where) -> Counter:
    sums = select(key, func.sum(quantity)).where(*where).group_by(key)
    return Counter(dict(session.execute(sums).all()))
