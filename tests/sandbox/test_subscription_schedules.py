"""Subscription schedules: phases begin by themselves, and end as planned."""

from typing import Any

import pytest
import stripe

from sandbox import Sandbox
from tests.sandbox.subscribed import BROKEN, DAY, Subscribed

MONTH = {"interval": "month", "interval_count": 1}


@pytest.fixture
def made(api: Any) -> Subscribed:
    return Subscribed(api)


def planned(made: Subscribed, *amounts: int, **more: Any) -> Any:
    """A schedule with a month at each of these prices."""
    phases = [{"items": [{"price": made.price(one)}], "duration": MONTH} for one in amounts]
    usual = {"customer": made.customer().id, "start_date": "now", "phases": phases}
    return made.api.subscription_schedules.create({**usual, **more})


def told(sandbox: Sandbox, days: int) -> list[str]:
    """Time passes; what was told of schedules meanwhile, before it is forgotten."""
    seen: dict[str, str] = {}
    for _ in range(days):
        sandbox.advance(DAY)
        seen |= {event["id"]: event["type"] for event in sandbox.events}
    names = [kind.partition("subscription_schedule.") for kind in seen.values()]
    return [name for _, schedule, name in names if schedule]


def totals(made: Subscribed, schedule: Any) -> list[int]:
    found = made.api.invoices.list({"customer": schedule.customer}).data
    return [one.total for one in reversed(found)]


def test_each_phase_has_its_price_and_then_it_is_released(
    made: Subscribed, sandbox: Sandbox
) -> None:
    schedule = planned(made, 1000, 2000)
    assert (schedule.status, len(schedule.phases)) == ("active", 2)

    ends = ["completed", "released"]
    assert told(sandbox, 95) == ["created", "updated", "expiring", *ends]

    after = made.api.subscription_schedules.retrieve(schedule.id)
    assert totals(made, schedule) == [1000, 2000, 2000, 2000]
    assert (after.status, after.released_subscription) == ("released", schedule.subscription)


def test_at_its_end_it_cancels_when_it_was_told_to(made: Subscribed, sandbox: Sandbox) -> None:
    schedule = planned(made, 1000, end_behavior="cancel")

    sandbox.advance(40 * DAY)

    assert totals(made, schedule) == [1000]
    assert made.api.subscription_schedules.retrieve(schedule.id).status == "completed"
    assert made.api.subscriptions.retrieve(schedule.subscription).status == "canceled"


def test_it_may_begin_later(made: Subscribed, sandbox: Sandbox) -> None:
    schedule = planned(made, 1000, start_date=sandbox.account.now + 5 * DAY)
    assert (schedule.status, schedule.subscription) == ("not_started", None)

    sandbox.advance(6 * DAY)

    begun = made.api.subscription_schedules.retrieve(schedule.id)
    assert begun.status == "active"
    assert made.api.subscriptions.retrieve(begun.subscription).status == "active"


def test_a_phase_within_a_period_is_prorated(made: Subscribed, sandbox: Sandbox) -> None:
    start = sandbox.account.now
    phases = [
        {"items": [{"price": made.price(1000)}], "end_date": start + 10 * DAY},
        {"items": [{"price": made.price(3000)}], "duration": MONTH,
         "proration_behavior": "always_invoice"},
    ]  # fmt: skip
    schedule = planned(made, phases=phases)

    sandbox.advance(11 * DAY)

    first, second = totals(made, schedule)
    assert first == 1000
    assert 1200 < second < 1500


def test_a_subscription_is_taken_over_and_changed_at_its_renewal(
    made: Subscribed, api: Any, sandbox: Sandbox
) -> None:
    subscription = made.begun(amount=1000)
    schedule = api.subscription_schedules.create({"from_subscription": subscription.id})
    first = schedule.phases[0]
    now = {"items": [{"price": made.price(1000)}], "start_date": first.start_date,
           "end_date": first.end_date}  # fmt: skip
    later = {"items": [{"price": made.price(3000)}], "duration": MONTH}

    api.subscription_schedules.update(schedule.id, {"phases": [now, later]})
    assert made.now(subscription).schedule == schedule.id
    sandbox.advance(32 * DAY)

    assert [one.total for one in made.invoices(subscription)] == [1000, 3000]


