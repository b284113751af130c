"""SetupIntents."""

from typing import Any

import pytest
import stripe

from sandbox import Sandbox
from tests.sandbox.conftest import RETURN_URL


def set_up(api: Any, card: str, **more: Any) -> Any:
    usual = {"payment_method": card, "confirm": True, "return_url": RETURN_URL}
    return api.setup_intents.create({**usual, **more})


def test_a_card_is_saved_for_later(api: Any, types: Any) -> None:
    customer = api.customers.create({}).id

    intent = set_up(api, "pm_card_visa", customer=customer)

    assert (intent.status, intent.usage) == ("succeeded", "off_session")
    assert api.payment_methods.retrieve(intent.payment_method).customer == customer
    assert types()[1:] == [
        "setup_intent.created",
        "payment_method.attached",
        "setup_intent.succeeded",
    ]
    attempts = api.setup_attempts.list({"setup_intent": intent.id}).data
    assert [row.status for row in attempts] == ["succeeded"]


def test_a_declined_card_is_not_saved(api: Any, types: Any) -> None:
    with pytest.raises(stripe.CardError) as caught:
        set_up(api, "pm_card_chargeDeclined")

    failed = caught.value.error.setup_intent
    assert failed.status == "requires_payment_method"
    assert failed.last_setup_error.code == "card_declined"
    assert types() == ["setup_intent.created", "setup_intent.setup_failed"]
    again = api.setup_intents.confirm(
        failed.id, {"payment_method": "pm_card_visa", "return_url": RETURN_URL}
    )
    assert (again.status, again.last_setup_error) == ("succeeded", None)


@pytest.mark.parametrize(("outcome", "status"), [("complete", "succeeded"),
                                                 ("fail", "requires_payment_method")])  # fmt: skip
def test_three_d_secure_decides(api: Any, sandbox: Sandbox, outcome: str, status: str) -> None:
    intent = set_up(api, "pm_card_authenticationRequired")
    assert (intent.status, intent.next_action.type) == ("requires_action", "redirect_to_url")

    sandbox.finish_authentication(intent.id, outcome)

    assert api.setup_intents.retrieve(intent.id).status == status


def test_canceled_is_canceled(api: Any) -> None:
    intent = api.setup_intents.create({})

    assert api.setup_intents.cancel(intent.id).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError) as caught:
        api.setup_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    assert caught.value.code == "setup_intent_unexpected_state"


def test_a_bank_account_is_saved_with_its_mandate(api: Any, pay: Any) -> None:
    customer = api.customers.create({}).id
    account = api.payment_methods.create(
        {
            "type": "sepa_debit",
            "sepa_debit": {"iban": "DE89370400440532013000"},
            "billing_details": {"name": "Ada", "email": "ada@example.com"},
        }
    )
    intent = set_up(
        api,
        account.id,
        customer=customer,
        mandate_data={"customer_acceptance": {"type": "offline"}},
    )

    assert intent.status == "succeeded"
    assert api.mandates.retrieve(intent.mandate).status == "active"
    assert pay(account.id, customer=customer, off_session=True).status == "processing"
