"""Invoices of ours that Stripe Invoicing collects: one there, whole, and paid on its page."""

from datetime import timedelta

import pytest

from app import plugins, settings
from app.db import db, transaction
from app.errors import GatewayUnavailable, InvoiceLocked, Rejected
from app.models import Collector, InvoiceStatus, TaxRate
from app.plugins.tax import NoTax
from app.services import customers, debts, debts_ledger, figures, invoices, stripe_invoices
from tests.billing import bill, invoice_of, open_invoice


def test_stripe_sends_and_collects_it_with_our_lines(draft, eve, stripe_client, pump, assert_books):
    stripe_invoices.give(draft, actor="ada")
    pump()

    invoice = invoice_of(draft)
    assert (invoice.status, invoice.collector) == (InvoiceStatus.OPEN, Collector.STRIPE)
    assert (invoice.total_amount, invoice.due_amount) == (3500, 3500)
    assert [line["amount"] for line in invoice.lines] == [1000, 2500]
    assert invoice.hosted_url
    assert invoice.number
    with pytest.raises(debts.NothingDue):
        debts.get_or_create_payment_intent(eve)  # one collector at a time

    stripe_client.v1.invoices.pay(
        str(invoice.stripe_id), {"payment_method": card(stripe_client, invoice)}
    )
    pump()
    assert invoice_of(draft).status == InvoiceStatus.PAID
    assert_books()


@pytest.mark.parametrize(("included", "total"), [(True, 3501), (False, 4166)])
def test_its_tax_is_stripes_tax_to_the_cent_and_adds_nothing(
    eve, stripe_client, pump, monkeypatch, assert_books, included, total
):
    monkeypatch.setattr(settings.current(), "prices_include_tax", included)
    draft = invoices.draft(bill(eve, 1001, 2500), actor="ada")
    ours = invoice_of(draft).tax_amount

    stripe_invoices.give(draft, actor="ada")
    pump()

    invoice = invoice_of(draft)
    assert (invoice.total_amount, invoice.tax_amount, invoice.due_amount) == (total, ours, total)
    (tax,) = stripe_client.v1.invoices.retrieve(str(invoice.stripe_id)).total_taxes
    assert (tax.amount, tax.tax_behavior) == (ours, "inclusive")
    assert_books()


def test_a_rate_stands_at_stripe_once_and_is_found_again(eve, stripe_client):
    for _ in range(2):
        stripe_invoices.give(invoices.draft(bill(eve, 1000), actor="ada"), actor="ada")

    (rate,) = stripe_client.v1.tax_rates.list().data
    assert (rate.percentage, rate.inclusive, rate.country) == (19.0, True, "DE")
    stripe_client.v1.tax_rates.update(rate.id, {"active": False})

    stripe_invoices.give(invoices.draft(bill(eve, 1000), actor="ada"), actor="ada")

    assert [r.active for r in stripe_client.v1.tax_rates.list().data] == [True]


def test_where_there_is_no_tax_there_is_no_rate(eve, stripe_client, monkeypatch):
    monkeypatch.setattr(plugins, "tax", NoTax)
    draft = invoices.draft(bill(eve, 1000), actor="ada")

    stripe_invoices.give(draft, actor="ada")

    assert stripe_client.v1.tax_rates.list().data == []
    assert (invoice_of(draft).total_amount, invoice_of(draft).tax_amount) == (1000, 0)


def test_tax_at_yesterdays_rate_is_not_handed_over(draft, stripe_client):
    with transaction() as session:
        session.add(TaxRate(country="DE", rate=1600))
    with pytest.raises(Rejected, match="tax rate has changed"):
        stripe_invoices.give(draft, actor="ada")
    assert invoice_of(draft).collector == Collector.SHOP
    assert stripe_client.v1.invoices.list().data == []

    invoices.edit(draft, bill(invoice_of(draft).customer_id, 1000), actor="ada")
    stripe_invoices.give(draft, actor="ada")

    assert invoice_of(draft).tax_amount == 138


def test_it_is_owed_and_past_due_as_any_other(draft, eve, pump, move_clock):
    stripe_invoices.give(draft, actor="ada")
    pump()
    (debt,) = debts_ledger.owed_at_stripe(eve)
    assert (debt.amount, debt.past_due) == (3500, False)
    assert debt.pay_url == invoice_of(draft).hosted_url
    assert debts_ledger.past_due_of(eve) == []

    move_clock(timedelta(days=40))
    assert debts_ledger.past_due_of(eve) == [(3500, "eur")]
    assert figures.past_due(db.session(), "eur") == 3500

    stripe_invoices.void(draft, actor="ada", reason="sent twice")
    assert debts_ledger.owed_at_stripe(eve) == ()
    assert figures.past_due(db.session(), "eur") == 0


