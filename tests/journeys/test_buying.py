"""From a product to a paid order, in a browser, with webhooks over HTTP."""

from playwright.sync_api import expect

from tests.journeys.ledger import Ledger
from tests.journeys.pages import ASKS_BANK, DECLINED, GOOD, Shopper


def test_a_guest_buys(shopper: Shopper, ledger: Ledger) -> None:
    shopper.go_to_checkout()
    shopper.pay()

    shopper.reads("Thank you. The money is here.")
    order = ledger.only_order_of(shopper.email)
    assert (order.status, order.paid, order.charges) == ("paid", order.amount, 1)
    expect(shopper.page.get_by_text(order.intents[0])).to_be_visible()
    ledger.check()
    (letter,) = ledger.letters_to(shopper.email, "order_confirmation")
    assert f"/orders/{order.token}" in letter


def test_a_download_needs_no_address_and_is_there_at_once(shopper: Shopper, ledger: Ledger) -> None:
    shopper.go_to_checkout("pattern-book")
    expect(shopper.page.get_by_label("Town")).to_have_count(0)
    shopper.pay()

    shopper.reads("Thank you. Everything is yours.")
    assert ledger.only_order_of(shopper.email).status == "fulfilled"


def test_a_guest_buys_with_three_d_secure(shopper: Shopper, ledger: Ledger) -> None:
    shopper.go_to_checkout()
    shopper.pay(ASKS_BANK)
    shopper.bank.get_by_role("button", name="Complete").click()

    shopper.reads("Thank you. The money is here.")
    assert ledger.only_order_of(shopper.email).charges == 1


def test_a_failed_challenge_charges_nothing_and_another_card_pays(
    shopper: Shopper, ledger: Ledger
) -> None:
    shopper.go_to_checkout()
    shopper.pay(ASKS_BANK)
    shopper.bank.get_by_role("button", name="Fail", exact=True).click()
    shopper.reads_problem("We are unable to authenticate your payment method.")
    assert ledger.only_order_of(shopper.email).charges == 0

    shopper.pay(GOOD)

    shopper.reads("Thank you. The money is here.")
    assert ledger.only_order_of(shopper.email).charges == 1


def test_a_declined_card_says_why_and_the_same_order_is_paid_with_another(
    shopper: Shopper, ledger: Ledger
) -> None:
    shopper.go_to_checkout()
    shopper.pay(DECLINED)
    shopper.reads_problem("Your card was declined.")
    first = ledger.only_order_of(shopper.email)
    expect(shopper.page.get_by_label("Town")).to_have_value("Berlin")

    shopper.pay(GOOD)

    shopper.reads("Thank you. The money is here.")
    order = ledger.only_order_of(shopper.email)
    assert (order.number, order.charges) == (first.number, 1)
