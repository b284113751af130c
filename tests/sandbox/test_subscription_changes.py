"""Subscriptions are changed, paused and ended."""

from typing import Any

import pytest
import stripe

from sandbox import Sandbox
from tests.sandbox.subscribed import BROKEN, DAY, Subscribed

WAITS = {"payment_behavior": "pending_if_incomplete", "proration_behavior": "always_invoice"}


@pytest.fixture
def made(api: Any) -> Subscribed:
    return Subscribed(api)


def told(sandbox: Sandbox, kind: str) -> list[Any]:
    return [event["data"] for event in sandbox.events if event["type"] == kind]


def test_an_update_says_what_was_before(made: Subscribed, sandbox: Sandbox, api: Any) -> None:
    subscription = made.begun(metadata={"a": "1", "b": "2"})

    api.subscriptions.update(subscription.id, {"description": "x", "metadata": {"a": ""}})

    last = told(sandbox, "customer.subscription.updated")[-1]
    assert last["previous_attributes"] == {"description": None, "metadata": {"a": "1"}}
    assert last["object"]["metadata"] == {"b": "2"}


def test_prorations_are_named_as_stripe_names_them(made: Subscribed, sandbox: Sandbox) -> None:
    subscription = made.begun()
    sandbox.advance(DAY)

    made.to(subscription, 4000, proration_behavior="always_invoice")

    lines = made.invoice(subscription).lines.data
    words = [line.description.partition(" after ")[0] for line in lines]
    assert sorted(words) == ["Remaining time on Gold", "Unused time on Gold"]


def test_a_credit_names_the_line_it_gives_back(made: Subscribed, sandbox: Sandbox) -> None:
    subscription = made.begun()
    first = made.invoice(subscription)
    sandbox.advance(DAY)

    made.to(subscription, 4000, proration_behavior="always_invoice")

    unused = min(made.invoice(subscription).lines.data, key=lambda line: line.amount)
    credited = unused.parent.subscription_item_details.proration_details.credited_items
    assert credited.invoice == first.id
    assert credited.invoice_line_items == [first.lines.data[0].id]


def test_an_upgrade_that_is_not_paid_waits(made: Subscribed, sandbox: Sandbox, api: Any) -> None:
    subscription = made.begun()
    made.use(subscription, BROKEN)
    waiting = made.to(subscription, 4000, **WAITS)
    assert waiting.pending_update.subscription_items[0].price.id == made.price(4000)
    assert made.item(subscription).price.id == made.price(2000)

    good = made.use(subscription, "pm_card_visa")
    api.invoices.pay(waiting.latest_invoice, {"payment_method": good})

    assert made.now(subscription).pending_update is None
    assert made.item(subscription).price.id == made.price(4000)
    assert len(told(sandbox, "customer.subscription.pending_update_applied")) == 1


def test_an_upgrade_that_can_be_paid_does_not_wait(made: Subscribed) -> None:
    subscription = made.to(made.begun(), 4000, **WAITS)

    assert subscription.pending_update is None
    assert made.item(subscription).price.id == made.price(4000)


def test_a_waiting_upgrade_is_forgotten_after_23_hours(made: Subscribed, sandbox: Sandbox) -> None:
    subscription = made.begun()
    made.use(subscription, BROKEN)
    invoice = made.to(subscription, 4000, **WAITS).latest_invoice

    sandbox.advance(23 * 3600 + 60)

    assert made.now(subscription).pending_update is None
    assert made.item(subscription).price.id == made.price(2000)
    assert made.api.invoices.retrieve(invoice).status == "void"
    assert len(told(sandbox, "customer.subscription.pending_update_expired")) == 1


def test_only_some_changes_can_wait(made: Subscribed, api: Any) -> None:
    subscription = made.begun()

    with pytest.raises(stripe.InvalidRequestError, match="not supported when `payment_behavior`"):
        api.subscriptions.update(subscription.id, {"description": "x", **WAITS})

    assert api.subscriptions.update(subscription.id, {"metadata": {"a": "1"}, **WAITS}).metadata


