"""Our short addresses for payment links: to Stripe while they can be paid, else a kind page."""

import re
from datetime import timedelta

import pytest

from app import clock
from app.db import db
from app.models import Payment, PaymentLink, PaymentLinkStatus
from app.services import customers, debts, payment_links
from app.services.payment_links import NewLink
from tests.billing import invoice_of, open_invoice, pay_debt
from tests.links import pay_link
from tests.store.asking import HTMX


def test_opening_is_noted_once_and_leads_to_stripe(client):
    link = sent()

    answer = client.get(f"/l/{link.slug}")

    assert (answer.status_code, answer.location) == (303, link.url)
    first = found(link.id).opened_at
    client.get(f"/l/{link.slug}")
    assert first is not None
    assert found(link.id).opened_at == first


def test_looking_without_opening_notes_nothing(client):
    link = sent()

    assert client.head(f"/l/{link.slug}").status_code == 200
    assert client.head("/l/nothing").status_code == 404
    assert found(link.id).opened_at is None


def test_a_paid_link_thanks(client, sandbox, pump):
    link = sent()
    waiting = client.get(f"/l/{link.slug}/thanks").text
    assert "We are confirming your payment" in waiting
    assert 'hx-trigger="load delay:3s"' in waiting

    pay_link(sandbox, link)
    pump()

    assert "Thank you. This is paid." in client.get(f"/l/{link.slug}/thanks", headers=HTMX).text
    again = client.get(f"/l/{link.slug}")
    assert (again.status_code, "Thank you. This is paid." in again.text) == (200, True)


def test_who_never_paid_is_not_kept_waiting_for_ever(client):
    link = sent()
    page = client.get(f"/l/{link.slug}/thanks").text
    for _ in range(10):
        page = client.get(re.search(r'hx-get="(/l/[^"]+)"', page)[1], headers=HTMX).text

    assert "No payment has arrived here yet" in page
    assert f'href="/l/{link.slug}"' in page
    assert "hx-get" not in page


def test_while_a_debit_is_on_its_way_nobody_is_sent_to_pay_again(client, stripe_client, pump):
    eve = customers.find_or_create("eve@example.com")
    invoice_id = open_invoice(eve, 2500)
    link = sent(invoice_id=invoice_id, customer_id=eve)
    pay_debt(stripe_client, debts.get_or_create_payment_intent(eve), "pm_sepa")
    debts.sync(db.session.scalars(db.select(Payment.token)).one())  # no job has run yet

    early = client.get(f"/l/{link.slug}")
    pump()
    page = client.get(f"/l/{link.slug}")

    for answer in (early, page):
        assert answer.status_code == 200
        assert "A payment is on its way" in answer.text
        assert f"/invoices/{invoice_of(invoice_id).token}" in answer.text


@pytest.mark.parametrize("how", ["expired", "deactivated"])
def test_a_dead_link_says_what_to_do(client, move_clock, how):
    link = sent(expires_at=clock.now() + timedelta(days=3))
    if how == "expired":
        move_clock(timedelta(days=4))  # also before our job has noticed
    else:
        payment_links.deactivate(link.id, actor="ada")

    answer = client.get(f"/l/{link.slug}")

    assert answer.status_code == 410
    assert "Nothing was charged. Write to shop@storekeeper.example" in answer.text


def test_a_dead_link_to_an_invoice_leads_to_the_invoice(client):
    eve = customers.find_or_create("eve@example.com")
    invoice = invoice_of(open_invoice(eve, 1000))
    link = sent(amount=1000, invoice_id=invoice.id, customer_id=eve)
    payment_links.deactivate(link.id, actor="ada")

    page = client.get(f"/l/{link.slug}").text

    assert f'href="/invoices/{invoice_of(invoice.id).token}"' in page
    assert "You can still pay here." in page


def test_a_newer_link_takes_its_place(client):
    eve = customers.find_or_create("eve@example.com")
    invoice_id = open_invoice(eve, 1000)
    first = sent(amount=1000, invoice_id=invoice_id, customer_id=eve)
    newer = sent(amount=1000, invoice_id=invoice_id, customer_id=eve, form="f2")

    assert "There is a newer link" in client.get(f"/l/{first.slug}").text
    assert client.get(f"/l/{newer.slug}").status_code == 303


def test_an_unknown_link_is_not_found(client):
    assert client.get("/l/nothing").status_code == 404
    assert client.get("/l/nothing/thanks").status_code == 404


def sent(form="f1", **more):
    wanted = {"amount": 2500, "currency": "eur", "description": "Repair"} | more
    link_id = payment_links.send(
        NewLink(email="eve@example.com", **wanted), form_token=form, actor="ada"
    )
    link = found(link_id)
    assert link.status == PaymentLinkStatus.ACTIVE
    return link


def found(link_id):
    db.session.rollback()
    return db.session.get_one(PaymentLink, link_id)
