"""3-D Secure: asked for, passed, failed, impossible."""

from typing import Any

import pytest
import stripe

from sandbox import Sandbox
from tests.sandbox.conftest import RETURN_URL

CARD = "pm_card_threeDSecure2Required"


def test_a_card_that_wants_it_sends_the_customer_away_and_back(
    sandbox: Sandbox, pay: Any, api: Any, types: Any
) -> None:
    intent = pay(CARD)
    assert intent.status == "requires_action"
    assert intent.latest_charge is None
    redirect = intent.next_action.redirect_to_url
    assert redirect.return_url == RETURN_URL
    assert f"/3ds/{intent.id}?" in redirect.url
    assert types()[-1] == "payment_intent.requires_action"

    sandbox.finish_authentication(intent.id, "complete")

    paid = api.payment_intents.retrieve(intent.id, {"expand": ["latest_charge"]})
    assert (paid.status, paid.next_action) == ("succeeded", None)
    assert paid.latest_charge.payment_method_details.card.three_d_secure.result == "authenticated"
    assert types()[:2] == ["charge.succeeded", "payment_intent.succeeded"]


def test_a_failed_challenge_asks_for_another_card(sandbox: Sandbox, pay: Any, api: Any) -> None:
    intent = pay(CARD)

    sandbox.finish_authentication(intent.id, "fail")

    failed = api.payment_intents.retrieve(intent.id)
    assert failed.status == "requires_payment_method"
    assert failed.last_payment_error.code == "payment_intent_authentication_failure"
    assert api.charges.list().data == []
    with pytest.raises(Exception, match="not waiting for authentication"):
        sandbox.finish_authentication(intent.id, "complete")


def test_a_card_can_be_declined_after_the_challenge(sandbox: Sandbox, pay: Any, api: Any) -> None:
    intent = pay("pm_card_threeDSecureRequiredChargeDeclined")
    assert intent.status == "requires_action"

    sandbox.finish_authentication(intent.id, "complete")

    declined = api.payment_intents.retrieve(intent.id)
    assert declined.status == "requires_payment_method"
    assert declined.last_payment_error.decline_code == "generic_decline"


def test_stripe_js_gets_an_action_of_its_own(pay: Any) -> None:
    intent = pay(CARD, use_stripe_sdk=True)

    action = intent.next_action.to_dict()
    assert action["type"] == "use_stripe_sdk"
    assert action["use_stripe_sdk"]["type"] == "three_d_secure_redirect"
    assert f"/3ds/{intent.id}?client_secret=" in action["use_stripe_sdk"]["stripe_js"]
    assert action["use_stripe_sdk"]["source"].startswith("payatt_")


def test_off_session_nobody_can_be_asked(pay: Any, api: Any) -> None:
    customer = api.customers.create({}).id
    card = api.payment_methods.attach(CARD, {"customer": customer}).id

    with pytest.raises(stripe.CardError) as caught:
        pay(card, customer=customer, off_session=True)

    assert caught.value.code == "authentication_required"
    assert caught.value.error.payment_intent.status == "requires_payment_method"


def test_a_card_set_up_before_is_not_asked_again_off_session(
    sandbox: Sandbox, pay: Any, api: Any
) -> None:
    customer = api.customers.create({}).id
    setup = api.setup_intents.create(
        {
            "customer": customer,
            "payment_method": "pm_card_authenticationRequiredOnSetup",
            "confirm": True,
            "return_url": RETURN_URL,
        }
    )
    assert setup.status == "requires_action"
    sandbox.finish_authentication(setup.id, "complete")

    assert pay(setup.payment_method, customer=customer, off_session=True).status == "succeeded"
    assert pay(setup.payment_method, customer=customer).status == "requires_action"


def test_error_on_requires_action_is_an_error(pay: Any) -> None:
    with pytest.raises(stripe.CardError) as caught:
        pay(CARD, error_on_requires_action=True)
    assert caught.value.code == "authentication_required"


def test_with_manual_confirmation_the_server_has_the_last_word(
    sandbox: Sandbox, pay: Any, api: Any
) -> None:
    intent = pay(CARD, confirmation_method="manual")
    sandbox.finish_authentication(intent.id, "complete")
    assert api.payment_intents.retrieve(intent.id).status == "requires_confirmation"

    assert api.payment_intents.confirm(intent.id).status == "succeeded"


def test_a_browser_confirms_with_its_secret_and_card_numbers(
    raw: Any, api: Any, sandbox: Sandbox
) -> None:
    intent = api.payment_intents.create({"amount": 1000, "currency": "eur"})
    body = (
        f"client_secret={intent.client_secret}&use_stripe_sdk=true&key=pk_test_1"
        "&payment_method_data[type]=card&payment_method_data[card][number]=4000000000003220"
        "&payment_method_data[card][exp_month]=12&payment_method_data[card][exp_year]=40"
        "&payment_method_data[card][cvc]=123"
        "&payment_method_data[billing_details][address][postal_code]=10115"
    )

    status, answer, _ = raw("POST", f"/v1/payment_intents/{intent.id}/confirm", body,
                            Authorization="Bearer pk_test_1")  # fmt: skip

    assert (status, answer["status"]) == (200, "requires_action")
    assert "metadata" not in answer
    assert "4000000000003220" not in str(answer) + str([event["data"] for event in sandbox.events])
    sandbox.finish_authentication(intent.id, "complete")
    assert api.payment_intents.retrieve(intent.id).status == "succeeded"
