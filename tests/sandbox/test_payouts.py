"""Payouts: money on its way to the account's own bank."""

from collections.abc import Callable
from typing import Any

import pytest
import stripe

DAY = 24 * 3600


@pytest.fixture
def funds(pay: Callable[..., Any], sandbox: Any) -> None:
    """100 euros, less fees, that are available."""
    pay("pm_card_visa", amount=10_000)
    sandbox.advance(2 * DAY)


@pytest.fixture
def payout(api: Any, funds: None) -> Callable[..., Any]:
    """`payout()` sends 50 euros to the bank."""
    return lambda **more: api.payouts.create({"amount": 5000, "currency": "eur", **more})


def held(api: Any) -> int:
    """What is available in euros."""
    return int(api.balance.retrieve().available[0].amount)


def test_a_payout_leaves_the_next_day_and_arrives_the_day_after(
    api: Any, payout: Callable[..., Any], sandbox: Any, types: Callable[[], list[str]]
) -> None:
    types()
    made = payout()
    assert (made.status, made.trace_id.status) == ("pending", "pending")

    sandbox.advance(DAY)
    assert api.payouts.retrieve(made.id).status == "in_transit"
    sandbox.advance(DAY)

    paid = api.payouts.retrieve(made.id)
    assert (paid.status, paid.trace_id.status) == ("paid", "supported")
    assert types() == ["payout.created", "payout.updated", "payout.paid"]


def test_an_instant_payout_arrives_within_the_hour(
    api: Any, payout: Callable[..., Any], sandbox: Any
) -> None:
    made = payout(method="instant")

    sandbox.advance(1800)

    assert api.payouts.retrieve(made.id).status == "paid"


def test_the_money_is_gone_from_the_balance_at_once(api: Any, payout: Callable[..., Any]) -> None:
    before = held(api)

    made = payout()

    txn = api.balance_transactions.retrieve(made.balance_transaction)
    assert (txn.type, txn.net, txn.source) == ("payout", -5000, made.id)
    assert held(api) == before - 5000


def test_no_more_can_be_paid_out_than_is_available(
    api: Any, pay: Callable[..., Any], sandbox: Any
) -> None:
    pay("pm_card_visa", amount=10_000)
    with pytest.raises(stripe.InvalidRequestError, match="insufficient funds") as refused:
        api.payouts.create({"amount": 5000, "currency": "eur"})
    assert refused.value.code == "balance_insufficient"

    sandbox.advance(2 * DAY)

    assert api.payouts.create({"amount": held(api), "currency": "eur"}).status == "pending"


def test_only_the_card_balance_holds_money(payout: Callable[..., Any]) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="bank_account balance is too low"):
        payout(source_type="bank_account")

    assert payout(source_type="card").source_type == "card"


def test_a_closed_account_sends_the_money_back(
    api: Any, payout: Callable[..., Any], sandbox: Any, types: Callable[[], list[str]]
) -> None:
    before = held(api)
    made = payout(destination="ba_accountClosed")

    sandbox.advance(2 * DAY)

    failed = api.payouts.retrieve(made.id)
    assert (failed.status, failed.failure_code) == ("failed", "account_closed")
    back = api.balance_transactions.retrieve(failed.failure_balance_transaction)
    assert (back.type, back.net, held(api)) == ("payout_failure", 5000, before)
    assert types()[-1] == "payout.failed"


def test_an_unknown_bank_account_is_refused(payout: Callable[..., Any]) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="No such external account") as refused:
        payout(destination="ba_nobody")

    assert refused.value.param == "destination"


def test_a_payout_is_called_back_only_before_it_left(
    api: Any, payout: Callable[..., Any], sandbox: Any
) -> None:
    before = held(api)
    canceled = api.payouts.cancel(payout().id)
    assert (canceled.status, held(api)) == ("canceled", before)

    late = payout()
    sandbox.advance(DAY)

    with pytest.raises(stripe.InvalidRequestError, match="while they are pending"):
        api.payouts.cancel(late.id)


def test_a_paid_payout_in_dollars_can_be_reversed(
    api: Any, pay: Callable[..., Any], sandbox: Any
) -> None:
    pay("pm_card_bypassPending", amount=10_000, currency="usd")
    made = api.payouts.create({"amount": 5000, "currency": "usd"})
    with pytest.raises(stripe.InvalidRequestError, match="Only paid payouts"):
        api.payouts.reverse(made.id)
    sandbox.advance(2 * DAY)

    back = api.payouts.reverse(made.id)

    assert (back.amount, back.original_payout) == (-5000, made.id)
    assert api.payouts.retrieve(made.id).reversed_by == back.id


