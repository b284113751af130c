"""While a bank debit for something is on its way, no link asks for it a second time."""

from datetime import timedelta

import pytest

from app.db import db
from app.errors import InvalidLink, LinkClosed
from app.models import PaymentLink, PaymentLinkStatus
from app.services import customers, debts, payment_links
from app.services.payment_links import NewLink
from tests.billing import invoice_of, open_invoice, pay_debt


def test_a_link_that_was_sent_ends_when_a_debit_begins_and_another_follows_if_it_fails(
    eve, send, stripe_client, pump, move_clock, assert_books
):
    invoice_id = open_invoice(eve, 4200)
    link = send(invoice_id)

    debit(eve, stripe_client, "pm_sepa_fails")
    pump()

    assert now(link).status == PaymentLinkStatus.SUPERSEDED
    assert stripe_client.v1.payment_links.retrieve(str(now(link).stripe_id)).active is False
    with pytest.raises(InvalidLink, match="A payment of it is on its way"):
        send(invoice_id, form="another")
    with pytest.raises(LinkClosed):
        payment_links.resend(link, actor="ada")

    move_clock(timedelta(days=10))
    pump()
    assert invoice_of(invoice_id).due_amount == 4200
    again = now(send(invoice_id, form="another"))
    assert again.status == PaymentLinkStatus.ACTIVE
    assert stripe_client.v1.payment_links.retrieve(str(again.stripe_id)).active is True
    assert_books()


def test_a_debit_that_arrives_pays_once(eve, send, stripe_client, pump, move_clock, assert_books):
    invoice_id, other = open_invoice(eve, 4200), open_invoice(eve, 1000)
    debit(eve, stripe_client, "pm_sepa", invoice_id)
    pump()
    assert now(send(other, 1000)).status == PaymentLinkStatus.ACTIVE  # that one is not paid

    move_clock(timedelta(days=10))
    pump()

    assert invoice_of(invoice_id).status == "paid"
    with pytest.raises(InvalidLink, match="not what it still needs"):
        send(invoice_id, form="another")
    assert_books()


def debit(customer_id, stripe_client, method, invoice_id=None):
    ids = [item.id for item in invoice_of(invoice_id).items] if invoice_id else None
    pay_debt(stripe_client, debts.get_or_create_payment_intent(customer_id, item_ids=ids), method)


def now(link_id):
    db.session.rollback()
    return db.session.get_one(PaymentLink, link_id)


@pytest.fixture
def eve(app):
    return customers.find_or_create("eve@example.com")


@pytest.fixture
def send(eve):
    """Send eve a link for an invoice; its id."""

    def send(invoice_id, amount=4200, *, form="a-form"):
        wanted = NewLink(
            email="eve@example.com",
            description="Work",
            amount=amount,
            currency="eur",
            customer_id=eve,
            invoice_id=invoice_id,
        )
        return payment_links.send(wanted, form_token=form, actor="ada")

    return send
