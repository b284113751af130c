"""B6–B8: the same events in another order, twice, or not at all, lead to the same books."""

import itertools
import random

import pytest

from app import inbox
from app.db import db
from app.inbox.registry import handlers
from tests import books
from tests.buying import fill_cart, pay, place
from tests.dump import dump
from tests.faults.snapshot import Snapshot
from tests.goods import add_product

TYPES = [
    "payment_intent.created",
    "payment_intent.succeeded",
    "charge.succeeded",
    "charge.dispute.created",
    "charge.dispute.closed",
    "refund.created",
    "charge.refunded",
]
SHORT = 100
DROPPED = 0.3


def test_every_order_of_delivery_ends_in_the_same_books(story, deliver, outcome):
    orders = [story, story[::-1], *shuffled(story, times=SHORT - 2)]

    assert_all_equal(orders, deliver, outcome)


def test_events_that_come_twice_change_nothing(story, deliver, outcome):
    orders = [story * 2, *shuffled(story * 2, times=SHORT // 4)]

    assert_all_equal([story, *orders], deliver, outcome)


def test_one_sweep_repairs_what_never_arrived(sandbox, story, deliver, outcome, run_jobs):
    told = [event for event in sandbox.events if event["type"] in handlers]
    deliver(told)
    expected = outcome()
    dice = random.Random(8)

    for events in [[], *shuffled(told, times=SHORT // 4)]:
        deliver([event for event in events if dice.random() > DROPPED])
        inbox.catch_up()
        run_jobs()
        assert outcome() == expected


@pytest.mark.drill
def test_all_orders_of_delivery_end_in_the_same_books(story, deliver, outcome):
    assert_all_equal(itertools.permutations(story), deliver, outcome)


def assert_all_equal(orders, deliver, outcome):
    expected = None
    for events in orders:
        deliver(events)
        found = outcome()
        expected = expected or found
        assert found == expected, [event["type"] for event in events]


def shuffled(events, *, times):
    dice = random.Random(7)
    return [dice.sample(events, len(events)) for _ in range(times)]


@pytest.fixture
def story(app, sandbox, stripe_client):
    """A purchase, a dispute that was won, and a partial refund: all of it before any event."""
    sheet = place(fill_cart((add_product(), 2)))
    intent = pay(stripe_client, sheet, "pm_card_createDispute")
    (dispute,) = stripe_client.v1.disputes.list({"payment_intent": intent.id}).data
    close = f"/_sandbox/disputes/{dispute.id}/close"
    assert sandbox.test_client().post(close, data={"status": "won"}).status_code == 200
    stripe_client.v1.refunds.create({"payment_intent": intent.id, "amount": 700})
    db.session.rollback()
    events = {event["type"]: event for event in sandbox.events}
    return [events[type] for type in TYPES]


@pytest.fixture
def snapshot(story):
    return Snapshot()


@pytest.fixture
def deliver(snapshot, send_event, run_jobs):
    """Begin anew, bring these events to the door one after the other, and do what follows."""

    def deliver(events):
        snapshot.restore()
        for event in events:
            assert send_event(event).status_code == 200
            run_jobs()

    return deliver


@pytest.fixture
def outcome():
    """Everything in the database but the jobs, which say how it was done."""

    def outcome():
        books.check()
        return dump(without={"jobs"})

    return outcome
