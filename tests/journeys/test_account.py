"""An account of one's own: register, confirm by the letter, sign in, find the guest order."""

import re

from playwright.sync_api import expect

from tests.journeys.ledger import Ledger
from tests.journeys.pages import Shopper, sign_in

PASSWORD = "correct horse battery staple"
WELCOME = "security/email/welcome"


def register(shopper: Shopper) -> None:
    shopper.open("/account/register")
    shopper.page.get_by_label(re.compile("E-?mail", re.IGNORECASE)).fill(shopper.email)
    for field in shopper.page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    shopper.page.locator("main form").get_by_role("button").last.click()
    expect(shopper.page.get_by_role("status").filter(has_text=shopper.email)).to_be_visible()


def link_in(letters: list[str], ledger: Ledger) -> str:
    """The path of the link in the newest letter."""
    found = re.search(rf"{re.escape(ledger.shop.url)}(/account/confirm/\S+)", letters[-1])
    assert found, letters[-1]
    return found[1]


def test_a_guest_order_joins_the_account_once_the_address_is_confirmed(
    shopper: Shopper, ledger: Ledger
) -> None:
    shopper.go_to_checkout()
    shopper.pay()
    shopper.reads("Thank you. The money is here.")
    order = ledger.only_order_of(shopper.email)

    register(shopper)
    shopper.open("/account")
    expect(shopper.page.get_by_label("Password").first).to_be_visible()
    assert ledger.only_order_of(shopper.email).customer_id is None

    shopper.open(link_in(ledger.letters_to(shopper.email, WELCOME), ledger))
    shopper.open("/account/sign-in")
    sign_in(shopper, shopper.email, PASSWORD)
    shopper.open("/account/orders")

    expect(shopper.page.get_by_text(order.number).first).to_be_visible()
    assert ledger.only_order_of(shopper.email).customer_id is not None


def test_a_second_purchase_remembers_who_is_signed_in(shopper: Shopper, ledger: Ledger) -> None:
    register(shopper)
    shopper.open(link_in(ledger.letters_to(shopper.email, WELCOME), ledger))
    shopper.open("/account/sign-in")
    sign_in(shopper, shopper.email, PASSWORD)
    shopper.open("/account")

    shopper.put_in_cart()
    shopper.page.get_by_role("link", name="To checkout").click()
    expect(shopper.page.get_by_label("E-mail")).to_have_value(shopper.email)
    shopper.fill_contact()
    shopper.pay()

    shopper.reads("Thank you. The money is here.")
    assert ledger.only_order_of(shopper.email).customer_id is not None
