"""The balance adds up."""

from typing import Any

from sandbox import Sandbox


def test_every_movement_is_in_the_balance(sandbox: Sandbox, pay: Any, api: Any) -> None:
    paid = pay()
    pay("pm_card_createDispute")
    pay("pm_card_bypassPending", amount=10_000)
    api.refunds.create({"payment_intent": paid.id, "amount": 500})

    rows = api.balance_transactions.list().data
    assert [(row.type, row.amount, row.fee) for row in rows] == [
        ("refund", -500, 0),
        ("charge", 10_000, 175),
        ("adjustment", -2000, 1500),
        ("charge", 2000, 55),
        ("charge", 2000, 55),
    ]
    assert all(row.net == row.amount - row.fee for row in rows)
    balance = api.balance.retrieve()
    assert (balance.available[0].amount, balance.pending[0].amount) == (9825, -110)

    sandbox.advance(3 * 24 * 3600)

    later = api.balance.retrieve()
    assert (later.available[0].amount, later.pending[0].amount) == (9715, 0)
    assert {row.status for row in api.balance_transactions.list().data} == {"available"}


def test_a_movement_names_its_source(pay: Any, api: Any) -> None:
    intent = pay()

    found = api.balance_transactions.list(
        {"source": intent.latest_charge, "expand": ["data.source"]}
    )

    assert [row.source.id for row in found.data] == [intent.latest_charge]


def test_money_that_is_there_at_once_is_told_of(pay: Any, api: Any) -> None:
    pay("pm_card_bypassPending", amount=10_000)

    (told,) = api.events.list({"type": "balance.available"}).data

    assert told.data.object["available"][0]["amount"] == 9825


def test_money_that_is_still_pending_is_not_told_of(pay: Any, api: Any) -> None:
    pay()

    assert api.events.list({"type": "balance.available"}).data == []
