"""The Card Element in one line and in three frames; its number is nobody's but the sandbox's."""

import re

import pytest
from playwright.sync_api import FrameLocator, expect

from tests.sandbox.browser.conftest import Counter, Till


def test_a_card_is_told_by_its_brand_and_its_faults(counter: Counter) -> None:
    counter.open_group()
    card = counter.mount("card")
    card.get_by_label("Card number").press_sequentially("378282246310005")
    change = counter.changed("card", "change.brand === 'amex'")
    assert (change["empty"], change["complete"], change.get("error")) == (False, False, None)

    card.get_by_label("Expiration date").fill("12/20")
    faulty = counter.changed("card", "change.error")
    card.get_by_label("Expiration date").fill("12/34")
    card.get_by_label("Security code").fill("1234")
    card.get_by_label("ZIP code").fill("94107")

    assert faulty["error"] == {
        "type": "validation_error",
        "code": "invalid_expiry_year_past",
        "message": "Your card's expiration year is in the past.",
    }
    complete = counter.changed("card", "change.complete")
    assert (complete["value"], complete.get("error")) == ({"postalCode": "94107"}, None)
    expect(counter.page.locator("#one")).to_have_class(re.compile("StripeElement--complete"))


def test_a_card_pays_and_its_number_never_meets_the_shop(counter: Counter, till: Till) -> None:
    senders: list[tuple[str, str]] = []
    counter.page.on(
        "request",
        lambda request: (
            senders.append((request.frame.url, request.url))
            if "4000002500003155" in (request.post_data or "")
            else None
        ),
    )
    counter.open_group()
    _fill(counter.mount("card", hidePostalCode=True), "4000002500003155")
    intent = till.intent()
    counter.run(
        "stripe.confirmCardPayment(given, {payment_method: {card, billing_details: {name: 'Ada'}}})"
        ".then((result) => { window.result = result; });",
        intent["client_secret"],
    )

    counter.bank.get_by_role("button", name="Complete").click()

    counter.wait_for("window.result")
    assert counter.run("return result.paymentIntent.status") == "succeeded"
    method = till.now(till.now(intent["id"])["payment_method"])
    assert method["billing_details"]["name"] == "Ada"
    assert [frame.startswith(till.url) and to.startswith(till.url) for frame, to in senders] == [
        True
    ]


def test_a_card_is_kept_passed_on_or_refused(counter: Counter, till: Till) -> None:
    counter.open_group()
    card = counter.mount("card", hidePostalCode=True)
    early = counter.run("return stripe.createPaymentMethod({type: 'card', card});")
    assert early["error"]["code"] == "incomplete_number"

    _fill(card, "4242424242424242")
    made = counter.run("return stripe.createPaymentMethod({type: 'card', card});")
    token = counter.run("return stripe.createToken(card, {name: 'Ada'});")["token"]
    kept = counter.run(
        "return stripe.confirmCardSetup(given, {payment_method: {card}});",
        till.post("setup_intents")["client_secret"],
    )
    _fill(card, "4000000000000002")
    refused = counter.run(
        "return stripe.confirmCardPayment(given, {payment_method: {card}});",
        till.intent()["client_secret"],
    )

    assert made["paymentMethod"]["card"]["last4"] == "4242"
    assert (token["card"]["brand"], token["card"]["name"]) == ("Visa", "Ada")
    assert kept["setupIntent"]["status"] == "succeeded"
    assert refused["error"]["decline_code"] == "generic_decline"


def test_a_card_may_be_typed_in_three_frames(counter: Counter, till: Till) -> None:
    counter.open_group()
    number = counter.mount("cardNumber", "#one", showIcon=True)
    expiry = counter.mount("cardExpiry", "#two")
    cvc = counter.mount("cardCvc", "#three", placeholder="Four digits")
    number.get_by_label("Card number").fill("378282246310005")
    assert counter.changed("cardNumber", "change.complete")["brand"] == "amex"
    expiry.get_by_label("Expiration date").fill("1234")
    cvc.get_by_label("Security code").fill("123")
    assert not counter.changed("cardCvc", "!change.empty")["complete"]
    cvc.get_by_label("Security code").fill("1234")
    assert counter.changed("cardCvc", "change.complete")["elementType"] == "cardCvc"

    result = counter.run(
        "return stripe.confirmCardPayment(given, {payment_method: {card: cardNumber}});",
        till.intent()["client_secret"],
    )

    assert result["paymentIntent"]["status"] == "succeeded"


def test_a_card_element_obeys_the_shop(counter: Counter) -> None:
    counter.open_group()
    style = {"base": {"color": "rgb(1, 2, 3)", "::placeholder": {"color": "rgb(4, 5, 6)"}}}
    card = counter.mount("card", style=style, classes={"base": "mine"}, value={"postalCode": "1"})
    number = card.get_by_label("Card number")
    expect(number).to_have_css("color", "rgb(1, 2, 3)")
    expect(card.get_by_label("ZIP code")).to_have_value("1")
    expect(counter.page.locator("#one.mine")).to_be_visible()

    number.fill("4242")
    counter.run("card.clear();")
    expect(number).to_have_value("")
    counter.run("card.focus();")
    expect(number).to_be_focused()
    counter.wait_for("heard.some(({name}) => name === 'focus')")
    counter.run("card.update({disabled: true, hidePostalCode: true});")

    expect(number).to_be_disabled()
    expect(card.get_by_label("ZIP code")).to_be_hidden()
    counter.run("card.destroy();")
    expect(counter.page.locator("iframe")).to_have_count(0)
    assert counter.run("return group.getElement('card');") is None


@pytest.mark.parametrize(
    ("locale", "label"),
    [("es", "Número de tarjeta"), ("it", "Numero carta"), ("nl", "Kaartnummer")],
)
def test_a_card_element_speaks_the_buyers_language(
    counter: Counter, locale: str, label: str
) -> None:
    counter.open_group(locale=locale)

    expect(counter.mount("card").get_by_label(label)).to_be_visible()


def test_an_iban_becomes_a_payment_method(counter: Counter) -> None:
    counter.open_group()
    field = counter.mount("iban", supportedCountries=["SEPA"]).get_by_label("IBAN")
    field.fill("DE88370400440532013000")
    assert counter.changed("iban", "change.error")["error"]["code"] == "invalid_iban"

    field.fill("DE89370400440532013000")
    assert counter.changed("iban", "change.complete")["country"] == "DE"
    made = counter.run(
        "return stripe.createPaymentMethod({type: 'sepa_debit', sepa_debit: iban,"
        " billing_details: {name: 'Ada', email: 'ada@example.com'}});"
    )

    assert made["paymentMethod"]["sepa_debit"]["last4"] == "3000"


def _fill(card: FrameLocator, number: str) -> None:
    card.get_by_label("Card number").fill(number)
    card.get_by_label("Expiration date").fill("1234")
    card.get_by_label("Security code").fill("123")