def test_it_is_one_invoice_whatever_happens_to_the_answer(
    draft, sandbox, stripe_client, pump, move_clock, assert_books
):
    sandbox.account.chaos.add(fault="lost_answer", path="^/v1/invoiceitems$", count=1)
    with pytest.raises(GatewayUnavailable):
        stripe_invoices.give(draft, actor="ada")
    pump()
    assert len(invoice_of(draft).items) == 2

    move_clock(timedelta(minutes=5))
    stripe_invoices.sweep()
    stripe_invoices.sweep()

    (there,) = stripe_client.v1.invoices.list().data
    assert (there.status, there.total) == ("open", 3500)
    assert invoice_of(draft).stripe_id == there.id
    assert_books()


def test_what_stripe_refuses_is_a_draft_of_ours_again(eve):
    draft = invoices.draft(bill(eve, 1000, currency="zzz"), actor="ada")

    with pytest.raises(Rejected):
        stripe_invoices.give(draft, actor="ada")

    assert invoice_of(draft).collector == Collector.SHOP
    invoices.finalize(draft, actor="ada")
    assert invoice_of(draft).number == "INV-00001"


def test_what_was_sent_by_us_stays_ours(eve):
    invoice_id = open_invoice(eve, 1000)

    with pytest.raises(InvoiceLocked, match="sent already"):
        stripe_invoices.give(invoice_id, actor="ada")
    assert invoice_of(invoice_id).collector == Collector.SHOP


def test_staff_void_it_here_and_at_stripe(draft, stripe_client, pump, assert_books):
    stripe_invoices.give(draft, actor="ada")
    pump()

    stripe_invoices.void(draft, actor="ada", reason="sent twice")
    stripe_invoices.void(draft, actor="ada", reason="sent twice")
    pump()

    invoice = invoice_of(draft)
    assert (invoice.status, invoice.due_amount) == (InvoiceStatus.VOID, 0)
    assert stripe_client.v1.invoices.retrieve(str(invoice.stripe_id)).status == "void"
    assert [e.reason for e in invoice.events if e.kind == "void_asked"] == ["sent twice"]
    assert_books()


def test_asking_again_after_a_lost_answer_finds_it_void(draft, sandbox, stripe_client, pump):
    stripe_invoices.give(draft, actor="ada")
    pump()
    sandbox.account.chaos.add(fault="lost_answer", path="/void$", count=1)
    with pytest.raises(GatewayUnavailable):
        stripe_invoices.void(draft, actor="ada", reason="sent twice")
    assert invoice_of(draft).status == InvoiceStatus.OPEN

    stripe_invoices.void(draft, actor="ada", reason="sent twice")

    assert invoice_of(draft).status == InvoiceStatus.VOID


def test_what_is_written_off_can_still_be_paid(draft, stripe_client, pump, assert_books):
    stripe_invoices.give(draft, actor="ada")
    pump()
    stripe_invoices.mark_uncollectible(draft, actor="ada", reason="they moved away")
    invoice = invoice_of(draft)
    assert invoice.status == InvoiceStatus.UNCOLLECTIBLE

    stripe_client.v1.invoices.pay(
        str(invoice.stripe_id), {"payment_method": card(stripe_client, invoice)}
    )
    pump()

    assert invoice_of(draft).status == InvoiceStatus.PAID
    with pytest.raises(Rejected):
        stripe_invoices.void(draft, actor="ada", reason="too late")
    assert invoice_of(draft).status == InvoiceStatus.PAID
    assert_books()


def test_stripe_mails_it_again_while_it_is_open(draft, stripe_client, pump, move_clock):
    with pytest.raises(InvoiceLocked, match="not been sent"):
        stripe_invoices.send(draft, actor="ada")
    stripe_invoices.give(draft, actor="ada")
    pump()

    for _ in range(2):  # a double press
        stripe_invoices.send(draft, actor="ada")
    assert times_sent(stripe_client) == 2

    move_clock(timedelta(minutes=2))
    stripe_invoices.send(draft, actor="ada")
    assert times_sent(stripe_client) == 3


def test_what_stripe_did_not_mail_can_be_sent_at_once(draft, stripe_client, pump, sandbox):
    stripe_invoices.give(draft, actor="ada")
    pump()
    sandbox.account.chaos.add(fault="500", method="POST", path="/send$")
    with pytest.raises(GatewayUnavailable):
        stripe_invoices.send(draft, actor="ada")
    sandbox.account.chaos.switch_off("500")

    stripe_invoices.send(draft, actor="ada")

    assert times_sent(stripe_client) == 2
    assert [e.kind for e in invoice_of(draft).events][-3:] == ["sent", "not_sent", "sent"]


def times_sent(stripe_client):
    return len(stripe_client.v1.events.list({"type": "invoice.sent"}).data)


def card(stripe_client, invoice):
    customer = str(invoice.customer.stripe_customer_id)
    return stripe_client.v1.payment_methods.attach("pm_card_visa", {"customer": customer}).id


@pytest.fixture
def eve(app):
    return customers.find_or_create("eve@example.com")


@pytest.fixture
def draft(eve):
    """A draft over 10.00 and 25.00; its id."""
    return invoices.draft(bill(eve, 1000, 2500), actor="ada")
