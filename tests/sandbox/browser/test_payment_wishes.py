"""What a shop can wish of the Payment Element: saved cards, terms, layouts, looks, and tokens."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.sandbox.browser.conftest import Buyer, Counter, Till

EUROS = {"mode": "payment", "amount": 4200, "currency": "eur"}
FEATURES = {
    "payment_method_redisplay": "enabled",
    "payment_method_remove": "enabled",
    "payment_method_save": "enabled",
    "payment_method_save_usage": "off_session",
}
LANGUAGES = [
    ("es", "Fecha de caducidad", "El número de tu tarjeta está incompleto."),
    ("it", "Data di scadenza", "Il numero della carta è incompleto."),
    ("nl", "Vervaldatum", "Je kaartnummer is onvolledig."),
]


def test_a_saved_card_pays_and_can_be_taken_away(counter: Counter, till: Till) -> None:
    customer, cards = _regular(till, "visa", "mastercard")
    counter.open_group(**EUROS, customerSessionClientSecret=_session(till, customer))
    form = counter.mount("payment")
    expect(form.get_by_role("radio", name="Mastercard •••• 4444")).to_be_checked()
    form.get_by_role("button", name="Remove Mastercard •••• 4444").click()
    expect(form.get_by_role("radio")).to_have_count(1)
    assert till.now(cards["mastercard"])["customer"] is None
    assert counter.last("removed", "payment")["payment_method"]["id"] == cards["mastercard"]

    paid = _pay(counter, till, customer=customer)

    assert paid["payment_method"] == cards["visa"]


def test_a_new_card_is_saved_when_the_buyer_says_so(counter: Counter, till: Till) -> None:
    customer, _ = _regular(till, "visa")
    counter.open_group(**EUROS, customerSessionClientSecret=_session(till, customer))
    form = counter.mount("payment")
    expect(form.get_by_label("Save payment details")).to_be_hidden()
    form.get_by_role("button", name="Card", exact=True).click()
    _fill(form)
    form.get_by_label("Save payment details for future purchases").check()
    kept = counter.changed("payment", "change.complete && change.value.savePaymentMethod")
    assert kept["value"]["type"] == "card"

    paid = _pay(counter, till, customer=customer)

    saved = till.now(paid["payment_method"])
    assert (saved["customer"], saved["allow_redisplay"]) == (customer, "always")
    assert paid["setup_future_usage"] == "off_session"


def test_a_server_may_confirm_with_a_token(counter: Counter, till: Till) -> None:
    counter.open_group(**EUROS, paymentMethodCreation="manual")
    _fill(counter.mount("payment"))
    made = counter.run(
        "await group.submit(); return stripe.createConfirmationToken({elements: group, params:"
        " {payment_method_data: {billing_details: {name: 'Ada'}}, return_url: 'https://shop.example'}});"
    )["confirmationToken"]
    assert made["payment_method_preview"]["billing_details"]["name"] == "Ada"

    paid = till.post(
        f"payment_intents/{till.intent()['id']}/confirm", confirmation_token=made["id"]
    )

    assert paid["status"] == "succeeded"


def test_an_american_account_is_debited(counter: Counter, till: Till) -> None:
    counter.open_group(mode="payment", amount=4200, currency="usd")
    form = counter.mount("payment")
    form.get_by_role("button", name="US bank account").click()
    form.get_by_label("Email").fill("ada@example.com")
    form.get_by_label("Full name").fill("Ada Lovelace")
    form.get_by_label("Routing number").fill("110000001")
    expect(form.get_by_text("Your routing number is invalid.")).to_be_visible()
    form.get_by_label("Routing number").fill("110000000")
    form.get_by_label("Account number").fill("000123456789")

    paid = _pay(counter, till, currency="usd")

    assert paid["status"] == "processing"
    expect(form.get_by_text("you authorize Pretend Shop to debit")).to_be_visible()


def test_terms_are_said_when_a_card_is_kept_or_the_shop_wishes(counter: Counter) -> None:
    terms = "you allow Pretend Shop to charge your card for future payments"
    counter.open_group(mode="setup", currency="eur")
    form = counter.mount("payment")
    expect(form.get_by_text(terms)).to_be_visible()
    counter.run("payment.update({business: {name: 'Inkwell'}});")
    expect(form.get_by_text("you allow Inkwell to charge")).to_be_visible()
    counter.run("payment.update({terms: {card: 'never'}});")
    expect(form.get_by_text("to charge your card")).to_be_hidden()

    counter.open_group(**EUROS)
    form = counter.mount("payment")

    expect(form.get_by_label("Card number")).to_be_visible()
    expect(form.get_by_text(terms)).to_be_hidden()
    counter.run("payment.update({terms: {card: 'always'}});")
    expect(form.get_by_text(terms)).to_be_visible()


def test_an_accordion_may_start_closed_and_close_again(counter: Counter) -> None:
    counter.open_group(**EUROS)
    layout = {"type": "accordion", "defaultCollapsed": True, "radios": "always"}
    form = counter.mount(
        "payment",
        layout=layout,
        paymentMethodOrder=["sepa_debit", "card"],
        defaultValues={"billingDetails": {"name": "Ada", "email": "ada@example.com"}},
        fields={"billingDetails": {"name": "always"}},
    )
    assert counter.run("return (await group.submit()).error.code;") == "incomplete_payment_details"
    expect(form.get_by_role("button").first).to_have_accessible_name("Bank debit")
    form.get_by_role("button", name="Bank debit").click()
    expect(form.get_by_label("Email")).to_have_value("ada@example.com")
    form.get_by_role("button", name="Card").click()
    expect(form.get_by_label("Full name")).to_have_value("Ada")

    counter.run("payment.collapse();")

    expect(form.get_by_label("Card number")).to_be_hidden()
    expect(form.get_by_role("button", name="Card")).to_have_attribute("aria-expanded", "false")


def test_the_currency_decides_what_is_on_offer(counter: Counter) -> None:
    counter.open_group(**EUROS)
    form = counter.mount("payment")
    expect(form.get_by_role("button", name="Bank debit", exact=True)).to_be_visible()

    counter.run("await group.update({currency: 'usd', amount: 5000});")
    expect(form.get_by_role("button", name="US bank account")).to_be_visible()
    counter.run("await group.update({excludedPaymentMethodTypes: ['us_bank_account']});")

    expect(form.get_by_role("button", name="US bank account")).to_be_hidden()
    expect(form.get_by_label("Card number")).to_be_visible()


def test_labels_may_float_in_their_fields(counter: Counter) -> None:
    appearance = {
        "labels": "floating",
        "variables": {"colorPrimary": "rgb(200, 0, 100)", "fontSizeBase": "18px"},
        "rules": {".Tab--selected": {"borderColor": "rgb(1, 2, 3)"}},
    }
    counter.open_group(**EUROS, appearance=appearance)
    form = counter.mount("payment")
    label = form.get_by_text("Card number")
    expect(label).to_have_css("position", "absolute")
    resting = label.evaluate("(node) => node.offsetTop")
    form.get_by_label("Card number").fill("4242")

    expect(label).to_have_css("font-size", "13.5px")
    assert label.evaluate("(node) => node.offsetTop") < resting
    expect(form.get_by_role("button", name="Card", exact=True)).to_have_css(
        "border-color", "rgb(1, 2, 3)"
    )


@pytest.mark.parametrize(("locale", "label", "sentence"), LANGUAGES)
def test_faults_are_told_in_the_buyers_language(
    counter: Counter, locale: str, label: str, sentence: str
) -> None:
    counter.open_group(**EUROS, locale=locale)
    form = counter.mount("payment")
    expect(form.get_by_label(label)).to_be_visible()

    error = counter.run("return (await group.submit()).error;")

    assert (error["code"], error["message"]) == ("incomplete_number", sentence)
    expect(form.get_by_text(sentence)).to_be_visible()


def test_a_browsers_own_language_is_found_by_itself(buyer: Buyer, till: Till) -> None:
    buyer.open(till.intent()["client_secret"], elements={"locale": "auto"})

    expect(buyer.form.get_by_label("Card number")).to_be_visible()


def _regular(till: Till, *brands: str) -> tuple[str, dict[str, str]]:
    """A customer and their cards, to be shown again."""
    customer = till.post("customers", email="ada@example.com")["id"]
    cards = {}
    for brand in brands:
        cards[brand] = till.post(f"payment_methods/pm_card_{brand}/attach", customer=customer)["id"]
        till.post(f"payment_methods/{cards[brand]}", allow_redisplay="always")
    return customer, cards


def _session(till: Till, customer: str) -> str:
    form = "components[payment_element]"
    features = {f"{form}[features][{name}]": value for name, value in FEATURES.items()}
    enabled = {f"{form}[enabled]": "true"}
    made = till.post("customer_sessions", **{"customer": customer} | enabled | features)
    return str(made["client_secret"])


def _fill(form: Any) -> None:
    form.get_by_label("Card number").fill("4242424242424242")
    form.get_by_label("Expiration date").fill("1234")
    form.get_by_label("Security code").fill("123")
    form.get_by_label("Country").select_option("DE")


def _pay(counter: Counter, till: Till, **intent: str) -> Any:
    made = till.intent(**intent)
    result = counter.run(
        "const {error} = await group.submit(); if (error) return {error};"
        "return stripe.confirmPayment({elements: group, clientSecret: given, redirect: 'if_required'});",
        made["client_secret"],
    )
    assert "error" not in result, result
    return till.now(made["id"])
