"""Who is buying: the customer who is signed in, and by whom a code's uses are counted."""

from flask import g
from flask_login import current_user

from app.db import peeking
from app.models import Cart, Customer, normal_email
from app.services import customers
from app.services.coupons import Buyer


def customer() -> Customer | None:
    if "customer" not in g:
        signed_in = current_user.is_authenticated
        g.customer = customers.for_user(current_user.id) if signed_in else None
    found: Customer | None = g.customer
    return found


def customer_id() -> int | None:
    with peeking():
        found = customer()
        return found.id if found else None


def known(email: str = "") -> Buyer:
    """As they are signed in, and as they wrote themselves just now."""
    with peeking():
        found = customer()
        if found is None:
            return Buyer(email=normal_email(email)[:254])
        return Buyer(customer_id=found.id, email=normal_email(email or found.email)[:254])


def of(cart: Cart | None, email: str = "") -> Buyer | None:
    """Nobody is looked up for a cart without a code."""
    return known(email) if cart is not None and cart.coupon_id else None
