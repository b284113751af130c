"""ConfirmationTokens: what a form collected, used once on the server."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
import stripe

RETURN_URL = "https://shop.example/return"
SHIPPING = {"name": "Ada", "address": {"line1": "1 Road", "city": "Ulm", "country": "DE"}}
CARD = {
    "payment_method_data[type]": "card",
    "payment_method_data[card][number]": "4242424242424242",
    "payment_method_data[card][exp_month]": "4",
    "payment_method_data[card][exp_year]": "40",
    "payment_method_data[card][cvc]": "123",
    "payment_method_data[billing_details][name]": "Ada",
}
DEBIT = {
    "payment_method_data[type]": "sepa_debit",
    "payment_method_data[sepa_debit][iban]": "DE89370400440532013000",
    "payment_method_data[billing_details][name]": "Ada",
    "payment_method_data[billing_details][email]": "ada@example.com",
}


@pytest.fixture
def token(api: Any) -> Any:
    """`token(payment_method="pm_card_visa")`."""

    def made(**params: Any) -> Any:
        usual = {"payment_method": "pm_card_visa", "return_url": RETURN_URL}
        return api.test_helpers.confirmation_tokens.create({**usual, **params})

    return made


@pytest.fixture
def collected(raw: Any) -> Any:
    """A token as Stripe.js makes it in a browser."""

    def made(fields: dict[str, str]) -> Any:
        body = urlencode(fields | {"key": "pk_test_1", "client_context[currency]": "eur"})
        status, answer, _ = raw("POST", "/v1/confirmation_tokens", body, Authorization="")
        assert status == 200, json.dumps(answer)
        return answer

    return made


@pytest.fixture
def intent(api: Any) -> Any:
    return api.payment_intents.create({"amount": 2000, "currency": "eur"})


def test_a_token_shows_its_method_before_there_is_one(api: Any, collected: Any) -> None:
    made = collected(CARD)

    preview = made["payment_method_preview"]
    assert (preview["type"], preview["card"]["last4"]) == ("card", "4242")
    assert preview["billing_details"]["name"] == "Ada"
    assert api.payment_methods.list().data == []


def test_it_pays_an_intent_and_is_marked_with_it(api: Any, token: Any, intent: Any) -> None:
    made = token()

    paid = api.payment_intents.confirm(intent.id, {"confirmation_token": made.id})

    assert paid.status == "succeeded"
    assert api.confirmation_tokens.retrieve(made.id).payment_intent == intent.id


def test_an_intent_can_be_made_and_paid_with_it_at_once(api: Any, collected: Any) -> None:
    made = collected(CARD | {"return_url": RETURN_URL})

    paid = api.payment_intents.create(
        {"amount": 2000, "currency": "eur", "confirm": True, "confirmation_token": made["id"]}
    )

    method = api.payment_methods.retrieve(paid.payment_method)
    assert (method.card.exp_month, method.card.exp_year) == (4, 2040)


def test_what_else_was_collected_goes_into_the_intent(api: Any, token: Any, intent: Any) -> None:
    customer = api.customers.create({"name": "Ada"})
    api.payment_intents.update(intent.id, {"customer": customer.id})
    made = token(shipping=SHIPPING, setup_future_usage="off_session")

    paid = api.payment_intents.confirm(intent.id, {"confirmation_token": made.id})

    assert (paid.setup_future_usage, paid.shipping.address.city) == ("off_session", "Ulm")
    assert api.payment_methods.retrieve(paid.payment_method).customer == customer.id


def test_its_return_url_is_where_the_bank_sends_people_back_to(
    api: Any, token: Any, intent: Any
) -> None:
    made = token(payment_method="pm_card_threeDSecure2Required")

    asked = api.payment_intents.confirm(intent.id, {"confirmation_token": made.id})

    assert asked.next_action.redirect_to_url.return_url == RETURN_URL


def test_a_saved_method_stays_the_same_one(api: Any, token: Any) -> None:
    customer = api.customers.create({"name": "Ada"})
    saved = api.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    intent = api.payment_intents.create(
        {"amount": 2000, "currency": "eur", "customer": customer.id}
    )
    made = token(payment_method=saved.id)

    paid = api.payment_intents.confirm(intent.id, {"confirmation_token": made.id})

    assert made.payment_method_preview.customer == customer.id
    assert paid.payment_method == saved.id


def test_in_a_browser_a_debit_brings_its_mandate(api: Any, collected: Any, intent: Any) -> None:
    made = collected(DEBIT | {"return_url": RETURN_URL})

    paid = api.payment_intents.confirm(intent.id, {"confirmation_token": made["id"]})

    assert made["mandate_data"]["customer_acceptance"]["type"] == "online"
    assert paid.status == "processing"


def test_it_sets_a_method_up(api: Any, token: Any) -> None:
    customer = api.customers.create({"name": "Ada"})
    intent = api.setup_intents.create({"customer": customer.id})
    made = token()

    done = api.setup_intents.confirm(intent.id, {"confirmation_token": made.id})

    assert done.status == "succeeded"
    assert api.confirmation_tokens.retrieve(made.id).setup_intent == intent.id


def test_nobody_uses_it_twice(api: Any, token: Any, intent: Any) -> None:
    made = token()
    api.payment_intents.confirm(intent.id, {"confirmation_token": made.id})
    other = api.payment_intents.create({"amount": 2000, "currency": "eur"})

    with pytest.raises(stripe.InvalidRequestError, match="already been used") as refused:
        api.payment_intents.confirm(other.id, {"confirmation_token": made.id})

    assert refused.value.param == "confirmation_token"


def test_a_declined_attempt_uses_it_up(api: Any, token: Any, intent: Any) -> None:
    made = token(payment_method="pm_card_chargeDeclined")
    with pytest.raises(stripe.CardError):
        api.payment_intents.confirm(intent.id, {"confirmation_token": made.id})

    with pytest.raises(stripe.InvalidRequestError, match="already been used"):
        api.payment_intents.confirm(intent.id, {"confirmation_token": made.id})

    assert api.payment_intents.confirm(intent.id, {"confirmation_token": token().id}).status == (
        "succeeded"
    )


def test_after_twelve_hours_it_is_too_late(api: Any, token: Any, intent: Any, sandbox: Any) -> None:
    made = token()
    sandbox.advance(12 * 3600)

    with pytest.raises(stripe.InvalidRequestError, match="expired"):
        api.payment_intents.confirm(intent.id, {"confirmation_token": made.id})


def test_its_usage_must_agree_with_the_intents(api: Any, token: Any) -> None:
    intent = api.payment_intents.create(
        {"amount": 2000, "currency": "eur", "setup_future_usage": "on_session"}
    )
    made = token(setup_future_usage="off_session")

    with pytest.raises(stripe.InvalidRequestError, match="does not match"):
        api.payment_intents.confirm(intent.id, {"confirmation_token": made.id})

    agreeing = token(setup_future_usage="on_session")
    paid = api.payment_intents.confirm(intent.id, {"confirmation_token": agreeing.id})
    assert paid.status == "succeeded"


@pytest.mark.parametrize("kind", ["payment_intents", "setup_intents"])
def test_without_confirming_there_is_no_use_for_it(api: Any, token: Any, kind: str) -> None:
    params = {"confirmation_token": token().id}
    if kind == "payment_intents":
        params |= {"amount": 2000, "currency": "eur"}

    with pytest.raises(stripe.InvalidRequestError, match="if `confirm` is true"):
        getattr(api, kind).create(params)


def test_an_unknown_token_is_refused(api: Any, intent: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="No such confirmation_token"):
        api.payment_intents.confirm(intent.id, {"confirmation_token": "ctoken_nobody"})


def test_a_token_needs_a_method(raw: Any) -> None:
    status, answer, _ = raw("POST", "/v1/confirmation_tokens", "return_url=https://shop.example")

    assert (status, answer["error"]["param"]) == (400, "payment_method_data")
