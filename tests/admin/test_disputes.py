"""Answering a dispute in the back office: what our records say, a draft, and the bank."""

from datetime import timedelta

import pytest

from app import settings
from app.db import db, transaction
from app.models import AuditEntry, Dispute, Invoice, InvoicePayment, Payment
from app.services import allocation, customers, orders
from tests.admin.forms import fields
from tests.billing import open_invoice
from tests.buying import buy


@pytest.fixture
def dispute(stripe_client, pump):
    order = buy(stripe_client, "pm_card_createDisputeProductNotReceived")
    pump()
    orders.ship(order.id, tracking="JJD01", actor="ada")
    pump()
    return now()


def now():
    db.session.rollback()
    return db.session.scalars(db.select(Dispute)).one()


def page(client, dispute):
    return client.get(f"/admin/dispute/details/?id={dispute.id}").text


def test_the_list_says_until_when_and_leads_to_what_our_records_say(staff, dispute):
    client = staff("support")

    listed = client.get("/admin/dispute/?flt0_needs_an_answer_equals=yes").text
    shown = page(client, dispute)

    assert f"Order #{dispute.order.number}" in listed
    assert "€23.90" in listed
    assert "Answer until" in shown
    assert "What our records say" in shown
    assert "JJD01" in shown


def test_orders_draft_and_billing_submits_once(staff, dispute, stripe_client, pump):
    orders, billing = staff("orders"), staff("billing")
    address = f"/admin/dispute/{dispute.id}"
    form = fields(orders.get(f"{address}/evidence"), "product_description")
    assert form["shipping_tracking_number"] == ["JJD01"]

    saved = orders.post(f"{address}/evidence", data=form | {"shipping_carrier": "DHL"})
    refused = orders.post(f"{address}/submission")
    asked = billing.get(f"{address}/submission").text
    sent = billing.post(f"{address}/submission")
    pump()
    again = billing.post(f"{address}/evidence", data=form | {"shipping_carrier": "UPS"})

    assert (saved.status_code, refused.status_code, sent.status_code) == (303, 403, 303)
    assert "Carrier" in asked
    assert "possible once" in asked
    remote = stripe_client.v1.disputes.retrieve(dispute.stripe_id)
    assert (remote.status, remote.evidence["shipping_carrier"]) == ("under_review", "DHL")
    assert again.status_code == 409
    after = page(billing, dispute)
    assert "What the bank got" in after
    assert "Evidence sent to the bank" in after
    actions = db.session.scalars(db.select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["evidence saved", "evidence submitted"]


def test_reading_the_records_again_keeps_nothing(staff, dispute):
    client, address = staff("orders"), f"/admin/dispute/{dispute.id}/evidence"
    client.post(address, data={"customer_name": "Somebody else"})

    again = fields(client.get(f"{address}?again=1"), "product_description")

    assert again["customer_name"] != ["Somebody else"]
    assert now().evidence == {"customer_name": "Somebody else"}


def test_too_much_is_refused_and_what_was_written_stays(staff, dispute):
    client, address = staff("orders"), f"/admin/dispute/{dispute.id}/evidence"

    refused = client.post(address, data={"uncategorized_text": "x" * 20_001})

    assert refused.status_code == 422
    assert "x" * 20_001 in refused.text
    assert now().evidence == {}


def test_giving_in_is_asked_first_and_then_lost(staff, dispute, pump):
    client, address = staff("billing"), f"/admin/dispute/{dispute.id}/acceptance"

    assert "€23.90 stays with the customer" in client.get(address).text
    client.post(address)
    pump()

    assert now().status == "lost"
    assert "The dispute was accepted" in page(client, dispute)


def test_what_a_loss_closes_is_said_only_where_it_closes_something(staff, dispute, monkeypatch):
    client, address = staff("billing"), f"/admin/dispute/{dispute.id}/acceptance"
    assert "suspended" not in client.get(address).text
    assert "cannot be used" not in client.get(address).text
    assert "No download and no license hangs on this payment." in page(client, dispute)

    with transaction() as session:
        session.get_one(Dispute, dispute.id).order.goods[0].download_file = "mug.pdf"

    assert "Its downloads cannot be used any more." in client.get(address).text
    assert "Its downloads can be used unless it is lost." in page(client, dispute)
    monkeypatch.setattr(settings.current(), "disputes_close_access", "opened")
    assert "Its downloads cannot be used while the bank decides" in page(client, dispute)
    monkeypatch.setattr(settings.current(), "disputes_close_access", "never")
    assert "cannot be used" not in client.get(address).text


def test_an_invoice_that_is_owed_again_is_named(staff, app):
    eve = customers.find_or_create("eve@example.com")
    with transaction() as session:
        invoice = session.get_one(Invoice, open_invoice(eve, 700))
        payment = Payment(
            amount=700, received_amount=700, currency="eur", customer_id=eve, stripe_id="pi_1",
            status="succeeded",
        )  # fmt: skip
        payment.covers = [InvoicePayment(item=invoice.items[0], amount=700)]
        dispute = Dispute(
            payment=payment, amount=700, currency="eur", reason="general", stripe_id="dp_1",
            status="needs_response",
        )  # fmt: skip
        session.add(dispute)
        session.flush()
        allocation.apply(session, payment, actor="stripe")

    sheet = staff("billing").get(f"/admin/dispute/{dispute.id}/acceptance").text

    assert f"Invoice {invoice.number} is open again" in sheet


def test_somebody_who_signed_in_long_ago_is_asked_for_the_password(staff, dispute, move_clock):
    client = staff("billing")
    move_clock(timedelta(hours=1))

    answer = client.post(f"/admin/dispute/{dispute.id}/submission")

    assert answer.location.startswith("/account/verify")
    assert now().evidence_sent_at is None
