"""Each of Stripe's test cards does what its documentation says."""

from typing import Any

import pytest
import stripe

from sandbox.cards import CARDS, luhn

DECLINED = [
    ("4000000000000002", "card_declined", "generic_decline"),
    ("4000000000009995", "card_declined", "insufficient_funds"),
    ("4000000000009987", "card_declined", "lost_card"),
    ("4000000000009979", "card_declined", "stolen_card"),
    ("4000000000000069", "expired_card", "expired_card"),
    ("4000000000000127", "incorrect_cvc", "incorrect_cvc"),
    ("4000000000000119", "processing_error", "processing_error"),
    ("4000000000006975", "card_declined", "card_velocity_exceeded"),
    ("4000000000000341", "card_declined", "generic_decline"),
    ("4100000000000019", "card_declined", "fraudulent"),
]


def method(api: Any, number: str, **card: Any) -> Any:
    details = {"number": number, "exp_month": 12, "exp_year": 2040, "cvc": "123", **card}
    return api.payment_methods.create({"type": "card", "card": details})


@pytest.mark.parametrize("card", [card for card in CARDS if not card.decline], ids=lambda c: c.name)
def test_good_cards_pay_or_ask(pay: Any, card: Any) -> None:
    intent = pay(f"pm_card_{card.name}")

    asks = card.authentication is not None
    assert intent.status == ("requires_action" if asks else "succeeded")
    if asks:
        return
    assert luhn(card.number)


@pytest.mark.parametrize(("number", "code", "decline_code"), DECLINED)
def test_bad_cards_are_declined_with_their_reason(
    api: Any, pay: Any, number: str, code: str, decline_code: str
) -> None:
    card = method(api, number)

    with pytest.raises(stripe.CardError) as caught:
        pay(card.id)

    assert caught.value.http_status == 402
    assert (caught.value.code, caught.value.error.decline_code) == (code, decline_code)


@pytest.mark.parametrize(
    ("number", "change", "code"),
    [
        ("4242424242424241", {}, "incorrect_number"),
        ("4242", {}, "incorrect_number"),
        ("4242424242424242", {"exp_month": 13}, "invalid_expiry_month"),
        ("4242424242424242", {"exp_year": 2001}, "invalid_expiry_year"),
        ("4242424242424242", {"cvc": "12"}, "invalid_cvc"),
        ("4929000000006", {}, "card_declined"),
    ],
)
def test_card_details_are_checked(api: Any, number: str, change: Any, code: str) -> None:
    with pytest.raises(stripe.CardError) as caught:
        method(api, number, **change)
    assert caught.value.code == code


def test_a_declined_card_cannot_be_saved_and_0341_can(api: Any, pay: Any) -> None:
    customer = api.customers.create({}).id

    with pytest.raises(stripe.CardError, match="Your card was declined"):
        api.payment_methods.attach("pm_card_chargeDeclined", {"customer": customer})
    card = api.payment_methods.attach("pm_card_chargeCustomerFail", {"customer": customer})
    with pytest.raises(stripe.CardError):
        pay(card.id, customer=customer)


def test_an_unknown_magic_name_is_refused(pay: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="No such PaymentMethod"):
        pay("pm_card_nonsense")
