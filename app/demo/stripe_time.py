"""Stripe's own time for the demo's subscribers: each lives by a test clock that was set back.

A test clock stands still until it is told to go on, so the shop's past is Stripe's past, too.
"""

import time
from datetime import datetime

from app import clock
from app.db import reading, transaction
from app.gateway import CustomerRequest
from app.gateway.client import stripe_call
from app.models import Customer

NAME = "Storekeeper demo"
STANDS_STILL = f"{NAME}, left behind"
PATIENCE = 120  # seconds for Stripe to do everything that was due


def begin(customer_id: int, *, stands_still: bool = False) -> str:
    """Let a customer live from the shop's present moment on; the id of the clock."""
    with reading() as session:
        row = session.get_one(Customer, customer_id)
        asked = CustomerRequest(token=row.token, email=row.email, name=row.name)
    with stripe_call() as stripe:
        begun = stripe.v1.test_helpers.test_clocks.create(
            {"frozen_time": _now(), "name": STANDS_STILL if stands_still else NAME}
        )
        customer = stripe.v1.customers.create(
            {
                "email": asked.email,
                "name": asked.name,
                "metadata": asked.tag.metadata,
                "test_clock": begun.id,
            }
        )
    with transaction() as session:
        session.get_one(Customer, customer_id).stripe_customer_id = customer.id
    return begun.id


def go_on(clock_id: str, *, until: datetime | None = None) -> None:
    """Let everything happen at Stripe that was due until now, by the shop's clock."""
    moment = int(until.timestamp()) if until else _now()
    with stripe_call() as stripe:
        its = stripe.v1.test_helpers.test_clocks.retrieve(clock_id)
        if its.frozen_time < moment:
            stripe.v1.test_helpers.test_clocks.advance(clock_id, {"frozen_time": moment})
            _wait(clock_id)


def arrive() -> None:
    """Today it is today for all of them, but for those that were left behind."""
    with stripe_call() as stripe:
        clocks = list(stripe.v1.test_helpers.test_clocks.list({"limit": 100}).auto_paging_iter())
    for each in clocks:
        if each.name == NAME:
            go_on(each.id)


def _wait(clock_id: str) -> None:
    """Stripe takes some seconds for a month."""
    patience = time.monotonic() + PATIENCE
    with stripe_call() as stripe:
        while stripe.v1.test_helpers.test_clocks.retrieve(clock_id).status == "advancing":
            if time.monotonic() > patience:
                raise TimeoutError(f"Stripe's clock {clock_id} does not arrive.")
            time.sleep(0.5)


def _now() -> int:
    return int(clock.now().timestamp())
