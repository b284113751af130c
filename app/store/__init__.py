"""DOOR: customers. Each module adds its views to the one blueprint in frame.py."""

from app.store import account, cart, checkout, home, orders, pictures, products, theme
from app.store.frame import blueprint

__all__ = [
    "account",
    "blueprint",
    "cart",
    "checkout",
    "home",
    "orders",
    "pictures",
    "products",
    "theme",
]
