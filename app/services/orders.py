"""What may happen to an order, and what it may be asked to do next."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.db import db, reading, transaction
from app.emails import order_shipped
from app.errors import GatewayUnavailable, InvalidTransition, NotCancelable, ShopError
from app.jobs import job, minutes
from app.models import Order, OrderStatus, PostalAddress
from app.services import coupons, external_payments, intents, payment_links, payments, reservations
from app.services.locks import lock_order

MAX_TRIES = 5


@dataclass(frozen=True, kw_only=True)
class NextStep:
    """Something staff may do; when not allowed, `reason` says why."""

    code: str
    label: str
    allowed: bool
    reason: str = ""


def find(token: str) -> Order | None:
    """An order by its unguessable public name."""
    return db.session.scalar(select(Order).where(Order.token == token))


def sync(order_id: int) -> None:
    """Ask Stripe how the payments of an order really are, and write it down."""
    payments.sync(order_id)


def cancel(order_id: int, *, actor: str, reason: str = "") -> None:
    """Cancel an unpaid order: first make sure that it cannot be paid, then let its goods go."""
    _end_links(order_id, actor=actor)
    for _ in range(MAX_TRIES):
        with transaction() as session:
            order = lock_order(session, order_id)
            _require_cancelable(order)
            still_open = [p for p in order.payments if p.payable or p.authorized]
            if not still_open:
                return _close(session, order, actor=actor, reason=reason)
            known = [intents.known_of(payment) for payment in still_open]
        for payment in known:
            intents.cancel(payment, actor=actor)
    raise GatewayUnavailable("Stripe did not let go of the payment. Please try again.")


@job(every=minutes(1))
def sweep_holds() -> None:
    """Cancel what was not paid in time; one that fails stops no other."""
    for order_id in _expired():
        try:
            cancel(order_id, actor="job", reason="not paid in time")
        except ShopError:
            continue  # paid after all, or Stripe is away: the next sweep asks again


def start_fulfilling(order_id: int, *, actor: str) -> None:
    _move(order_id, OrderStatus.FULFILLING, actor=actor)


def ship(order_id: int, *, tracking: str, actor: str) -> None:
    """Goods are on their way; `tracking` is a number or an address."""
    with transaction() as session:
        order = lock_order(session, order_id)
        if not order.needs_shipping:
            raise InvalidTransition(f"Order {order.number} has nothing to ship.")
        order.move_to(OrderStatus.FULFILLED, actor=actor, reason=f"shipped {tracking}".strip())
        order.tracking = tracking
        order_shipped.send(order)


def fulfill(order_id: int, *, actor: str) -> None:
    """Everything was handed over."""
    _move(order_id, OrderStatus.FULFILLED, actor=actor)


def change_address(
    order_id: int, *, shipping_address: PostalAddress, actor: str, version: int | None = None
) -> None:
    """Send it elsewhere, as long as it is not on its way."""
    with transaction() as session:
        order = lock_order(session, order_id)
        if version is not None and order.version != version:
            raise InvalidTransition(
                f"Order {order.number} was changed meanwhile. Please look at it again."
            )
        if order.status in {OrderStatus.FULFILLED, OrderStatus.REFUNDED, OrderStatus.CANCELED}:
            raise InvalidTransition(f"Order {order.number} is {order.status} already.")
        former = order.shipping_address
        order.shipping_address = shipping_address
        words = ", ".join(former.lines) if former else "none"
        order.note_event("address_changed", actor=actor, reason=f"before: {words}")


def note_download(order_id: int, name: str, *, place: str) -> None:
    """Somebody fetched a file of this order; `place` is the address they came from."""
    with transaction() as session:
        order = session.get_one(Order, order_id)
        words = f"{name}, from {place}" if place else name
        order.note_event("downloaded", actor="customer", reason=words)


def settle_attention(order_id: int, *, actor: str, reason: str) -> None:
    """Somebody looked at what was odd about an order, and says what was done."""
    with transaction() as session:
        order = lock_order(session, order_id)
        order.note_event("attention_settled", actor=actor, reason=f"{order.attention} {reason}")
        order.attention = ""


def next_steps(order: Order) -> list[NextStep]:
    """Every step staff could take, with the reason where one is not allowed."""
    return [
        NextStep(code=code, label=label, allowed=not (reason := why_not(order)), reason=reason)
        for code, label, why_not in _STEPS
    ]


def _why_no_pay_link(order: Order) -> str:
    if order.is_payable:
        return ""
    return "There is nothing left to pay." if order.is_paid else _on_its_way(order)


def _why_no_capture(order: Order) -> str:
    return "" if order.authorized else "No authorised payment waits to be captured."


def _why_no_cancel(order: Order) -> str:
    if order.status in {OrderStatus.PENDING, OrderStatus.FAILED}:
        return "A payment is on its way." if order.processing else ""
    return "It is canceled already." if order.status == OrderStatus.CANCELED else _PAID


def _why_no_fulfilling(order: Order) -> str:
    return _why_not_become(order, OrderStatus.FULFILLING)


def _why_no_shipping(order: Order) -> str:
    if not order.needs_shipping:
        return "There is nothing to ship."
    return _why_not_become(order, OrderStatus.FULFILLED)


def _why_no_fulfilled(order: Order) -> str:
    return _why_not_become(order, OrderStatus.FULFILLED)


def _why_no_refund(order: Order) -> str:
    if not order.paid_amount:
        return "Nothing was paid yet."
    if order.disputed:
        return "The bank is deciding about a dispute."
    return "" if order.refundable_amount > 0 else "Everything was given back already."


def _why_not_become(order: Order, status: OrderStatus) -> str:
    if order.may_become(status):
        return ""
    if order.status in {OrderStatus.PENDING, OrderStatus.FAILED}:
        return "The money is not here yet."
    return f"It is {order.status} already."


def _on_its_way(order: Order) -> str:
    return "It is canceled." if order.status == OrderStatus.CANCELED else "A payment is on its way."


_PAID = "It is paid: refund it instead."
_STEPS: list[tuple[str, str, Callable[[Order], str]]] = [
    ("pay_link", "Send a way to pay", _why_no_pay_link),
    ("capture", "Capture the payment", _why_no_capture),
    ("start_fulfilling", "Start fulfilment", _why_no_fulfilling),
    ("ship", "Mark as shipped", _why_no_shipping),
    ("fulfill", "Mark as fulfilled", _why_no_fulfilled),
    ("refund", "Refund", _why_no_refund),
    ("cancel", "Cancel the order", _why_no_cancel),
]


def _require_cancelable(order: Order) -> None:
    if reason := _why_no_cancel(order):
        raise NotCancelable(f"Order {order.number} cannot be canceled. {reason}")


def _end_links(order_id: int, *, actor: str) -> None:
    """Nobody can pay it with a link any more; who did just now is heard first."""
    with reading() as session:
        _require_cancelable(session.get_one(Order, order_id))
    external_payments.end_links(order_id, actor=actor)


def _close(session: Session, order: Order, *, actor: str, reason: str) -> None:
    reservations.release(session, order)
    if order.discount_amount:
        coupons.give_back(session, order)
    order.hold_expires_at = None
    order.move_to(OrderStatus.CANCELED, actor=actor, reason=reason)
    payment_links.no_longer_needed(session, order_id=order.id)


def _expired() -> list[int]:
    unpaid = Order.status.in_([OrderStatus.PENDING, OrderStatus.FAILED])
    with reading() as session:
        ids = select(Order.id).where(Order.hold_expires_at < clock.now(), unpaid)
        return list(session.scalars(ids.order_by(Order.hold_expires_at).limit(500)))


def _move(order_id: int, status: OrderStatus, *, actor: str) -> None:
    with transaction() as session:
        lock_order(session, order_id).move_to(status, actor=actor)
