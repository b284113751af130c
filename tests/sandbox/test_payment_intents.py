"""PaymentIntents from beginning to end."""

from typing import Any

import pytest
import stripe

from sandbox import Sandbox
from tests.sandbox.conftest import RETURN_URL

THREE_D_SECURE = "pm_card_threeDSecure2Required"


def test_a_paid_intent_has_a_charge_a_fee_and_its_events_in_order(
    pay: Any, api: Any, types: Any
) -> None:
    intent = pay(description="Two mugs", receipt_email="ada@example.com", metadata={"order": "7"})

    assert (intent.status, intent.amount_received, intent.amount_capturable) == (
        "succeeded",
        2000,
        0,
    )
    charge = api.charges.retrieve(intent.latest_charge, {"expand": ["balance_transaction"]})
    assert (charge.status, charge.paid, charge.captured) == ("succeeded", True, True)
    assert (charge.description, charge.metadata["order"]) == ("Two mugs", "7")
    assert charge.payment_method_details.card.last4 == "4242"
    assert charge.balance_transaction.net == 2000 - 55
    assert types() == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "charge.updated",
    ]


def test_an_intent_can_be_confirmed_later(api: Any) -> None:
    intent = api.payment_intents.create({"amount": 1000, "currency": "EUR"})
    assert (intent.status, intent.currency) == ("requires_payment_method", "eur")
    assert intent.client_secret.startswith(f"{intent.id}_secret_")

    updated = api.payment_intents.update(
        intent.id, {"amount": 1500, "payment_method": "pm_card_mastercard"}
    )
    assert (updated.status, updated.amount) == ("requires_confirmation", 1500)
    paid = api.payment_intents.confirm(intent.id, {"return_url": RETURN_URL})
    assert (paid.status, paid.amount_received) == ("succeeded", 1500)


def test_confirming_on_a_server_needs_a_way_back_unless_redirects_are_off(api: Any) -> None:
    card = {"amount": 1000, "currency": "eur", "payment_method": "pm_card_visa", "confirm": True}

    with pytest.raises(stripe.InvalidRequestError, match="you must provide a `return_url`"):
        api.payment_intents.create(card)

    never = {"enabled": True, "allow_redirects": "never"}
    assert api.payment_intents.create({**card, "automatic_payment_methods": never}).status == (
        "succeeded"
    )


def test_payment_methods_on_offer_follow_the_currency_and_what_is_excluded(api: Any) -> None:
    def offered(currency: str, **more: Any) -> list[str]:
        params = {"amount": 5000, "currency": currency, **more}
        return list(api.payment_intents.create(params).payment_method_types)

    assert offered("eur") == ["card", "sepa_debit"]
    assert offered("usd") == ["card", "us_bank_account"]
    assert offered("gbp") == ["card"]
    assert offered("eur", excluded_payment_method_types=["sepa_debit"]) == ["card"]
    assert offered("eur", allowed_payment_method_types=["sepa_debit"]) == ["sepa_debit"]
    with pytest.raises(stripe.InvalidRequestError, match="No valid payment method types"):
        offered("gbp", excluded_payment_method_types=["card"])


def test_manual_capture_holds_the_money_first(pay: Any, api: Any, types: Any) -> None:
    held = pay(capture_method="manual")
    assert (held.status, held.amount_capturable, held.amount_received) == (
        "requires_capture",
        2000,
        0,
    )
    assert types()[-1] == "payment_intent.amount_capturable_updated"

    paid = api.payment_intents.capture(held.id)

    assert (paid.status, paid.amount_capturable, paid.amount_received) == ("succeeded", 0, 2000)
    assert types() == ["charge.captured", "payment_intent.succeeded"]


def test_capturing_a_part_lets_the_rest_go(pay: Any, api: Any) -> None:
    held = pay(capture_method="manual")

    paid = api.payment_intents.capture(held.id, {"amount_to_capture": 1500})

    charge = api.charges.retrieve(paid.latest_charge, {"expand": ["balance_transaction"]})
    assert (paid.amount_received, charge.amount_captured, charge.amount_refunded) == (
        1500,
        1500,
        500,
    )
    assert charge.balance_transaction.amount == 1500
    with pytest.raises(stripe.InvalidRequestError, match="greater than"):
        api.refunds.create({"payment_intent": held.id, "amount": 1501})
    assert api.refunds.create({"payment_intent": held.id}).amount == 1500
    assert api.charges.retrieve(paid.latest_charge).refunded is True


@pytest.mark.parametrize("amount", [0, -5, 2001])
def test_no_more_than_was_held_can_be_captured(pay: Any, api: Any, amount: int) -> None:
    held = pay(capture_method="manual")

    with pytest.raises(stripe.InvalidRequestError):
        api.payment_intents.capture(held.id, {"amount_to_capture": amount})
    assert api.payment_intents.retrieve(held.id).status == "requires_capture"


def test_a_hold_is_let_go_after_a_week(sandbox: Sandbox, pay: Any, api: Any, types: Any) -> None:
    held = pay(capture_method="manual")
    types()

    sandbox.advance(7 * 24 * 3600 + 1)

    expired = api.payment_intents.retrieve(held.id)
    assert (expired.status, expired.cancellation_reason) == ("canceled", "automatic")
    assert "charge.expired" in types()


