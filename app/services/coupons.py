"""Coupons: what a code takes off which goods, for whom, and how often.

A use is taken with the order and given back when the order can no longer be paid; both are called
inside the transaction of the verb that needs them, with the order locked and its stock taken first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from babel.dates import format_date, get_timezone
from sqlalchemy import ColumnElement, Select, func, or_, select, update
from sqlalchemy.orm import Session

from app import clock, money, settings
from app.errors import CouponRefused
from app.models import Cart, Coupon, CouponUse, Order, OrderStatus, Payment, PaymentStatus

LONGEST = 40
UNPAID = (OrderStatus.PENDING, OrderStatus.FAILED)
ON_ITS_WAY = (PaymentStatus.PROCESSING, PaymentStatus.REQUIRES_CAPTURE)

Goods = Sequence[tuple[int, int]]  # of each line: the product's id and the amount before discount


@dataclass(frozen=True, kw_only=True)
class Buyer:
    """By whom a customer's uses are counted; `email` in its one spelling."""

    customer_id: int | None = None
    email: str = ""


@dataclass(frozen=True, kw_only=True)
class Applied:
    """What a code takes off each line, in minor units; or why it takes nothing off."""

    coupon_id: int
    code: str
    discounts: tuple[int, ...] = ()
    problem: str = ""


def find(session: Session, code: str) -> Coupon:
    """The coupon that somebody typed, in any case and with spaces around it."""
    typed = code.strip().upper()
    if not typed:
        raise CouponRefused("Please write the code. Your cart is as it was.")
    known = select(Coupon).where(Coupon.code == typed)
    plain = len(typed) <= LONGEST and "\x00" not in typed
    coupon = session.scalar(known) if plain else None
    if coupon is None:
        raise CouponRefused(f"We do not know the code {typed[:LONGEST]}. Is it written like that?")
    return coupon


def apply(
    session: Session, coupon: Coupon, goods: Goods, *, cart: Cart, buyer: Buyer | None = None
) -> Applied:
    """What a coupon does for a cart just now. What an unpaid order of this cart uses is its own."""
    problem = (
        _why_not_now(coupon)
        or _why_not_these(coupon, goods, cart.currency)
        or _why_used_up(session, coupon, cart, buyer or Buyer())
    )
    return _applied(coupon, goods, problem)


def apply_again(coupon: Coupon, goods: Goods, currency: str) -> Applied:
    """What a coupon does for other goods in an order that has used it already."""
    return _applied(coupon, goods, _why_not_these(coupon, goods, currency))


def spread(coupon: Coupon, goods: Goods) -> tuple[int, ...]:
    """What comes off each line, never more than it costs.

    A percentage is rounded half up on each line. An amount is shared in proportion, rounded half
    up, and what is left over or too much goes to the largest line, then to the next.
    """
    amounts = [amount if _fits(coupon, product) else 0 for product, amount in goods]
    if coupon.percent_off is not None:
        rate = Decimal(coupon.percent_off) / 10_000
        return tuple(money.share(amount, rate) for amount in amounts)
    total = sum(amounts)
    off = min(coupon.amount_off or 0, total)
    shares = [money.share(off, Decimal(amount) / total) if total else 0 for amount in amounts]
    left = off - sum(shares)
    for line in sorted(range(len(amounts)), key=lambda line: -amounts[line]):
        more = min(max(left, -shares[line]), amounts[line] - shares[line])
        shares[line], left = shares[line] + more, left - more
    return tuple(shares)


def take(session: Session, order: Order, coupon_id: int) -> None:
    """One use for one order, in one statement, or raise and take none."""
    free = or_(Coupon.max_uses.is_(None), Coupon.uses < Coupon.max_uses)
    taken = session.execute(
        update(Coupon)
        .where(Coupon.id == coupon_id, Coupon.active, free)
        .values(uses=Coupon.uses + 1)
        .returning(Coupon.code)
        .execution_options(synchronize_session=False)
    ).first()
    if taken is None:
        coupon = session.get_one(Coupon, coupon_id, populate_existing=True)
        raise CouponRefused(_why_not_now(coupon) or _used_up(coupon))
    session.add(CouponUse(order=order, coupon_id=coupon_id, code=taken.code))
    session.flush()
    require_theirs(session, order)


def require_theirs(session: Session, order: Order) -> None:
    """With this order, its customer must not have used the coupon more often than they may.

    Whoever looks holds the coupon's row, so each use that was taken before is there to be counted.
    """
    if order.coupon_use is None or order.coupon_use.given_back_at is not None:
        return
    coupon_id = order.coupon_use.coupon_id
    coupon = session.get_one(
        Coupon, coupon_id, with_for_update={"key_share": True}, populate_existing=True
    )
    buyer = Buyer(customer_id=order.customer_id, email=order.email)
    most = coupon.max_uses_per_customer
    if most is not None and _times(session, coupon, buyer) > most:
        raise CouponRefused(_used_by_you(coupon, most))


def give_back(session: Session, order: Order) -> None:
    """Only for an order that can no longer be paid, or has nothing off any more; once."""
    returned = session.execute(
        update(CouponUse)
        .where(CouponUse.order_id == order.id, CouponUse.given_back_at.is_(None))
        .values(given_back_at=clock.now())
        .returning(CouponUse.coupon_id)
        .execution_options(synchronize_session=False)
    ).first()
    if returned is not None:
        session.execute(
            update(Coupon)
            .where(Coupon.id == returned.coupon_id)
            .values(uses=Coupon.uses - 1)
            .execution_options(synchronize_session=False)
        )
        session.expire(order, ["coupon_use"])


