"""Payment methods: made, saved, changed, let go."""

from typing import Any

import pytest
import stripe


@pytest.fixture
def ada(api: Any) -> str:
    return str(api.customers.create({"email": "ada@example.com"}).id)


def test_a_saved_card_is_listed_and_shows_no_number(api: Any, ada: str, types: Any) -> None:
    card = api.payment_methods.attach("pm_card_visa", {"customer": ada})

    listed = api.customers.payment_methods.list(ada, {"type": "card"})
    assert [row.id for row in listed.data] == [card.id]
    assert (card.card.brand, card.card.last4, card.customer) == ("visa", "4242", ada)
    assert "4242424242424242" not in str(card)
    assert api.customers.payment_methods.retrieve(ada, card.id).id == card.id
    assert types() == ["customer.created", "payment_method.attached"]


def test_the_same_number_has_the_same_fingerprint(api: Any) -> None:
    first, second, other = (
        api.payment_methods.create({"type": "card", "card": {"token": token}}).card.fingerprint
        for token in ("tok_visa", "tok_visa", "tok_mastercard")
    )

    assert first == second != other


def test_a_detached_card_may_not_come_back(api: Any, ada: str, types: Any) -> None:
    card = api.payment_methods.attach("pm_card_visa", {"customer": ada})
    api.customers.update(ada, {"invoice_settings": {"default_payment_method": card.id}})
    types()

    assert api.payment_methods.detach(card.id).customer is None
    assert types() == ["payment_method.detached"]
    assert api.customers.retrieve(ada).invoice_settings.default_payment_method is None
    with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
        api.payment_methods.attach(card.id, {"customer": ada})
    with pytest.raises(stripe.InvalidRequestError, match="not attached"):
        api.payment_methods.detach(card.id)


def test_an_expiry_date_can_be_renewed(api: Any, ada: str) -> None:
    card = api.payment_methods.attach("pm_card_visa", {"customer": ada})

    renewed = api.payment_methods.update(card.id, {"card": {"exp_month": 3, "exp_year": 2041}})

    assert (renewed.card.exp_month, renewed.card.exp_year) == (3, 2041)


def test_a_card_has_one_owner(api: Any, ada: str) -> None:
    bob = api.customers.create({}).id
    card = api.payment_methods.attach("pm_card_visa", {"customer": ada})

    with pytest.raises(stripe.InvalidRequestError, match="already been attached"):
        api.payment_methods.attach(card.id, {"customer": bob})
    assert api.payment_methods.attach(card.id, {"customer": ada}).customer == ada


def test_deleting_a_customer_loosens_the_cards(api: Any, ada: str, types: Any) -> None:
    card = api.payment_methods.attach("pm_card_visa", {"customer": ada})
    types()

    api.customers.delete(ada)

    assert types() == ["customer.deleted", "payment_method.detached"]
    assert api.payment_methods.retrieve(card.id).customer is None


def test_kinds_the_sandbox_does_not_play_are_refused_plainly(api: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="sandbox plays"):
        api.payment_methods.create({"type": "klarna"})
    with pytest.raises(stripe.InvalidRequestError, match="Missing required param: type"):
        api.payment_methods.create({})


def test_a_customer_can_have_credit(api: Any, ada: str) -> None:
    change = api.customers.balance_transactions.create(ada, {"amount": -500, "currency": "eur"})

    assert (change.ending_balance, api.customers.retrieve(ada).balance) == (-500, -500)
    listed = api.customers.balance_transactions.list(ada)
    assert [row.id for row in listed.data] == [change.id]
    assert api.customers.update(ada, {"balance": 100}).balance == 100


def test_older_versions_have_cards_as_sources(raw: Any) -> None:
    _, customer, _ = raw("POST", "/v1/customers", "source=tok_visa")

    _, page, _ = raw("GET", f"/v1/customers/{customer['id']}/sources")

    assert page["data"][0]["id"] == customer["default_source"]
    assert page["data"][0]["last4"] == "4242"
    body = f"amount=1000&currency=usd&customer={customer['id']}&confirm=true&source="
    status, intent, _ = raw("POST", "/v1/payment_intents", body + customer["default_source"])
    assert (status, intent["status"]) == (200, "succeeded")
