"""Checkout inside a shop's own page: by Elements and actions, or as a page in a frame."""

from typing import Any

import pytest
from playwright.sync_api import FrameLocator, expect

from tests.sandbox.browser.conftest import Counter, Till

BOOK = {
    "line_items[0][price_data][currency]": "eur",
    "line_items[0][price_data][unit_amount]": "2000",
    "line_items[0][price_data][product_data][name]": "Book",
    "line_items[0][quantity]": "1",
    "line_items[0][adjustable_quantity][enabled]": "true",
}


@pytest.fixture
def begun(counter: Counter, till: Till) -> Any:
    """`begun(…)`: a session's checkout in the page, its actions loaded."""

    def begin(**more: str) -> dict[str, Any]:
        ways = {"ui_mode": "elements", "mode": "payment"}
        session = till.post("checkout/sessions", **ways | _return_to(counter) | BOOK | more)
        counter.open_group(mode="setup")
        counter.run(
            "window.checkout = stripe.initCheckoutElementsSdk("
            "{clientSecret: Promise.resolve(given), elementsOptions: {locale: 'en'}});"
            "checkout.on('change', (session) => { window.session = session; });"
            "window.actions = (await checkout.loadActions()).actions;",
            session["client_secret"],
        )
        return session

    return begin


def _return_to(counter: Counter) -> dict[str, str]:
    return {"return_url": f"{counter.shop}/done?session={{CHECKOUT_SESSION_ID}}"}


def test_a_session_is_paid_with_the_shops_own_button(
    counter: Counter, till: Till, begun: Any
) -> None:
    made = begun()
    session = counter.run("return actions.getSession();")
    assert session["total"]["total"] == {"minorUnitsAmount": 2000, "amount": "€20.00"}
    assert (session["lineItems"][0]["name"], session["status"]) == ("Book", {"type": "open"})
    assert not session["canConfirm"]

    answer = counter.run("return actions.updateEmail('ada@example.com');")
    assert (answer["type"], answer["session"]["email"]) == ("success", "ada@example.com")
    _fill(_payment(counter), "4242424242424242")
    counter.wait_for("window.session?.canConfirm")
    counter.run("actions.confirm();")
    counter.page.wait_for_url(f"**/done?session={made['id']}")

    assert till.now(made["id"])["payment_status"] == "paid"


def test_the_bank_may_ask_and_a_refused_card_leaves_the_session_open(
    counter: Counter, till: Till, begun: Any
) -> None:
    made = begun()
    counter.run("return actions.updateEmail('ada@example.com');")
    form = _payment(counter)
    _fill(form, "4000000000009995")
    refused = counter.run("return actions.confirm({redirect: 'if_required'});")["error"]
    assert (refused["code"], refused["paymentFailed"]["declineCode"]) == (
        "paymentFailed",
        "insufficient_funds",
    )

    _fill(form, "4000002500003155")
    counter.run(
        "actions.confirm({redirect: 'if_required'}).then((answer) => { window.answer = answer; });"
    )
    counter.bank.get_by_role("button", name="Complete").click()
    counter.wait_for("window.answer")

    assert counter.run("return answer.session.status;") == {
        "type": "complete",
        "paymentStatus": "paid",
    }
    assert till.now(made["id"])["status"] == "complete"


def test_what_the_buyer_changes_changes_the_total(counter: Counter, till: Till, begun: Any) -> None:
    coupon = till.post("coupons", percent_off="50", duration="once")["id"]
    code = till.post(
        "promotion_codes", **{"promotion[type]": "coupon", "promotion[coupon]": coupon}
    )
    begun(allow_promotion_codes="true")
    item = counter.run("return actions.getSession().lineItems[0].id;")

    more = "return actions.updateLineItemQuantity({lineItem: given, quantity: 3});"
    assert _total(counter.run(more, item)) == 6000
    assert _total(counter.run("return actions.applyPromotionCode(given);", code["code"])) == 3000
    assert _total(counter.run("return actions.removePromotionCode();")) == 6000

    wrong = counter.run("return actions.applyPromotionCode('NONE');")
    assert wrong["error"]["code"] == "invalidCode"
    assert counter.run("return actions.updateEmail('ada');")["error"]["code"] == "invalidEmail"


def test_addresses_of_elements_and_actions_reach_the_session(
    counter: Counter, till: Till, begun: Any
) -> None:
    made = begun(**{"shipping_address_collection[allowed_countries][0]": "DE"})
    home = {"country": "DE", "line1": "Weg 1", "city": "Berlin", "postal_code": "10117"}
    to_ada = {"name": "Ada", "address": home}
    answer = counter.run("return actions.updateShippingAddress(given);", to_ada)
    assert answer["session"]["shippingAddress"]["address"]["city"] == "Berlin"
    elsewhere = to_ada | {"address": home | {"country": "FR"}}
    refused = counter.run("return actions.updateShippingAddress(given);", elsewhere)
    assert "does not send to" in refused["error"]["message"]

    counter.run("await mount(checkout.createContactDetailsElement(), '#two');")
    counter.page.frame_locator("#two iframe").get_by_label("Email").fill("ada@example.com")
    _fill(_payment(counter), "4242424242424242")
    counter.wait_for("window.session?.email === 'ada@example.com'")
    paid = counter.run("return actions.confirm({redirect: 'if_required'});")

    assert paid["session"]["status"]["type"] == "complete"
    shipping = till.now(made["id"])["collected_information"]["shipping_details"]
    assert shipping["address"]["line1"] == "Weg 1"


def test_a_page_in_a_frame_tells_when_it_is_complete(counter: Counter, till: Till) -> None:
    ways = {"ui_mode": "embedded_page", "mode": "payment", "redirect_on_completion": "never"}
    session = till.post("checkout/sessions", **ways | BOOK, customer_email="ada@example.com")
    counter.open_group(mode="setup")
    counter.run(
        "window.embedded = await stripe.createEmbeddedCheckoutPage({"
        "fetchClientSecret: async () => given, onComplete: () => { window.completed = true; }});"
        "embedded.mount('#one');",
        session["client_secret"],
    )
    page = counter.page.frame_locator("#one iframe")
    _fill(page.frame_locator("iframe[title='Secure payment input frame']"), "4242424242424242")
    page.get_by_label("Name on the card").fill("Ada Lovelace")
    page.get_by_role("button", name="Pay").click()

    counter.wait_for("window.completed")

    assert till.now(session["id"])["status"] == "complete"
    counter.run("embedded.destroy();")
    expect(counter.page.locator("#one iframe")).to_have_count(0)


def _payment(counter: Counter) -> FrameLocator:
    counter.run("window.payment = await mount(checkout.createPaymentElement(), '#one');")
    return counter.page.frame_locator("#one iframe")


def _fill(form: FrameLocator, number: str) -> None:
    form.get_by_label("Card number").fill(number)
    form.get_by_label("Expiration date").fill("1234")
    form.get_by_label("Security code").fill("123")
    form.get_by_label("Country").select_option("DE")


def _total(answer: Any) -> int:
    assert answer["type"] == "success", answer
    return int(answer["session"]["total"]["total"]["minorUnitsAmount"])
