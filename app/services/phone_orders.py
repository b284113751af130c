"""Orders that staff write down for a customer, and what may change before they are paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import audit, clock, settings
from app.db import reading, transaction
from app.emails import payment_request
from app.errors import (
    CartEmpty,
    GatewayUnavailable,
    InvalidQuantity,
    InvalidTransition,
    NoShipping,
    NotForSale,
    OrderClosed,
    OutOfStock,
    UnknownProduct,
)
from app.models import Coupon, Order, OrderEvent, PostalAddress, Variant, normal_email
from app.services import (
    checkout,
    coupons,
    customers,
    external_payments,
    intents,
    payment_links,
    pricing,
    reservations,
    settlement,
)
from app.services.locks import lock_order
from app.services.pricing import LARGEST_QUANTITY, Quote

HELD = timedelta(days=7)  # a letter is not read at once
MAX_TRIES = 3
MOVED = "Order {} was changed meanwhile. Your changes were not saved; please look at it again."


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One line as staff typed it."""

    variant_id: int
    quantity: int


def quote(
    session: Session,
    wanted: Sequence[Wanted],
    *,
    address: PostalAddress | None,
    shipping_method: str = "",
    currency: str = "",
    credit: dict[int, int] | None = None,
    coupon: Coupon | None = None,
) -> Quote:
    """Price lines as they cost now. `credit` are units that the order itself already holds,
    `coupon` is the one it has used."""
    currency = currency or settings.current().shop_currency
    lines = [_line(session, line, currency, (credit or {})) for line in _merged(wanted)]
    if not lines:
        raise CartEmpty("An order needs at least one line.")
    country = address.country if address else ""
    applied = coupons.apply_again(coupon, pricing.goods(lines), currency) if coupon else None
    priced = pricing.price(
        lines,
        currency=currency,
        country=country,
        shipping_method=shipping_method,
        coupon=applied,
    )
    if priced.needs_shipping and not priced.shipping_method:
        raise NoShipping("We cannot send these goods to this country.")
    checkout.require_place(priced, address)
    checkout.require_chargeable(priced)
    return priced


def create(
    wanted: Sequence[Wanted],
    *,
    email: str,
    customer_id: int | None = None,
    name: str = "",
    phone: str = "",
    note: str = "",
    address: PostalAddress | None,
    shipping_method: str = "",
    send: bool,
    actor: str,
) -> int:
    """Write an order down, hold its goods for a week, and send its customer a way to pay. Without
    a customer it is the one with this address; a new one is written down with the order, or not."""
    with transaction() as session:
        priced = quote(session, wanted, address=address, shipping_method=shipping_method)
        customer_id = customer_id or customers.find_or_create(email, name=name)
        order = checkout.new_order(
            session, priced, email=email, customer_id=customer_id, source="staff"
        )
        order.phone, order.note, order.shipping_address = phone, note, address
        order.note_event("placed", actor=actor, reason="by staff")
        session.flush()
        _hold(session, order, priced)
        audit.record("created", order, actor=actor, before={}, after=_facts(order))
        if not order.total_amount:
            settlement.mark_paid(session, order, actor=actor)
        elif send:
            _send_pay_link(session, order, actor=actor)
        return order.id


def change_lines(
    order_id: int,
    wanted: Sequence[Wanted],
    *,
    shipping_method: str,
    version: int,
    actor: str,
) -> None:
    """Other goods or quantities, as long as nobody paid. What was open to be paid is closed first."""
    agreed = ""  # the lines that staff saw, once the version has told
    for _ in range(MAX_TRIES):
        with transaction() as session:
            order = lock_order(session, order_id)
            _require_open(order)
            _require_seen(order, version, agreed)
            open_payments = [intents.known_of(p) for p in order.payments if p.payable]
            if not open_payments and not payment_links.can_be_paid(session, order_id):
                return _rewrite(session, order, wanted, shipping_method, actor=actor)
            _check(session, order, wanted, shipping_method)
            agreed = order.fingerprint
        external_payments.end_links(order_id, actor=actor)  # they ask for the former total
        for known in open_payments:
            intents.cancel(known, actor=actor)
    raise GatewayUnavailable("Stripe did not let go of the payment. Please try again.")


def require_available(
    order_id: int, wanted: Sequence[Wanted], *, address: PostalAddress | None, method: str
) -> None:
    """Refuse lines that cannot be had, before anything is written."""
    with reading() as session:
        order = session.get_one(Order, order_id)
        _check(session, order, wanted, method, address=address)


def change_contact(
    order_id: int, *, email: str, phone: str, note: str, version: int, actor: str
) -> None:
    """Another mailbox, number or note; letters go to the new address from now on."""
    with transaction() as session:
        order = lock_order(session, order_id)
        _require_version(order, version)
        before = {"email": order.email, "phone": order.phone, "note": order.note}
        after = {"email": normal_email(email), "phone": phone, "note": note}
        if before == after:
            return
        order.email, order.phone, order.note = after["email"], phone, note
        changed = [name for name in after if after[name] != before[name]]
        order.note_event("contact_changed", actor=actor, reason=", ".join(changed))
        audit.record("changed", order, actor=actor, before=before, after=after)


