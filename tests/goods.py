"""Goods to sell in tests, made so that the books hold from the start."""

from typing import Any

from app.db import transaction
from app.models import (
    Coupon,
    MovementKind,
    Price,
    Product,
    ProductStatus,
    Stock,
    StockMovement,
    Variant,
)


def add_product(
    slug: str = "mug",
    *,
    unit_amount: int = 1900,
    currency: str = "eur",
    stock: int | None = 100,
    **fields: Any,
) -> Variant:
    """An active product with one variant; `stock=None` means that nobody counts."""
    with transaction() as session:
        product = Product(slug=slug, name=slug.replace("-", " ").title(), **fields)
        product.status = fields.get("status", ProductStatus.ACTIVE)
        variant = Variant(product=product, sku=slug.upper(), tracks_stock=stock is not None)
        variant.prices = [Price(unit_amount=unit_amount, currency=currency)]
        session.add(variant)
        session.flush()
        if stock is not None:
            session.add(Stock(variant_id=variant.id, on_hand=stock, reserved=0))
            session.add(_delivered(variant, stock))
    return variant


def add_coupon(code: str = "TEN", **fields: Any) -> Coupon:
    """A code that takes ten percent off, unless the fields say something else."""
    if "amount_off" in fields:
        fields = {"currency": "eur"} | fields
    else:
        fields = {"percent_off": 1000} | fields
    with transaction() as session:
        coupon = Coupon(code=code, **fields)
        session.add(coupon)
        session.flush()
    return coupon


def add_small_catalog() -> None:
    """Two things to ship, one to download, and one that is almost gone."""
    add_product("mug", unit_amount=1900, stock=1000, weight=350)
    add_product("notebook", unit_amount=1250, stock=1000, weight=200)
    add_product("last-lamp", unit_amount=8900, stock=1, weight=1500)
    add_product("pattern-book", unit_amount=1500, stock=None, kind="digital")


def _delivered(variant: Variant, quantity: int) -> StockMovement:
    return StockMovement(
        variant_id=variant.id,
        quantity=quantity,
        kind=MovementKind.RESTOCK,
        actor="test",
        reason="first delivery",
    )
