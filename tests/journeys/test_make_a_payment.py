"""What somebody owes is paid in parts, and every open page of theirs sees it."""

from collections.abc import Callable

from playwright.sync_api import expect

from app.db import db
from app.models import Customer
from tests import people
from tests.billing import invoice_of, open_invoice
from tests.journeys.ledger import Ledger
from tests.journeys.pages import Shopper, sign_in


def test_past_due_is_paid_first_and_the_rest_in_a_tab_that_watched(
    shopper: Shopper, second_tab: Callable[[], Shopper], ledger: Ledger
) -> None:
    invoice_id = owes(shopper, ledger, 6500, 4000, 4000, past_due=2)
    shopper.open("/account")
    shopper.page.get_by_role("link", name="Make a payment").click()
    other = second_tab()
    other.open("/account/payments")
    expect(other.pay_button).to_have_text("Pay €105.00")

    shopper.pay()
    expect(shopper.page.get_by_text("Thank you. €105.00 is here.")).to_be_visible()

    expect(other.page.get_by_role("table")).to_contain_text("€105.00")  # nobody loaded it again
    other.page.get_by_role("link", name="Work 3").click()  # not due yet, so on its own page
    expect(other.pay_button).to_have_text("Pay €40.00")
    other.pay()
    other.reads("This invoice is paid")
    expect(shopper.page.get_by_text("You owe nothing")).to_be_visible()
    with ledger.opened():
        assert invoice_of(invoice_id).status == "paid"


def test_what_is_ticked_is_paid_once_however_often_the_button_is_pressed(
    shopper: Shopper, ledger: Ledger
) -> None:
    invoice_id = owes(shopper, ledger, 1000, 2000, 3000, past_due=3)
    shopper.open("/account/payments")
    shopper.fill_card()

    shopper.page.get_by_label("Work 2").uncheck()
    expect(shopper.page.get_by_label("Only what I tick")).to_be_checked()
    expect(shopper.pay_button).to_have_text("Pay €40.00")
    shopper.pay_button.dblclick()  # the card that was typed is still there

    expect(shopper.page.get_by_text("Thank you. €40.00 is here.")).to_be_visible()
    with ledger.opened():
        assert [item.due_amount for item in invoice_of(invoice_id).items] == [0, 2000, 0]


def owes(shopper: Shopper, ledger: Ledger, *amounts: int, past_due: int) -> int:
    """A customer with an account, signed in, who owes these amounts; the invoice's id."""
    with ledger.opened():
        people.add_customer(shopper.email)
        customer = db.select(Customer.id).filter_by(email=shopper.email)
        invoice_id = open_invoice(db.session.scalars(customer).one(), *amounts, past_due=past_due)
    shopper.open("/account/sign-in")
    sign_in(shopper, shopper.email, people.PASSWORD)
    return invoice_id
