"""As many invoices, subscriptions and licenses as a measurement needs, inserted in bulk."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from types import SimpleNamespace
from typing import Any

from sqlalchemy import insert, select, text

from app import clock
from app.db import Model, db, transaction
from app.models import (
    Customer,
    Invoice,
    InvoiceItem,
    License,
    Price,
    Product,
    RecordEvent,
    Subscription,
    Variant,
)
from app.models.license import digest_of

DAY = timedelta(days=1)
AT_ONCE = 5_000
# Of a hundred: most are over and done with, as in a shop of some years.
INVOICES = ["open"] * 3 + ["past due"] * 3 + ["draft"] * 2 + ["void"] * 3 + ["uncollectible"] * 2
SUBSCRIPTIONS = ["past_due"] * 2 + ["unpaid"] + ["trialing"] * 4 + ["incomplete"] * 2
ENDED = ["canceled"] * 30


def fill(rows: int) -> SimpleNamespace:
    """So many of each, for a tenth as many customers; ids of some in the middle."""
    people, middle = rows // 10, rows // 2
    with transaction() as session:
        product_id, prices = _plans()
        for model, found in (
            (Customer, _customers(people)),
            (Subscription, _subscriptions(rows, people, prices)),
            (License, _licenses(rows, people, product_id)),
            (Invoice, _invoices(rows, people)),
            (InvoiceItem, _items(rows)),
            (RecordEvent, _events(rows)),
        ):
            _insert(model, found)
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("ANALYZE"))  # soon done by itself
    return SimpleNamespace(
        invoice_id=middle,
        subscription_id=middle,
        license_id=middle,
        customer_id=people // 2,
        email=f"c{people // 2}@example.com",
        price_id=prices[0],
        product_id=product_id,
    )


def _plans() -> tuple[int, list[int]]:
    """A license with eight plans."""
    session = db.session()
    product = Product(slug="licensed", name="Licensed", kind="license", status="active")
    variant = Variant(product=product, sku="LICENSED", tracks_stock=False)
    for number in range(8):
        every = "month" if number % 2 else "year"
        amount = 700 + number
        variant.prices.append(
            Price(unit_amount=amount, currency="eur", type="recurring", interval=every)
        )
    session.add_all([product, variant])
    session.flush()
    ids = session.scalars(select(Price.id).where(Price.variant_id == variant.id))
    return product.id, list(ids)


def _customers(people: int) -> Iterator[dict[str, Any]]:
    for number in range(1, people + 1):
        yield {"id": number, "email": f"c{number}@example.com", "name": f"Customer {number}"}


def _subscriptions(rows: int, people: int, prices: list[int]) -> Iterator[dict[str, Any]]:
    now = clock.now()
    for number in range(1, rows + 1):
        status = _of(SUBSCRIPTIONS + ENDED, number) or "active"
        yield {
            "id": number,
            "customer_id": number % people + 1,
            "price_id": prices[number % len(prices)],
            "quantity": number % 4 + 1,
            "currency": "eur",
            "status": status,
            "stripe_id": f"sub_{number}",
            "version": 1,
            "current_period_end": now + DAY * (number % 30),
            "cancel_at": now + DAY if status == "active" and number % 50 == 17 else None,
            "created_at": now - timedelta(minutes=rows - number),
        }


def _licenses(rows: int, people: int, product_id: int) -> Iterator[dict[str, Any]]:
    for number in range(1, rows + 1):
        key = f"BENCH-{number:05}-{number:08}-XXXXX-XXXXX"
        yield {
            "id": number,
            "key": key,
            "key_digest": digest_of(key),
            "customer_id": number % people + 1,
            "product_id": product_id,
            "subscription_id": number,
            "seats": number % 4 + 1,
            "version": 1,
            "status": ["suspended", "revoked"][number % 2] if number % 100 < 34 else "active",
            "expires_at": clock.now() + DAY * (number % 30),
        }


def _invoices(rows: int, people: int) -> Iterator[dict[str, Any]]:
    now = clock.now()
    for number in range(1, rows + 1):
        state = _of(INVOICES, number) or "paid"
        status = "open" if state == "past due" else state
        issued = now - timedelta(minutes=10 * (rows - number))
        due = _due_at(state, number)
        yield {
            "id": number,
            "number": None if status == "draft" else f"BENCH-{number}",
            "customer_id": number % people + 1,
            "collector": "stripe" if number % 10 == 9 else "shop",
            "currency": "eur",
            "status": status,
            "total_amount": 1000 + number % 5000,
            "paid_amount": 1000 + number % 5000 if status == "paid" else 0,
            "issued_at": None if status == "draft" else issued,
            "due_at": due if status == "open" else None,
            "repeats_every": "month" if number % 100 == 50 else "",
            "version": 1,
            "created_at": issued,
        }


def _items(rows: int) -> Iterator[dict[str, Any]]:
    for number in range(1, rows + 1):
        state = _of(INVOICES, number) or "paid"
        amount = 1000 + number % 5000
        yield {
            "invoice_id": number,
            "description": f"Work {number}",
            "unit_amount": amount,
            "total_amount": amount,
            "paid_amount": amount if state == "paid" else 0,
            "due_at": None if state == "draft" else _due_at(state, number),
        }


def _events(rows: int) -> Iterator[dict[str, Any]]:
    """A line of history for each."""
    columns = ("invoice_id", "subscription_id", "license_id")
    for column in columns:
        for number in range(1, rows + 1):
            yield {**dict.fromkeys(columns), column: number, "kind": "asked", "actor": "bench"}


def _due_at(state: str, number: int) -> Any:
    days = number % 30 + 1
    return clock.now() + DAY * days if state == "open" else clock.now() - DAY * days


def _of(states: list[str], number: int) -> str:
    """Spread over every hundred; empty for what is as most are."""
    place = number * 37 % 100
    return states[place] if place < len(states) else ""


def _insert(model: type[Model], rows: Iterator[dict[str, Any]]) -> None:
    """Without the ORM, which would be slow at it."""
    connection = db.session.connection()
    while some := list(islice(rows, AT_ONCE)):
        connection.execute(insert(model.__table__), some)
