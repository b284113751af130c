"""Products as lists show them: plain columns into frozen values, no entities."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, ScalarSelect, Select, Subquery, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.models import Picture, Price, Product, ProductKind, ProductStatus, Stock, Variant

SOLD_HERE = (ProductKind.PHYSICAL, ProductKind.DIGITAL)


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


def load(session: Session, wanted: Select[int], currency: str) -> list[Card]:
    """The cards of some products, in the order in which their ids come."""
    ids = list(session.scalars(wanted))
    offers = _offers(currency)
    statement = (
        select(
            Product.id,
            Product.slug,
            Product.name,
            Product.kind,
            Product.level,
            Product.coming_soon,
            first_picture(Picture.stem),
            first_picture(Picture.alt),
            func.min(offers.c.unit_amount),
            func.max(offers.c.unit_amount),
            func.max(offers.c.interval),
            func.max(offers.c.available),
        )
        .outerjoin(offers, offers.c.product_id == Product.id)
        .where(Product.id.in_(ids))
        .group_by(Product.id)
    )
    found = {row[0]: _card(*row) for row in session.execute(statement)} if ids else {}
    return [found[id] for id in ids if id in found]


def _card(
    id: int,
    slug: str,
    name: str,
    kind: str,
    level: str,
    coming_soon: bool,
    stem: str | None,
    alt: str | None,
    lowest: int | None,
    highest: int | None,
    interval: str | None,
    available: int | None,
) -> Card:
    return Card(
        id=id,
        slug=slug,
        name=name,
        kind=kind,
        level=level,
        coming_soon=coming_soon or kind not in SOLD_HERE,
        picture=stem or "",
        alt=alt or name,
        amount=lowest,
        varies=lowest != highest,
        interval=interval or "",
        available=bool(available),
    )


def _offers(currency: str) -> Subquery:
    """Every active price of every active variant, and whether one could be sent now."""
    left = or_(~Variant.tracks_stock, Stock.on_hand > Stock.reserved)
    return (
        select(
            Variant.product_id,
            Price.unit_amount,
            Price.interval,
            case((left, 1), else_=0).label("available"),
        )
        .join(Price, Price.variant_id == Variant.id)
        .outerjoin(Stock, Stock.variant_id == Variant.id)
        .where(Variant.active, Price.active, Price.currency == currency)
        .subquery()
    )


def first_picture(column: InstrumentedAttribute[str]) -> ScalarSelect[str]:
    """A column of the picture that stands for a product."""
    first = select(column).where(Picture.product_id == Product.id)
    return first.order_by(Picture.position, Picture.id).limit(1).scalar_subquery()


def lowest_price(currency: str) -> ScalarSelect[int]:
    """What a list may sort and narrow by."""
    prices = select(func.min(Price.unit_amount)).join(Variant, Variant.id == Price.variant_id)
    mine = (Variant.product_id == Product.id, Variant.active, Price.active)
    return prices.where(*mine, Price.currency == currency).correlate(Product).scalar_subquery()


def active() -> list[ColumnElement[bool]]:
    """What everybody may see."""
    return [Product.status == ProductStatus.ACTIVE]