def test_an_unpaid_upgrade_is_past_due_or_refused_as_asked(made: Subscribed) -> None:
    subscription = made.begun()
    made.use(subscription, BROKEN)
    now = {"proration_behavior": "always_invoice"}

    with pytest.raises(stripe.CardError):
        made.to(subscription, 4000, payment_behavior="error_if_incomplete", **now)
    assert made.item(subscription).price.id == made.price(2000)

    assert made.to(subscription, 4000, **now).status == "past_due"
    assert made.item(subscription).price.id == made.price(4000)


def test_an_upgrade_may_wait_for_the_browser(made: Subscribed, api: Any) -> None:
    subscription = made.begun()

    upgraded = made.to(
        subscription, 4000,
        payment_behavior="default_incomplete", proration_behavior="always_invoice",
    )  # fmt: skip
    assert (upgraded.status, made.invoice(subscription).attempt_count) == ("past_due", 0)
    api.invoices.pay(upgraded.latest_invoice)

    assert made.now(subscription).status == "active"


def test_an_end_can_be_set_and_undone(made: Subscribed, api: Any, sandbox: Sandbox) -> None:
    subscription = made.begun()
    update = api.subscriptions.update

    leaving = update(subscription.id, {"cancel_at_period_end": True})
    assert leaving.cancel_at == made.item(subscription).current_period_end
    assert leaving.cancellation_details.reason == "cancellation_requested"
    staying = update(subscription.id, {"cancel_at_period_end": False})
    assert (staying.cancel_at, staying.canceled_at) == (None, None)

    sandbox.advance(40 * DAY)
    assert made.now(subscription).status == "active"


def test_at_the_end_of_its_period_it_is_gone(made: Subscribed, api: Any, sandbox: Sandbox) -> None:
    subscription = made.begun()
    api.subscriptions.update(subscription.id, {"cancel_at_period_end": True})

    sandbox.advance(40 * DAY)

    after = made.now(subscription)
    assert (after.status, after.ended_at) == ("canceled", after.cancel_at)
    assert len(made.invoices(subscription)) == 1


def test_an_end_within_the_period_gives_back_the_rest(made: Subscribed, api: Any) -> None:
    subscription = made.begun()
    item = made.item(subscription)
    half = (item.current_period_start + item.current_period_end) // 2

    api.subscriptions.update(
        subscription.id, {"cancel_at": half, "proration_behavior": "create_prorations"}
    )
    pending = api.invoice_items.list({"customer": subscription.customer}).data
    assert [row.amount for row in pending] == [-1000]

    api.subscriptions.update(subscription.id, {"cancel_at": ""})
    assert api.invoice_items.list({"customer": subscription.customer}).data == []


def test_a_canceled_one_takes_only_notes(made: Subscribed, api: Any) -> None:
    subscription = made.begun()
    said = {"cancellation_details": {"comment": "bye", "feedback": "unused"}}
    canceled = api.subscriptions.cancel(subscription.id, said)
    assert canceled.cancellation_details.feedback == "unused"

    with pytest.raises(stripe.InvalidRequestError, match="A canceled subscription can only"):
        api.subscriptions.update(subscription.id, {"description": "x"})
    with pytest.raises(stripe.InvalidRequestError, match="No such subscription"):
        api.subscriptions.cancel(subscription.id)

    assert api.subscriptions.update(subscription.id, {"metadata": {"a": "1"}}).metadata.a == "1"


def test_the_last_item_stays(made: Subscribed, api: Any) -> None:
    subscription = made.begun()
    added = api.subscription_items.create(
        {"subscription": subscription.id, "price": made.price(900)}
    )

    api.subscription_items.delete(added.id)

    with pytest.raises(stripe.InvalidRequestError, match="at least one active plan"):
        api.subscription_items.delete(made.item(subscription).id)
    with pytest.raises(stripe.InvalidRequestError, match="No such subscription_item"):
        api.subscription_items.retrieve(added.id)


PAUSED = [("void", "void"), ("mark_uncollectible", "uncollectible"), ("keep_as_draft", "draft")]


