"""Disputes."""

from typing import Any

import pytest
import stripe

from sandbox import Sandbox


@pytest.fixture
def disputed(pay: Any, api: Any) -> Any:
    intent = pay("pm_card_createDispute")
    return api.disputes.list({"payment_intent": intent.id}).data[0]


def test_a_dispute_follows_the_payment_and_takes_the_money(pay: Any, api: Any, types: Any) -> None:
    intent = pay("pm_card_createDispute")

    dispute = api.disputes.list({"payment_intent": intent.id}).data[0]
    assert (intent.status, dispute.status) == ("succeeded", "needs_response")
    assert (dispute.reason, dispute.amount) == ("fraudulent", 2000)
    assert [row.net for row in dispute.balance_transactions] == [-3500]
    assert api.charges.retrieve(intent.latest_charge).disputed is True
    assert types()[-3:] == [
        "charge.dispute.created",
        "charge.updated",
        "charge.dispute.funds_withdrawn",
    ]
    with pytest.raises(stripe.InvalidRequestError) as caught:
        api.refunds.create({"payment_intent": intent.id})
    assert caught.value.code == "charge_disputed"


@pytest.mark.parametrize(
    ("evidence", "status", "money"),
    [("winning_evidence", "won", 0), ("losing_evidence", "lost", -3500)],
)
def test_evidence_decides(
    disputed: Any, api: Any, types: Any, evidence: str, status: str, money: int
) -> None:
    types()
    closed = api.disputes.update(
        disputed.id, {"evidence": {"uncategorized_text": evidence}, "submit": True}
    )

    assert closed.status == status
    assert sum(row.net for row in closed.balance_transactions) == money
    expected = ["charge.dispute.updated", "charge.dispute.closed"]
    reinstated = ["charge.dispute.funds_reinstated"] if status == "won" else []
    assert types() == expected + reinstated


def test_evidence_can_be_kept_back_until_it_is_complete(disputed: Any, api: Any) -> None:
    draft = api.disputes.update(
        disputed.id, {"evidence": {"product_description": "A mug"}, "submit": False}
    )
    assert (draft.status, draft.evidence_details.has_evidence) == ("needs_response", True)

    sent = api.disputes.update(disputed.id, {"evidence": {"customer_name": "Ada"}})

    assert sent.status == "under_review"
    assert sent.evidence.product_description == "A mug"
    with pytest.raises(stripe.InvalidRequestError, match="no longer be submitted"):
        api.disputes.update(disputed.id, {"evidence": {"customer_name": "Bob"}})


def test_closing_gives_in(disputed: Any, api: Any) -> None:
    assert api.disputes.close(disputed.id).status == "lost"
    with pytest.raises(stripe.InvalidRequestError, match="already closed"):
        api.disputes.close(disputed.id)


@pytest.mark.parametrize("status", ["won", "lost"])
def test_the_control_api_is_the_bank(
    sandbox: Sandbox, disputed: Any, api: Any, status: str
) -> None:
    path = f"/_sandbox/disputes/{disputed.id}/close"
    http = sandbox.test_client()
    assert http.post(path, json={"status": "maybe"}).status_code == 400

    assert http.post(path, json={"status": status}).status_code == 200
    assert api.disputes.retrieve(disputed.id).status == status


def test_an_inquiry_takes_no_money_and_is_closed(pay: Any, api: Any) -> None:
    intent = pay("pm_card_createDisputeInquiry")
    inquiry = api.disputes.list({"charge": intent.latest_charge}).data[0]

    assert (inquiry.status, inquiry.balance_transactions) == ("warning_needs_response", [])
    assert api.disputes.close(inquiry.id).status == "warning_closed"


def test_silence_loses(sandbox: Sandbox, disputed: Any, api: Any) -> None:
    sandbox.advance(disputed.evidence_details.due_by - sandbox.account.now + 1)

    lost = api.disputes.retrieve(disputed.id)
    assert (lost.status, lost.evidence_details.past_due) == ("lost", True)
