"""Placing orders, Stripe left out, beside the fewest statements that write down as much."""

import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from functools import partial
from itertools import cycle
from time import perf_counter
from typing import Any

from flask import Flask
from sqlalchemy import insert, select

from app.db import reading, transaction
from app.models import Cart, CartItem, PostalAddress, Price, Product, Stock, Variant
from app.services import checkout, pricing
from app.services.checkout import CheckoutRequest
from tests import servers
from tests.bench import limits
from tests.bench.compare import ROUNDS, Goal, Result, compare
from tests.bench.places import Place

GOAL = Goal(0.5)
BUYERS = 4
ORDERS = 100  # per buyer and turn, at most
SECONDS = 0.7
Good = tuple[int, int, int]  # variant, price, amount
HOME = PostalAddress(
    name="Eve Example", line1="Hauptstr. 1", postal_code="10115", city="Berlin", country="DE"
)


def measure(place: Place) -> Iterator[Result]:
    """All buyers want the same thing; then each another one of a hundred."""
    with servers.opened(place.database_url, place.folder) as app:
        for name, many in (("hot product", 1), ("100 products", 100)):
            goods = _goods(many)
            carts = iter(_carts(goods, BUYERS * ORDERS * (ROUNDS + 1) + 1))
            ours = partial(_place_next, carts)
            limit = partial(_take_next, cycle(goods), limits.like(ours()))
            subject, bare = _rate(app, ours), _rate(app, limit)
            subject(), bare()  # statements are compiled and prepared
            yield compare(f"checkout, {name}", GOAL, subject, bare)


def _rate(app: Flask, order: Callable[[], object]) -> Callable[[], float]:
    """Orders per second by several buyers at once."""

    def buy(_buyer: int) -> float:
        started, bought = perf_counter(), 0
        while bought < ORDERS and perf_counter() - started < SECONDS:
            with app.app_context():
                order()
            bought += 1
        return bought / (perf_counter() - started)

    def rate() -> float:
        with ThreadPoolExecutor(BUYERS) as buyers:
            return sum(buyers.map(lambda buyer: Context().run(buy, buyer), range(BUYERS)))

    return rate


def _take_next(goods: Iterator[Good], limit: limits.Place) -> None:
    limit(next(goods)[0])


def _place_next(carts: Iterator[tuple[str, str]]) -> int:
    cart_token, fingerprint = next(carts)
    request = CheckoutRequest(
        email="eve@example.com",
        shipping_address=HOME,
        shipping_method="standard",
        place_key=secrets.token_hex(16),
        fingerprint=fingerprint,
    )
    placed = checkout._remember(cart_token, request, customer_id=None, actor="customer")
    if not isinstance(placed, int):
        raise TypeError(f"{placed} is no order")
    return placed


def _goods(many: int) -> list[Good]:
    """Variants that are sent by post, with their prices."""
    wanted = (
        select(Variant.id, Price.id, Price.unit_amount)
        .join(Price, Price.variant_id == Variant.id)
        .join(Product, Product.id == Variant.product_id)
        .join(Stock, Stock.variant_id == Variant.id)
        .where(Product.kind == "physical", Price.currency == "eur")
        .order_by(Variant.id)
        .limit(many)
    )
    with reading() as session:
        return list(session.execute(wanted).tuples())


def _carts(goods: list[Good], many: int) -> list[tuple[str, str]]:
    """A cart with one thing for each order to come, and the fingerprint its form showed."""
    tokens = [secrets.token_urlsafe(24) for _ in range(many)]
    with transaction() as session:
        values: list[dict[str, Any]] = [{"token": token, "currency": "eur"} for token in tokens]
        session.execute(insert(Cart), values)
        named = select(Cart.token, Cart.id).where(Cart.token.in_(tokens))
        ids = dict(session.execute(named).tuples().all())
        items = [
            {
                "cart_id": ids[token],
                "variant_id": variant_id,
                "price_id": price_id,
                "quantity": 1,
                "seen_amount": amount,
            }
            for token, (variant_id, price_id, amount) in zip(
                tokens, _over_and_over(goods, many), strict=True
            )
        ]
        session.execute(insert(CartItem), items)
    fingerprints = [_fingerprint(ids[token]) for token in tokens[: len(goods)]]
    return list(zip(tokens, _over_and_over(fingerprints, many), strict=True))


def _over_and_over(values: list[Any], many: int) -> list[Any]:
    return (values * (many // len(values) + 1))[:many]


def _fingerprint(cart_id: int) -> str:
    with reading() as session:
        cart = session.get_one(Cart, cart_id)
    return pricing.quote(cart, country="DE", shipping_method="standard").fingerprint
