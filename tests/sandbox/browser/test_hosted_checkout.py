"""The page of a Checkout Session, used by somebody with a keyboard, a phone, or a screen reader."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.sandbox.browser.conftest import Buyer, Till

LINE = "line_items[0]"
BOOK = {
    f"{LINE}[price_data][currency]": "eur",
    f"{LINE}[price_data][unit_amount]": "2000",
    f"{LINE}[price_data][product_data][name]": "Book",
    f"{LINE}[quantity]": "1",
}
HOME = {"Full name": "Ada Lovelace", "Address": "Ring 1", "Postal code": "10115", "City": "Berlin"}


@pytest.fixture
def opened(till: Till, shop: str) -> Callable[..., dict[str, Any]]:
    """`opened()` is a session over one book of 20 euros, whose shop is the test's."""

    def made(**more: str) -> dict[str, Any]:
        usual = {"mode": "payment", "success_url": f"{shop}/done?redirect_status=thanks",
                 "cancel_url": f"{shop}/done?redirect_status=canceled", **BOOK}  # fmt: skip
        return till.post("checkout/sessions", **{**usual, **more})

    return made


class Visitor:
    """Somebody at the hosted page."""

    def __init__(self, buyer: Buyer) -> None:
        self.buyer, self.page = buyer, buyer.page

    def opens(self, session: dict[str, Any]) -> None:
        """The page, as soon as its card form stands."""
        self.page.goto(session["url"])
        self.buyer.form.get_by_label("Card number").wait_for()

    def fills(self, card: str = "4242424242424242", email: str = "ada@example.com") -> None:
        """Contact and card."""
        self.page.get_by_label("Email").first.fill(email)
        self.page.get_by_label("Name on the card").fill("Ada Lovelace")
        self.buyer.fill_card(card)

    def presses(self) -> None:
        """The one big button; by key, for the card form above it may still be growing."""
        self.page.locator("#submit").press("Enter")

    def is_back(self, word: str = "thanks") -> None:
        """In the shop again."""
        expect(self.page.get_by_role("heading")).to_have_text(word)


@pytest.fixture
def visitor(buyer: Buyer) -> Visitor:
    return Visitor(buyer)


def test_a_card_pays_and_leads_back_to_the_shop(till: Till, visitor: Visitor, opened: Any) -> None:
    session = opened()
    visitor.opens(session)

    visitor.fills()
    visitor.presses()

    visitor.is_back()
    done = till.now(session["id"])
    assert (done["status"], done["payment_status"]) == ("complete", "paid")
    assert done["customer_details"]["email"] == "ada@example.com"


def test_a_declined_card_says_so_and_another_pays(visitor: Visitor, opened: Any) -> None:
    visitor.opens(opened())

    visitor.fills("4000000000000002")
    visitor.presses()
    expect(visitor.page.locator("#problem")).to_have_text("Your card was declined.")
    visitor.buyer.fill_card("4242424242424242")
    visitor.presses()

    visitor.is_back()


@pytest.mark.parametrize(("answer", "word"), [("Complete", "thanks"), ("Fail", None)])
def test_the_bank_asks_on_the_same_page(
    visitor: Visitor, opened: Any, answer: str, word: str | None
) -> None:
    visitor.opens(opened())
    visitor.fills("4000000000003220")
    visitor.presses()

    visitor.buyer.bank.get_by_role("button", name=answer, exact=True).click()

    if word:
        visitor.is_back(word)
    else:
        expect(visitor.page.locator("#problem")).to_contain_text("unable to authenticate")


def test_what_is_missing_is_said_beside_its_field(visitor: Visitor, opened: Any) -> None:
    visitor.opens(opened(**{"consent_collection[terms_of_service]": "required"}))

    visitor.presses()

    email = visitor.page.get_by_label("Email").first
    expect(email).to_be_focused()
    expect(email).to_have_attribute("aria-invalid", "true")
    expect(visitor.page.locator("#email-error")).to_have_text("Please fill this in.")
    expect(visitor.page.locator("#consent-terms_of_service-error")).to_contain_text("agree")


