"""Buying on Stripe's own page, and turning back to the shop's form in time or too late."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.ledger import Ledger
from tests.journeys.pages import Shopper

PAID = "Thank you. The money is here."


def test_an_order_is_paid_on_stripes_page(shopper: Shopper, ledger: Ledger) -> None:
    go_to_stripe(shopper)

    expect(shopper.page.get_by_text("Mug").first).to_be_visible()
    pay_there(shopper)

    shopper.reads(PAID)
    order = ledger.only_order_of(shopper.email)
    assert (order.status, order.charges, order.paid) == ("paid", 1, order.amount)


def test_a_form_that_is_still_open_cannot_be_paid_beside_stripes_page(
    shopper: Shopper, second_tab: Callable[[], Shopper], ledger: Ledger
) -> None:
    go_to_stripe(shopper)
    order = ledger.only_order_of(shopper.email)
    other = second_tab()
    other.open(f"/orders/{order.token}")
    other.fill_card()  # and leaves it there

    pay_there(shopper)
    shopper.reads(PAID)
    other.pay_button.click()

    other.reads(PAID)
    assert ledger.only_order_of(shopper.email).charges == 1


def go_to_stripe(shopper: Shopper) -> None:
    shopper.go_to_checkout()
    shopper.button("Use Stripe’s page instead").click()
    shopper.page.wait_for_url("**/c/pay/**")


def pay_there(shopper: Shopper) -> None:
    shopper.page.get_by_label("Name on the card").fill("Eve Example")
    shopper.fill_card()
    shopper.page.locator("#submit").click()
