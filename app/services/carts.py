"""What somebody is about to buy: put in, counted, changed, taken out, carried to an account."""

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from app import clock, settings
from app.db import peeking, reading, transaction
from app.errors import (
    CartEmpty,
    CouponRefused,
    InvalidQuantity,
    NotForSale,
    OutOfStock,
    UnknownProduct,
)
from app.models import Cart, CartItem, Order, Price, Variant
from app.services import answers as buyers_answers
from app.services import coupons, pricing
from app.services.coupons import Buyer
from app.services.pricing import LARGEST_QUANTITY

MOST_LINES = 100


def find(token: str | None) -> Cart | None:
    """The cart with this token."""
    with reading() as session:
        return _by_token(session, token)


def count(token: str | None) -> int:
    """How many things are in it."""
    if not token:
        return 0
    with peeking() as session:  # in the middle of a page
        return int(session.connection().scalar(_COUNT, {"token": token}) or 0)


def add(
    token: str | None,
    *,
    variant_id: int,
    quantity: int | str = 1,
    answers: Mapping[int, str] | None = None,
) -> str:
    """Put something in, starting a cart if there is none; returns the cart's token.

    `answers` are what the buyer wrote, by the id of the question.
    """
    wanted = _whole_number(quantity)
    if wanted < 1:
        raise InvalidQuantity("Please choose at least 1.")
    with transaction() as session:
        variant = session.get(Variant, variant_id)
        if variant is None:
            raise UnknownProduct("We do not have that any more. Your cart is as it was.")
        cart = _by_token(session, token) or _new(session)
        price = _price(variant, cart.currency)
        given = buyers_answers.check(variant.product.questions, answers or {})
        item = _same(cart, variant, given)
        _require_there(cart, variant, (item.quantity if item else 0) + wanted, beside=item)
        if item is None:
            item = _new_item(cart, variant, price, given)
        item.quantity += wanted
        item.price, item.seen_amount = price, price.unit_amount
        cart.updated_at = clock.now()
        return cart.token


def set_quantity(token: str | None, item_id: int, quantity: int | str) -> None:
    """Change how many; 0 takes it out."""
    wanted = _whole_number(quantity)
    if wanted < 0:
        raise InvalidQuantity("Please choose a number from 0 up.")
    with transaction() as session:
        item = _item(session, token, item_id)
        item.cart.updated_at = clock.now()
        if wanted == 0:
            item.cart.items.remove(item)
            return
        if wanted > item.quantity:  # fewer is always fine
            _require_there(item.cart, item.variant, wanted, beside=item)
        item.quantity = wanted


def remove(token: str | None, item_id: int) -> None:
    """Take something out."""
    set_quantity(token, item_id, 0)


def accept_prices(token: str | None) -> None:
    """The customer has seen what everything costs now."""
    with transaction() as session:
        cart = _by_token(session, token)
        for item in cart.items if cart else []:
            if price := item.variant.price_in(item.price.currency):
                item.price, item.seen_amount = price, price.unit_amount


def redeem(token: str | None, code: str, *, buyer: Buyer | None = None) -> None:
    """Put a code on a cart, in place of the one before; one that takes nothing off is refused."""
    with transaction() as session:
        cart = _by_token(session, token)
        if cart is None or not cart.items:
            raise CartEmpty("Your cart is empty. Put something in first, then the code.")
        cart.coupon_id = coupons.find(session, code).id
        cart.updated_at = clock.now()
        session.flush()
        if problem := pricing.quote(cart, buyer=buyer).coupon_problem:
            raise CouponRefused(problem)


def take_off_coupon(token: str | None) -> None:
    """Back to what it costs without a code."""
    with transaction() as session:
        if cart := _by_token(session, token):
            cart.coupon_id = None
            cart.updated_at = clock.now()


