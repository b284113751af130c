"""Everything that one product's page shows, as frozen values."""

from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from app.db import reading
from app.models import (
    Picture,
    Price,
    Product,
    ProductStatus,
    Question,
    QuestionType,
    Stock,
    Variant,
)
from app.services.cards import SOLD_HERE

FEW = 5


@dataclass(frozen=True, slots=True)
class Photo:
    stem: str
    alt: str


@dataclass(frozen=True, slots=True)
class Ask:
    """A question to the buyer; `field` is its name in forms."""

    id: int
    label: str
    hint: str
    type: QuestionType
    choices: list[str]
    required: bool

    @property
    def field(self) -> str:
        return f"question-{self.id}"


@dataclass(frozen=True, slots=True)
class Offer:
    """One variant: what it costs, and how many are left (None: as many as you like)."""

    variant_id: int
    options: dict[str, str]
    amount: int | None
    interval: str
    trial_days: int
    available: int | None

    @property
    def name(self) -> str:
        return ", ".join(self.options.values())

    @property
    def buyable(self) -> bool:
        return self.amount is not None and (self.available is None or self.available > 0)


@dataclass(frozen=True, kw_only=True)
class ProductPage:
    id: int
    slug: str
    name: str
    summary: str
    description: str
    kind: str
    coming_soon: bool
    level: str
    features: list[str]
    category_id: int | None
    photos: tuple[Photo, ...]
    offers: tuple[Offer, ...]
    questions: tuple[Ask, ...]

    @property
    def buyable(self) -> bool:
        return not self.coming_soon and any(offer.buyable for offer in self.offers)

    @property
    def option_label(self) -> str:
        """What the variants differ in, such as "Glaze"; empty when there is one."""
        names = {name: None for offer in self.offers for name in offer.options}
        return " and ".join(names) if len(self.offers) > 1 else ""


def find(slug: str, *, currency: str) -> ProductPage | None:
    """An active product by its slug, with prices in this currency."""
    columns = (
        Product.id,
        Product.slug,
        Product.name,
        Product.summary,
        Product.description,
        Product.kind,
        Product.coming_soon,
        Product.level,
        Product.features,
        Product.category_id,
    )
    active = select(*columns).where(Product.slug == slug, Product.status == ProductStatus.ACTIVE)
    with reading() as session:
        row = session.execute(active).mappings().one_or_none()
        if row is None:
            return None
        values = dict(row) | {"coming_soon": row["coming_soon"] or row["kind"] not in SOLD_HERE}
        return ProductPage(
            photos=_photos(session, row["id"]),
            offers=_offers(session, row["id"], currency),
            questions=_questions(session, row["id"]),
            **values,
        )


def _photos(session: Session, product_id: int) -> tuple[Photo, ...]:
    mine = select(Picture.stem, Picture.alt).where(Picture.product_id == product_id)
    rows = session.execute(mine.order_by(Picture.position, Picture.id))
    return tuple(Photo(*row) for row in rows)


def _offers(session: Session, product_id: int, currency: str) -> tuple[Offer, ...]:
    """Of several active prices the newest counts."""
    price = and_(Price.variant_id == Variant.id, Price.active, Price.currency == currency)
    statement = (
        select(
            Variant.id,
            Variant.options,
            Price.unit_amount,
            Price.interval,
            Price.trial_days,
            Variant.tracks_stock,
            Stock.on_hand - Stock.reserved,
        )
        .outerjoin(Price, price)
        .outerjoin(Stock, Stock.variant_id == Variant.id)
        .where(Variant.product_id == product_id, Variant.active)
        .order_by(Variant.position, Variant.id, Price.id)
    )
    offers: dict[int, Offer] = {}
    for variant, options, amount, interval, trial_days, tracked, left in session.execute(statement):
        available = max(left or 0, 0) if tracked else None
        offers[variant] = Offer(
            variant, options, amount, interval or "", trial_days or 0, available
        )
    return tuple(offers.values())


def _questions(session: Session, product_id: int) -> tuple[Ask, ...]:
    columns = (
        Question.id,
        Question.label,
        Question.hint,
        Question.type,
        Question.choices,
        Question.required,
    )
    mine = select(*columns).where(Question.product_id == product_id)
    rows = session.execute(mine.order_by(Question.position, Question.id))
    return tuple(
        Ask(id, label, hint, QuestionType(type_), choices, required)
        for id, label, hint, type_, choices, required in rows
    )
