"""B6–B8: the same events in another order, twice, or not at all, lead to the same books."""

import random

import pytest

from app import inbox
from app.inbox.registry import handlers
from tests import books
from tests.dump import dump
from tests.faults import stories
from tests.faults.snapshot import Snapshot

# A hundred orders for each database, shared by the stories.
SHUFFLED = 7
DOUBLED = 1
DROPPED = 2
SHARE_DROPPED = 0.3


def test_another_order_or_coming_twice_ends_in_the_same_books(story, deliver, outcome):
    once = [story, story[::-1], *shuffled(story, times=SHUFFLED)]
    twice = [story * 2, *shuffled(story * 2, times=DOUBLED)]

    assert_all_equal(once + twice, deliver, outcome)


def test_one_sweep_repairs_what_never_arrived(told, deliver, outcome, catch_up):
    assert_repaired(told, deliver, outcome, catch_up, times=DROPPED)


@pytest.mark.drill
def test_every_order_of_delivery_ends_in_the_same_books(story, deliver, bring, outcome):
    """Orders that led to the same rows so far go on as one: so all are tried, in little time."""
    deliver([])
    reached = {frozenset(): {repr(outcome()): Snapshot()}}
    for so_far in subsets(range(len(story))):
        ends = {}
        for last in so_far:
            for before in reached[so_far - {last}].values():
                before.restore()
                bring([story[last]])
                ends.setdefault(repr(outcome()), Snapshot())
        reached[so_far] = ends

    assert len(reached[frozenset(range(len(story)))]) == 1


@pytest.mark.drill
def test_one_sweep_repairs_whatever_never_arrived(told, deliver, outcome, catch_up):
    assert_repaired(told, deliver, outcome, catch_up, times=300)


def assert_all_equal(orders, deliver, outcome):
    expected = None
    for events in orders:
        deliver(events)
        found = outcome()
        expected = expected or found
        assert found == expected, [event["type"] for event in events]


def assert_repaired(told, deliver, outcome, catch_up, *, times):
    deliver(told)
    expected, dice = outcome(), random.Random(8)
    for events in [[], *shuffled(told, times=times - 1)]:
        deliver([event for event in events if dice.random() > SHARE_DROPPED])
        catch_up()
        assert outcome() == expected


def shuffled(events, *, times):
    dice = random.Random(7)
    return [dice.sample(events, len(events)) for _ in range(times)]


def subsets(numbers):
    """All that are not empty, the smallest first."""
    every = range(1, 1 << len(numbers))
    chosen = [frozenset(n for n in numbers if bits >> n & 1) for bits in every]
    return sorted(chosen, key=len)


@pytest.fixture(params=stories.STORIES, ids=lambda story: story.__name__)
def story(request, app, sandbox, stripe_client):
    """Something that happened at Stripe: all of it before any event."""
    return request.param(sandbox, stripe_client)


@pytest.fixture
def told(story, sandbox):
    """Everything that the shop would be told."""
    return [event for event in stories.told(sandbox) if event["type"] in handlers]


@pytest.fixture
def snapshot(story, run_jobs):
    """What the shop knew before: all that followed from it is done."""
    run_jobs()
    return Snapshot()


@pytest.fixture
def bring(send_event, run_jobs):
    """Bring these events to the door one after the other, and do what follows."""

    def bring(events):
        for event in events:
            assert send_event(event).status_code == 200
            run_jobs()

    return bring


@pytest.fixture
def deliver(snapshot, bring):
    """Begin anew, and bring these events."""

    def deliver(events):
        snapshot.restore()
        bring(events)

    return deliver


@pytest.fixture
def catch_up(run_jobs):
    def catch_up():
        inbox.catch_up()
        run_jobs()

    return catch_up


@pytest.fixture
def outcome():
    """Everything in the database but the jobs, which say how it was done."""

    def outcome():
        books.check()
        return dump(without={"jobs"})

    return outcome
