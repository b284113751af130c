"""Make a payment: what is owed is paid once, and the books say which item by what."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func

from app import clock
from app.db import db, in_transaction, transaction
from app.errors import AmountTooSmall, NothingDue
from app.models import InvoicePayment, InvoiceStatus, Payment
from app.services import allocation, customers, debts, refunds
from tests.billing import invoice_of, items_of, open_invoice, pay_debt


def test_everything_open_is_paid_in_one_go(eve, stripe_client, pump, assert_books):
    first, second = open_invoice(eve, 1000, 2000), open_invoice(eve, 500)

    sheet = debts.get_or_create_payment_intent(eve)
    pay_debt(stripe_client, sheet)
    pump()

    assert sheet.amount == 3500
    assert {invoice_of(i).status for i in (first, second)} == {InvoiceStatus.PAID}
    assert_books()


def test_only_what_is_past_due_is_paid_and_then_the_rest(eve, stripe_client, pump, assert_books):
    invoice_id = open_invoice(eve, 1000, 2000, 3000, past_due=2)

    sheet = debts.get_or_create_payment_intent(eve, past_due_only=True)
    pay_debt(stripe_client, sheet)
    pump()
    assert sheet.amount == 3000
    assert [item.due_amount for item in items_of(invoice_id)] == [0, 0, 3000]
    assert invoice_of(invoice_id).status == InvoiceStatus.OPEN

    rest = debts.get_or_create_payment_intent(eve)
    pay_debt(stripe_client, rest)
    pump()
    assert rest.amount == 3000
    assert invoice_of(invoice_id).status == InvoiceStatus.PAID
    assert_books()


def test_chosen_items_are_paid(eve, stripe_client, pump):
    invoice_id = open_invoice(eve, 1000, 2000)
    second = items_of(invoice_id)[1].id

    pay_debt(stripe_client, debts.get_or_create_payment_intent(eve, item_ids=[second]))
    pump()

    assert [item.due_amount for item in items_of(invoice_id)] == [1000, 0]


def test_nothing_is_open_when_it_is_over_so_stripe_can_be_asked_again(eve):
    open_invoice(eve, 1000)
    db.session.rollback()

    debts.get_or_create_payment_intent(eve)

    assert not in_transaction()


def test_the_same_wish_gets_the_same_intent(eve):
    open_invoice(eve, 1000)

    first, again = debts.get_or_create_payment_intent(eve), debts.get_or_create_payment_intent(eve)

    assert (first.token, first.client_secret) == (again.token, again.client_secret)


def test_when_what_is_owed_changes_the_old_intent_dies_first(eve, stripe_client):
    open_invoice(eve, 1000)
    before = debts.get_or_create_payment_intent(eve)
    open_invoice(eve, 500)

    after = debts.get_or_create_payment_intent(eve)

    old = stripe_client.v1.payment_intents.retrieve(before.client_secret.split("_secret_")[0])
    assert (old.status, after.amount) == ("canceled", 1500)


def test_one_that_was_paid_meanwhile_is_not_asked_for_again(eve, stripe_client):
    open_invoice(eve, 1000)
    pay_debt(stripe_client, debts.get_or_create_payment_intent(eve))

    with pytest.raises(NothingDue):
        debts.get_or_create_payment_intent(eve)
    assert db.session.scalar(db.select(func.count(Payment.id))) == 1


def test_a_debit_on_its_way_is_not_paid_twice(eve, stripe_client, pump):
    open_invoice(eve, 1000)
    pay_debt(stripe_client, debts.get_or_create_payment_intent(eve), "pm_sepa")
    pump()

    with pytest.raises(NothingDue):
        debts.get_or_create_payment_intent(eve)


def test_a_declined_card_leaves_everything_open(eve, stripe_client, pump, assert_books):
    invoice_id = open_invoice(eve, 1000, 2000)
    sheet = debts.get_or_create_payment_intent(eve)

    pay_debt(stripe_client, sheet, "pm_card_chargeDeclined")
    pump()

    assert [item.paid_amount for item in items_of(invoice_id)] == [0, 0]
    assert debts.get_or_create_payment_intent(eve).token == sheet.token
    assert_books()


def test_strangers_cannot_pay_or_see_what_others_owe(eve):
    invoice_id = open_invoice(eve, 1000)
    adam = customers.find_or_create("adam@example.com")

    with pytest.raises(NothingDue):
        debts.get_or_create_payment_intent(adam, item_ids=[items_of(invoice_id)[0].id])
    assert debts.get_or_create_payment_intent(eve).amount == 1000


def test_two_currencies_are_paid_one_after_the_other(eve):
    open_invoice(eve, 1000)
    open_invoice(eve, 900, currency="usd")

    with pytest.raises(NothingDue, match="different currencies"):
        debts.get_or_create_payment_intent(eve)
    assert debts.get_or_create_payment_intent(eve, currency="usd").amount == 900


def test_less_than_stripe_takes_is_said(eve):
    open_invoice(eve, 20)

    with pytest.raises(AmountTooSmall, match="€0.50"):
        debts.get_or_create_payment_intent(eve)


def test_a_refund_reopens_what_it_had_paid(eve, stripe_client, pump, assert_books):
    invoice_id = open_invoice(eve, 1000, 2000)
    sheet = debts.get_or_create_payment_intent(eve)
    pay_debt(stripe_client, sheet)
    pump()
    payment = debts.find(sheet.token, customer_id=eve)

    refunds.issue_for_payment(payment.id, 500, form_token="f1", actor="ada", reason="half done")
    pump()

    assert [item.due_amount for item in items_of(invoice_id)] == [0, 500]
    assert invoice_of(invoice_id).status == InvoiceStatus.OPEN
    assert debts.get_or_create_payment_intent(eve).amount == 500
    assert_books()


def test_a_refund_that_fails_later_pays_it_again(eve, stripe_client, sandbox, pump):
    invoice_id = open_invoice(eve, 1000)
    sheet = debts.get_or_create_payment_intent(eve)
    pay_debt(stripe_client, sheet, "pm_card_refundFail")
    pump()
    refunds.issue_for_payment(
        debts.find(sheet.token, customer_id=eve).id, 1000, form_token="f1", actor="ada"
    )
    pump()
    assert invoice_of(invoice_id).status == InvoiceStatus.OPEN

    sandbox.advance(2 * 24 * 3600)
    pump()

    assert invoice_of(invoice_id).status == InvoiceStatus.PAID


def test_late_money_for_what_is_paid_already_becomes_credit(eve, stripe_client, pump, assert_books):
    invoice_id = open_invoice(eve, 1000)
    sheet = debts.get_or_create_payment_intent(eve)
    with transaction() as session:  # somebody pays at the counter
        item = session.get_one(Payment, 1).covers[0].item
        cash = Payment(customer_id=eve, amount=1000, currency="eur", description="cash")
        cash.covers = [InvoicePayment(invoice_item_id=item.id, amount=1000)]
        cash.status, cash.received_amount = "succeeded", 1000
        session.add(cash)
        session.flush()
        allocation.apply(session, cash, actor="ada")
    assert invoice_of(invoice_id).status == InvoiceStatus.PAID

    pay_debt(stripe_client, sheet)
    pump()

    assert allocation.credit_of(db.session(), eve, "eur") == 1000


def test_many_windows_pay_once(eve, app, stripe_client, pump):
    open_invoice(eve, 1000)
    sheets, problems = [], []

    def window():
        with app.app_context():
            try:
                sheets.append(debts.get_or_create_payment_intent(eve))
            except Exception as error:
                problems.append(error)

    windows = [threading.Thread(target=window) for _ in range(12)]
    [each.start() for each in windows]
    [each.join() for each in windows]
    pay_debt(stripe_client, sheets[0])
    pump()

    assert problems == []
    assert len({sheet.client_secret for sheet in sheets}) == 1
    assert len(stripe_client.v1.payment_intents.list().data) == 1


def test_past_due_means_past_its_own_due_date(eve, move_clock):
    invoice_id = open_invoice(eve, 1000)
    assert not items_of(invoice_id)[0].past_due

    move_clock(timedelta(days=15))

    assert invoice_of(invoice_id).past_due
    assert invoice_of(invoice_id).due_at < clock.now()


@pytest.fixture
def eve(app):
    return customers.find_or_create("eve@example.com")