def test_canceling_lets_held_money_go(pay: Any, api: Any) -> None:
    held = pay(capture_method="manual")

    gone = api.payment_intents.cancel(held.id, {"cancellation_reason": "abandoned"})

    assert (gone.status, gone.cancellation_reason) == ("canceled", "abandoned")
    charge = api.charges.retrieve(gone.latest_charge)
    assert (charge.refunded, charge.captured) == (True, False)
    assert api.balance_transactions.list().data == []


def test_each_step_is_refused_where_the_state_does_not_allow_it(pay: Any, api: Any) -> None:
    paid = pay()
    canceled = api.payment_intents.create({"amount": 1000, "currency": "eur"})
    api.payment_intents.cancel(canceled.id)
    refused = [
        lambda: api.payment_intents.cancel(paid.id),
        lambda: api.payment_intents.confirm(paid.id, {"return_url": RETURN_URL}),
        lambda: api.payment_intents.capture(paid.id),
        lambda: api.payment_intents.update(paid.id, {"amount": 1}),
        lambda: api.payment_intents.confirm(canceled.id, {"payment_method": "pm_card_visa"}),
        lambda: api.payment_intents.cancel(canceled.id),
        lambda: api.payment_intents.capture(canceled.id),
    ]

    for step in refused:
        with pytest.raises(stripe.InvalidRequestError) as caught:
            step()
        assert caught.value.code == "payment_intent_unexpected_state"
        assert caught.value.error.payment_intent.id in (paid.id, canceled.id)
    assert api.payment_intents.update(paid.id, {"metadata": {"a": "1"}}).metadata["a"] == "1"


def test_a_declined_card_leaves_the_intent_open_for_another(pay: Any, api: Any, types: Any) -> None:
    with pytest.raises(stripe.CardError) as caught:
        pay("pm_card_chargeDeclinedInsufficientFunds")

    error = caught.value.error
    intent = error.payment_intent
    assert (error.code, error.decline_code) == ("card_declined", "insufficient_funds")
    assert error.charge == intent.latest_charge
    assert intent.status == "requires_payment_method"
    assert intent.payment_method is None
    assert intent.last_payment_error.message == "Your card has insufficient funds."
    assert intent.last_payment_error.payment_method.card.last4 == "9995"
    assert types() == ["payment_intent.created", "charge.failed", "payment_intent.payment_failed"]
    paid = api.payment_intents.confirm(
        intent.id, {"payment_method": "pm_card_visa", "return_url": RETURN_URL}
    )
    assert (paid.status, paid.last_payment_error) == ("succeeded", None)
    statuses = [row.status for row in api.charges.list({"payment_intent": intent.id}).data]
    assert statuses == ["succeeded", "failed"]


def test_a_saved_card_is_charged_off_session(pay: Any, api: Any) -> None:
    customer = api.customers.create({"email": "ada@example.com"})
    first = pay(customer=customer.id, setup_future_usage="off_session")
    saved = api.payment_methods.list({"customer": customer.id}).data
    assert [row.id for row in saved] == [first.payment_method]

    again = pay(saved[0].id, customer=customer.id, off_session=True)

    assert again.status == "succeeded"


def test_a_payment_method_is_not_everybodys(pay: Any, api: Any) -> None:
    ada, bob = (api.customers.create({}).id for _ in range(2))
    card = api.payment_methods.attach("pm_card_visa", {"customer": ada}).id

    with pytest.raises(stripe.InvalidRequestError, match="belongs to the Customer"):
        pay(card, customer=bob)
    with pytest.raises(stripe.InvalidRequestError, match="belongs to the Customer"):
        pay(card)
    assert pay(card, customer=ada).status == "succeeded"


def test_a_card_used_without_a_customer_may_not_be_used_again(pay: Any) -> None:
    card = pay().payment_method

    with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
        pay(card)


def test_off_session_alone_makes_no_sense(api: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="only be provided if `confirm`"):
        api.payment_intents.create({"amount": 1000, "currency": "eur", "off_session": True})


@pytest.mark.parametrize(
    ("amount", "currency", "fine"),
    [(50, "usd", True), (49, "usd", False), (30, "gbp", True), (29, "gbp", False),
     (50, "jpy", True), (49, "jpy", False), (300, "sek", True), (299, "sek", False)],
)  # fmt: skip
def test_each_currency_has_its_smallest_amount(
    api: Any, amount: int, currency: str, fine: bool
) -> None:
    if fine:
        assert api.payment_intents.create({"amount": amount, "currency": currency}).amount == amount
        return
    with pytest.raises(stripe.InvalidRequestError) as caught:
        api.payment_intents.create({"amount": amount, "currency": currency})
    assert caught.value.code == "amount_too_small"


def test_changing_the_amount_during_a_challenge_starts_over(pay: Any, api: Any) -> None:
    intent = pay(THREE_D_SECURE)

    changed = api.payment_intents.update(intent.id, {"amount": 2500})

    assert (changed.status, changed.next_action) == ("requires_confirmation", None)
