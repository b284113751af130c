"""Tokens as Stripe.js makes them: passed on once."""

from typing import Any

import pytest
import stripe

from tests.sandbox.conftest import Raw

PK = {"Authorization": "Bearer pk_test_1", "Stripe_Version": "2026-10-28.endive"}
CARD = "card[number]=4242424242424242&card[exp_month]=12&card[exp_year]=2034&card[cvc]=123"
DEFERRED = "/v1/elements/sessions?deferred_intent[mode]=payment&deferred_intent[currency]=eur"


@pytest.fixture
def token(raw: Raw) -> str:
    """A card token, made in a browser."""
    _, made, _ = raw("POST", "/v1/tokens", CARD, **PK)
    return str(made["id"])


def test_a_token_becomes_a_payment_method_once(api: Any, token: str) -> None:
    method = api.payment_methods.create({"type": "card", "card": {"token": token}})
    assert (method.card.last4, method.card.exp_year) == ("4242", 2034)
    assert api.tokens.retrieve(token).used

    with pytest.raises(stripe.InvalidRequestError, match="more than once") as refused:
        api.payment_methods.create({"type": "card", "card": {"token": token}})

    assert refused.value.code == "token_already_used"


def test_a_token_becomes_the_card_of_a_customer(api: Any, token: str) -> None:
    customer = api.customers.create({"source": token})

    card = api.customers.payment_sources.retrieve(customer.id, customer.default_source)

    assert (card.last4, card.exp_year) == ("4242", 2034)


def test_a_token_is_of_one_kind(raw: Raw) -> None:
    status, refused, _ = raw("POST", "/v1/tokens", f"{CARD}&pii[id_number]=1", **PK)
    assert (status, refused["error"]["type"]) == (400, "invalid_request_error")

    status, made, _ = raw("POST", "/v1/tokens", "pii[id_number]=1", **PK)

    assert (status, made["type"]) == (200, "pii")


def test_a_form_is_told_what_it_may_offer(raw: Raw) -> None:
    _, euros, _ = raw("GET", DEFERRED, **PK)
    _, dollars, _ = raw("GET", DEFERRED.replace("eur", "usd"), **PK)

    assert _types(euros) == ["card", "sepa_debit"]
    assert _types(dollars) == ["card", "us_bank_account"]


def test_a_form_needs_the_right_client_secret(api: Any, raw: Raw) -> None:
    secret = api.payment_intents.create({"amount": 100, "currency": "eur"}).client_secret
    status, told, _ = raw("GET", f"/v1/elements/sessions?client_secret={secret}", **PK)
    assert (status, told["payment_method_preference"]["payment_intent"]["amount"]) == (200, 100)

    status, _, _ = raw("GET", f"/v1/elements/sessions?client_secret={secret}x", **PK)

    assert status == 400


def _types(session: Any) -> Any:
    return session["payment_method_preference"]["ordered_payment_method_types"]
