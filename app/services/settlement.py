"""What a payment's state means for its order. Called with the order locked."""

from datetime import timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app import clock
from app.emails import order_confirmation, payment_failed
from app.models import CartItem, Order, OrderStatus, Payment
from app.services import coupons, other_ways, reservations

TIME_TO_PAY_AFTER_ALL = timedelta(days=1)
MONEY_FOR_CANCELED = "Money arrived for a canceled order: please refund it."
PAID_TWICE = "This order was paid more than once: please refund what is too much."
GOODS_MISSING = "Paid, but these goods were sold meanwhile: {}."


def apply(session: Session, order: Order, payment: Payment, *, actor: str) -> None:
    """Bring an order to where its payment is. Being told twice changes nothing."""
    order.count_payments()
    if payment.succeeded:
        mark_paid(session, order, actor=actor)
    elif payment.processing:
        _mark_processing(session, order, payment, actor=actor)
    elif payment.authorized:
        _mark_authorized(session, order, payment, actor=actor)


def mark_paid(session: Session, order: Order, *, actor: str) -> None:
    """The money is here: sell what was held, say so, and let fulfilment begin."""
    if order.status == OrderStatus.CANCELED:
        order.attention = MONEY_FOR_CANCELED
        return
    if order.is_paid:
        if order.paid_amount > order.total_amount:
            order.attention = PAID_TWICE
        return
    order.move_to(OrderStatus.PAID, actor=actor)
    order.hold_expires_at = None
    if not order.needs_shipping:
        order.move_to(OrderStatus.FULFILLED, actor=actor, reason="Downloads are ready.")
    order_confirmation.send(order)
    other_ways.end(session, order_id=order.id)
    _empty_cart(session, order)
    session.flush()
    if missing := reservations.confirm(session, order, actor=actor):
        order.attention = GOODS_MISSING.format(", ".join(r.variant.sku for r in missing))


def too_much(order: Order) -> int:
    """What was kept of an order's money beyond what it costs, in minor units."""
    lost = sum(dispute.amount for dispute in order.disputes if dispute.lost)
    costs = 0 if order.status == OrderStatus.CANCELED else order.total_amount
    return max(order.paid_amount - order.refunded_amount - lost - costs, 0)


def weigh(order: Order, before: int, *, actor: str) -> None:
    """Money went back, or came again since a refund failed: what was too much `before` may be none
    now, and then nobody has to give it back any more."""
    asked = order.attention in {PAID_TWICE, MONEY_FOR_CANCELED}
    if asked and not too_much(order):
        order.note_event("too_much_went_back", actor=actor, reason=order.attention)
        order.attention = ""
    elif not order.attention and too_much(order) > before == 0:
        is_canceled = order.status == OrderStatus.CANCELED
        order.attention = MONEY_FOR_CANCELED if is_canceled else PAID_TWICE


def mark_failed(order: Order, payment: Payment, *, actor: str) -> None:
    """A try was declined: say why, keep the goods until the hold ends, offer another try."""
    reason = payment.failure_message or payment.failure_code
    if order.hold_expires_at is None and not order.is_paid:  # a bank debit that failed days later
        order.hold_expires_at = clock.now() + TIME_TO_PAY_AFTER_ALL
    if order.may_become(OrderStatus.FAILED):
        order.move_to(OrderStatus.FAILED, actor=actor, reason=reason)
    else:
        order.note_event("payment_failed", actor=actor, reason=reason)
    payment_failed.send(order, reason=reason)


def _mark_processing(session: Session, order: Order, payment: Payment, *, actor: str) -> None:
    """A bank debit is on its way: hold without limit, and wait with shipping."""
    if order.status == OrderStatus.FAILED:
        order.move_to(OrderStatus.PENDING, actor=actor, reason="another try")
    order.hold_expires_at = None
    order.note_event("processing", actor=actor, reason=payment.method)
    _empty_cart(session, order)


def _mark_authorized(session: Session, order: Order, payment: Payment, *, actor: str) -> None:
    """The bank holds the money until `capture_before`; so are the goods."""
    if order.status == OrderStatus.FAILED:
        order.move_to(OrderStatus.PENDING, actor=actor, reason="another try")
    order.hold_expires_at = payment.capture_before
    order.note_event("authorized", actor=actor, reason=payment.method)
    _empty_cart(session, order)


def _empty_cart(session: Session, order: Order) -> None:
    """Take out what was bought, and the code; what was added meanwhile stays."""
    if order.cart_id is None:
        return
    for line in order.goods:
        same = (CartItem.cart_id == order.cart_id) & (CartItem.variant_id == line.variant_id)
        session.execute(delete(CartItem).where(same, CartItem.quantity <= line.quantity))
        session.execute(
            update(CartItem).where(same).values(quantity=CartItem.quantity - line.quantity)
        )
    if order.discount_amount:
        coupons.take_off_cart(session, order)
