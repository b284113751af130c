"""The demo's goods as rows, their pictures and files in storage."""

from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app import plugins
from app.db import transaction
from app.demo import files, pictures, values
from app.demo.catalog import CATEGORIES, PRODUCTS
from app.models import (
    Category,
    Coupon,
    MovementKind,
    Picture,
    Price,
    PriceType,
    Product,
    ProductKind,
    ProductStatus,
    Question,
    QuestionType,
    Stock,
    StockMovement,
    Variant,
)

COUPONS: tuple[dict[str, Any], ...] = (
    {"code": "WELCOME10", "percent_off": 1000},
    {"code": "FIVE-OFF", "amount_off": 500, "currency": "eur", "minimum_amount": 3000},
    {"code": "AUTUMN", "percent_off": 1500, "max_uses": 200, "active": False},
)


def add(*, also_delivered: Counter[str]) -> None:
    """Everything the demo sells; `also_delivered` counts by sku what will be sold soon."""
    for path in pictures.FOLDER.glob("*.webp"):
        _keep(f"pictures/{path.name}", path)
    for product in PRODUCTS:
        if product.download_file:
            _keep(f"downloads/{product.download_file}", files.FOLDER / product.download_file)
    with transaction() as session:
        shelves = _add_categories(session)
        for product in PRODUCTS:
            row = _product(product, shelves[product.category])
            session.add(row)
            session.flush()
            _deliver(session, product, row, also_delivered)
        session.add_all(Coupon(**coupon) for coupon in COUPONS)


def _keep(key: str, path: Path) -> None:
    with path.open("rb") as content:
        plugins.storage().put(key, content)


def _add_categories(session: Session) -> dict[str, Category]:
    rows: dict[str, Category] = {}
    for position, category in enumerate(CATEGORIES):
        rows[category.slug] = Category(
            slug=category.slug,
            name=category.name,
            description=category.description,
            position=position,
            parent=rows.get(category.parent),
        )
    session.add_all(rows.values())
    return rows


def _product(product: values.Product, category: Category) -> Product:
    return Product(
        slug=product.slug,
        name=product.name,
        summary=product.summary,
        description=product.description,
        kind=ProductKind(product.kind),
        status=ProductStatus(product.status),
        coming_soon=product.coming_soon,
        featured=product.featured,
        level=product.level,
        tags=list(product.tags),
        features=list(product.features),
        tax_category=product.tax_category,
        weight=product.weight,
        download_file=product.download_file and f"downloads/{product.download_file}",
        category=category,
        variants=[_variant(v, position) for position, v in enumerate(product.variants)],
        pictures=[
            Picture(stem=p.stem, alt=p.alt, position=position)
            for position, p in enumerate(product.pictures)
        ],
        questions=[_question(q, position) for position, q in enumerate(product.questions)],
    )


def _variant(variant: values.Variant, position: int) -> Variant:
    return Variant(
        sku=variant.sku,
        options=dict(variant.options),
        tracks_stock=variant.stock is not None,
        position=position,
        prices=[_price(price) for price in variant.prices],
    )


def _price(price: values.Price) -> Price:
    return Price(
        unit_amount=price.unit_amount,
        currency=price.currency,
        type=PriceType(price.type),
        interval=price.interval,
        interval_count=price.interval_count,
        trial_days=price.trial_days,
    )


def _question(question: values.Question, position: int) -> Question:
    return Question(
        label=question.label,
        hint=question.hint,
        type=QuestionType(question.type),
        choices=list(question.choices),
        required=question.required,
        position=position,
    )


def _deliver(session: Session, product: values.Product, row: Product, also: Counter[str]) -> None:
    """The first delivery: what the catalog says is there, and what was sold since."""
    for variant, given in zip(row.variants, product.variants, strict=True):
        if given.stock is None:
            continue
        quantity = given.stock + also[given.sku]
        session.add(Stock(variant_id=variant.id, on_hand=quantity))
        if quantity:
            session.add(
                StockMovement(
                    variant_id=variant.id,
                    quantity=quantity,
                    kind=MovementKind.IMPORT,
                    actor="seed",
                    reason="first delivery",
                )
            )
