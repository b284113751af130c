"""The demo's last ninety days: who came when for what, played in the order in which it happened."""

import heapq
from collections import Counter
from collections.abc import Callable, Generator
from datetime import datetime, timedelta
from itertools import cycle
from random import Random
from typing import Any

from app import clock
from app.demo import stories
from app.demo.catalog import PRODUCTS
from app.demo.people import CUSTOMERS
from app.demo.stories import Story, Visit
from app.demo.values import Product
from app.jobs import outbox

DAY = timedelta(days=1)
NOTES = ("Please ring twice.", "It is a present: no invoice in the parcel, please.")
# How many days ago each of them began.
PLAN: dict[Story, tuple[float, ...]] = {
    stories.shipped: (
        *(88.2, 85.7, 81.3, 78.9, 74.4, 70.1, 66.6, 63.2, 58.8, 55.3, 51.5, 47.9, 44.1, 40.6, 36.3),
        *(33.8, 29.4, 26.1, 22.7, 19.2, 15.8, 12.3, 9.9, 6.4, 3.7, 0.95, 0.9, 0.6, 0.35, 0.08),
    ),
    stories.refunded_in_part: (72.5, 38.2, 17.6),
    stories.refunded: (61.4, 24.9),
    stories.second_try: (49.3, 13.1),
    stories.captured: (31.7,),
    stories.abandoned: (68.3, 20.5),
    stories.canceled: (42.8, 8.2),
    stories.not_received: (18.4,),
    stories.disputed: (5.6,),
    stories.answered: (9.1,),
    stories.dispute_won: (52.6,),
    stories.dispute_lost: (76.8,),
    stories.refund_under_way: (3.2,),
    stories.refund_bounced: (7.1,),
    stories.bank_debit: (2.3, 0.7),
    stories.authorized: (1.4, 0.5),
    stories.declined: (0.8, 0.2),
    stories.unpaid: (0.4, 0.03),
}
DOWNLOADS = (83.4, 64.7, 46.2, 35.5, 27.3, 10.8, 4.3, 0.15)  # nothing to ship: paid is fulfilled
Appointment = tuple[float, Story, Visit]
Beginning = tuple[float, Generator[timedelta, None, Any]]  # what else began so many days ago
Turn = tuple[datetime, int, Generator[timedelta, None, Any]]


def plan(customer_ids: dict[str, int]) -> list[Appointment]:
    """Who comes how many days ago, the same each time."""
    random = Random(1893)  # noqa: S311 - the same dice each time, nothing secret
    buyers = cycle(random.sample(CUSTOMERS, len(CUSTOMERS)))
    things = [p for p in PRODUCTS if p.kind == "physical" and _is_for_sale(p)]
    files = [p for p in PRODUCTS if p.kind == "digital" and _is_for_sale(p)]
    dates = [(ago, story, things) for story, dates in PLAN.items() for ago in dates]
    dates += [(ago, stories.bought, files) for ago in DOWNLOADS]
    found = []
    for number, (ago, story, goods) in enumerate(sorted(dates, key=lambda d: -d[0]), start=1):
        buyer = next(buyers)
        visit = Visit(
            number=number,
            buyer=buyer,
            customer_id=customer_ids[buyer.email] if buyer.registered else None,
            goods=_choose(goods, random),
            shipping_method=random.choice(("standard", "standard", "express")),
            note=random.choice(NOTES) if random.random() < 0.15 else "",
        )
        found.append((ago, story, visit))
    return found


def sold(appointments: list[Appointment]) -> Counter[str]:
    """How many of each sku will be taken off the shelf."""
    goods = (thing for _, _, visit in appointments for thing in visit.goods)
    counted: Counter[str] = Counter()
    for sku, quantity in goods:
        counted[sku] += quantity
    return counted


def play(
    appointments: list[Appointment], others: list[Beginning], say: Callable[[str], None]
) -> None:
    """Let everything happen in its order, with the shop's clock set to each moment."""
    today, begun = clock.now(), 0
    queue: list[Turn] = [
        (today - ago * DAY, visit.number, story(visit)) for ago, story, visit in appointments
    ]
    queue += [
        (today - ago * DAY, -number, steps) for number, (ago, steps) in enumerate(others, start=1)
    ]
    heapq.heapify(queue)
    while queue and queue[0][0] <= today:
        moment, number, steps = heapq.heappop(queue)
        with clock.moved(moment - clock.now()):
            pause = next(steps, None)
            _do_jobs()
        if pause is not None:
            heapq.heappush(queue, (moment + pause, number, steps))
        if number > begun and number % 15 == 0:
            say(f"{number} of {len(appointments)} orders")
        begun = max(begun, number)


def _do_jobs() -> None:
    """Letters leave when they were written, not when somebody starts the shop."""
    while ids := outbox.due():
        for job_id in ids:
            outbox.run(job_id)


def _is_for_sale(product: Product) -> bool:
    return product.status == "active" and not product.coming_soon


def _choose(goods: list[Product], random: Random) -> tuple[tuple[str, int], ...]:
    """One to three different things, now and then two of one."""
    things = random.sample(goods, random.choice((1, 1, 2, 3)) if len(goods) > 6 else 1)
    skus = [random.choice(thing.variants).sku for thing in things]
    return tuple((sku, random.choice((1, 1, 1, 2)) if len(goods) > 6 else 1) for sku in skus)
