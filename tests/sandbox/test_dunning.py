"""Time passes: renewals, ends of trials, refused cards and what becomes of the subscription."""

from typing import Any

import pytest

from sandbox import Sandbox
from sandbox.client import SandboxClient
from tests.sandbox.subscribed import BROKEN, DAY, Subscribed


@pytest.fixture
def made(api: Any) -> Subscribed:
    return Subscribed(api)


def setting(sandbox: Sandbox, body: str) -> int:
    headers = {"Content-Type": "application/json"}
    _, status, _ = SandboxClient(sandbox).request(
        "POST", "http://sandbox.example/_sandbox/settings", headers, body
    )
    return int(status)


def refused(made: Subscribed, sandbox: Sandbox) -> Any:
    """A subscription whose second invoice has just been refused."""
    subscription = made.begun()
    made.use(subscription, BROKEN)
    period = made.item(subscription)
    sandbox.advance(period.current_period_end - sandbox.account.now + 3700)
    return subscription


def test_a_renewal_is_told_of_drafted_and_paid_an_hour_later(
    made: Subscribed, sandbox: Sandbox
) -> None:
    subscription = made.begun()
    end = made.item(subscription).current_period_end
    sandbox.advance(end - sandbox.account.now + 60)
    assert made.invoice(subscription).status == "draft"

    sandbox.advance(3600)

    when = {event["type"]: event["created"] for event in sandbox.events}
    assert made.invoice(subscription).status == "paid"
    assert when["invoice.upcoming"] == end - 7 * DAY
    assert when["invoice.created"] == end
    assert when["invoice.paid"] == end + 3600


def test_a_renewal_says_what_it_changed(made: Subscribed, sandbox: Sandbox) -> None:
    subscription = made.begun()
    first = subscription.latest_invoice

    sandbox.advance(32 * DAY)

    updates = [e["data"] for e in sandbox.events if e["type"] == "customer.subscription.updated"]
    before = updates[-1]["previous_attributes"]
    assert before["latest_invoice"] == first
    assert "status" not in before


def test_the_end_of_a_trial_is_told_three_days_before(made: Subscribed, sandbox: Sandbox) -> None:
    subscription = made.begun(trial_period_days=10)

    sandbox.advance(11 * DAY)

    told = [e for e in sandbox.events if e["type"] == "customer.subscription.trial_will_end"]
    assert [event["created"] for event in told] == [subscription.trial_end - 3 * DAY]
    assert made.now(subscription).status == "active"
    assert made.invoice(subscription).amount_paid == 2000


ENDS = [("cancel", "canceled"), ("pause", "paused"), ("create_invoice", "past_due")]


@pytest.mark.parametrize(("behavior", "status"), ENDS)
def test_a_trial_without_a_card_ends_as_was_said(
    made: Subscribed, sandbox: Sandbox, behavior: str, status: str
) -> None:
    ends = {"end_behavior": {"missing_payment_method": behavior}}
    subscription = made.begun(None, trial_period_days=10, trial_settings=ends)

    sandbox.advance(11 * DAY)

    assert made.now(subscription).status == status


def test_a_refused_renewal_is_tried_again_as_scheduled(made: Subscribed, sandbox: Sandbox) -> None:
    subscription = refused(made, sandbox)
    invoice = made.invoice(subscription)
    assert (made.now(subscription).status, invoice.attempt_count) == ("past_due", 1)

    tried = [invoice.next_payment_attempt]
    for days in (3, 5):
        sandbox.advance(days * DAY)
        tried.append(made.invoice(subscription).next_payment_attempt)

    assert [after - before for before, after in zip(tried, tried[1:], strict=False)] == [
        5 * DAY, 7 * DAY
    ]  # fmt: skip
    assert made.invoice(subscription).attempt_count == 3


def test_a_new_card_recovers_it(made: Subscribed, sandbox: Sandbox) -> None:
    subscription = refused(made, sandbox)
    made.use(subscription, "pm_card_visa")

    sandbox.advance(3 * DAY)

    assert made.now(subscription).status == "active"
    assert made.invoice(subscription).next_payment_attempt is None


def test_after_the_last_attempt_it_is_canceled(made: Subscribed, sandbox: Sandbox) -> None:
    subscription = refused(made, sandbox)

    sandbox.advance(16 * DAY)

    after = made.now(subscription)
    assert after.status == "canceled"
    assert after.cancellation_details.reason == "payment_failed"
    assert made.invoice(subscription).status == "open"
    assert made.invoice(subscription).attempt_count == 4


def test_or_it_stays_unpaid_and_drafts_go_no_further(made: Subscribed, sandbox: Sandbox) -> None:
    assert setting(sandbox, '{"after_retries": "unpaid", "retry_days": [1]}') == 200
    subscription = refused(made, sandbox)
    sandbox.advance(2 * DAY)
    assert made.now(subscription).status == "unpaid"

    sandbox.advance(40 * DAY)
    latest = made.invoice(subscription)
    assert (latest.status, latest.auto_advance) == ("draft", False)

    good = made.use(subscription, "pm_card_visa")
    made.api.invoices.pay(latest.id, {"payment_method": good})
    assert made.now(subscription).status == "active"


def test_or_it_stays_past_due(made: Subscribed, sandbox: Sandbox) -> None:
    setting(sandbox, '{"after_retries": "past_due", "retry_days": []}')

    subscription = refused(made, sandbox)

    assert made.now(subscription).status == "past_due"
    assert made.invoice(subscription).next_payment_attempt is None


@pytest.mark.parametrize("verb", ["void_invoice", "mark_uncollectible"])
def test_forgiving_the_invoice_makes_it_active(
    made: Subscribed, sandbox: Sandbox, verb: str
) -> None:
    subscription = refused(made, sandbox)

    getattr(made.api.invoices, verb)(made.invoice(subscription).id)

    assert made.now(subscription).status == "active"


@pytest.mark.parametrize(
    "body", ['{"x": 1}', '{"after_retries": "x"}', '{"retry_days": [0]}', '{"upcoming_days": "a"}']
)
def test_a_setting_that_makes_no_sense_is_refused(sandbox: Sandbox, body: str) -> None:
    assert setting(sandbox, body) == 400
    assert setting(sandbox, '{"upcoming_days": 3}') == 200
