"""Refunds."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import stripe

from sandbox import Sandbox

DAY = 24 * 3600


def test_several_partial_refunds_add_up(pay: Any, api: Any, types: Any) -> None:
    intent = pay()
    types()

    first = api.refunds.create(
        {"payment_intent": intent.id, "amount": 500, "reason": "requested_by_customer"}
    )
    api.refunds.create({"charge": intent.latest_charge, "amount": 700})

    charge = api.charges.retrieve(intent.latest_charge)
    assert (first.status, first.charge) == ("succeeded", intent.latest_charge)
    assert (charge.amount_refunded, charge.refunded) == (1200, False)
    assert types() == ["refund.created", "charge.refunded"] * 2
    assert api.refunds.create({"payment_intent": intent.id}).amount == 800
    assert api.charges.retrieve(intent.latest_charge).refunded is True


def test_more_than_was_paid_is_refused(pay: Any, api: Any) -> None:
    intent = pay()
    with pytest.raises(stripe.InvalidRequestError, match=r"Refund amount \(€20.01\) is greater"):
        api.refunds.create({"payment_intent": intent.id, "amount": 2001})
    for amount in (0, -1):
        with pytest.raises(stripe.InvalidRequestError):
            api.refunds.create({"payment_intent": intent.id, "amount": amount})
    api.refunds.create({"payment_intent": intent.id})

    with pytest.raises(stripe.InvalidRequestError) as caught:
        api.refunds.create({"payment_intent": intent.id})
    assert caught.value.code == "charge_already_refunded"


def test_what_was_not_paid_cannot_go_back(pay: Any, api: Any) -> None:
    with pytest.raises(stripe.CardError) as declined:
        pay("pm_card_chargeDeclined")
    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
        api.refunds.create({"payment_intent": declined.value.error.payment_intent.id})
    with pytest.raises(stripe.InvalidRequestError, match="payment_intent or charge"):
        api.refunds.create({"amount": 5})


def test_a_refund_can_be_pending_for_a_day(
    sandbox: Sandbox, pay: Any, api: Any, types: Any
) -> None:
    refund = api.refunds.create({"payment_intent": pay("pm_card_pendingRefund").id})
    assert (refund.status, refund.pending_reason) == ("pending", "processing")
    types()

    sandbox.advance(2 * DAY)

    assert api.refunds.retrieve(refund.id).status == "succeeded"
    assert types() == ["refund.updated", "charge.refund.updated"]


def test_a_refund_can_fail_later_and_the_money_is_back(
    sandbox: Sandbox, pay: Any, api: Any, types: Any
) -> None:
    intent = pay("pm_card_refundFail")
    refund = api.refunds.create({"payment_intent": intent.id})
    assert refund.status == "succeeded"
    types()

    sandbox.advance(2 * DAY)

    failed = api.refunds.retrieve(refund.id)
    charge = api.charges.retrieve(intent.latest_charge)
    assert (failed.status, failed.failure_reason) == ("failed", "lost_or_stolen_card")
    assert (charge.amount_refunded, charge.refunded) == (0, False)
    assert types() == ["refund.failed", "refund.updated", "charge.refund.updated"]
    net = sum(row.amount for row in api.balance_transactions.list().data)
    assert net == 2000


def test_a_pending_refund_can_be_canceled(pay: Any, api: Any) -> None:
    intent = pay("pm_card_pendingRefund")
    refund = api.refunds.create({"payment_intent": intent.id})

    assert api.refunds.cancel(refund.id).status == "canceled"
    assert api.charges.retrieve(intent.latest_charge).amount_refunded == 0
    with pytest.raises(stripe.InvalidRequestError, match="cannot be canceled"):
        api.refunds.cancel(refund.id)


def test_fifty_threads_cannot_refund_more_than_was_paid(
    sandbox: Sandbox, pay: Any, api: Any
) -> None:
    intent = pay()

    def refund(_: int) -> bool:
        try:
            api.refunds.create({"payment_intent": intent.id, "amount": 300})
        except stripe.InvalidRequestError:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        done = sum(pool.map(refund, range(50)))

    assert done == 6
    assert api.charges.retrieve(intent.latest_charge).amount_refunded == 1800
