"""A year of a subscription business, as fast as the sandbox's clock can be moved on."""

import time
from collections.abc import Iterator

from sandbox import create_sandbox
from tests.bench.compare import Goal, Result
from tests.bench.places import Place
from tests.sandbox.subscription_business import Business

SUBSCRIBERS, DAYS, SECONDS = 500, 365, 60


def measure(_place: Place) -> Iterator[Result]:
    """500 subscribers, monthly and yearly, with failing cards, changes and cancellations; every
    invoice must add up."""
    started = time.perf_counter()
    business = Business(create_sandbox(seed=1), SUBSCRIBERS, seed=1)
    business.live(DAYS)
    took = time.perf_counter() - started
    wrong = business.wrong_invoices()
    if wrong:
        raise AssertionError(f"{len(wrong)} invoices do not add up, first {wrong[0]}")
    yield Result(
        name=f"a year, {business.count('invoice'):,} invoices add up",
        goal=Goal(1, at_most=True),
        value=took / SECONDS,
        subject=f"{took:.1f} s",
        reference=f"{SECONDS} s",
    )
