"""A debit takes days: the order waits, and the bank has the last word."""

from tests.journeys.ledger import Ledger
from tests.journeys.pages import GOOD, Shopper


def test_a_bank_debit_waits_and_is_paid_when_the_bank_says_so(
    shopper: Shopper, ledger: Ledger
) -> None:
    shopper.go_to_checkout()
    shopper.fill_debit()
    shopper.pay_button.click()
    shopper.reads("Your payment is on its way")
    order = ledger.only_order_of(shopper.email)
    assert (order.status, order.paid) == ("pending", 0)

    ledger.settle(order.intents[0], "succeeded")

    shopper.reads("Thank you. The money is here.")
    assert ledger.only_order_of(shopper.email).paid == order.amount


def test_a_bank_debit_that_fails_is_told_and_can_be_paid_by_card(
    shopper: Shopper, ledger: Ledger
) -> None:
    shopper.go_to_checkout()
    shopper.fill_debit()
    shopper.pay_button.click()
    shopper.reads("Your payment is on its way")
    order = ledger.only_order_of(shopper.email)

    ledger.settle(order.intents[0], "failed")

    shopper.reads("The payment did not go through")
    assert ledger.only_order_of(shopper.email).status == "failed"
    shopper.open(f"/orders/{order.token}")
    shopper.pay(GOOD)
    shopper.reads("Thank you. The money is here.")
    assert ledger.only_order_of(shopper.email).charges == 1
