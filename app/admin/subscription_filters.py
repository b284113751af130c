"""Filters of subscriptions by what they are to."""

from typing import Any

from flask_admin.contrib.sqla.filters import BaseSQLAFilter
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.admin.billing_cells import priced_plan
from app.admin.lookups import id_of
from app.db import db
from app.models import Price, PriceType, Product, Variant

MOST = 200


class OfPlan(BaseSQLAFilter):
    """To one price; `column` holds prices' ids."""

    title = "Plan"

    def __init__(self, column: Any) -> None:
        super().__init__(column, self.title, options=[("", "")])

    def validate(self, value: str) -> bool:
        return id_of(value) is not None

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:
        return query.filter(self.get_column(alias) == id_of(value))

    def operation(self) -> str:
        return "equals"


class OfProduct(OfPlan):
    """To any plan of one product."""

    title = "Product"

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:
        prices = select(Price.id).join(Price.variant).where(Variant.product_id == id_of(value))
        ids = db.session.scalars(prices.where(Price.type == PriceType.RECURRING)).all()
        # Newest first while walking: an index on the price would have to sort all it finds.
        return query.filter(func.coalesce(self.get_column(alias), 0).in_(ids))


def plan_options() -> list[tuple[str, str]]:
    """Every plan there is, archived ones too, since somebody may still have them."""
    found = (
        select(Price)
        .join(Price.variant)
        .join(Variant.product)
        .where(Price.type == PriceType.RECURRING)
        .options(joinedload(Price.variant).joinedload(Variant.product))
        .order_by(Product.name, Price.id)
        .limit(MOST)
    )
    return [(str(price.id), _word(price)) for price in db.session.scalars(found)]


def product_options() -> list[tuple[str, str]]:
    """Every product that can be, or could once be, subscribed to."""
    found = (
        select(Product.id, Product.name)
        .join(Variant, Variant.product_id == Product.id)
        .join(Price, Price.variant_id == Variant.id)
        .where(Price.type == PriceType.RECURRING)
        .distinct()
        .order_by(Product.name)
        .limit(MOST)
    )
    return [(str(row.id), row.name) for row in db.session.execute(found)]


def _word(price: Price) -> str:
    return priced_plan(price) + ("" if price.active else " (archived)")
