"""As many products as a measurement needs, made of the demo's own."""

from itertools import cycle, islice
from typing import Any

from sqlalchemy import insert, text

from app.db import Model, transaction
from app.demo import catalog as demo
from app.demo.values import Product as DemoProduct
from app.demo.values import Variant as DemoVariant
from app.models import Category, Picture, Price, Product, Stock, Variant

PLENTY = 10_000_000
Rows = dict[type[Model], list[dict[str, Any]]]


def fill(products: int) -> None:
    """The demo's categories, and its products over and over under new names."""
    shown = [p for p in demo.PRODUCTS if p.status == "active" and not p.coming_soon]
    sold = [p for p in shown if p.kind != "license"]
    shelves = {c.slug: number for number, c in enumerate(demo.CATEGORIES, 1)}
    rows: Rows = {Category: [], Product: [], Picture: [], Variant: [], Price: [], Stock: []}
    for category in demo.CATEGORIES:
        rows[Category].append(
            {
                "slug": category.slug,
                "name": category.name,
                "description": category.description,
                "position": shelves[category.slug],
                "parent_id": shelves.get(category.parent),
            }
        )
    for number, product in enumerate(islice(cycle(sold), products), 1):
        _add(rows, number, product, shelves[product.category])
    with transaction() as session:
        for model, values in rows.items():
            session.execute(insert(model), values)
        session.execute(text("ANALYZE"))  # soon done by PostgreSQL itself


def slug(number: int, product: DemoProduct) -> str:
    return f"{product.slug}-{number}"


def _add(rows: Rows, number: int, product: DemoProduct, category_id: int) -> None:
    rows[Product].append(
        {
            "slug": slug(number, product),
            "name": f"{product.name} {number}",
            "summary": product.summary,
            "description": product.description,
            "kind": product.kind,
            "status": "active",
            "coming_soon": False,
            "featured": product.featured and number <= len(demo.PRODUCTS),
            "level": product.level,
            "tags": list(product.tags),
            "features": list(product.features),
            "weight": product.weight,
            "category_id": category_id,
            "version": 1,
        }
    )
    for position, picture in enumerate(product.pictures):
        rows[Picture].append(
            {
                "product_id": number,
                "stem": picture.stem,
                "alt": picture.alt,
                "position": position,
            }
        )
    for position, variant in enumerate(product.variants):
        _add_variant(rows, number, position, variant)


def _add_variant(rows: Rows, number: int, position: int, variant: DemoVariant) -> None:
    rows[Variant].append(
        {
            "product_id": number,
            "sku": f"{variant.sku}-{number}",
            "options": dict(variant.options),
            "tracks_stock": variant.stock is not None,
            "position": position,
        }
    )
    variant_id = len(rows[Variant])
    for price in variant.prices:
        rows[Price].append(
            {
                "variant_id": variant_id,
                "unit_amount": price.unit_amount,
                "currency": price.currency,
                "type": price.type,
                "interval": price.interval,
            }
        )
    if variant.stock is not None:
        rows[Stock].append({"variant_id": variant_id, "on_hand": PLENTY, "reserved": 0})
