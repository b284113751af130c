"""Products as lists show them: plain columns into frozen values, no entities."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    ScalarSelect,
    Select,
    Subquery,
    and_,
    bindparam,
    func,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.models import Picture, Price, Product, ProductKind, ProductStatus, Stock, Variant

SOLD_HERE = (ProductKind.PHYSICAL, ProductKind.DIGITAL, ProductKind.LICENSE)


@dataclass(frozen=True, slots=True)
class Card:
    """A product as lists show it; `amount` is its lowest price, None without any."""

    id: int
    slug: str
    name: str
    kind: str
    level: str
    coming_soon: bool
    picture: str
    alt: str
    amount: int | None
    varies: bool
    interval: str
    available: bool


def load(session: Session, wanted: Select[int], currency: str, **values: Any) -> list[Card]:
    """The cards of some products, in the order in which their ids come."""
    connection = session.connection()  # plain rows: nothing here is an entity
    ids = [row[0] for row in connection.execute(wanted, values)]
    if not ids:
        return []
    rows: dict[int, list[Row[Any]]] = {}
    for row in connection.execute(_rows(currency), {"ids": ids}):
        rows.setdefault(row[0], []).append(row)
    return [_card(rows[id]) for id in ids if id in rows]


@lru_cache
def _rows(currency: str) -> Select[*tuple[Any, ...]]:
    """A row for every active price of every active variant; at least one per product."""
    price = and_(Price.variant_id == Variant.id, Price.active, Price.currency == currency)
    left = or_(~Variant.tracks_stock, Stock.on_hand > Stock.reserved)
    return (
        select(
            Product.id,
            Product.slug,
            Product.name,
            Product.kind,
            Product.level,
            Product.coming_soon,
            first_picture(Picture.stem).label("stem"),
            first_picture(Picture.alt).label("alt"),
            Price.unit_amount,
            Price.interval,
            left.label("left"),
        )
        .outerjoin(Variant, and_(Variant.product_id == Product.id, Variant.active))
        .outerjoin(Price, price)
        .outerjoin(Stock, Stock.variant_id == Variant.id)
        .where(Product.id.in_(bindparam("ids", expanding=True)))
    )


def _card(rows: list[Row[Any]]) -> Card:
    first = rows[0]
    priced = [row for row in rows if row.unit_amount is not None]
    cheapest = min(priced, key=lambda row: row.unit_amount, default=None)
    return Card(
        id=first.id,
        slug=first.slug,
        name=first.name,
        kind=first.kind,
        level=first.level,
        coming_soon=first.coming_soon or first.kind not in SOLD_HERE,
        picture=first.stem or "",
        alt=first.alt or first.name,
        amount=cheapest.unit_amount if cheapest else None,
        varies=len({row.unit_amount for row in priced}) > 1,
        interval=(cheapest.interval or "") if cheapest else "",
        available=any(row.left for row in priced),
    )


def first_picture(column: InstrumentedAttribute[str]) -> ScalarSelect[str]:
    """A column of the picture that stands for a product."""
    first = select(column).where(Picture.product_id == Product.id)
    return first.order_by(Picture.position, Picture.id).limit(1).scalar_subquery()


def lowest_prices(currency: str) -> Subquery:
    """What a list may sort and narrow by; joined, since asking per product may take for ever."""
    return (
        select(Variant.product_id, func.min(Price.unit_amount).label("lowest"))
        .join(Price, Price.variant_id == Variant.id)
        .where(Variant.active, Price.active, Price.currency == currency)
        .group_by(Variant.product_id)
        .subquery()
    )


def active() -> list[ColumnElement[bool]]:
    """What everybody may see."""
    return [Product.status == ProductStatus.ACTIVE]