@pytest.mark.parametrize(("behavior", "status"), PAUSED)
def test_while_collection_is_paused_nothing_is_charged(
    made: Subscribed, api: Any, sandbox: Sandbox, behavior: str, status: str
) -> None:
    subscription = made.begun()
    until = sandbox.account.now + 45 * DAY
    pause = {"pause_collection": {"behavior": behavior, "resumes_at": until}}
    api.subscriptions.update(subscription.id, pause)

    sandbox.advance(32 * DAY)
    assert made.invoice(subscription).status == status
    sandbox.advance(31 * DAY)

    assert made.now(subscription).pause_collection is None
    assert made.invoice(subscription).status == "paid"


def test_a_paused_one_is_not_billed_until_it_is_resumed(
    made: Subscribed, api: Any, sandbox: Sandbox
) -> None:
    subscription = made.begun()
    sandbox.advance(15 * DAY)
    paused = api.subscriptions.pause(subscription.id, {"type": "subscription"})
    assert paused.status == "paused"
    assert paused.status_details.paused.subscription.type == "pause_requested"
    sandbox.advance(100 * DAY)
    assert len(made.invoices(subscription)) == 1

    resumed = api.subscriptions.resume(
        subscription.id, {"payment_behavior": "resume_on_payment_success"}
    )

    assert resumed.status == "active"
    assert len(told(sandbox, "customer.subscription.resumed")) == 1
    assert [one.total for one in made.invoices(subscription)] == [2000, 2000]


def test_a_pause_can_give_back_what_is_unused(made: Subscribed, api: Any) -> None:
    subscription = made.begun()

    api.subscriptions.pause(
        subscription.id,
        {"bill_for": {"unused_time_from": {"type": "item_current_period_start"}}},
    )

    pending = api.invoice_items.list({"customer": subscription.customer}).data
    assert [row.amount for row in pending] == [-2000]


def test_only_what_is_paused_is_resumed_and_only_flexible_ones_pause(
    made: Subscribed, api: Any
) -> None:
    classic = made.begun(billing_mode={"type": "classic"})

    with pytest.raises(stripe.InvalidRequestError, match="status `paused`"):
        api.subscriptions.resume(classic.id)
    with pytest.raises(stripe.InvalidRequestError, match="flexible"):
        api.subscriptions.pause(classic.id)

    api.subscriptions.migrate(classic.id, {"billing_mode": {"type": "flexible"}})
    assert api.subscriptions.pause(classic.id).status == "paused"


def test_itemized_discounts_stay_itemized(made: Subscribed, api: Any) -> None:
    mode = {"type": "flexible", "flexible": {"proration_discounts": "itemized"}}
    subscription = made.begun(billing_mode=mode)

    back = {"type": "flexible", "flexible": {"proration_discounts": "included"}}
    with pytest.raises(stripe.InvalidRequestError, match="cannot migrate"):
        api.subscriptions.migrate(subscription.id, {"billing_mode": back})

    included = made.begun()
    migrated = api.subscriptions.migrate(included.id, {"billing_mode": mode})
    assert migrated.billing_mode.flexible.proration_discounts == "itemized"


@pytest.mark.parametrize(("card", "status"), [(None, "paused"), ("pm_card_visa", "active")])
def test_a_trial_ended_by_hand_pauses_without_anything_to_charge(
    made: Subscribed, api: Any, card: str | None, status: str
) -> None:
    otherwise = {"end_behavior": {"missing_payment_method": "pause"}}
    trial = made.begun(card, trial_period_days=7, trial_settings=otherwise)

    ended = api.subscriptions.update(trial.id, {"trial_end": "now"})

    assert ended.status == status
    assert ended.trial_end <= ended.created + 1


def test_what_is_added_once_waits_for_an_invoice(
    made: Subscribed, api: Any, sandbox: Sandbox
) -> None:
    subscription = made.begun()
    fee = api.prices.create({"product": made.product, "unit_amount": 500, "currency": "eur"}).id
    added = {"add_invoice_items": [{"price": fee}], "proration_behavior": "always_invoice"}

    api.subscriptions.update(subscription.id, added)
    assert made.invoice(subscription).id == subscription.latest_invoice
    sandbox.advance(32 * DAY)

    assert made.invoice(subscription).total == 2500


def test_its_price_is_shown_as_it_is(made: Subscribed, api: Any) -> None:
    subscription = made.begun()

    api.prices.update(made.price(), {"nickname": "old", "active": False})

    assert made.item(subscription).price.nickname == "old"
    assert made.item(subscription).plan.active is False
