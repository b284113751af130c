"""The only arithmetic of money: what a cart costs, always from the database."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app import money, plugins, settings
from app.db import reading
from app.models import (
    Cart,
    CartItem,
    Coupon,
    Order,
    Price,
    Product,
    Reservation,
    ReservationState,
    Variant,
)
from app.plugins.shipping import ShippingMethod
from app.services import coupons
from app.services.coupons import Applied, Buyer

LARGEST_QUANTITY = 999


@dataclass(frozen=True, kw_only=True)
class QuoteLine:
    """One line, amounts in minor units; `total_amount` is after discount."""

    item_id: int
    variant_id: int
    product_id: int
    price_id: int
    product_slug: str
    name: str
    kind: str
    sku: str
    picture: str
    unit_amount: int
    quantity: int
    discount_amount: int = 0
    tax_amount: int = 0
    total_amount: int
    tax_category: str
    weight: int
    answers: dict[str, Any]
    download_file: str
    tracks_stock: bool
    available: int | None  # None: as many as anybody wants
    problem: str = ""
    former_amount: int | None = None  # what the customer last saw, when it changed

    @property
    def full_amount(self) -> int:
        """Before discount."""
        return self.total_amount + self.discount_amount


@dataclass(frozen=True, kw_only=True)
class Quote:
    """What a cart costs for a country and a way of shipping; `subtotal_amount` is before discount.

    A code that takes nothing off, or no longer does, stays here with the reason.
    """

    lines: tuple[QuoteLine, ...] = ()
    currency: str
    subtotal_amount: int = 0
    discount_amount: int = 0
    shipping_amount: int = 0
    shipping_tax_amount: int = 0
    tax_amount: int = 0
    total_amount: int = 0
    tax_included: bool = True
    shipping_methods: tuple[ShippingMethod, ...] = ()
    shipping_method: str = ""
    needs_shipping: bool = False
    country: str = ""
    coupon_code: str = ""
    coupon_problem: str = ""
    coupon_id: int | None = None  # of the one that takes something off

    @property
    def is_empty(self) -> bool:
        return not self.lines

    @property
    def is_collected(self) -> bool:
        """Whether somebody comes for the goods, so that they go nowhere."""
        methods = self.shipping_methods
        return any(m.collected for m in methods if m.code == self.shipping_method)

    @property
    def problems(self) -> list[str]:
        """What keeps this cart from being bought, a sentence each."""
        return [line.problem for line in self.lines if line.problem]

    @property
    def too_little(self) -> str:
        """Why a card cannot pay this total, and what helps; empty when one can, or none has to."""
        least = money.minimum_charge(self.currency)
        if not 0 < self.total_amount < least:
            return ""
        words = money.format_money(least, self.currency, locale=settings.current().shop_locale)
        other = f", or take the code {self.coupon_code} off" if self.discount_amount else ""
        return (
            f"The smallest amount that can be paid by card is {words}. "
            f"Put something more in your cart{other}."
        )

    @property
    def fingerprint(self) -> str:
        """Changes with anything that changes what is bought or what it costs."""
        lines = [
            (line.variant_id, line.price_id, line.unit_amount, line.quantity, line.answers)
            for line in self.lines
        ]
        amounts = [self.shipping_amount, self.tax_amount, self.total_amount]
        what = [lines, self.currency, self.shipping_method, *amounts]
        if self.coupon_id:
            what += [self.coupon_code, [line.discount_amount for line in self.lines]]
        return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()


def quote(
    cart: Cart | None,
    *,
    country: str = "",
    shipping_method: str = "",
    buyer: Buyer | None = None,
) -> Quote:
    """Price a cart for a buyer, as far as known. Reads only, inside or outside a transaction."""
    if cart is None:
        return Quote(currency=settings.current().shop_currency)
    with reading() as session:
        found = session.get(Cart, cart.id, options=_EVERYTHING, populate_existing=True)
        held = _held_for(session, found) if found else Counter()
        lines = [_line(item, held[item.variant_id]) for item in found.items] if found else []
        currency = found.currency if found else settings.current().shop_currency
        coupon = _coupon(session, found, lines, buyer) if found and found.coupon_id else None
    return price(
        lines, currency=currency, country=country, shipping_method=shipping_method, coupon=coupon
    )


def price(
    lines: list[QuoteLine],
    *,
    currency: str,
    country: str = "",
    shipping_method: str = "",
    coupon: Applied | None = None,
) -> Quote:
    """Add up lines that are already priced: discount, shipping, tax, total.

    Whether shipping is free is asked before discount: a code never makes an order dearer.
    """
    shop = settings.current()
    country = country or shop.shop_country
    subtotal = sum(line.total_amount for line in lines)
    lines = _with_discounts(lines, coupon)
    discount = sum(line.discount_amount for line in lines)
    needs_shipping = any(line.kind == "physical" for line in lines)
    methods = _shipping_methods(lines, currency, country, subtotal) if needs_shipping else ()
    chosen = next(
        (m for m in methods if m.code == shipping_method), methods[0] if methods else None
    )
    shipping = chosen.amount if chosen else 0
    taxed = tuple(_with_tax(line, country) for line in lines)
    shipping_tax = _tax(shipping, country, "standard")
    tax = sum(line.tax_amount for line in taxed) + shipping_tax
    return Quote(
        lines=taxed,
        currency=currency,
        subtotal_amount=subtotal,
        discount_amount=discount,
        shipping_amount=shipping,
        shipping_tax_amount=shipping_tax,
        tax_amount=tax,
        total_amount=subtotal - discount + shipping + (0 if shop.prices_include_tax else tax),
        tax_included=shop.prices_include_tax,
        shipping_methods=methods,
        shipping_method=chosen.code if chosen else "",
        needs_shipping=needs_shipping,
        country=country,
        coupon_code=coupon.code if coupon else "",
        coupon_problem=coupon.problem if coupon else "",
        coupon_id=coupon.coupon_id if coupon and not coupon.problem else None,
    )


def line_for(
    variant: Variant,
    unit_price: Price,
    quantity: int,
    *,
    item_id: int = 0,
    answers: dict[str, Any] | None = None,
    seen_amount: int | None = None,
    held: int = 0,
) -> QuoteLine:
    """Price one variant as it stands now; what is `held` for the same buyer is there for them."""
    product = variant.product
    changed = seen_amount is not None and seen_amount != unit_price.unit_amount
    line = QuoteLine(
        item_id=item_id,
        variant_id=variant.id,
        product_id=product.id,
        price_id=unit_price.id,
        product_slug=product.slug,
        name=variant.full_name,
        kind=product.kind,
        sku=variant.sku,
        picture=product.pictures[0].stem if product.pictures else "",
        unit_amount=unit_price.unit_amount,
        quantity=quantity,
        total_amount=unit_price.unit_amount * quantity,
        tax_category=product.tax_category,
        weight=product.weight * quantity,
        answers=answers or {},
        download_file=product.download_file,
        tracks_stock=variant.tracks_stock,
        available=_available(variant, held),
        former_amount=seen_amount if changed else None,
    )
    return replace(line, problem=_problem(variant, line))


_EVERYTHING = [
    selectinload(Cart.items).joinedload(CartItem.variant).joinedload(Variant.stock),
    selectinload(Cart.items).joinedload(CartItem.variant).selectinload(Variant.prices),
    selectinload(Cart.items)
    .joinedload(CartItem.variant)
    .joinedload(Variant.product)
    .selectinload(Product.pictures),
    selectinload(Cart.items).joinedload(CartItem.price),
]


def _held_for(session: Session, cart: Cart) -> Counter[int]:
    """What an order of this cart that is not paid yet has set aside, by variant."""
    mine = select(Reservation.variant_id, Reservation.quantity).join(Order)
    mine = mine.where(Order.cart_id == cart.id, Reservation.state == ReservationState.HELD)
    held: Counter[int] = Counter()
    for variant_id, quantity in session.execute(mine):
        held[variant_id] += quantity
    return held


def _line(item: CartItem, held: int) -> QuoteLine:
    """A cart keeps what was chosen; what it costs now is the variant's active price."""
    current = item.variant.price_in(item.price.currency) or item.price
    return line_for(
        item.variant,
        current,
        item.quantity,
        item_id=item.id,
        answers=item.answers,
        seen_amount=item.seen_amount,
        held=held,
    )


