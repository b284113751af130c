"""Everything that one product's page shows, as frozen values."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, select

from app.db import reading
from app.models import (
    Picture,
    Price,
    Product,
    ProductKind,
    ProductStatus,
    Question,
    QuestionType,
    Stock,
    Variant,
)
from app.services import plans
from app.services.cards import SOLD_HERE
from app.services.moment import remembered
from app.services.plans import Plan

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
    plans: tuple[Plan, ...]  # of what is subscribed to, instead of bought

    @property
    def buyable(self) -> bool:
        sold_in_carts = self.kind != ProductKind.LICENSE and not self.coming_soon
        return sold_in_carts and any(offer.buyable for offer in self.offers)

    @property
    def option_label(self) -> str:
        """What the variants differ in, such as "Glaze"; empty when there is one."""
        names = {name: None for offer in self.offers for name in offer.options}
        return " and ".join(names) if len(self.offers) > 1 else ""


@remembered
def find(slug: str, *, currency: str) -> ProductPage | None:
    """An active product by its slug, with prices in this currency."""
    with reading() as session:
        ask = session.connection().execute
        row = ask(_PRODUCT, {"slug": slug}).mappings().one_or_none()
        if row is None:
            return None
        mine = {"product": row["id"]}
        photos = tuple(Photo(*found) for found in ask(_PHOTOS, mine))
        offers = _newest(ask(_OFFERS, mine | {"currency": currency}))
        questions = tuple(
            Ask(id, label, hint, QuestionType(type_), choices, required)
            for id, label, hint, type_, choices, required in ask(_QUESTIONS, mine)
        )
        offered = (
            plans.of_product(session, row["id"], currency=currency) if _is_license(row) else ()
        )
    values = dict(row) | {"coming_soon": row["coming_soon"] or row["kind"] not in SOLD_HERE}
    return ProductPage(photos=photos, offers=offers, questions=questions, plans=offered, **values)


def _is_license(row: Any) -> bool:
    return bool(row["kind"] == ProductKind.LICENSE)


_PRODUCT = select(
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
).where(Product.slug == bindparam("slug"), Product.status == ProductStatus.ACTIVE)

_PHOTOS = (
    select(Picture.stem, Picture.alt)
    .where(Picture.product_id == bindparam("product"))
    .order_by(Picture.position, Picture.id)
)

_QUESTIONS = (
    select(
        Question.id,
        Question.label,
        Question.hint,
        Question.type,
        Question.choices,
        Question.required,
    )
    .where(Question.product_id == bindparam("product"))
    .order_by(Question.position, Question.id)
)

_PRICE = and_(Price.variant_id == Variant.id, Price.active, Price.currency == bindparam("currency"))

_OFFERS = (
    select(
        Variant.id,
        Variant.options,
        Price.unit_amount,
        Price.interval,
        Price.trial_days,
        Variant.tracks_stock,
        Stock.on_hand - Stock.reserved,
    )
    .outerjoin(Price, _PRICE)
    .outerjoin(Stock, Stock.variant_id == Variant.id)
    .where(Variant.product_id == bindparam("product"), Variant.active)
    .order_by(Variant.position, Variant.id, Price.id)
)


def _newest(rows: Iterable[Any]) -> tuple[Offer, ...]:
    """One offer per variant: of several active prices the newest counts."""
    offers: dict[int, Offer] = {}
    for variant, options, amount, interval, trial_days, tracked, left in rows:
        available = max(left or 0, 0) if tracked else None
        offers[variant] = Offer(
            variant, options, amount, interval or "", trial_days or 0, available
        )
    return tuple(offers.values())