def test_choices_change_the_total_and_what_is_paid(
    till: Till, visitor: Visitor, opened: Any
) -> None:
    coupon = till.post("coupons", percent_off="50", duration="once")["id"]
    promotion = {"promotion[type]": "coupon", "promotion[coupon]": coupon}
    code = till.post("promotion_codes", **promotion)["code"]
    rate = "shipping_options[{}][shipping_rate_data]"
    shipping = {
        f"{rate.format(n)}{key}": value
        for n, (name, amount) in enumerate([("Post", "500"), ("Pick up", "0")])
        for key, value in {"[display_name]": name, "[fixed_amount][amount]": amount,
                           "[fixed_amount][currency]": "eur"}.items()
    }  # fmt: skip
    quantity = {f"{LINE}[adjustable_quantity][enabled]": "true"}
    session = opened(allow_promotion_codes="true", **shipping, **quantity)
    total = visitor.page.locator("#total")
    visitor.opens(session)

    expect(total).to_have_text("€25.00")
    visitor.page.get_by_label("Quantity of Book").fill("3")
    visitor.page.get_by_label("Quantity of Book").press("Tab")
    expect(total).to_have_text("€65.00")
    visitor.page.get_by_text("Pick up").click()
    expect(total).to_have_text("€60.00")
    visitor.page.get_by_label("Promotion code").fill("NONE")
    visitor.page.get_by_role("button", name="Apply").click()
    expect(visitor.page.locator("#promotion_code-error")).to_have_text("This code is invalid.")
    visitor.page.get_by_label("Promotion code").fill(code.lower())
    visitor.page.get_by_role("button", name="Apply").click()
    expect(visitor.page.locator("#submit")).to_have_text("Pay €30.00")
    visitor.fills()
    visitor.presses()

    visitor.is_back()
    assert till.now(session["id"])["amount_total"] == 3000


def test_an_address_is_asked_for_and_kept(till: Till, visitor: Visitor, opened: Any) -> None:
    countries = {"shipping_address_collection[allowed_countries][0]": "DE"}
    session = opened(**countries)
    visitor.opens(session)

    for label, value in HOME.items():
        visitor.page.get_by_label(label, exact=True).fill(value)
    visitor.fills()
    visitor.presses()

    visitor.is_back()
    sent = till.now(session["id"])["collected_information"]["shipping_details"]
    assert (sent["name"], sent["address"]["city"], sent["address"]["country"]) == (
        "Ada Lovelace", "Berlin", "DE",
    )  # fmt: skip


def test_a_saved_card_pays_without_being_typed(till: Till, visitor: Visitor, opened: Any) -> None:
    customer = till.post("customers", email="ada@example.com")["id"]
    card = till.post("payment_methods/pm_card_visa/attach", customer=customer)["id"]
    till.post(f"payment_methods/{card}", allow_redisplay="always")
    session = opened(customer=customer)

    visitor.page.goto(session["url"])
    expect(visitor.page.get_by_label("Visa •••• 4242")).to_be_checked()
    visitor.presses()

    visitor.is_back()
    assert till.now(till.now(session["id"])["payment_intent"])["payment_method"] == card


def test_a_trial_begins_with_a_card(till: Till, visitor: Visitor, opened: Any) -> None:
    monthly = {f"{LINE}[price_data][recurring][interval]": "month"}
    trial = {"subscription_data[trial_period_days]": "14"}
    session = opened(mode="subscription", **monthly, **trial)
    visitor.opens(session)

    expect(visitor.page.get_by_text("14 days free, then €20.00 every month")).to_be_visible()
    visitor.fills()
    visitor.page.get_by_role("button", name="Start trial").click()

    visitor.is_back()
    subscription = till.now(till.now(session["id"])["subscription"])
    assert subscription["status"] == "trialing"


def test_the_way_back_leads_to_the_shop(visitor: Visitor, opened: Any) -> None:
    visitor.opens(opened())

    visitor.page.get_by_role("link", name="Back to Pretend Shop").click()

    visitor.is_back("canceled")


