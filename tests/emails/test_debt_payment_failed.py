"""A debit for an invoice that the bank refuses days later is told, with a way to pay."""

from app.db import db
from app.emails import debt_payment_failed
from app.jobs import outbox
from app.models import Letter
from app.services import customers, debts
from tests.billing import invoice_of, open_invoice, pay_debt


def test_a_debit_that_fails_later_is_told_once(app, stripe_client, sandbox, pump, move_clock):
    eve = customers.find_or_create("eve@example.com")
    token = invoice_of(open_invoice(eve, 1000)).token
    intent = pay_debt(stripe_client, debts.get_or_create_payment_intent(eve), "pm_sepa")
    pump()
    settle(sandbox, intent.id, "failed")
    pump()
    assert letters() == []

    move_clock(debt_payment_failed.PATIENCE * 2)
    run_due(app)
    pump()

    (letter,) = letters()
    assert "€10.00 for Invoice INV-00001 is still open." in letter.text
    assert f"http://localhost/invoices/{token}" in letter.html


def test_nobody_is_told_who_has_paid_by_then(app, stripe_client, pump, move_clock):
    eve = customers.find_or_create("eve@example.com")
    open_invoice(eve, 1000)
    sheet = debts.get_or_create_payment_intent(eve)
    pay_debt(stripe_client, sheet, "pm_card_chargeDeclined")
    pump()
    pay_debt(stripe_client, sheet)
    pump()

    move_clock(debt_payment_failed.PATIENCE * 2)
    run_due(app)
    pump()

    assert letters() == []


def settle(sandbox, intent_id, outcome):
    address = f"/_sandbox/payment_intents/{intent_id}/settle"
    assert sandbox.test_client().post(address, data={"outcome": outcome}).status_code == 200


def run_due(app):
    for job_id in outbox.due():
        outbox.run(job_id)


def letters():
    db.session.rollback()
    found = db.select(Letter).filter_by(message="debt_payment_failed")
    return db.session.scalars(found).all()
