"""`flask seed`: an empty shop becomes a shop worth looking at, through Stripe's API."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import func, select

from app import clock, settings
from app.db import reading
from app.demo import seed_billing, seed_goods, seed_orders, seed_people
from app.demo.people import DEMO_PASSWORD, STAFF
from app.errors import ShopError
from app.models import Order, Picture, Product

OPENED = timedelta(days=95)  # ago
LIVE = "The demo is for test keys only, and these are live keys. Nothing was changed."
NOT_EMPTY = "This shop has goods or orders already. The demo fills an empty shop only."


class NoDemo(ShopError):
    """The demo would do harm here."""

    status_code = 409


def fill(say: Callable[[str], None]) -> None:
    """Goods, people and ninety days of business; says how far it is in plain words."""
    _require_empty_shop()
    with clock.moved(-OPENED):
        customer_ids = seed_people.add()
        say(f"{len(STAFF)} staff and {len(customer_ids)} customers")
        appointments = seed_orders.plan(customer_ids)
        seed_goods.add(also_delivered=seed_orders.sold(appointments))
    say(_goods_in_words())
    seed_orders.play(appointments, seed_billing.plan(customer_ids), say)
    seed_billing.arrive()
    say(_orders_in_words())
    say(seed_billing.in_words())
    say(f"Staff sign in as {STAFF[0].email}, password {DEMO_PASSWORD}.")


def _require_empty_shop() -> None:
    if settings.current().livemode:
        raise NoDemo(LIVE)
    with reading() as session:
        if session.scalar(select(Product.id).limit(1)) or session.scalar(select(Order.id).limit(1)):
            raise NoDemo(NOT_EMPTY)


def _goods_in_words() -> str:
    with reading() as session:
        goods = session.scalar(select(func.count()).select_from(Product))
        pictures = session.scalar(select(func.count()).select_from(Picture))
    return f"{goods} products with {pictures} pictures"


def _orders_in_words() -> str:
    with reading() as session:
        states = Counter(
            order.payment_badge or order.status for order in session.scalars(select(Order))
        )
    words = ", ".join(f"{count} {state}" for state, count in states.most_common())
    return f"{states.total()} orders: {words}"
