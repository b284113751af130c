"""What really happened, read from the shop's database and from Stripe: never from a page."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import requests
from flask import Flask

from app.db import db
from app.models import EventStatus, Letter, Order, WebhookEvent
from tests import books
from tests.servers import RunningShop

PATIENCE = 30  # seconds until shop and Stripe have told each other everything


@dataclass(frozen=True)
class Seen:
    """An order as it was when somebody looked; `charges` are those that brought money."""

    number: str
    token: str
    status: str
    intents: tuple[str, ...]
    charges: int
    amount: int
    paid: int
    refunded: int
    source: str
    customer_id: int | None


class Ledger:
    def __init__(self, shop: RunningShop, app: Flask) -> None:
        self.shop, self._app = shop, app

    @contextmanager
    def opened(self) -> Iterator[None]:
        with self._app.app_context():
            try:
                yield
            finally:
                db.session.remove()

    def orders_of(self, email: str) -> list[Seen]:
        """Every order placed with this address, oldest first."""
        with self.opened():
            mine = db.select(Order).filter_by(email=email).order_by(Order.id)
            return [self._seen(order) for order in db.session.scalars(mine)]

    def only_order_of(self, email: str) -> Seen:
        """The order of somebody who has exactly one."""
        (order,) = self.orders_of(email)
        return order

    def letters_to(self, email: str, message: str) -> list[str]:
        """The texts of the letters of one kind to somebody, once a job has written the first."""
        mine = db.select(Letter.text).filter_by(to=email, message=message).order_by(Letter.id)
        until, found = time.monotonic() + PATIENCE, list[str]()
        while not found and time.monotonic() < until:
            with self.opened():
                found = list(db.session.scalars(mine))
            time.sleep(0 if found else 0.1)
        return found

    def settle(self, intent_id: str, outcome: str) -> None:
        """Let the pretend bank decide about a debit: `succeeded` or `failed`."""
        address = f"{self.shop.sandbox.url}/_sandbox/payment_intents/{intent_id}/settle"
        requests.post(address, data={"outcome": outcome}, timeout=10).raise_for_status()

    def check(self) -> None:
        """The books hold once everybody was told everything."""
        until = time.monotonic() + PATIENCE
        while not self._is_quiet() and time.monotonic() < until:
            time.sleep(0.1)
        with self.opened():
            books.check(self.shop.stripe)

    def _is_quiet(self) -> bool:
        listed = requests.get(f"{self.shop.sandbox.url}/_sandbox/deliveries", timeout=10).json()
        if any(row["state"] == "pending" for row in listed["data"]):
            return False
        waiting = db.select(WebhookEvent.id).filter_by(status=EventStatus.RECEIVED).limit(1)
        with self.opened():
            return db.session.scalar(waiting) is None

    def _seen(self, order: Order) -> Seen:
        intents = tuple(payment.stripe_id for payment in order.payments if payment.stripe_id)
        charges = [
            charge
            for intent in intents
            for charge in self.shop.stripe.v1.charges.list({"payment_intent": intent}).data
        ]
        return Seen(
            number=order.number,
            token=order.token,
            status=order.status,
            intents=intents,
            charges=sum(charge.paid and charge.captured for charge in charges),
            amount=order.total_amount,
            paid=order.paid_amount,
            refunded=order.refunded_amount,
            source=order.source,
            customer_id=order.customer_id,
        )
