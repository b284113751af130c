"""The Payment Element in a real browser: paying, refusing, correcting, and the keyboard."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.sandbox.browser.conftest import Buyer, Till

SLIPS = [
    (("4242", "12/34", "123"), "Your card number is incomplete.", "incomplete_number"),
    (("4242424242424241", "12/34", "123"), "Your card number is invalid.", "invalid_number"),
    (
        ("4242424242424242", "12/20", "123"),
        "Your card's expiration year is in the past.",
        "invalid_expiry_year_past",
    ),
    (
        ("4242424242424242", "12", "123"),
        "Your card's expiration date is incomplete.",
        "incomplete_expiry",
    ),
    (
        ("378282246310005", "12/34", "123"),
        "Your card's security code is incomplete.",
        "incomplete_cvc",
    ),
]
WRITTEN = [
    ("Card number", "4242424242424242", "4242 4242 4242 4242"),
    ("Card number", "378282246310005", "3782 822463 10005"),
    ("Card number", "42424242424242429999", "4242 4242 4242 4242"),
    ("Expiration date", "1234", "12 / 34"),
    ("Expiration date", "4/34", "04 / 34"),
    ("Expiration date", "12/2034", "12 / 34"),
]


def test_a_paid_card_leads_back_to_the_shop(buyer: Buyer, till: Till) -> None:
    intent = till.intent()
    buyer.open(intent["client_secret"], redirect="always")
    buyer.fill_card("4242424242424242")
    buyer.pay()

    buyer.page.wait_for_url("**/done?**")

    assert f"payment_intent={intent['id']}" in buyer.page.url
    assert f"payment_intent_client_secret={intent['client_secret']}" in buyer.page.url
    assert "redirect_status=succeeded" in buyer.page.url
    assert till.now(intent["id"])["status"] == "succeeded"


def test_card_numbers_are_sent_by_the_frame_and_to_nobody_but_the_sandbox(
    buyer: Buyer, till: Till
) -> None:
    senders: list[tuple[str, str]] = []
    buyer.page.on(
        "request",
        lambda request: (
            senders.append((request.frame.url, request.url))
            if "4242424242424242" in (request.post_data or "")
            else None
        ),
    )
    buyer.open(till.intent()["client_secret"])
    buyer.fill_card("4242424242424242")
    buyer.pay()
    buyer.reads("succeeded")

    assert [(frame.startswith(till.url), to.startswith(till.url)) for frame, to in senders] == [
        (True, True)
    ]


@pytest.mark.parametrize(
    ("number", "sentence", "decline_code"),
    [
        ("4000000000000002", "Your card was declined.", "generic_decline"),
        ("4000000000009995", "Your card has insufficient funds.", "insufficient_funds"),
    ],
)
def test_a_declined_card_says_why_and_another_one_pays(
    buyer: Buyer, till: Till, number: str, sentence: str, decline_code: str
) -> None:
    intent = till.intent()
    buyer.open(intent["client_secret"])
    buyer.fill_card(number)
    buyer.pay()
    buyer.reads(sentence)
    error = buyer.page.evaluate("result.error")
    assert (error["type"], error["decline_code"]) == ("card_error", decline_code)
    assert error["payment_intent"]["id"] == intent["id"]

    buyer.fill_card("5555555555554444")
    buyer.pay()

    buyer.reads("succeeded")


def test_a_slip_of_the_pen_is_told_before_anything_is_sent(buyer: Buyer, till: Till) -> None:
    intent = till.intent()
    buyer.open(intent["client_secret"])
    for (number, expiry, cvc), sentence, code in SLIPS:
        buyer.fill_card(number, expiry=expiry, cvc=cvc)
        buyer.pay()
        buyer.reads(sentence)
        expect(buyer.form.get_by_text(sentence)).to_be_visible()
        assert buyer.page.evaluate("result.error.code") == code
        assert buyer.page.evaluate("result.error.type") == "validation_error"
    assert till.now(intent["id"])["status"] == "requires_payment_method"

    buyer.fill_card("4242424242424242")

    expect(buyer.form.get_by_role("alert").filter(has_text="Your card")).to_have_count(0)


def test_numbers_and_dates_are_understood_as_people_write_them(buyer: Buyer, till: Till) -> None:
    buyer.open(till.intent()["client_secret"])
    for label, typed, shown in WRITTEN:
        field = buyer.form.get_by_label(label)
        field.clear()
        field.press_sequentially(typed)
        expect(field).to_have_value(shown)


def test_the_whole_purchase_needs_nothing_but_keys(buyer: Buyer, till: Till) -> None:
    buyer.open(till.intent(**{"allowed_payment_method_types[]": "card"})["client_secret"])
    buyer.page.get_by_label("Note").focus()
    keys = buyer.page.keyboard
    for text in ("4242424242424242", "1234", "123", "Germany"):
        keys.press("Tab")
        keys.type(text)
    keys.press("Tab")
    expect(buyer.form.get_by_role("combobox", name="Fill in a test card")).to_be_focused()
    keys.press("Tab")
    expect(buyer.page.get_by_role("button", name="Pay")).to_be_focused()

    keys.press("Enter")

    buyer.reads("succeeded")


def test_enter_in_the_card_form_presses_the_button_of_the_shop(buyer: Buyer, till: Till) -> None:
    buyer.open(till.intent()["client_secret"])
    buyer.fill_card("4242424242424242")

    buyer.form.get_by_label("Security code").press("Enter")

    buyer.reads("succeeded")


@pytest.mark.parametrize(("outcome", "status"), [("succeeded", "succeeded"), ("failed", None)])
def test_a_bank_debit_waits_until_the_bank_has_decided(
    buyer: Buyer, till: Till, outcome: str, status: str | None
) -> None:
    intent = till.intent()
    buyer.open(intent["client_secret"])
    buyer.form.get_by_role("button", name="Bank debit").click()
    buyer.form.get_by_label("Email").fill("ada@example.com")
    buyer.form.get_by_label("Full name").fill("Ada Lovelace")
    buyer.form.get_by_label("IBAN").fill("DE89370400440532013000")
    buyer.pay()
    buyer.reads("processing")

    buyer.page.request.post(
        f"{till.url}/_sandbox/payment_intents/{intent['id']}/settle", form={"outcome": outcome}
    )

    assert till.now(intent["id"])["status"] == (status or "requires_payment_method")


def test_a_wrong_iban_is_told_at_once_and_a_right_one_is_taken(buyer: Buyer, till: Till) -> None:
    buyer.open(till.intent()["client_secret"], payment={"layout": "accordion"})
    buyer.form.get_by_role("button", name="Bank debit").click()
    buyer.form.get_by_label("IBAN").fill("DE88370400440532013000")
    expect(buyer.form.get_by_text("Your IBAN is invalid.")).to_be_visible()

    buyer.form.get_by_label("IBAN").fill("DE89370400440532013000")

    expect(buyer.form.get_by_text("Your IBAN is invalid.")).to_be_hidden()


def test_an_intent_that_is_paid_is_not_mounted_again(buyer: Buyer, till: Till) -> None:
    intent = till.intent()
    buyer.open(intent["client_secret"])
    buyer.fill_card("4242424242424242")
    buyer.pay()
    buyer.reads("succeeded")

    buyer.open(intent["client_secret"])

    buyer.reads("The PaymentIntent is in a terminal state")
    heard = buyer.page.evaluate("heard.map(({ name }) => name)")
    assert heard == ["loaderror"]
    assert buyer.page.evaluate("heard[0].error.payment_intent.status") == "succeeded"


def test_a_canceled_intent_is_not_mounted(buyer: Buyer, till: Till) -> None:
    intent = till.intent()
    till.post(f"payment_intents/{intent['id']}/cancel")

    buyer.open(intent["client_secret"])

    buyer.reads("The PaymentIntent is in a terminal state")


def test_the_form_tells_the_shop_when_it_is_complete(buyer: Buyer, till: Till) -> None:
    buyer.open(till.intent()["client_secret"])
    buyer.form.get_by_label("Card number").fill("4242424242424242")
    buyer.wait_for("heard.some(({ name, empty }) => name === 'change' && !empty)")
    assert not buyer.page.evaluate("heard.at(-1).complete")

    buyer.fill_card("4242424242424242")

    buyer.wait_for("heard.at(-1).complete && heard.at(-1).value.type === 'card'")
    expect(buyer.page.locator("#payment-element")).to_have_class(re.compile("--complete"))


def test_a_test_card_fills_itself_in_by_its_name(buyer: Buyer, till: Till) -> None:
    buyer.open(till.intent()["client_secret"])
    menu = buyer.form.get_by_role("combobox", name="Fill in a test card")
    menu.select_option(label="Insufficient funds · …9995")

    expect(buyer.form.get_by_label("Card number")).to_have_value("4000 0000 0000 9995")
    buyer.form.get_by_label("Country").select_option("DE")
    buyer.pay()

    buyer.reads("Your card has insufficient funds.")


def test_the_shops_wishes_for_the_look_are_granted(buyer: Buyer, till: Till) -> None:
    appearance: dict[str, Any] = {
        "theme": "night",
        "variables": {"borderRadius": "13px"},
        "rules": {".Label": {"fontWeight": "700"}},
    }
    buyer.open(till.intent()["client_secret"], elements={"appearance": appearance})
    number = buyer.form.get_by_label("Card number")

    expect(number).to_have_css("border-radius", "13px")
    expect(number).to_have_css("background-color", "rgb(35, 43, 52)")
    expect(buyer.form.get_by_text("Card number")).to_have_css("font-weight", "700")
    expect(buyer.page.locator("iframe")).to_have_css("color-scheme", "dark")


def test_the_look_and_the_rights_can_change_while_the_form_stands(buyer: Buyer, till: Till) -> None:
    buyer.open(till.intent()["client_secret"])
    number = buyer.form.get_by_label("Card number")
    expect(number).to_have_css("background-color", "rgb(255, 255, 255)")

    buyer.page.evaluate("elements.update({appearance: {theme: 'night'}, locale: 'de'})")
    expect(buyer.form.get_by_label("Kartennummer")).to_have_css(
        "background-color", "rgb(35, 43, 52)"
    )
    buyer.page.evaluate("element.update({readOnly: true, layout: 'accordion'}) && null")

    expect(buyer.form.locator("form")).to_have_attribute("inert", "")
    expect(buyer.form.locator("form")).to_have_attribute("data-layout", "accordion")


def test_a_lost_answer_is_told_as_what_it_is(buyer: Buyer, till: Till) -> None:
    intent = till.intent()
    buyer.open(intent["client_secret"])
    buyer.fill_card("4242424242424242")
    till.sandbox.account.chaos.add(fault="lost_answer", path="confirm", count=1)
    buyer.pay()
    buyer.reads("We could not reach the payment provider.")
    assert buyer.page.evaluate("result.error.type") == "api_connection_error"

    found = buyer.page.evaluate("s => stripe.retrievePaymentIntent(s)", intent["client_secret"])

    assert found["paymentIntent"]["status"] == "succeeded"


@pytest.mark.parametrize(("locale", "label"), [("de", "Kartennummer"), ("fr", "Numéro de carte")])
def test_the_form_speaks_the_buyers_language(
    buyer: Buyer, till: Till, locale: str, label: str
) -> None:
    buyer.open(till.intent()["client_secret"], elements={"locale": locale})

    expect(buyer.form.get_by_label(label)).to_be_visible()


def test_the_frame_is_as_high_as_what_it_shows(buyer: Buyer, till: Till) -> None:
    buyer.page.set_viewport_size({"width": 390, "height": 844})
    buyer.open(till.intent()["client_secret"])
    before = buyer.page.locator("iframe").bounding_box()
    buyer.pay()
    expect(buyer.form.get_by_text("Your card number is incomplete.")).to_be_visible()
    buyer.wait_for(f"document.querySelector('iframe').offsetHeight > {before['height'] + 20}")

    assert buyer.page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_frame_listens_to_the_page_it_was_made_for_and_to_no_other(
    buyer: Buyer, till: Till
) -> None:
    buyer.open(till.intent()["client_secret"])
    ask = """async (parent) => {
      const frame = document.createElement("iframe");
      const heard = [];
      addEventListener("message", (event) => {
        if (event.source === frame.contentWindow) heard.push(event.data.event);
      });
      frame.src = `${new URL(document.scripts[0].src).origin}/elements/payment?parent=${parent}`;
      document.body.append(frame);
      await new Promise((resolve) => { frame.onload = () => setTimeout(resolve, 300); });
      return heard;
    }"""

    assert buyer.page.evaluate(ask, buyer.shop) == ["loaded"]
    assert buyer.page.evaluate(ask, "https://example.com") == []
    buyer.complaints.clear()  # Chromium says that it held the message back
