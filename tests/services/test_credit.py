"""A customer's credit: used for what they owe, and theirs again when it is not owed after all."""

from datetime import timedelta

import pytest

from app import clock
from app.db import db, transaction
from app.errors import InvalidAmount, InvoiceLocked, NothingDue
from app.models import Invoice, InvoiceStatus
from app.services import allocation, credit, customers, debts, invoices
from tests.billing import bill, invoice_of, open_invoice, pay_debt

pytestmark = pytest.mark.databases("sqlite")


def test_credit_pays_the_item_that_is_due_first_and_is_back_when_it_is_void(eve, assert_books):
    invoice_id = open_invoice(eve, 1000, 2500, past_due=1)
    credit.give(eve, 1600, currency="eur", actor="ada", reason="for the trouble")

    assert credit.use(invoice_id, actor="ada") == 1600

    invoice = invoice_of(invoice_id)
    assert [item.paid_amount for item in invoice.items] == [1000, 600]
    assert (invoice.status, invoice.due_amount) == (InvoiceStatus.OPEN, 1900)
    assert credit_of(eve) == 0
    assert_books()

    invoices.void(invoice_id, actor="ada", reason="wrong")
    assert credit_of(eve) == 1600
    assert invoice_of(invoice_id).paid_amount == 0
    assert_books()


def test_more_credit_than_is_owed_pays_it_and_the_rest_stays(eve, assert_books):
    invoice_id = open_invoice(eve, 1000)
    credit.give(eve, 1600, currency="eur", actor="ada", reason="for the trouble")

    credit.use(invoice_id, actor="ada")

    assert invoice_of(invoice_id).status == InvoiceStatus.PAID
    assert credit_of(eve) == 600
    with pytest.raises(NothingDue):
        credit.use(invoice_id, actor="ada")
    assert_books()


def test_an_open_way_to_pay_is_ended_first(eve, stripe_client, pump, assert_books):
    invoice_id = open_invoice(eve, 1000)
    sheet = debts.get_or_create_payment_intent(eve)
    credit.give(eve, 400, currency="eur", actor="ada", reason="for the trouble")

    credit.use(invoice_id, actor="ada")

    intent = stripe_client.v1.payment_intents.retrieve(sheet.client_secret.split("_secret_")[0])
    again = debts.get_or_create_payment_intent(eve)
    assert (intent.status, again.amount) == ("canceled", 600)
    pay_debt(stripe_client, again)
    pump()
    assert invoice_of(invoice_id).status == InvoiceStatus.PAID
    assert_books()


def test_credit_of_another_currency_or_none_pays_nothing(eve):
    invoice_id = open_invoice(eve, 1000)
    credit.give(eve, 1600, currency="usd", actor="ada", reason="for the trouble")

    with pytest.raises(NothingDue, match="no credit in EUR"):
        credit.use(invoice_id, actor="ada")
    with pytest.raises(InvalidAmount):
        credit.give(eve, 0, currency="eur", actor="ada", reason="nothing")


def test_the_same_credit_sent_again_at_once_is_given_once(eve, move_clock):
    for amount in (500, 500, 500, 700):
        credit.give(eve, amount, currency="eur", actor="ada", reason="for the trouble")
    assert credit_of(eve) == 1200

    move_clock(timedelta(minutes=2))
    credit.give(eve, 500, currency="eur", actor="ada", reason="for the trouble")
    assert credit_of(eve) == 1700


def test_a_series_can_begin_and_end_after_it_was_sent(eve, move_clock, run_jobs):
    invoice_id = open_invoice(eve, 1000)
    invoices.set_repeat(invoice_id, "month", actor="ada")
    assert invoice_of(invoice_id).repeat_at > clock.now() + timedelta(days=27)

    move_clock(timedelta(days=32))
    invoices.repeat()
    latest = db.session.scalars(db.select(Invoice).order_by(Invoice.id.desc())).first()
    assert (latest.copied_from_id, latest.status) == (invoice_id, "open")
    invoices.set_repeat(latest.id, "", actor="ada")
    move_clock(timedelta(days=64))
    invoices.repeat()
    assert db.session.query(Invoice).count() == 2


def test_one_that_began_long_ago_does_not_send_what_was_missed(eve):
    invoice_id = open_invoice(eve, 1000)
    with transaction() as session:
        session.get_one(Invoice, invoice_id).issued_at = clock.now() - timedelta(days=200)

    invoices.set_repeat(invoice_id, "month", actor="ada")

    assert clock.now() < invoice_of(invoice_id).repeat_at < clock.now() + timedelta(days=32)
    voided = open_invoice(eve, 1000)
    invoices.void(voided, actor="ada", reason="wrong")
    with pytest.raises(InvoiceLocked):
        invoices.set_repeat(voided, "month", actor="ada")
    assert invoices.draft(bill(eve, 1), actor="ada")


def credit_of(customer_id):
    db.session.rollback()
    return allocation.credit_of(db.session(), customer_id, "eur")


@pytest.fixture
def eve(app):
    return customers.find_or_create("eve@example.com")
