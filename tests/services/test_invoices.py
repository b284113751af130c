"""What staff bill: numbers without gaps, nothing owed twice, nothing lost."""

from datetime import timedelta

import pytest

from app import clock
from app.db import db, transaction
from app.errors import DatabaseBusy, InvalidInvoice, InvalidTransition, InvoiceLocked
from app.models import Invoice, InvoiceStatus, Letter
from app.services import allocation, customers, debts, invoices
from app.services.invoices import NewInvoice, NewItem
from tests.billing import bill, invoice_of, open_invoice, pay_debt


def test_a_draft_is_not_owed_and_has_no_number(eve):
    invoice = invoice_of(invoices.draft(bill(eve, 1000, 2500), actor="ada"))

    assert (invoice.status, invoice.number, invoice.total_amount) == ("draft", None, 3500)
    assert debts.open_items(db.session(), eve) == []


def test_finalising_gives_numbers_without_gaps(eve):
    drafts = [invoices.draft(bill(eve, 1000), actor="ada") for _ in range(3)]
    for invoice_id in (drafts[2], drafts[0], drafts[0]):
        invoices.finalize(invoice_id, actor="ada")

    assert invoice_of(drafts[2]).number == "INV-00001"
    assert invoice_of(drafts[0]).number == "INV-00002"
    assert invoice_of(drafts[1]).number is None


def test_a_number_is_not_lost_when_finalising_fails(eve):
    first, second = (invoices.draft(bill(eve, 1000), actor="ada") for _ in range(2))
    with pytest.raises(DatabaseBusy), transaction():
        finalize_and_fail(first)

    invoices.finalize(second, actor="ada")

    assert invoice_of(second).number == "INV-00001"


def test_a_draft_can_be_changed_and_what_was_sent_cannot(eve):
    invoice_id = invoices.draft(bill(eve, 1000), actor="ada")
    invoices.edit(invoice_id, bill(eve, 1500, 500), actor="ada")
    assert invoice_of(invoice_id).total_amount == 2000

    invoices.finalize(invoice_id, actor="ada")

    with pytest.raises(InvoiceLocked):
        invoices.edit(invoice_id, bill(eve, 1), actor="ada")
    assert invoice_of(invoice_id).total_amount == 2000


def test_it_is_mailed_once_and_once_more_when_asked(eve, run_jobs):
    invoice_id = invoices.draft(bill(eve, 1000), actor="ada")
    invoices.finalize(invoice_id, actor="ada", send=True)
    run_jobs()
    invoices.send(invoice_id, actor="ada")
    run_jobs()

    letters = db.session.scalars(db.select(Letter)).all()
    assert [letter.subject for letter in letters] == ["Invoice INV-00001"] * 2
    assert "€10.00" in letters[0].text


@pytest.mark.parametrize(
    "wanted",
    [
        (),
        (NewItem(description="x", unit_amount=0),),
        (NewItem(description="x", unit_amount=-5),),
        (NewItem(description=" ", unit_amount=5),),
        (NewItem(description="x", unit_amount=5, quantity=0),),
        (NewItem(description="x", unit_amount=99_999_999, quantity=2),),
        (NewItem(description="x", unit_amount=5, due_at=clock.now() - timedelta(days=1)),),
    ],
)
def test_nonsense_is_refused_in_words(eve, wanted):
    with pytest.raises(InvalidInvoice):
        invoices.draft(NewInvoice(customer_id=eve, currency="eur", items=wanted), actor="ada")
    assert db.session.scalars(db.select(Invoice)).all() == []


def test_voiding_ends_every_way_to_pay_it(eve, stripe_client):
    invoice_id = open_invoice(eve, 1000)
    sheet = debts.get_or_create_payment_intent(eve)

    invoices.void(invoice_id, actor="ada", reason="sent twice")

    intent = stripe_client.v1.payment_intents.retrieve(sheet.client_secret.split("_secret_")[0])
    assert intent.status == "canceled"
    assert invoice_of(invoice_id).status == InvoiceStatus.VOID


def test_one_that_is_being_paid_cannot_be_voided(eve, stripe_client, pump):
    invoice_id = open_invoice(eve, 1000)
    pay_debt(stripe_client, debts.get_or_create_payment_intent(eve), "pm_sepa")
    pump()

    with pytest.raises(InvoiceLocked, match="on its way"):
        invoices.void(invoice_id, actor="ada", reason="sent twice")
    assert invoice_of(invoice_id).status == InvoiceStatus.OPEN


def test_what_was_paid_of_a_voided_one_becomes_credit(eve, stripe_client, pump):
    invoice_id = open_invoice(eve, 1000, 2000)
    first = invoice_of(invoice_id).items[0].id
    pay_debt(stripe_client, debts.get_or_create_payment_intent(eve, item_ids=[first]))
    pump()

    invoices.void(invoice_id, actor="ada", reason="sent twice")

    assert allocation.credit_of(db.session(), eve, "eur") == 1000
    assert invoice_of(invoice_id).paid_amount == 0


def test_a_paid_one_can_neither_be_voided_nor_written_off(eve, stripe_client, pump):
    invoice_id = open_invoice(eve, 1000)
    pay_debt(stripe_client, debts.get_or_create_payment_intent(eve))
    pump()

    for close in (invoices.void, invoices.mark_uncollectible):
        with pytest.raises(InvalidTransition):
            close(invoice_id, actor="ada", reason="no")
    assert invoice_of(invoice_id).status == InvoiceStatus.PAID


def test_a_copy_is_a_draft_of_its_own(eve):
    original = open_invoice(eve, 1000, 500)

    again = invoice_of(invoices.copy(original, actor="ada"))

    assert (again.status, again.total_amount, again.number) == ("draft", 1500, None)
    assert [item.due_at for item in again.items] == [None, None]


def test_one_that_repeats_is_sent_each_month_once(eve, run_jobs, move_clock):
    invoice_id = invoices.draft(bill(eve, 1000, repeats_every="month"), actor="ada")
    invoices.finalize(invoice_id, actor="ada")

    for _ in range(2):
        move_clock(timedelta(days=31, hours=1))
        invoices.repeat()
        invoices.repeat()
        run_jobs()

    numbers = db.session.scalars(db.select(Invoice.number).order_by(Invoice.id)).all()
    assert numbers == ["INV-00001", "INV-00002", "INV-00003"]


def finalize_and_fail(invoice_id):
    """As if the database went away before the commit."""
    invoices.finalize(invoice_id, actor="ada")
    raise DatabaseBusy("away")


@pytest.fixture
def eve(app):
    return customers.find_or_create("eve@example.com")
