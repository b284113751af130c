"""A payment that became credit, and goes back: what was paid with it is owed again."""

import pytest

from app.db import db
from app.models import CreditEntry, InvoiceStatus, Payment
from app.services import allocation, credit, customers, refunds
from tests.billing import invoice_of, open_invoice
from tests.links import pay_foreign_link


def test_what_it_was_used_for_last_is_owed_again_first(paid, eve, pump, assert_books):
    first, second = open_invoice(eve, 4000), open_invoice(eve, 2500)
    for invoice_id in (first, second):
        credit.use(invoice_id, actor="ada")
    assert (credit_of(eve), invoice_of(second).status) == (0, InvoiceStatus.PAID)

    refund(paid, 3000)
    pump()

    assert credit_of(eve) == 0
    assert [invoice_of(each).due_amount for each in (first, second)] == [500, 2500]
    reasons = db.select(CreditEntry.reason).filter_by(payment_id=paid).order_by(CreditEntry.id)
    assert db.session.scalars(reasons).all() == ["more was paid than was owed", "it was refunded"]
    assert_books()

    refund(paid, 3500)
    pump()
    assert (credit_of(eve), invoice_of(first).due_amount) == (0, 4000)
    assert_books()


def test_what_is_still_credit_goes_back_and_nothing_is_owed_again(paid, eve, pump, assert_books):
    invoice_id = open_invoice(eve, 4000)
    credit.use(invoice_id, actor="ada")

    refund(paid, 2500)
    pump()

    assert (credit_of(eve), invoice_of(invoice_id).status) == (0, InvoiceStatus.PAID)
    assert_books()


def test_credit_from_elsewhere_goes_on_paying(paid, eve, pump, assert_books):
    invoice_id = open_invoice(eve, 6500)
    credit.use(invoice_id, actor="ada")
    credit.give(eve, 500, currency="eur", actor="ada", reason="for the trouble")

    refund(paid, 2000)
    pump()

    assert (credit_of(eve), invoice_of(invoice_id).due_amount) == (0, 1500)
    assert_books()


def credit_of(customer_id):
    db.session.rollback()
    return allocation.credit_of(db.session(), customer_id, "eur")


def refund(payment_id, amount):
    form_token = f"form-of-{amount}-and-more"
    refunds.issue_for_payment(payment_id, amount, form_token=form_token, actor="ada")


@pytest.fixture
def eve(app):
    return customers.find_or_create("eve@example.com")


@pytest.fixture
def paid(eve, stripe_client, sandbox, pump):
    """The id of a payment of 65.00 that is all credit."""
    pay_foreign_link(stripe_client, sandbox, 6500, email="eve@example.com")
    pump()
    return db.session.scalars(db.select(Payment.id)).one()
