"""DOOR: customers. Each module adds its views to the one blueprint in frame.py."""

from app.store import (
    account,
    cart,
    checkout,
    home,
    invoices,
    licenses,
    orders,
    payments,
    pictures,
    products,
    short_links,
    subscribe,
    subscriptions,
    subscriptions_card,
    subscriptions_change,
    subscriptions_waiting,
    theme,
)
from app.store.frame import blueprint

__all__ = [
    "account",
    "blueprint",
    "cart",
    "checkout",
    "home",
    "invoices",
    "licenses",
    "orders",
    "payments",
    "pictures",
    "products",
    "short_links",
    "subscribe",
    "subscriptions",
    "subscriptions_card",
    "subscriptions_change",
    "subscriptions_waiting",
    "theme",
]
