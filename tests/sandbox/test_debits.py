"""Bank debits: processing for days, then paid or not."""

from typing import Any

import pytest
import stripe

from sandbox import Sandbox

DAY = 24 * 3600
PAYS, BOUNCES = "DE89370400440532013000", "DE62370400440532013001"
MANDATE = {"customer_acceptance": {"type": "offline"}}


def account(api: Any, iban: str) -> str:
    who = {"name": "Ada", "email": "ada@example.com"}
    given = {"type": "sepa_debit", "sepa_debit": {"iban": iban}, "billing_details": who}
    return str(api.payment_methods.create(given).id)


def test_a_debit_is_processing_until_days_have_passed(
    sandbox: Sandbox, api: Any, pay: Any, types: Any
) -> None:
    intent = pay(account(api, PAYS), mandate_data=MANDATE)
    assert intent.status == "processing"
    assert api.charges.retrieve(intent.latest_charge).status == "pending"
    assert types()[-2:] == ["charge.pending", "payment_intent.processing"]
    sandbox.advance(2 * DAY)
    assert api.payment_intents.retrieve(intent.id).status == "processing"
    assert types() == []

    sandbox.advance(5 * DAY)

    paid = api.payment_intents.retrieve(intent.id, {"expand": ["latest_charge"]})
    assert (paid.status, paid.amount_received) == ("succeeded", 2000)
    assert (paid.latest_charge.status, paid.latest_charge.paid) == ("succeeded", True)
    assert types() == ["charge.succeeded", "payment_intent.succeeded"]


def test_a_debit_can_bounce(sandbox: Sandbox, api: Any, pay: Any, types: Any) -> None:
    intent = pay(account(api, BOUNCES), mandate_data=MANDATE)
    types()

    sandbox.advance(7 * DAY)

    failed = api.payment_intents.retrieve(intent.id)
    assert (failed.status, failed.amount_received) == ("requires_payment_method", 0)
    assert failed.last_payment_error.code == "insufficient_funds"
    assert types() == ["charge.failed", "payment_intent.payment_failed"]
    assert api.balance_transactions.list().data == []


@pytest.mark.parametrize(("outcome", "status"), [("succeeded", "succeeded"),
                                                 ("failed", "requires_payment_method")])  # fmt: skip
def test_the_control_api_is_the_bank(
    sandbox: Sandbox, api: Any, pay: Any, outcome: str, status: str
) -> None:
    intent = pay(account(api, PAYS), mandate_data=MANDATE)
    http = sandbox.test_client()

    answer = http.post(f"/_sandbox/payment_intents/{intent.id}/settle", json={"outcome": outcome})

    assert (answer.status_code, answer.json["status"]) == (200, status)
    assert http.post(f"/_sandbox/payment_intents/{intent.id}/settle").status_code == 400
    sandbox.advance(30 * DAY)
    assert api.payment_intents.retrieve(intent.id).status == status


def test_a_debit_needs_a_mandate(api: Any, pay: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="requires a mandate"):
        pay(account(api, PAYS))
    assert pay(account(api, PAYS), mandate_data=MANDATE).status == "processing"


@pytest.mark.parametrize("iban", ["DE00370400440532013000", "nonsense", "DE89", "üüüüüüüüüüüüüüüü"])
def test_an_iban_is_checked(api: Any, iban: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        account(api, iban)
    assert caught.value.code == "invalid_bank_account_iban"


def test_a_processing_debit_cannot_be_canceled(api: Any, pay: Any) -> None:
    intent = pay(account(api, PAYS), mandate_data=MANDATE)

    with pytest.raises(stripe.InvalidRequestError, match="status processing"):
        api.payment_intents.cancel(intent.id)


@pytest.mark.parametrize(("token", "status"), [("pm_usBankAccount", "succeeded"),
                                               ("pm_usBankAccount_accountClosed",
                                                "requires_payment_method")])  # fmt: skip
def test_american_accounts_have_magic_names(
    sandbox: Sandbox, api: Any, pay: Any, token: str, status: str
) -> None:
    intent = pay(token, currency="usd", mandate_data=MANDATE)
    assert intent.status == "processing"

    sandbox.advance(5 * DAY)

    assert api.payment_intents.retrieve(intent.id).status == status


def test_a_refunded_debit_takes_days_too(sandbox: Sandbox, api: Any, pay: Any) -> None:
    intent = pay(account(api, PAYS), mandate_data=MANDATE)
    sandbox.advance(7 * DAY)

    refund = api.refunds.create({"payment_intent": intent.id})
    assert refund.status == "pending"
    sandbox.advance(4 * DAY)

    assert api.refunds.retrieve(refund.id).status == "succeeded"
