"""The billing portal: a customer with a plan, a card and a browser."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.sandbox.browser.conftest import Till

Axe = Callable[[Any], list[str]]
FEATURES = {
    "customer_update": {
        "enabled": "true",
        "allowed_updates": ["name", "email", "address", "tax_id"],
    },
    "invoice_history": {"enabled": "true"},
    "payment_method_update": {"enabled": "true"},
    "subscription_cancel": {
        "enabled": "true",
        "cancellation_reason": {"enabled": "true", "options": ["too_expensive", "other"]},
    },
}
RETURN_URL = "http://127.0.0.1:9/account"


class Member:
    """Somebody with a plan of 10 euros a month, in the portal."""

    def __init__(self, page: Page, till: Till) -> None:
        self.page, self.till = page, till
        self.complaints: list[str] = []
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._listen)
        self.customer = till.post("customers", name="Ada", email="ada@example.com")["id"]
        card = till.post("payment_methods/pm_card_visa/attach", customer=self.customer)["id"]
        default = {"invoice_settings[default_payment_method]": card}
        till.post(f"customers/{self.customer}", **default)
        self.product = till.post("products", name="Tea")["id"]
        self.small, self.large = self.price(1000), self.price(3000)
        items = {"items[0][price]": self.small}
        self.plan = till.post("subscriptions", customer=self.customer, **items)["id"]

    def _listen(self, message: Any) -> None:
        if "Content Security Policy" in message.text or "Refused to" in message.text:
            self.complaints.append(message.text)

    def price(self, amount: int) -> str:
        """A monthly price of the product."""
        more = {"recurring[interval]": "month", "nickname": f"Plan {amount // 100}"}
        found = self.till.post(
            "prices", product=self.product, currency="eur", unit_amount=amount, **more
        )
        return str(found["id"])

    def changing(self, **more: Any) -> dict[str, Any]:
        """The feature of changing between the two plans."""
        offered = {"product": self.product, "prices": [self.small, self.large]}
        return {
            "enabled": "true",
            "default_allowed_updates": ["price", "quantity"],
            "products": [offered],
            "proration_behavior": "always_invoice",
            **more,
        }

    def open(self, features: dict[str, Any] | None = None, **session: Any) -> None:
        """The portal with these features (all, if none are named)."""
        wanted = features or {**FEATURES, "subscription_update": self.changing()}
        made = self.till.post("billing_portal/configurations", **flat({"features": wanted}))
        found = self.till.post(
            "billing_portal/sessions",
            customer=self.customer,
            configuration=made["id"],
            **flat({"return_url": RETURN_URL, **session}),
        )
        self.page.goto(found["url"])

    def press(self, name: str) -> None:
        """A button or a link."""
        found = self.page.get_by_role("button", name=name, exact=True)
        found.or_(self.page.get_by_role("link", name=name, exact=True)).click()

    def reads(self, text: str) -> None:
        """The page says this."""
        expect(self.page.get_by_role("main")).to_contain_text(text)

    @property
    def subscription(self) -> dict[str, Any]:
        """The plan as it is now."""
        return self.till.now(self.plan)


def flat(given: Any, path: str = "") -> dict[str, Any]:
    """`{"a": {"b": ["c"]}}` as form fields: `a[b][0]=c`."""
    if not isinstance(given, (dict, list)):
        return {path: given}
    pairs = given.items() if isinstance(given, dict) else enumerate(given)
    fields: dict[str, Any] = {}
    for key, value in pairs:
        fields |= flat(value, f"{path}[{key}]" if path else str(key))
    return fields


@pytest.fixture
def member(page: Page, till: Till) -> Iterator[Member]:
    found = Member(page, till)
    yield found
    assert found.complaints == []


def test_the_plan_and_its_next_payment_are_told(member: Member) -> None:
    member.open()

    member.reads("€10.00 per month")
    member.reads(": €10.00.")
    expect(member.page.get_by_role("link", name="Return to")).to_have_attribute("href", RETURN_URL)


def test_what_is_shown_for_a_change_is_what_is_charged(member: Member, till: Till) -> None:
    member.open()

    member.press("Change plan Tea")
    member.page.get_by_label("Plan 30").check()
    member.page.get_by_label("Quantity").fill("2")
    member.press("Continue")
    due = member.page.locator(".amount strong").inner_text()
    member.press(f"Confirm and pay {due}")

    member.reads("Your plan is changed.")
    member.reads("€30.00 × 2 per month")
    paid = till.now(member.subscription["latest_invoice"])
    assert (paid["status"], f"€{paid['amount_paid'] / 100:.2f}") == ("paid", due)


def test_a_change_that_cannot_be_paid_is_not_made(member: Member, till: Till) -> None:
    card = till.post("payment_methods/pm_card_chargeCustomerFail/attach", customer=member.customer)
    default = {"invoice_settings[default_payment_method]": card["id"]}
    till.post(f"customers/{member.customer}", **default)
    member.open()

    member.press("Change plan Tea")
    member.page.get_by_label("Plan 30").check()
    member.press("Continue")
    member.page.get_by_role("button", name="Confirm and pay").click()

    member.reads("declined")
    assert member.subscription["items"]["data"][0]["price"]["id"] == member.small


def test_a_smaller_plan_waits_for_the_end_of_the_period(member: Member) -> None:
    later = {"conditions": [{"type": "decreasing_item_amount"}]}
    member.till.post(
        f"subscription_items/{member.subscription['items']['data'][0]['id']}", price=member.large
    )
    member.open({"subscription_update": member.changing(schedule_at_period_end=later)})

    member.press("Change plan Tea")
    member.page.get_by_label("Plan 10").check()
    member.press("Continue")
    member.reads("€0.00")
    member.press("Confirm")

    member.reads("Your plan changes to Tea, €10.00 per month")
    assert member.subscription["items"]["data"][0]["price"]["id"] == member.large
    member.press("Keep the current plan")
    member.reads("Renews on")
    assert member.subscription["schedule"] is None


def test_a_plan_can_be_canceled_with_a_reason_and_taken_up_again(member: Member) -> None:
    member.open()

    member.press("Cancel plan Tea")
    member.page.get_by_label("It is too expensive").check()
    member.page.get_by_label("Anything else").fill("Sorry")
    member.press("Cancel plan")

    member.reads("Your plan ends on")
    told = member.subscription["cancellation_details"]
    assert (told["feedback"], told["comment"]) == ("too_expensive", "Sorry")
    assert member.subscription["cancel_at_period_end"] is True
    member.press("Don’t cancel Tea")
    member.reads("Your plan goes on.")
    assert member.subscription["cancel_at_period_end"] is False


def test_a_plan_can_be_canceled_at_once(member: Member) -> None:
    cancel = {"enabled": "true", "mode": "immediately"}
    member.open({"subscription_cancel": cancel})

    member.press("Cancel plan Tea")
    member.press("Cancel plan")

    member.reads("You have no plan at the moment.")
    assert member.subscription["status"] == "canceled"


def test_a_plan_can_be_paused_and_resumed(member: Member) -> None:
    member.open({"subscription_pause": {"enabled": "true"}})

    member.press("Pause Tea")
    member.press("Pause plan")

    member.reads("Nothing is charged for now.")
    assert member.subscription["pause_collection"]["behavior"] == "void"
    member.press("Resume Tea")
    member.reads("Your plan goes on.")
    assert member.subscription["pause_collection"] is None


def test_a_new_card_becomes_the_default(member: Member, till: Till) -> None:
    member.open()

    member.press("Add a payment method")
    form = member.page.frame_locator("iframe[title='Secure payment input frame']")
    form.get_by_label("Card number").fill("5555555555554444")
    form.get_by_label("Expiration date").fill("12/34")
    form.get_by_label("Security code").fill("123")
    form.get_by_label("Country").select_option("DE")
    member.press("Save")

    member.reads("Your payment method is saved.")
    customer = till.now(member.customer)
    default = till.now(customer["invoice_settings"]["default_payment_method"])
    assert default["card"]["last4"] == "4444"


def test_a_card_that_is_not_needed_can_go(member: Member, till: Till) -> None:
    other = till.post("payment_methods/pm_card_mastercard/attach", customer=member.customer)["id"]
    member.open()

    member.press("Make default Mastercard •••• 4444")
    member.reads("Invoices will be charged to this from now on.")
    member.press("Remove Visa •••• 4242")

    member.reads("Your payment method is removed.")
    settings = till.now(member.customer)["invoice_settings"]
    assert settings["default_payment_method"] == other
    expect(member.page.get_by_role("button", name="Remove")).to_have_count(0)


def test_details_and_a_tax_id_can_be_changed(member: Member, till: Till) -> None:
    member.open()

    member.press("Change your details")
    member.page.get_by_label("E-mail").fill("lovelace@example.com")
    member.page.get_by_label("City").fill("Ulm")
    member.page.get_by_label("Country").select_option("DE")
    member.page.get_by_label("Number").fill("DE123456789")
    member.press("Save")

    member.reads("Your details are saved.")
    member.reads("DE123456789")
    known = till.now(member.customer)
    assert (known["email"], known["address"]["city"]) == ("lovelace@example.com", "Ulm")
    member.press("Remove DE123456789")
    member.reads("The tax ID is removed.")


def test_a_wrong_tax_id_is_told_and_nothing_is_saved(member: Member, till: Till) -> None:
    member.open()

    member.press("Change your details")
    member.page.get_by_label("E-mail").fill("other@example.com")
    member.page.get_by_label("Number").fill("nonsense")
    member.press("Save")

    expect(member.page.get_by_role("status")).to_contain_text("Invalid value")
    assert till.now(member.customer)["email"] == "ada@example.com"


def test_an_invoice_can_be_read_and_downloaded(member: Member, till: Till) -> None:
    member.open()

    paper = member.page.get_by_role("link", name="PDF of").get_attribute("href") or ""
    answer = member.page.request.get(paper)

    assert (answer.status, answer.body()[:4]) == (200, b"%PDF")


def test_only_what_is_allowed_is_there(member: Member) -> None:
    member.open({"invoice_history": {"enabled": "true"}})

    expect(member.page.get_by_role("heading", name="Invoices", exact=True)).to_be_visible()
    expect(member.page.get_by_role("main").get_by_role("button")).to_have_count(0)
    expect(member.page.get_by_role("link", name="Cancel plan")).to_have_count(0)
    answer = member.page.request.get(f"{member.page.url}/subscriptions/{member.plan}/cancel")
    assert answer.status == 404


def test_nobody_elses_plan_can_be_reached(member: Member, till: Till) -> None:
    other = till.post("customers", name="Grace")["id"]
    card = till.post("payment_methods/pm_card_visa/attach", customer=other)["id"]
    plan = till.post(
        "subscriptions",
        customer=other,
        default_payment_method=card,
        **{"items[0][price]": member.small},
    )["id"]
    member.open()

    answer = member.page.request.post(f"{member.page.url}/subscriptions/{plan}/cancel")

    assert answer.status == 404
    assert till.now(plan)["cancel_at_period_end"] is False


def test_another_sites_page_cannot_press_its_buttons(member: Member) -> None:
    member.open()

    answer = member.page.request.post(
        f"{member.page.url}/subscriptions/{member.plan}/cancel",
        headers={"Origin": "https://evil.example"},
    )

    assert answer.status == 403
    assert member.subscription["cancel_at_period_end"] is False


def test_a_flow_leads_to_its_end_and_back(member: Member) -> None:
    after = {"type": "hosted_confirmation", "hosted_confirmation": {"custom_message": "Farewell"}}
    flow = {
        "type": "subscription_cancel",
        "subscription_cancel": {"subscription": member.plan},
        "after_completion": after,
    }
    member.open(flow_data=flow)

    expect(member.page.get_by_role("heading", name="Cancel your plan")).to_be_visible()
    member.press("Cancel plan")

    member.reads("Farewell")
    assert member.subscription["cancel_at_period_end"] is True


def test_a_flow_can_end_at_the_shop(member: Member) -> None:
    item = member.subscription["items"]["data"][0]["id"]
    wanted = {"subscription": member.plan, "items": [{"id": item, "price": member.large}]}
    flow = {
        "type": "subscription_update_confirm",
        "subscription_update_confirm": wanted,
        "after_completion": {"type": "redirect", "redirect": {"return_url": "/".join((
            member.till.url, "dashboard"))}},
    }  # fmt: skip
    member.open(flow_data=flow)

    member.page.get_by_role("button", name="Confirm and pay").click()

    member.page.wait_for_url(member.till.url + "/")
    assert member.subscription["items"]["data"][0]["price"]["id"] == member.large


def test_somebody_who_wants_to_leave_can_be_made_an_offer(member: Member) -> None:
    coupon = member.till.post("coupons", percent_off="50", duration="once")["id"]
    retention = {"type": "coupon_offer", "coupon_offer": {"coupon": coupon}}
    about = {"subscription": member.plan, "retention": retention}
    member.open(flow_data={"type": "subscription_cancel", "subscription_cancel": about})

    member.reads("Stay, and get 50 % off your next invoice")
    member.press("Take the offer")

    member.reads("your discount is set")
    assert len(member.subscription["discounts"]) == 1


def test_the_keyboard_is_enough(member: Member) -> None:
    member.open()

    for _ in range(20):
        member.page.keyboard.press("Tab")
        if member.page.evaluate("document.activeElement.textContent.includes('Cancel plan')"):
            break
    member.page.keyboard.press("Enter")
    member.page.get_by_label("Something else").focus()
    member.page.keyboard.press("Space")
    member.page.get_by_role("button", name="Cancel plan").press("Enter")

    member.reads("Your plan ends on")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_nothing_serious(member: Member, axe: Axe, scheme: Any, width: int) -> None:
    member.page.emulate_media(color_scheme=scheme)
    member.page.set_viewport_size({"width": width, "height": 900})
    member.open()
    portal = member.page.url
    plan = f"{portal}/subscriptions/{member.plan}"
    pages = [portal, f"{plan}/update", f"{plan}/cancel", f"{portal}/customer",
             f"{plan}/confirm?price={member.large}", f"{portal}/payment-methods"]  # fmt: skip

    for address in pages:
        member.page.goto(address)
        assert axe(member.page) == [], address
        width_needed = member.page.evaluate("document.documentElement.scrollWidth")
        assert width_needed <= width, address
