"""The pretend bank's question: what is pressed there, and only there, decides the intent."""

import pytest
from playwright.sync_api import expect

from tests.sandbox.browser.conftest import Buyer, Till

ASKED = "4000002500003155"
REFUSED = "We are unable to authenticate your payment method."


def test_completing_the_question_pays(buyer: Buyer, till: Till) -> None:
    intent = till.intent()
    buyer.open(intent["client_secret"], redirect="always")
    buyer.fill_card(ASKED)
    buyer.pay()
    expect(buyer.bank.get_by_text("€42.00")).to_be_visible()

    buyer.bank.get_by_role("button", name="Complete").click()

    buyer.page.wait_for_url("**/done?**redirect_status=succeeded")
    assert till.now(intent["id"])["status"] == "succeeded"


def test_failing_the_question_charges_nothing_and_another_card_pays(
    buyer: Buyer, till: Till
) -> None:
    intent = till.intent()
    buyer.open(intent["client_secret"])
    buyer.fill_card(ASKED)
    buyer.pay()
    buyer.bank.get_by_role("button", name="Fail", exact=True).click()
    buyer.reads(REFUSED)
    assert till.now(intent["id"])["status"] == "requires_payment_method"
    assert buyer.page.evaluate("result.error.payment_intent.id") == intent["id"]

    buyer.fill_card("4242424242424242")
    buyer.pay()

    buyer.reads("succeeded")


@pytest.mark.parametrize("focused", ["bank", "shop"])
def test_escape_fails_the_question_and_another_card_pays(
    buyer: Buyer, till: Till, focused: str
) -> None:
    intent = till.intent()
    buyer.open(intent["client_secret"])
    buyer.fill_card(ASKED)
    buyer.pay()
    expect(buyer.bank.get_by_role("button", name="Complete")).to_be_focused()
    if focused == "shop":
        buyer.page.evaluate("document.activeElement.blur()")

    buyer.page.keyboard.press("Escape")

    buyer.reads(REFUSED)
    expect(buyer.page.get_by_role("dialog")).to_have_count(0)
    assert till.now(intent["id"])["status"] == "requires_payment_method"
    buyer.fill_card("4242424242424242")
    buyer.pay()
    buyer.reads("succeeded")


def test_closing_the_question_fails_it(buyer: Buyer, till: Till) -> None:
    intent = till.intent()
    buyer.open(intent["client_secret"])
    buyer.fill_card(ASKED)
    buyer.pay()

    buyer.bank.get_by_role("button", name="Close and fail").click()

    buyer.reads(REFUSED)
    assert till.now(intent["id"])["status"] == "requires_payment_method"


def test_a_card_may_be_declined_after_the_question(buyer: Buyer, till: Till) -> None:
    buyer.open(till.intent()["client_secret"])
    buyer.fill_card("4000008400001629")
    buyer.pay()

    buyer.bank.get_by_role("button", name="Complete").click()

    buyer.reads("Your card was declined.")
    assert buyer.page.evaluate("result.error.type") == "card_error"


def test_the_dialog_is_usable_on_a_phone_with_keys_alone(buyer: Buyer, till: Till) -> None:
    buyer.page.set_viewport_size({"width": 390, "height": 844})
    buyer.open(till.intent()["client_secret"])
    buyer.fill_card(ASKED)
    buyer.form.get_by_label("Security code").press("Enter")
    expect(buyer.bank.get_by_role("button", name="Complete")).to_be_focused()
    assert buyer.page.evaluate("document.documentElement.scrollWidth") == 390

    buyer.page.keyboard.press("Enter")

    buyer.reads("succeeded")


def test_a_shop_that_redirects_gets_its_customer_back(buyer: Buyer, till: Till) -> None:
    intent = till.intent(
        confirm="true",
        return_url=f"{buyer.shop}/done?order=7",
        payment_method="pm_card_threeDSecure2Required",
    )
    buyer.page.goto(intent["next_action"]["redirect_to_url"]["url"])

    buyer.page.get_by_role("button", name="Complete").click()

    buyer.page.wait_for_url("**/done?order=7&**redirect_status=succeeded")
    assert f"payment_intent={intent['id']}" in buyer.page.url


def test_only_the_page_that_was_shown_may_answer(buyer: Buyer, till: Till) -> None:
    intent = till.intent(
        confirm="true",
        payment_method="pm_card_threeDSecure2Required",
        return_url=f"{buyer.shop}/done",
    )
    page = f"{till.url}/3ds/{intent['id']}"
    known = f"{page}?client_secret={intent['client_secret']}"
    send = buyer.page.request

    assert send.get(page).status == 404
    assert send.get(f"{page}?client_secret=guessed").status == 404
    assert send.post(known, form={"outcome": "complete"}).status == 403
    assert send.post(known, form={"outcome": "complete", "token": "guessed"}).status == 403
    assert till.now(intent["id"])["status"] == "requires_action"

    buyer.page.goto(known)
    buyer.page.get_by_role("button", name="Complete").click()
    buyer.page.wait_for_url("**/done?**")
    assert till.now(intent["id"])["status"] == "succeeded"
