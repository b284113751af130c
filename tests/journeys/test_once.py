"""Whatever somebody presses, and however often: one order, one charge."""

from collections.abc import Callable
from contextlib import suppress

from playwright.sync_api import Error, expect

from tests.journeys.ledger import Ledger
from tests.journeys.pages import ASKS_BANK, GOOD, Shopper

PAID = "Thank you. The money is here."


def assert_one_order_and_one_charge(ledger: Ledger, shopper: Shopper) -> None:
    ledger.check()
    order = ledger.only_order_of(shopper.email)
    assert (order.status, order.charges, order.paid) == ("paid", 1, order.amount)


def test_a_double_click_pays_once(shopper: Shopper, ledger: Ledger) -> None:
    shopper.go_to_checkout()
    shopper.fill_card()
    shopper.pay_button.dblclick()

    shopper.reads(PAID)
    assert_one_order_and_one_charge(ledger, shopper)


def test_reloading_right_after_paying_pays_once(shopper: Shopper, ledger: Ledger) -> None:
    shopper.go_to_checkout()
    shopper.fill_card()
    with shopper.page.expect_response("**/checkout"):
        shopper.pay_button.click()
    with suppress(Error):  # Stripe's way back to the shop may be quicker than the reload
        shopper.page.reload()

    shopper.open("/cart")
    if ledger.only_order_of(shopper.email).status != "paid":  # the reload was quicker
        shopper.open("/checkout")
        shopper.fill_contact()
        shopper.pay()
        shopper.reads(PAID)
    assert_one_order_and_one_charge(ledger, shopper)


def test_going_back_after_paying_does_not_pay_again(shopper: Shopper, ledger: Ledger) -> None:
    shopper.go_to_checkout()
    shopper.pay()
    shopper.reads(PAID)

    shopper.page.go_back()

    shopper.open("/checkout")
    expect(shopper.page.get_by_text("It is still empty")).to_be_visible()
    assert_one_order_and_one_charge(ledger, shopper)


def test_reloading_the_order_page_changes_nothing(shopper: Shopper, ledger: Ledger) -> None:
    shopper.go_to_checkout()
    shopper.pay()
    shopper.reads(PAID)

    for _ in range(3):
        shopper.page.reload()
        shopper.reads(PAID)

    assert_one_order_and_one_charge(ledger, shopper)


def test_two_tabs_with_the_same_cart_are_one_order(
    shopper: Shopper, second_tab: Callable[[], Shopper], ledger: Ledger
) -> None:
    shopper.go_to_checkout()
    other = second_tab()
    other.open("/checkout")
    other.fill_contact()
    other.fill_card(ASKS_BANK)
    other.pay_button.click()
    expect(other.bank.get_by_role("button", name="Complete")).to_be_visible()

    shopper.pay(GOOD)
    shopper.reads(PAID)
    other.bank.get_by_role("button", name="Complete").click()

    other.reads(PAID)
    assert_one_order_and_one_charge(ledger, shopper)


def test_a_payment_that_was_broken_off_is_resumed_on_the_order_page(
    shopper: Shopper, second_tab: Callable[[], Shopper], ledger: Ledger
) -> None:
    shopper.go_to_checkout()
    shopper.pay(ASKS_BANK)
    expect(shopper.bank.get_by_role("button", name="Complete")).to_be_visible()
    shopper.page.close()
    order = ledger.only_order_of(shopper.email)
    assert (order.status, order.charges) == ("pending", 0)

    later = second_tab()
    later.open(f"/orders/{order.token}")
    later.reads("Your order waits for its payment")
    later.pay(GOOD)

    later.reads(PAID)
    assert_one_order_and_one_charge(ledger, shopper)