def goods(lines: Sequence[QuoteLine]) -> coupons.Goods:
    """What a coupon looks at."""
    return [(line.product_id, line.full_amount) for line in lines]


def _coupon(session: Session, cart: Cart, lines: list[QuoteLine], buyer: Buyer | None) -> Applied:
    coupon = session.get_one(Coupon, cart.coupon_id, populate_existing=True)
    return coupons.apply(session, coupon, goods(lines), cart=cart, buyer=buyer)


def _with_discounts(lines: list[QuoteLine], coupon: Applied | None) -> list[QuoteLine]:
    if coupon is None or coupon.problem:
        return lines
    return [
        replace(line, discount_amount=off, total_amount=line.total_amount - off)
        for line, off in zip(lines, coupon.discounts, strict=True)
    ]


def _available(variant: Variant, held: int) -> int | None:
    if not variant.tracks_stock:
        return None
    return held + (variant.stock.available if variant.stock else 0)


def _problem(variant: Variant, line: QuoteLine) -> str:
    if not variant.product.is_buyable or not variant.active:
        return f"{line.name} is not for sale at the moment."
    if not any(p.id == line.price_id and p.active for p in variant.prices):
        return f"{line.name} has no price at the moment."
    if line.available is not None and line.available < line.quantity:
        left = f"only {line.available} left" if line.available > 0 else "sold out"
        return f"{line.name}: {left}."
    return ""


def _shipping_methods(
    lines: list[QuoteLine], currency: str, country: str, subtotal: int
) -> tuple[ShippingMethod, ...]:
    weight = sum(line.weight for line in lines)
    return tuple(
        plugins.shipping().methods(
            country=country, currency=currency, weight=weight, subtotal=subtotal
        )
    )


def _with_tax(line: QuoteLine, country: str) -> QuoteLine:
    return replace(line, tax_amount=_tax(line.total_amount, country, line.tax_category))


def _tax(amount: int, country: str, tax_category: str) -> int:
    """Contained in the amount or on top of it, as the shop has it."""
    rate = plugins.tax().rate(country=country, tax_category=tax_category)
    included = settings.current().prices_include_tax
    return money.tax_inside(amount, rate) if included else money.share(amount, rate)