def take_off_cart(session: Session, order: Order) -> None:
    """The order that used it is on its way. Who places this cart just now waits for us, not we
    for them: then the coupon stays on, and is looked at anew with the next quote."""
    used = select(CouponUse.coupon_id).where(CouponUse.order_id == order.id)
    mine = select(Cart.id).where(Cart.id == order.cart_id, Cart.coupon_id.in_(used))
    free = mine.with_for_update(skip_locked=True, key_share=True)
    session.execute(
        update(Cart)
        .where(Cart.id.in_(free))
        .values(coupon_id=None)
        .execution_options(synchronize_session=False)
    )


def why_kept(session: Session, coupon: Coupon) -> str:
    """Why a coupon cannot be deleted; empty when it can."""
    if coupon.uses or session.scalar(select(CouponUse.id).filter_by(coupon_id=coupon.id).limit(1)):
        return "it was used"
    in_cart = session.scalar(select(Cart.id).filter_by(coupon_id=coupon.id).limit(1))
    return "it is in somebody’s cart" if in_cart else ""


def _applied(coupon: Coupon, goods: Goods, problem: str) -> Applied:
    discounts = () if problem else spread(coupon, goods)
    if not problem and not any(discounts):
        problem = f"There is nothing that {coupon.code} could take something off."
    return Applied(coupon_id=coupon.id, code=coupon.code, discounts=discounts, problem=problem)


def _why_not_now(coupon: Coupon) -> str:
    now = clock.now()
    if not coupon.active:
        return f"The code {coupon.code} is not in use any more."
    if coupon.starts_at is not None and now < coupon.starts_at:
        return f"The code {coupon.code} can be used from {_day(coupon.starts_at)} on."
    if coupon.ends_at is not None and coupon.ends_at <= now:
        last = coupon.ends_at - timedelta(microseconds=1)
        return f"The code {coupon.code} could be used until {_day(last)}."
    return ""


def _why_not_these(coupon: Coupon, goods: Goods, currency: str) -> str:
    if coupon.currency is not None and coupon.currency != currency:
        theirs, ours = coupon.currency.upper(), currency.upper()
        return f"The code {coupon.code} is for prices in {theirs}; these are in {ours}."
    if not any(_fits(coupon, product) for product, _ in goods):
        return f"The code {coupon.code} is not for these goods."
    missing = coupon.minimum_amount - sum(amount for _, amount in goods)
    if missing > 0:
        least, more = (_words(amount, currency) for amount in (coupon.minimum_amount, missing))
        return f"The code {coupon.code} is for goods of {least} or more: {more} is missing."
    return ""


def _why_used_up(session: Session, coupon: Coupon, cart: Cart, buyer: Buyer) -> str:
    most = coupon.max_uses_per_customer
    if coupon.max_uses is None and most is None:
        return ""
    own = session.scalars(_own_uses(coupon, cart)).all()
    if coupon.max_uses is not None and coupon.uses - len(own) >= coupon.max_uses:
        return _used_up(coupon)
    others = CouponUse.order_id.not_in(own)
    if most is not None and _times(session, coupon, buyer, others) >= most:
        return _used_by_you(coupon, most)
    return ""


def _own_uses(coupon: Coupon, cart: Cart) -> Select[int]:
    """Of orders that this cart was placed as before, and that would be given up for a new one."""
    moving = Order.payments.any(Payment.status.in_(ON_ITS_WAY))
    return (
        select(CouponUse.order_id)
        .join(CouponUse.order)
        .where(CouponUse.coupon_id == coupon.id, CouponUse.given_back_at.is_(None))
        .where(Order.cart_id == cart.id, Order.status.in_(UNPAID), ~moving)
    )


def _times(session: Session, coupon: Coupon, buyer: Buyer, *which: ColumnElement[bool]) -> int:
    """How often somebody has used it, by their account or their address."""
    theirs = [Order.email == buyer.email] if buyer.email else []
    if buyer.customer_id is not None:
        theirs.append(Order.customer_id == buyer.customer_id)
    if not theirs:
        return 0
    used = select(func.count()).select_from(CouponUse).join(CouponUse.order)
    used = used.where(CouponUse.coupon_id == coupon.id, CouponUse.given_back_at.is_(None))
    return int(session.scalar(used.where(or_(*theirs), *which)) or 0)


def _fits(coupon: Coupon, product_id: int) -> bool:
    return not coupon.product_ids or product_id in coupon.product_ids


def _used_up(coupon: Coupon) -> str:
    return f"The code {coupon.code} was used as often as it can be."


def _used_by_you(coupon: Coupon, most: int) -> str:
    times = "" if most == 1 else f" {most} times"
    return f"You have used the code {coupon.code}{times} already."


def _words(amount: int, currency: str) -> str:
    return money.format_money(amount, currency, locale=settings.current().shop_locale)


def _day(at: datetime) -> str:
    shop = settings.current()
    there = at.astimezone(get_timezone(shop.shop_time_zone))
    return format_date(there, "d MMMM y", locale=shop.shop_locale)
