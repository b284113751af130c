"""The page of an invoice, read and paid in a browser."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.sandbox.browser.conftest import Buyer, Till


class Bill:
    """An invoice over a mug of 25.00 EUR, and its page."""

    def __init__(self, till: Till, **more: str) -> None:
        self.till = till
        address = {"address[line1]": "Way 1", "address[city]": "Ulm", "invoice_prefix": "ADA"}
        self.customer = till.post("customers", name="Ada Lovelace", **address)["id"]
        draft = till.post("invoices", customer=self.customer, currency="eur", **more)["id"]
        item = {"customer": self.customer, "invoice": draft, "amount": "2500", "currency": "eur"}
        till.post("invoiceitems", **item, description="Blue mug")
        self.invoice = till.post(f"invoices/{draft}/finalize")
        self.url = self.invoice["hosted_invoice_url"]

    @property
    def now(self) -> dict[str, Any]:
        """The invoice as it is at this moment."""
        return self.till.now(self.invoice["id"])


@pytest.fixture
def billed(till: Till) -> Callable[..., Bill]:
    return lambda **more: Bill(till, **more)


@pytest.fixture
def opened(buyer: Buyer, billed: Callable[..., Bill]) -> Bill:
    """An invoice whose page stands before the buyer, card form and all."""
    bill = billed()
    buyer.page.goto(bill.url)
    buyer.form.get_by_label("Card number").wait_for()
    return bill


def press_pay(page: Page) -> None:
    page.get_by_role("button", name="Pay €25.00").click()


def test_a_card_pays_the_invoice(buyer: Buyer, opened: Bill) -> None:
    buyer.fill_card("4242424242424242")
    press_pay(buyer.page)

    expect(buyer.page.get_by_role("heading", name="Invoice paid")).to_be_visible()
    assert (opened.now["status"], opened.now["amount_paid"]) == ("paid", 2500)


def test_the_page_says_what_was_billed(buyer: Buyer, opened: Bill) -> None:
    page = buyer.page

    expect(page.locator(".about")).to_contain_text(f"Invoice {opened.now['number']}")
    expect(page.locator(".lines")).to_contain_text("Blue mug")
    expect(page.locator(".totals")).to_contain_text("Amount due€25.00")
    expect(page.locator(".facts")).to_contain_text("Ada Lovelace")
    expect(page.locator(".pretend")).to_contain_text("Pretend Stripe")


def test_a_declined_card_says_so_and_another_pays(buyer: Buyer, opened: Bill) -> None:
    buyer.fill_card("4000000000000002")
    press_pay(buyer.page)
    expect(buyer.page.get_by_role("alert")).to_contain_text("declined")
    assert opened.now["status"] == "open"

    buyer.fill_card("5555555555554444")
    press_pay(buyer.page)

    expect(buyer.page.get_by_role("heading", name="Invoice paid")).to_be_visible()


def test_the_bank_may_ask_first(buyer: Buyer, opened: Bill) -> None:
    buyer.fill_card("4000002500003155")
    press_pay(buyer.page)
    buyer.bank.get_by_role("button", name="Complete").click()

    expect(buyer.page.get_by_role("heading", name="Invoice paid")).to_be_visible()
    assert opened.now["status"] == "paid"


def test_it_is_paid_with_the_keyboard_alone(buyer: Buyer, opened: Bill) -> None:
    buyer.fill_card("4242424242424242")

    buyer.page.get_by_role("button", name="Pay €25.00").focus()
    buyer.page.keyboard.press("Enter")

    expect(buyer.page.get_by_role("heading", name="Invoice paid")).to_be_visible()


def test_a_debit_is_on_its_way(page: Page, till: Till, billed: Callable[..., Bill]) -> None:
    bill = billed()
    payment = till.sandbox.account.where("invoice_payment", "invoice", bill.invoice["id"])[0]
    intent = payment["payment"]["payment_intent"]
    debit = {"payment_method_data[type]": "sepa_debit",
             "payment_method_data[sepa_debit][iban]": "DE89370400440532013000",
             "payment_method_data[billing_details][name]": "Ada",
             "payment_method_data[billing_details][email]": "ada@example.com",
             "mandate_data[customer_acceptance][type]": "offline"}  # fmt: skip

    till.post(f"payment_intents/{intent}/confirm", **debit)
    page.goto(bill.url)

    expect(page.get_by_role("heading", name="Your payment is on its way")).to_be_visible()


def test_a_void_invoice_asks_for_nothing(
    page: Page, till: Till, billed: Callable[..., Bill]
) -> None:
    bill = billed()
    till.post(f"invoices/{bill.invoice['id']}/void")

    page.goto(bill.url)

    expect(page.get_by_role("heading", name="This invoice is void")).to_be_visible()
    expect(page.get_by_role("button")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_holds_up_to_axe_on_a_phone(
    browser: Browser, billed: Callable[..., Bill], axe: Callable[[Any], list[str]], scheme: Any
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 700}, color_scheme=scheme)
    page = context.new_page()
    page.goto(billed().url)
    form = page.frame_locator("iframe[title='Secure payment input frame']")
    form.get_by_label("Card number").wait_for()

    complaints = axe(page)
    width = page.evaluate("document.documentElement.scrollWidth")
    context.close()

    assert (complaints, width) == ([], 360)