def merge(token: str | None, customer_id: int) -> str | None:
    """At sign-in: what was gathered before joins the customer's cart; returns its token."""
    with transaction() as session:
        mine = session.scalar(
            select(Cart).where(Cart.customer_id == customer_id).order_by(Cart.id.desc()).limit(1)
        )
        brought = _by_token(session, token)
        if brought is None or brought.customer_id not in (None, customer_id):
            return mine.token if mine else None
        if mine is None or mine is brought or mine.currency != brought.currency:
            brought.customer_id = customer_id
            return brought.token
        _pour(brought, mine)
        placed = update(Order).where(Order.cart_id == brought.id)
        session.execute(placed.values(cart_id=mine.id))  # its payment empties the cart it is in
        session.delete(brought)
        return mine.token


_COUNT = select(func.sum(CartItem.quantity)).join(Cart).where(Cart.token == bindparam("token"))


def _by_token(session: Session, token: str | None) -> Cart | None:
    return session.scalar(select(Cart).where(Cart.token == token)) if token else None


def _new(session: Session) -> Cart:
    cart = Cart(currency=settings.current().shop_currency)
    session.add(cart)
    session.flush()  # so that it has its token
    return cart


def _item(session: Session, token: str | None, item_id: int) -> CartItem:
    item = session.get(CartItem, item_id)
    if item is None or item.cart.token != token:
        raise UnknownProduct("That is no longer in your cart.")
    return item


def _new_item(cart: Cart, variant: Variant, price: Price, answers: dict[str, Any]) -> CartItem:
    if len(cart.items) >= MOST_LINES:
        raise InvalidQuantity(f"A cart holds at most {MOST_LINES} different things.")
    item = CartItem(
        variant=variant,
        price=price,
        answers=answers,
        quantity=0,
        seen_amount=price.unit_amount,
    )
    cart.items.append(item)
    return item


def _same(cart: Cart, variant: Variant, answers: dict[str, Any]) -> CartItem | None:
    """The line that more of the same belongs to."""
    same = (i for i in cart.items if i.variant_id == variant.id and i.answers == answers)
    return next(same, None)


def _price(variant: Variant, currency: str) -> Price:
    name = variant.full_name
    if not variant.product.is_buyable or not variant.active:
        why = "is coming soon" if variant.product.coming_soon else "is not for sale at the moment"
        raise NotForSale(f"{name} {why}. Your cart is as it was.")
    price = variant.price_in(currency)
    if price is None:
        raise NotForSale(f"{name} has no price in {currency.upper()}. Your cart is as it was.")
    return price


def _require_there(cart: Cart, variant: Variant, wanted: int, *, beside: CartItem | None) -> None:
    """Say at once what cannot be had; what is there is only held when ordering."""
    if wanted > LARGEST_QUANTITY:
        raise InvalidQuantity(f"At most {LARGEST_QUANTITY} of one thing go into a cart.")
    if not variant.tracks_stock:
        return
    available = variant.stock.available if variant.stock else 0
    mine = [item for item in cart.items if item.variant_id == variant.id]
    others = sum(item.quantity for item in mine if item is not beside)
    if wanted + others > available:
        in_cart = sum(item.quantity for item in mine)
        raise OutOfStock(_what_is_left(variant.full_name, available, in_cart))


def _what_is_left(name: str, available: int, in_cart: int) -> str:
    if available <= 0:
        return f"{name} is sold out. Your cart is as it was."
    if in_cart:
        return f"There are only {available} of {name}, and {in_cart} in your cart already."
    return f"There are only {available} of {name}. Please choose fewer."


def _pour(source: Cart, target: Cart) -> None:
    """Move every line over; the same thing twice becomes one line."""
    for item in list(source.items):
        same = _same(target, item.variant, item.answers)
        if same is None:
            source.items.remove(item)
            target.items.append(item)
        else:
            same.quantity = min(max(same.quantity, item.quantity), LARGEST_QUANTITY)
    target.coupon_id = source.coupon_id or target.coupon_id
    target.updated_at = clock.now()


def _whole_number(value: int | str) -> int:
    """What was typed, if it is a whole number of any sensible size."""
    text = str(value).strip()
    if not re.fullmatch(r"-?[0-9]{1,18}", text):
        raise InvalidQuantity("Please write the quantity as a number, such as 1.")
    return int(text)
