"""What staff do to products, variants and prices beyond writing plain fields."""

import re
import unicodedata
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import audit, money
from app.db import transaction
from app.errors import InvalidAmount, NotForSale, UnknownProduct
from app.models import (
    CartItem,
    LineItem,
    MovementKind,
    Price,
    PriceType,
    Product,
    Stock,
    StockMovement,
    Variant,
)
from app.services import stock, stripe_catalog

INTERVALS = ("day", "week", "month", "year")
SOLD = "It was sold before: orders and the ledger still need it. Archive it instead."


@dataclass(frozen=True, kw_only=True)
class NewPrice:
    """`interval` makes it a recurring one."""

    unit_amount: int
    currency: str
    interval: str = ""
    interval_count: int = 1
    trial_days: int = 0

    @property
    def type(self) -> PriceType:
        return PriceType.RECURRING if self.interval else PriceType.ONE_TIME


def slug_of(name: str) -> str:
    """A name as it stands in an address: "Crème brûlée" → "creme-brulee"."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:110] or "product"


def free_slug(session: Session, name: str) -> str:
    """A slug that no product has yet."""
    slug, count = slug_of(name), 1
    while session.scalar(select(Product.id).where(Product.slug == _numbered(slug, count))):
        count += 1
    return _numbered(slug, count)


def add_variant(
    session: Session,
    product: Product,
    *,
    sku: str,
    price: NewPrice | None = None,
    pieces: int | None = None,
    actor: str,
) -> Variant:
    """One exact thing to buy; `pieces=None` means that nobody counts. Inside a transaction."""
    variant = Variant(product=product, sku=sku, tracks_stock=pieces is not None)
    session.add(variant)
    session.flush()
    if price is not None:
        _add_price(session, variant, price, actor=actor)
    if pieces is not None:
        session.add(Stock(variant_id=variant.id, on_hand=0, reserved=0))
        session.flush()
    if pieces:
        stock.correct(
            variant.id,
            quantity=pieces,
            kind=MovementKind.RESTOCK,
            reason="first delivery",
            actor=actor,
        )
    return variant


def set_price(variant_id: int, price: NewPrice, *, actor: str) -> int:
    """A new amount is a new price; the one it replaces is archived. Returns the new one's id."""
    with transaction() as session:
        variant = session.get(Variant, variant_id, with_for_update={"of": Variant})
        if variant is None:
            raise UnknownProduct("This product is not in the catalog any more.")
        return _add_price(session, variant, price, actor=actor).id


def archive_price(price_id: int, *, actor: str) -> None:
    """Stop selling at a price; orders that have it keep it."""
    with transaction() as session:
        price = session.get(Price, price_id, with_for_update={"of": Price})
        if price is None:
            raise UnknownProduct("There is no such price any more.")
        if price.active:
            _archive(price, actor=actor)


def require_unsold(session: Session, product: Product) -> None:
    """A product may vanish only if nobody bought it, wants it, or counted it."""
    ids = [variant.id for variant in product.variants]
    for table in (LineItem, CartItem, StockMovement):
        if session.scalar(select(table.id).where(table.variant_id.in_(ids)).limit(1)):
            raise NotForSale(f"{product.name} was kept. {SOLD}")


def remove_parts(session: Session, product: Product) -> None:
    """Variants, prices and empty stock of a product that nobody ever bought."""
    require_unsold(session, product)
    for variant in list(product.variants):
        for price in list(variant.prices):
            session.delete(price)
        if variant.stock is not None:
            session.delete(variant.stock)
        session.flush()
        session.delete(variant)
    session.flush()
    session.expire(product, ["variants"])


def _add_price(session: Session, variant: Variant, price: NewPrice, *, actor: str) -> Price:
    _require_sensible(price)
    for former in variant.prices:
        if former.active and _same_place(former, price):
            _archive(former, actor=actor)
    row = Price(
        variant_id=variant.id,
        unit_amount=price.unit_amount,
        currency=price.currency,
        type=price.type,
        interval=price.interval,
        interval_count=price.interval_count,
        trial_days=price.trial_days,
    )
    session.add(row)
    session.flush()
    words = money.format_money(row.unit_amount, row.currency)
    audit.record(
        "priced", row, actor=actor, before={}, after={"variant": str(variant), "price": words}
    )
    session.expire(variant, ["prices"])
    stripe_catalog.changed(variant.product)
    return row


def _archive(price: Price, *, actor: str) -> None:
    price.active = False
    stripe_catalog.changed(price.variant.product)
    audit.record("archived", price, actor=actor, before={"active": True}, after={"active": False})


def _require_sensible(price: NewPrice) -> None:
    if not 0 <= price.unit_amount <= money.LARGEST:
        raise InvalidAmount("This amount cannot be charged. Nothing was changed.")
    if price.interval and price.interval not in INTERVALS:
        raise InvalidAmount("Every day, week, month or year, please. Nothing was changed.")


def _same_place(former: Price, price: NewPrice) -> bool:
    """Whether a new price takes the place of an old one."""
    return (former.currency, former.type, former.interval, former.interval_count) == (
        price.currency,
        price.type,
        price.interval,
        price.interval_count,
    )


def _numbered(slug: str, count: int) -> str:
    return slug if count == 1 else f"{slug}-{count}"
