"""Staff give money back in the back office; the customer sees it on the order's page."""

from playwright.sync_api import expect

from tests.journeys.ledger import Ledger
from tests.journeys.pages import Clerk, Shopper


def test_a_partial_refund_by_staff_is_seen_by_the_customer(
    shopper: Shopper, clerk: Clerk, ledger: Ledger
) -> None:
    shopper.go_to_checkout()
    shopper.pay()
    shopper.reads("Thank you. The money is here.")
    order = ledger.only_order_of(shopper.email)

    clerk.open_order(order.number)
    clerk.refund("5.00", "arrived with a chip")
    expect(clerk.page.get_by_text("€5.00 is on its way back.")).to_be_visible()
    clerk.refund("1.00", "for the trouble")
    expect(clerk.page.get_by_text("€1.00 is on its way back.")).to_be_visible()

    shopper.page.reload()
    expect(shopper.page.get_by_text("Partly refunded")).to_be_visible()
    expect(shopper.page.get_by_text("€6.00", exact=True)).to_be_visible()
    ledger.check()
    seen = ledger.only_order_of(shopper.email)
    assert (seen.status, seen.refunded, seen.paid) == ("paid", 600, seen.amount)
    assert len(ledger.letters_to(shopper.email, "refund_issued")) == 2


def test_what_staff_ship_is_on_its_way_for_the_customer(
    shopper: Shopper, clerk: Clerk, ledger: Ledger
) -> None:
    shopper.go_to_checkout()
    shopper.pay()
    shopper.reads("Thank you. The money is here.")
    order = ledger.only_order_of(shopper.email)

    clerk.open_order(order.number)
    clerk.page.get_by_label("Tracking number").fill("JJD01")
    clerk.button("Mark as shipped").click()
    expect(clerk.page.get_by_text("JJD01").first).to_be_visible()

    shopper.page.reload()
    shopper.reads("It is on its way")
    expect(shopper.page.get_by_text("Tracking: JJD01").first).to_be_visible()