def test_a_payout_in_euros_cannot_be_reversed(
    api: Any, payout: Callable[..., Any], sandbox: Any
) -> None:
    made = payout()
    sandbox.advance(2 * DAY)

    with pytest.raises(stripe.InvalidRequestError, match="US and Canadian"):
        api.payouts.reverse(made.id)


def test_its_metadata_can_be_changed(api: Any, payout: Callable[..., Any]) -> None:
    made = payout(metadata={"for": "rent"})

    changed = api.payouts.update(made.id, {"metadata": {"month": "May"}})

    assert changed.metadata.to_dict() == {"for": "rent", "month": "May"}


def test_payouts_are_listed_by_status(api: Any, payout: Callable[..., Any], sandbox: Any) -> None:
    paid = payout(method="instant", amount=100)
    sandbox.advance(3600)
    payout()

    assert [row.id for row in api.payouts.list({"status": "paid"}).data] == [paid.id]


def test_a_statement_descriptor_is_short(payout: Callable[..., Any]) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="at most 22"):
        payout(statement_descriptor="A" * 23)

    assert payout(statement_descriptor="A" * 22).statement_descriptor == "A" * 22


def schedule(api: Any, **schedule: Any) -> Any:
    return api.balance_settings.update({"payments": {"payouts": {"schedule": schedule}}})


def test_nothing_is_paid_out_by_itself_at_first(api: Any, funds: None, sandbox: Any) -> None:
    sandbox.advance(7 * DAY)

    assert api.balance_settings.retrieve().payments.payouts.schedule.interval == "manual"
    assert api.payouts.list().data == []


def test_with_a_daily_schedule_all_of_it_is_paid_out_and_reconciled(
    api: Any, funds: None, sandbox: Any, types: Callable[[], list[str]]
) -> None:
    available = held(api)
    schedule(api, interval="daily")
    types()

    sandbox.advance(3 * DAY)

    (made,) = api.payouts.list().data
    assert (made.amount, made.automatic, made.reconciliation_status) == (
        available,
        True,
        "completed",
    )
    parts = api.balance_transactions.list({"payout": made.id}).data
    assert {row.type for row in parts} == {"payout", "charge"}
    assert sum(row.net for row in parts) == 0
    assert types()[-1] == "payout.reconciliation_completed"


def test_an_automatic_payout_cannot_be_called_back(api: Any, funds: None, sandbox: Any) -> None:
    schedule(api, interval="daily")
    sandbox.advance(DAY)
    (made,) = api.payouts.list().data

    with pytest.raises(stripe.InvalidRequestError, match="automatic"):
        api.payouts.cancel(made.id)


def test_a_minimum_stays_in_the_balance(api: Any, funds: None, sandbox: Any) -> None:
    api.balance_settings.update(
        {"payments": {"payouts": {"minimum_balance_by_currency": {"eur": 1000}}}}
    )
    schedule(api, interval="daily")

    sandbox.advance(DAY)

    assert held(api) == 1000


@pytest.mark.parametrize(
    ("given", "days"),
    [
        ({"interval": "weekly", "weekly_payout_days": ["monday"]}, 8),
        ({"interval": "monthly", "monthly_payout_days": [31]}, 32),
    ],
)
def test_a_schedule_may_name_its_days(
    api: Any, funds: None, sandbox: Any, given: dict[str, Any], days: int
) -> None:
    schedule(api, **given)

    sandbox.advance(days * DAY)

    assert len(api.payouts.list().data) == 1


def test_a_weekly_schedule_must_name_them(api: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        schedule(api, interval="weekly")

    assert refused.value.param == "payments[payouts][schedule][weekly_payout_days]"


def test_money_can_be_held_longer(api: Any, pay: Callable[..., Any], sandbox: Any) -> None:
    api.balance_settings.update({"payments": {"settlement_timing": {"delay_days_override": 5}}})
    pay()

    sandbox.advance(4 * DAY)
    assert held(api) == 0
    sandbox.advance(DAY)

    assert held(api) > 0
