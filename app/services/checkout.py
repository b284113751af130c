"""From a cart to an order with a payment: once, however often it is sent."""

import secrets
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import money
from app.db import transaction
from app.errors import (
    AmountTooLarge,
    AmountTooSmall,
    CartEmpty,
    FormAlreadyUsed,
    NoShipping,
    NotCancelable,
    OutOfStock,
    QuoteChanged,
)
from app.models import SHIPPING, Cart, LineItem, Order, PostalAddress, normal_email
from app.models.order import OrderStatus
from app.services import coupons, orders, payments, pricing, reservations, settlement
from app.services.coupons import Buyer
from app.services.locks import lock_order
from app.services.payments import PaymentSheet
from app.services.pricing import Quote

MAX_TRIES = 3
FIRST_NUMBER = 1000
EMPTY = "Your cart is empty. If you just paid in another window, nothing was charged twice."
LOOK = "Please look at the new total before you pay."
CHANGED = f"Something in your cart changed. {LOOK}"


@dataclass(frozen=True, kw_only=True)
class CheckoutRequest:
    """What a buyer sent; `place_key` is made once per form, `fingerprint` is what it showed."""

    email: str
    phone: str = ""
    note: str = ""
    shipping_address: PostalAddress | None
    billing_address: PostalAddress | None = None
    shipping_method: str = ""
    place_key: str
    fingerprint: str
    hosted: bool = False  # pay on Stripe's own page

    @property
    def country(self) -> str:
        address = self.shipping_address or self.billing_address
        return address.country if address else ""


@dataclass(frozen=True)
class Superseded:
    """An unpaid order of the same cart, which now holds something else."""

    order_id: int


def place(
    cart_token: str, request: CheckoutRequest, *, customer_id: int | None, actor: str
) -> PaymentSheet:
    """One order, one reservation and one PaymentIntent; then what the Payment Element needs."""
    for _ in range(MAX_TRIES):
        try:
            placed = _remember(cart_token, request, customer_id=customer_id, actor=actor)
        except IntegrityError:
            continue  # the same form, sent at the same moment, was quicker
        if isinstance(placed, Superseded):
            _give_up(placed.order_id, actor=actor)
            continue
        return payments.start(placed, hosted=request.hosted)
    raise QuoteChanged(CHANGED)


def _remember(
    cart_token: str, request: CheckoutRequest, *, customer_id: int | None, actor: str
) -> int | Superseded:
    with transaction() as session:
        cart = _lock_cart(session, cart_token)
        if known := session.scalar(select(Order).filter_by(place_key=request.place_key)):
            return _require_same_cart(session, known, cart, request)
        earlier = _open_order_of(session, cart)  # locked: whoever pays it empties the cart
        quote = pricing.quote(
            cart,
            country=request.country,
            shipping_method=request.shipping_method,
            buyer=Buyer(customer_id=customer_id, email=normal_email(request.email)),
        )
        if cart is None or quote.is_empty:
            raise CartEmpty(EMPTY)
        if earlier and earlier.fingerprint == request.fingerprint == quote.fingerprint:
            _write_contact(earlier, request)
            return earlier.id
        if earlier:
            return Superseded(earlier.id)
        _require_agreed(quote, request)
        return _add(session, cart, quote, request, customer_id=customer_id, actor=actor)


def _lock_cart(session: Session, token: str) -> Cart | None:
    """One window at a time. Who pays an order of this cart only needs its key, and never waits."""
    cart = select(Cart).where(Cart.token == token)
    return session.scalar(cart.with_for_update(key_share=True))


def _require_same_cart(
    session: Session, known: Order, cart: Cart | None, request: CheckoutRequest
) -> int:
    """The same form again is the same order; with another cart it is a mistake."""
    if cart is None or known.cart_id != cart.id:
        raise FormAlreadyUsed("This form was already sent. Please load the page again.")
    if known.fingerprint != request.fingerprint:
        raise QuoteChanged(CHANGED)
    order = lock_order(session, known.id)
    if order.is_open:
        _require_same_country(order, request)
        _write_contact(order, request)
        if order.discount_amount:
            coupons.require_theirs(session, order)
    return order.id


def _require_same_country(order: Order, request: CheckoutRequest) -> None:
    """Shipping and tax were computed for the country that the order was placed with."""
    address = order.shipping_address
    if (address.country if address else "") != request.country:
        raise QuoteChanged(CHANGED)


def _require_agreed(quote: Quote, request: CheckoutRequest) -> None:
    if quote.problems:
        raise OutOfStock(" ".join(quote.problems))
    if quote.needs_shipping and not quote.shipping_method:
        raise NoShipping("We cannot send these goods to this country.")
    require_place(quote, request.shipping_address)
    if quote.fingerprint != request.fingerprint:
        raise QuoteChanged(f"{quote.coupon_problem} {LOOK}" if quote.coupon_problem else CHANGED)
    require_chargeable(quote)