def test_a_subscription_has_one_schedule(made: Subscribed, api: Any) -> None:
    subscription = made.begun()
    schedule = api.subscription_schedules.create({"from_subscription": subscription.id})

    with pytest.raises(stripe.InvalidRequestError, match="already attached to a schedule"):
        api.subscription_schedules.create({"from_subscription": subscription.id})

    api.subscription_schedules.release(schedule.id)
    again = api.subscription_schedules.create({"from_subscription": subscription.id})
    assert again.subscription == subscription.id


def test_the_running_phase_may_not_be_taken_away(made: Subscribed, api: Any) -> None:
    schedule = planned(made, 1000)
    later = {"items": [{"price": made.price(1000)}], "duration": MONTH}

    with pytest.raises(stripe.InvalidRequestError, match="remove the current phase"):
        api.subscription_schedules.update(
            schedule.id, {"phases": [{**later, "start_date": schedule.phases[0].end_date}]}
        )

    kept = api.subscription_schedules.update(schedule.id, {"phases": [later, later]})
    assert len(kept.phases) == 2


def test_what_is_over_is_neither_canceled_nor_released(made: Subscribed, api: Any) -> None:
    schedule = planned(made, 1000)
    canceled = api.subscription_schedules.cancel(schedule.id)
    assert canceled.status == "canceled"
    assert made.api.subscriptions.retrieve(schedule.subscription).status == "canceled"

    for verb in ("cancel", "release"):
        with pytest.raises(stripe.InvalidRequestError, match="`canceled` status"):
            getattr(api.subscription_schedules, verb)(schedule.id)


def test_it_is_aborted_when_its_subscription_is_not_paid(
    made: Subscribed, sandbox: Sandbox
) -> None:
    schedule = planned(made, 1000, 1000, 1000)
    made.use(schedule, BROKEN)

    assert told(sandbox, 48)[-1] == "aborted"

    assert made.api.subscription_schedules.retrieve(schedule.id).status == "canceled"


def test_one_that_never_began_is_aborted(made: Subscribed, sandbox: Sandbox) -> None:
    schedule = planned(made, 1000, start_date=sandbox.account.now + 5 * DAY)

    made.api.subscription_schedules.cancel(schedule.id)

    assert told(sandbox, 1) == ["created", "canceled", "aborted"]


def test_older_versions_count_how_often_a_phase_repeats(made: Subscribed, raw: Any) -> None:
    price = made.price(1000)
    asked = f"customer={made.customer().id}&start_date=now&phases[0][items][0][price]={price}"
    asked += "&phases[0][iterations]=2"

    status, schedule, _ = raw("POST", "/v1/subscription_schedules", asked)
    pinned = {"Stripe_Version": "2026-10-28.endive"}
    refused, answer, _ = raw("POST", "/v1/subscription_schedules", asked, **pinned)

    assert status == 200
    lasts = schedule["phases"][0]["end_date"] - schedule["phases"][0]["start_date"]
    assert 59 * DAY <= lasts <= 62 * DAY
    assert (refused, answer["error"]["code"]) == (400, "parameter_unknown")


def test_a_schedule_begins_before_there_is_anything_to_charge(
    made: Subscribed, sandbox: Sandbox
) -> None:
    schedule = planned(made, 1000, customer=made.customer(card=None).id)
    assert made.api.subscriptions.retrieve(schedule.subscription).status == "active"

    sandbox.advance(2 * 3600)

    assert made.api.subscriptions.retrieve(schedule.subscription).status == "past_due"
    (invoice,) = made.api.invoices.list({"subscription": schedule.subscription}).data
    assert (invoice.status, invoice.next_payment_attempt) == ("open", None)