def test_a_session_that_is_over_says_how_it_ended(
    till: Till, visitor: Visitor, opened: Any
) -> None:
    session = opened()
    till.post(f"checkout/sessions/{session['id']}/expire")

    visitor.page.goto(session["url"])

    expect(visitor.page.get_by_role("heading", name="This checkout has expired")).to_be_visible()
    assert visitor.page.locator("form#checkout").count() == 0


def test_a_page_in_a_frame_tells_only_that_it_is_complete(
    till: Till, visitor: Visitor, shop: str
) -> None:
    wishes = {"mode": "payment", "ui_mode": "embedded_page", "redirect_on_completion": "never"}
    session = till.post("checkout/sessions", **wishes, **BOOK)
    page = visitor.page
    page.goto(f"{shop}/done?redirect_status=around")
    page.evaluate("window.heard = []; addEventListener('message', (m) => heard.push(m.data))")
    _frame(page, f"{till.url}/c/pay/{session['id']}?embedded=1")
    inside = page.frame_locator("#checkout-frame")
    card = inside.frame_locator("iframe[title='Secure payment input frame']")

    inside.get_by_label("Email").first.fill("ada@example.com")
    inside.get_by_label("Name on the card").fill("Ada")
    card.get_by_label("Card number").fill("4242424242424242")
    card.get_by_label("Expiration date").fill("12/34")
    card.get_by_label("Security code").fill("123")
    card.get_by_label("Country").select_option("DE")
    inside.locator("#submit").click()

    expect(inside.get_by_role("heading", name="Thank you")).to_be_visible()
    heard = page.evaluate("heard.filter(({ type }) => type !== 'height')")
    assert heard == [{"type": "complete"}]
    visitor.buyer.complaints.clear()  # the test's own shop forbids frames; its policy is lifted


def _frame(page: Page, url: str) -> None:
    page.evaluate(
        "(src) => document.body.append(Object.assign(document.createElement('iframe'),"
        " { src, id: 'checkout-frame', width: 1000, height: 1200 }))",
        url,
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_serious(
    visitor: Visitor, opened: Any, axe: Any, scheme: Any, width: int
) -> None:
    countries = {"shipping_address_collection[allowed_countries][0]": "DE"}
    visitor.page.set_viewport_size({"width": width, "height": 900})
    visitor.page.emulate_media(color_scheme=scheme)
    visitor.opens(opened(allow_promotion_codes="true", **countries))

    visitor.presses()

    expect(visitor.page.locator("#email-error")).not_to_be_empty()
    assert axe(visitor.page.main_frame) == []
    scrolls = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not visitor.page.evaluate(scrolls)


def test_the_whole_can_be_paid_by_keyboard(till: Till, visitor: Visitor, opened: Any) -> None:
    session = opened()
    visitor.opens(session)
    keys = visitor.page.keyboard

    visitor.page.get_by_label("Email").first.focus()
    keys.type("ada@example.com")
    keys.press("Tab")
    keys.type("Ada Lovelace")
    visitor.buyer.form.get_by_label("Card number").focus()
    keys.type("4242424242424242")
    keys.press("Tab")
    keys.type("1234")
    keys.press("Tab")
    keys.type("123")
    visitor.buyer.form.get_by_label("Country").select_option("DE")
    visitor.page.locator("#submit").focus()
    keys.press("Enter")

    visitor.is_back()


def test_the_page_may_not_be_framed_unless_it_is_meant_to(till: Till, opened: Any) -> None:
    session = opened()
    client = till.sandbox.test_client()

    alone = client.get(f"/c/pay/{session['id']}").headers["Content-Security-Policy"]
    framed = client.get(f"/c/pay/{session['id']}?embedded=1").headers["Content-Security-Policy"]

    assert "frame-ancestors 'none'" in alone
    assert "frame-ancestors *" in framed
    assert "unsafe" not in alone + framed


def test_the_page_stands_without_javascript(browser: Browser, opened: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()

    page.goto(opened()["url"])

    expect(page.get_by_text("Paying needs JavaScript")).to_be_visible()
    expect(page.locator("#total")).to_have_text("€20.00")
    context.close()