def require_place(quote: Quote, address: PostalAddress | None) -> None:
    """Goods that are sent need a street; those that are collected need somebody who comes."""
    if not quote.needs_shipping:
        return
    if quote.is_collected:
        if address is None or not address.name:
            raise NoShipping("Please say who collects the goods.")
    elif address is None or not address.line1:
        raise NoShipping("Please say where the goods should go.")


def require_chargeable(quote: Quote) -> None:
    """Nothing at all, or an amount that Stripe takes."""
    least, most = money.minimum_charge(quote.currency), money.LARGEST
    if 0 < quote.total_amount < least:
        words = money.format_money(least, quote.currency)
        raise AmountTooSmall(f"The smallest amount that can be paid by card is {words}.")
    if quote.total_amount > most:
        words = money.format_money(most, quote.currency)
        raise AmountTooLarge(f"The largest amount that can be paid at once is {words}.")


def _open_order_of(session: Session, cart: Cart | None) -> Order | None:
    """The order this cart was placed as before, if it is not paid yet; locked."""
    if cart is None:
        return None
    unpaid = Order.status.in_([OrderStatus.PENDING, OrderStatus.FAILED])
    mine = select(Order.id).where(Order.cart_id == cart.id, unpaid).order_by(Order.id.desc())
    found = (lock_order(session, order_id) for order_id in session.scalars(mine).all())
    return next((order for order in found if order.is_open), None)


def _add(
    session: Session,
    cart: Cart,
    quote: Quote,
    request: CheckoutRequest,
    *,
    customer_id: int | None,
    actor: str,
) -> int:
    order = new_order(session, quote, email=request.email, customer_id=customer_id)
    order.cart_id, order.place_key = cart.id, request.place_key
    _write_contact(order, request)
    order.note_event("placed", actor=actor)
    if quote.total_amount:
        payments.prepare(session, order, hosted=request.hosted)
    reservations.hold(session, order, goods_to_hold(quote))
    if quote.coupon_id:
        coupons.take(session, order, quote.coupon_id)
    if not quote.total_amount:
        settlement.mark_paid(session, order, actor=actor)
    return order.id


def new_order(
    session: Session, quote: Quote, *, email: str, customer_id: int | None, source: str = "store"
) -> Order:
    """An order with its number and lines, as the quote has them; nothing is held yet."""
    token = secrets.token_urlsafe(24)
    order = Order(
        number=token[:20],  # until the row has its id
        token=token,
        source=source,
        email=normal_email(email),
        customer_id=customer_id,
        currency=quote.currency,
        events=[],  # known to be empty: the database need not be asked
        payments=[],
    )
    session.add(order)
    write_lines(order, quote)
    session.flush()
    order.number = str(FIRST_NUMBER + order.id)
    return order


def write_lines(order: Order, quote: Quote) -> None:
    """Replace the lines and amounts of an unpaid order by those of a quote."""
    order.line_items = [_line_item(line, quote) for line in quote.lines]
    if quote.needs_shipping:
        order.line_items.append(_shipping_line(quote))
    order.shipping_method = quote.shipping_method
    order.fingerprint = quote.fingerprint
    order.subtotal_amount = quote.subtotal_amount
    order.discount_amount = quote.discount_amount
    order.shipping_amount = quote.shipping_amount
    order.tax_amount = quote.tax_amount
    order.total_amount = quote.total_amount


def goods_to_hold(quote: Quote) -> list[tuple[int, int]]:
    """Variant ids and quantities of what is counted in stock."""
    return [(line.variant_id, line.quantity) for line in quote.lines if line.tracks_stock]


def _line_item(line: pricing.QuoteLine, quote: Quote) -> LineItem:
    return LineItem(
        variant_id=line.variant_id,
        kind=line.kind,
        name=line.name,
        sku=line.sku,
        unit_amount=line.unit_amount,
        quantity=line.quantity,
        discount_amount=line.discount_amount,
        tax_amount=line.tax_amount,
        tax_included=quote.tax_included,
        total_amount=line.total_amount,
        answers=line.answers,
        download_file=line.download_file,
    )


def _shipping_line(quote: Quote) -> LineItem:
    method = next(m for m in quote.shipping_methods if m.code == quote.shipping_method)
    return LineItem(
        kind=SHIPPING,
        name=method.name,
        unit_amount=quote.shipping_amount,
        tax_amount=quote.shipping_tax_amount,
        tax_included=quote.tax_included,
        total_amount=quote.shipping_amount,
    )


def _write_contact(order: Order, request: CheckoutRequest) -> None:
    order.email = normal_email(request.email)
    order.phone, order.note = request.phone, request.note
    order.shipping_address = request.shipping_address
    order.billing_address = request.billing_address


def _give_up(order_id: int, *, actor: str) -> None:
    """The cart changed after it was placed: that order must not be paid any more."""
    try:
        orders.cancel(order_id, actor=actor, reason="the cart was changed")
    except NotCancelable as error:
        raise CartEmpty(EMPTY) from error
