"""One search over what staff look for: orders, people, products, payments."""

from collections.abc import Callable
from typing import NamedTuple

from flask import url_for
from sqlalchemy import or_, select

from app.admin import roles
from app.admin.cells import money
from app.admin.lookups import contains
from app.admin.order import search_conditions
from app.db import db
from app.models import Customer, Order, Product, Variant

MOST = 5


class Hit(NamedTuple):
    name: str
    more: str
    url: str


class Group(NamedTuple):
    name: str
    icon: str
    hits: list[Hit]


def hits(words: str) -> list[Group]:
    """A few of each kind that the person may see."""
    kinds: list[tuple[str, str, str, Callable[[str], list[Hit]]]] = [
        ("order", "Orders", "order", _orders),
        ("customer", "Customers", "people", _customers),
        ("product", "Products", "product", _products),
    ]
    return [
        Group(name, icon, find(words))
        for view, name, icon, find in kinds
        if roles.allows(view, "details_view")
    ]


def _orders(words: str) -> list[Hit]:
    found = select(Order).where(or_(*search_conditions(words))).order_by(Order.id.desc())
    return [
        Hit(
            f"#{order.number}",
            f"{order.email} · {money(order.total_amount, order.currency)}",
            url_for("order.details_view", id=order.id),
        )
        for order in db.session.scalars(found.limit(MOST))
    ]


def _customers(words: str) -> list[Hit]:
    found = select(Customer).where(
        or_(contains(Customer.name, words), contains(Customer.email, words))
    )
    return [
        Hit(c.name or c.email, c.email, url_for("customer.details_view", id=c.id))
        for c in db.session.scalars(found.order_by(Customer.id.desc()).limit(MOST))
    ]


def _products(words: str) -> list[Hit]:
    by_sku = select(Variant.product_id).where(contains(Variant.sku, words))
    found = select(Product).where(or_(contains(Product.name, words), Product.id.in_(by_sku)))
    return [
        Hit(p.name, p.summary[:60], url_for("product.details_view", id=p.id))
        for p in db.session.scalars(found.order_by(Product.name).limit(MOST))
    ]