def send_pay_link(order_id: int, *, actor: str) -> None:
    """Mail the order's own page, where it can be paid; its goods are held for another week."""
    with transaction() as session:
        order = lock_order(session, order_id)
        if not order.is_payable:
            raise OrderClosed(f"There is nothing to pay on order {order.number}.")
        _send_pay_link(session, order, actor=actor)


def why_lines_are_fixed(order: Order) -> str:
    """Why nobody may change what was bought; empty while it may be changed."""
    if order.is_open:
        return ""
    if order.processing or order.authorized:
        return "A payment is on its way: what it is for can no longer change."
    if order.paid_amount:
        return "Money has moved: what was bought and its price stay as they are. Refund instead."
    return f"The order is {order.status}: its lines stay as they are."


def _require_open(order: Order) -> None:
    if reason := why_lines_are_fixed(order):
        raise InvalidTransition(reason)


def _require_version(order: Order, version: int) -> None:
    if order.version != version:
        raise InvalidTransition(MOVED.format(order.number))


def _require_seen(order: Order, version: int, agreed: str) -> None:
    """Closing a payment raises the version; the lines must still be those that staff saw."""
    if not agreed:
        _require_version(order, version)
    elif order.fingerprint != agreed:
        raise InvalidTransition(MOVED.format(order.number))


def _merged(wanted: Sequence[Wanted]) -> list[Wanted]:
    """The same variant twice is one line."""
    quantities: dict[int, int] = {}
    for line in wanted:
        quantities[line.variant_id] = quantities.get(line.variant_id, 0) + line.quantity
    return [Wanted(variant_id=v, quantity=q) for v, q in quantities.items()]


def _line(
    session: Session, line: Wanted, currency: str, credit: dict[int, int]
) -> pricing.QuoteLine:
    variant = session.get(Variant, line.variant_id)
    if variant is None:
        raise UnknownProduct("One of the products is not in the catalog any more.")
    if not 0 < line.quantity <= LARGEST_QUANTITY:
        raise InvalidQuantity(f"{variant.full_name}: between 1 and {LARGEST_QUANTITY}, please.")
    price = variant.price_in(currency)
    if price is None or not variant.active or not variant.product.is_buyable:
        raise NotForSale(f"{variant.full_name} is not for sale in {currency.upper()} just now.")
    priced = pricing.line_for(variant, price, line.quantity)
    have = None if priced.available is None else priced.available + credit.get(variant.id, 0)
    if have is not None and have < line.quantity:
        raise OutOfStock(f"{variant.full_name}: only {max(have, 0)} can be had.")
    return priced


def _check(
    session: Session,
    order: Order,
    wanted: Sequence[Wanted],
    shipping_method: str,
    *,
    address: PostalAddress | None = None,
) -> Quote:
    held = {r.variant_id: r.quantity for r in order.reservations if r.held}
    return quote(
        session,
        wanted,
        address=address or order.shipping_address,
        shipping_method=shipping_method,
        currency=order.currency,
        credit=held,
        coupon=order.coupon_use.coupon if order.discount_amount and order.coupon_use else None,
    )


def _rewrite(
    session: Session, order: Order, wanted: Sequence[Wanted], shipping_method: str, *, actor: str
) -> None:
    """Give back what was held, write the new lines, hold anew: in one transaction."""
    before, former = _facts(order), _contents(order)
    priced = _check(session, order, wanted, shipping_method)
    reservations.lock(session, order, checkout.goods_to_hold(priced))
    reservations.release(session, order)
    for reservation in list(order.reservations):
        session.delete(reservation)
    session.flush()
    session.expire(order, ["reservations"])
    checkout.write_lines(order, priced)
    session.flush()
    _hold(session, order, priced)
    if priced.coupon_problem:
        coupons.give_back(session, order)
        order.note_event("coupon_taken_off", actor=actor, reason=priced.coupon_problem)
    order.note_event("lines_changed", actor=actor, reason=f"before: {former}")
    audit.record("changed", order, actor=actor, before=before, after=_facts(order))
    if not order.total_amount:
        settlement.mark_paid(session, order, actor=actor)


def _hold(session: Session, order: Order, priced: Quote) -> None:
    order.hold_expires_at = clock.now() + HELD
    reservations.hold(session, order, checkout.goods_to_hold(priced))


def _send_pay_link(session: Session, order: Order, *, actor: str) -> None:
    earlier = session.scalars(
        select(OrderEvent.id).where(
            OrderEvent.order_id == order.id, OrderEvent.kind == "pay_link_sent"
        )
    )
    times = len(list(earlier)) + 1
    order.hold_expires_at = max(order.hold_expires_at or clock.now(), clock.now() + HELD)
    order.note_event("pay_link_sent", actor=actor, reason=f"to {order.email}")
    payment_request.send(order, time=times)


def _contents(order: Order) -> str:
    return ", ".join(f"{line.quantity} × {line.name}" for line in order.goods)


def _facts(order: Order) -> dict[str, object]:
    return {
        "lines": _contents(order),
        "shipping_method": order.shipping_method,
        "total_amount": order.total_amount,
        "currency": order.currency,
        "email": order.email,
    }
