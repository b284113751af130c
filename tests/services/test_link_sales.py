"""A link for nothing in the books is a sale: billed when it is paid, and never owed."""

import pytest

from app.db import db
from app.models import CreditEntry, Invoice, Payment, PaymentLink
from app.services import allocation, customers, debts, external_payments, payment_links, refunds
from app.services.payment_links import NewLink
from tests.links import pay_link


def test_it_has_an_invoice_with_its_words_and_the_shops_tax(eve, sell, sandbox, pump, assert_books):
    link = sell(eve)
    assert db.session.query(Invoice).count() == 0  # nobody owes it

    pay_link(sandbox, link)
    pump()

    (invoice,) = db.session.scalars(db.select(Invoice)).all()
    (item,) = invoice.items
    assert (invoice.status, invoice.customer_id, invoice.due_amount) == ("paid", eve, 0)
    assert (invoice.number, invoice.paid_at is not None) == ("INV-00001", True)
    assert (item.description, item.total_amount) == ("A thing", 1200)
    assert invoice.tax_amount == item.tax_amount
    assert db.session.query(CreditEntry).count() == 0
    assert_books()


def test_what_is_refunded_is_not_owed_again(eve, sell, sandbox, pump, assert_books):
    pay_link(sandbox, sell(eve))
    pump()

    for amount in (500, 700):
        (payment,) = db.session.scalars(db.select(Payment)).all()
        token = f"form-{amount}-and-more"
        refunds.issue_for_payment(payment.id, amount, form_token=token, actor="ada")
        pump()
        (invoice,) = db.session.scalars(db.select(Invoice)).all()
        assert (invoice.status, invoice.due_amount) == ("uncollectible", 0)
        assert_books()

    assert invoice.paid_amount == 0
    assert debts.open_items(db.session(), eve) == []
    assert allocation.credit_of(db.session(), eve, "eur") == 0


def test_somebody_unknown_has_it_once_they_are_known(app, sell, sandbox, pump, assert_books):
    pay_link(sandbox, sell(None))
    pump()
    (payment,) = db.session.scalars(db.select(Payment)).all()
    assert (payment.matching, db.session.query(Invoice).count()) == ("waiting", 0)

    eve = customers.find_or_create("new@example.com")
    external_payments.assign(payment.id, eve, actor="ada")

    db.session.rollback()
    (invoice,) = db.session.scalars(db.select(Invoice)).all()
    assert (invoice.status, invoice.customer_id) == ("paid", eve)
    assert allocation.credit_of(db.session(), eve, "eur") == 0
    assert_books()


@pytest.fixture
def eve(app):
    return customers.find_or_create("eve@example.com")


@pytest.fixture
def sell():
    """Send a link over 12.00 for a thing; the row."""

    def sell(customer_id):
        wanted = NewLink(
            email="eve@example.com",
            description="A thing",
            amount=1200,
            currency="eur",
            customer_id=customer_id,
        )
        link_id = payment_links.send(wanted, form_token="a-form", actor="ada")
        db.session.rollback()
        return db.session.get_one(PaymentLink, link_id)

    return sell
