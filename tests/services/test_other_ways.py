"""What is paid in one way cannot be paid in another that somebody still has open."""

from datetime import timedelta

import pytest

from app import gateway
from app.db import db, transaction
from app.models import Job, OrderStatus, Payment, PaymentLink, PaymentLinkStatus
from app.services import (
    allocation,
    customers,
    debts,
    external_payments,
    intents,
    invoices,
    orders,
    payment_links,
    payments,
    settlement,
)
from app.services.payment_links import NewLink
from tests.billing import IBANS, invoice_of, items_of, open_invoice, pay_debt
from tests.buying import fill_cart, order_of, pay, place, request_for
from tests.goods import add_product
from tests.links import pay_foreign_link, pay_link, pay_session

WAITING = ["requires_payment_method", "requires_action"]
A_SECOND_TRY = "^/v1/(payment_intents/.*/cancel|checkout/sessions/.*/expire)$"


def test_an_invoice_paid_with_a_link_cannot_be_paid_on_the_page_that_is_open(
    eve, send, sandbox, stripe_client, pump, assert_books
):
    invoice_id, other = open_invoice(eve, 4200), open_invoice(eve, 1000)
    page = hosted_page(stripe_client, eve, invoice_id)
    others = hosted_page(stripe_client, eve, other)

    pay_link(sandbox, send(4200, invoice_id=invoice_id))
    pump()

    assert invoice_of(invoice_id).status == "paid"
    assert status_of(stripe_client, page) == "expired"
    assert status_of(stripe_client, others) == "open"  # that one is still owed
    pay_session(sandbox, others)
    pump()
    assert invoice_of(other).status == "paid"
    assert charged(stripe_client) == 5200
    assert_books()


@pytest.mark.parametrize("waits", WAITING)
def test_an_invoice_paid_with_a_link_cannot_be_paid_in_the_form_that_is_open(
    eve, send, sandbox, stripe_client, pump, assert_books, waits
):
    invoice_id, other = open_invoice(eve, 4200), open_invoice(eve, 1000)
    form = begun(stripe_client, sheet_for(eve, invoice_id), waits)
    others = begun(stripe_client, sheet_for(eve, other), waits)

    pay_link(sandbox, send(4200, invoice_id=invoice_id))
    pump()

    assert (invoice_of(invoice_id).status, intent(stripe_client, form).status) == (
        "paid",
        "canceled",
    )
    assert intent(stripe_client, others).status == waits
    assert charged(stripe_client) == 4200
    assert_books()


def test_an_order_paid_with_a_link_cannot_be_paid_on_the_page_that_is_open(
    cart, send, sandbox, stripe_client, pump, assert_books
):
    order = order_of(place(cart, request_for(cart, hosted=True)))
    (page,) = [session.id for session in stripe_client.v1.checkout.sessions.list().data]

    pay_link(sandbox, send(order.total_amount, order_id=order.id))
    pump()

    order = now(order)
    assert (order.status, order.attention) == (OrderStatus.PAID, "")
    assert status_of(stripe_client, page) == "expired"
    assert charged(stripe_client) == order.total_amount
    assert_books()


@pytest.mark.parametrize("waits", WAITING)
def test_an_order_paid_with_a_link_cannot_be_paid_in_the_form_that_is_open(
    cart, send, sandbox, stripe_client, pump, assert_books, waits
):
    sheet, other = place(cart), place(fill_cart((add_product("cup"), 1)))
    for each in (sheet, other):
        begun(stripe_client, each, waits)
    order = order_of(sheet)

    pay_link(sandbox, send(order.total_amount, order_id=order.id))
    pump()

    assert (now(order).status, now(order).attention) == (OrderStatus.PAID, "")
    assert intent(stripe_client, sheet).status == "canceled"
    assert intent(stripe_client, other).status == waits  # that one is still owed
    assert charged(stripe_client) == order.total_amount
    assert_books()


def test_paid_in_the_form_at_the_same_moment_it_is_credit(
    eve, send, sandbox, stripe_client, pump, assert_books
):
    invoice_id = open_invoice(eve, 4200)
    form = debts.get_or_create_payment_intent(eve)

    pay_link(sandbox, send(4200, invoice_id=invoice_id))
    pay_debt(stripe_client, form)
    pump()

    assert charged(stripe_client) == 8400
    assert allocation.credit_of(db.session(), eve, "eur") == 4200
    assert_books()


def test_paid_at_the_same_moment_is_heard_from_stripe_when_no_event_tells_it(
    eve, cart, send, sandbox, stripe_client, run_jobs, assert_books
):
    invoice_id, order = open_invoice(eve, 4200), order_of(place(cart))
    form = debts.get_or_create_payment_intent(eve)
    links = [send(4200, invoice_id=invoice_id), send(order.total_amount, order_id=order.id)]

    pay_debt(stripe_client, form)
    stripe_client.v1.payment_intents.confirm(
        str(now(order).payment.stripe_id),
        {"payment_method": "pm_card_visa", "return_url": "http://localhost/"},
    )
    for link in links:
        pay_link(sandbox, link)
        hear_of(sandbox, stripe_client)
    run_jobs()

    assert allocation.credit_of(db.session(), eve, "eur") == 4200
    order = now(order)
    assert (order.paid_amount, order.attention) == (
        2 * order.total_amount,
        settlement.PAID_TWICE,
    )
    assert_books()


def test_while_stripe_is_away_it_is_tried_again(
    eve, send, sandbox, stripe_client, pump, move_clock
):
    invoice_id = open_invoice(eve, 4200)
    form = debts.get_or_create_payment_intent(eve)
    link = send(4200, invoice_id=invoice_id)
    sandbox.account.chaos.add(fault="500", path=A_SECOND_TRY, count=99)
    pay_link(sandbox, link)
    pump()
    assert intent(stripe_client, form).status == "requires_payment_method"
    waiting = db.select(Job.state).where(Job.name == "services.intents.give_up")
    assert set(db.session.scalars(waiting)) == {"waiting"}

    sandbox.account.chaos.replace([])
    move_clock(timedelta(minutes=5))
    intents.sweep()

    assert intent(stripe_client, form).status == "canceled"


def test_a_debit_with_a_link_ends_what_is_open_and_paying_begins_anew_when_it_fails(
    eve, send, sandbox, stripe_client, pump, move_clock, assert_books
):
    invoice_id = open_invoice(eve, 4200)
    form = debts.get_or_create_payment_intent(eve)

    pay_link(sandbox, send(4200, invoice_id=invoice_id), card=account_that_fails(stripe_client))
    pump()
    assert invoice_of(invoice_id).processing
    assert intent(stripe_client, form).status == "canceled"

    move_clock(timedelta(days=10))
    pump()
    pay_debt(stripe_client, debts.get_or_create_payment_intent(eve))
    pump()
    intents.sweep()

    assert invoice_of(invoice_id).status == "paid"
    assert charged(stripe_client) == 4200
    assert_books()


@pytest.mark.parametrize("hosted", [False, True])
def test_a_debit_on_a_page_that_fails_is_over_and_its_debt_is_paid_anew(
    eve, cart, send, sandbox, stripe_client, pump, move_clock, assert_books, hosted
):
    invoice_id, order = open_invoice(eve, 4200), order_of(place(cart))
    page = hosted_page(stripe_client, eve, invoice_id)
    pay_session(sandbox, page, card=account_that_fails(stripe_client))
    link = send(order.total_amount, order_id=order.id)
    pay_link(sandbox, link, card=account_that_fails(stripe_client))
    pump()
    move_clock(timedelta(days=10))
    pump()
    assert now(order).status == OrderStatus.FAILED

    debt = sheet_for(eve, invoice_id, hosted=hosted)
    again = payments.start(order.id, hosted=hosted)

    if hosted:
        for page in stripe_client.v1.checkout.sessions.list({"status": "open"}).data:
            pay_session(sandbox, page.id)
    else:
        pay_debt(stripe_client, debt)
        pay(stripe_client, again)
    pump()
    assert (invoice_of(invoice_id).status, now(order).status) == ("paid", OrderStatus.PAID)
    assert charged(stripe_client) == 4200 + order.total_amount
    assert_books()


def test_what_a_debit_failed_to_pay_can_be_put_away(
    eve, cart, send, sandbox, stripe_client, pump, move_clock, assert_books
):
    invoice_id, order = open_invoice(eve, 4200), order_of(place(cart))
    links = [send(4200, invoice_id=invoice_id), send(order.total_amount, order_id=order.id)]
    for link in links:
        pay_link(sandbox, now(link), card=account_that_fails(stripe_client))
    pump()
    move_clock(timedelta(days=10))
    pump()

    invoices.void(invoice_id, actor="ada", reason="sent twice")
    orders.cancel(order.id, actor="ada")

    assert (invoice_of(invoice_id).status, now(order).status) == ("void", OrderStatus.CANCELED)
    assert_books()


def test_part_of_it_paid_at_stripe_ends_what_would_take_more_than_the_rest(
    eve, sandbox, stripe_client, pump, assert_books
):
    invoice_id, other = open_invoice(eve, 1000, 3000), open_invoice(eve, 700)
    form = sheet_for(eve, invoice_id)
    others = hosted_page(stripe_client, eve, other)

    pay_foreign_link(stripe_client, sandbox, 2500, email="eve@example.com")
    pump()

    assert [item.due_amount for item in items_of(invoice_id)] == [0, 1500]
    assert intent(stripe_client, form).status == "canceled"
    assert status_of(stripe_client, others) == "open"
    again = sheet_for(eve, invoice_id, position=1)
    assert again.amount == 1500
    pay_debt(stripe_client, again)
    pump()
    assert invoice_of(invoice_id).status == "paid"
    assert allocation.credit_of(db.session(), eve, "eur") == 0
    assert_books()


def test_what_staff_assign_ends_what_is_open_for_the_same(
    eve, sandbox, stripe_client, pump, assert_books
):
    invoice_id, other = open_invoice(eve, 1000), open_invoice(eve, 700)
    page, others = hosted_page(stripe_client, eve, invoice_id), sheet_for(eve, other)
    pay_foreign_link(stripe_client, sandbox, 1000, email="who@example.com")
    pump()
    assert status_of(stripe_client, page) == "open"  # nobody knows yet whose money it is

    waiting = db.session.scalars(db.select(Payment.id).filter_by(matching="waiting")).one()
    db.session.rollback()
    external_payments.assign(waiting, eve, actor="ada")
    pump()

    assert invoice_of(invoice_id).status == "paid"
    assert status_of(stripe_client, page) == "expired"
    assert intent(stripe_client, others).status == "requires_payment_method"
    assert_books()


def test_a_link_that_asks_for_more_than_the_rest_ends_and_another_follows(
    eve, send, stripe_client, pump, assert_books
):
    invoice_id, other = open_invoice(eve, 1000, 3200), open_invoice(eve, 700)
    link, others = send(4200, invoice_id=invoice_id), send(700, invoice_id=other)

    pay_debt(stripe_client, sheet_for(eve, invoice_id, position=0))
    pump()

    assert now(link).status == PaymentLinkStatus.SUPERSEDED
    assert now(others).status == PaymentLinkStatus.ACTIVE
    assert now(send(3200, invoice_id=invoice_id)).status == PaymentLinkStatus.ACTIVE
    assert_books()


def test_an_order_whose_money_the_bank_holds_is_not_paid_with_a_link(
    cart, send, stripe_client, pump, manual_capture, assert_books
):
    sheet = place(cart)
    order = order_of(sheet)
    link = send(order.total_amount, order_id=order.id)

    pay(stripe_client, sheet)
    pump()

    assert now(link).status == PaymentLinkStatus.SUPERSEDED
    payments.capture(now(order).payment.id, amount=None, actor="ada")
    pump()
    assert (now(order).status, now(order).attention) == (OrderStatus.PAID, "")
    assert_books()


def hosted_page(stripe_client, customer_id, invoice_id):
    """Stripe's page for an invoice, left open; the id of its session."""
    before = {session.id for session in stripe_client.v1.checkout.sessions.list().data}
    sheet_for(customer_id, invoice_id, hosted=True)
    sessions = stripe_client.v1.checkout.sessions.list().data
    (page,) = [session.id for session in sessions if session.id not in before]
    return page


def sheet_for(customer_id, invoice_id, *, position=None, hosted=False):
    ids = [item.id for item in items_of(invoice_id)]
    chosen = ids if position is None else [ids[position]]
    db.session.rollback()
    return debts.get_or_create_payment_intent(customer_id, item_ids=chosen, hosted=hosted)


def begun(stripe_client, sheet, waits):
    """A form that is open, or in which a card was typed and the bank asks."""
    if waits == "requires_action":
        pay_debt(stripe_client, sheet, "pm_card_authenticationRequired")
    assert intent(stripe_client, sheet).status == waits
    return sheet


def intent(stripe_client, sheet):
    return stripe_client.v1.payment_intents.retrieve(sheet.client_secret.split("_secret_")[0])


def account_that_fails(stripe_client):
    """A bank account from which nothing comes."""
    account = {"type": "sepa_debit", "sepa_debit": {"iban": IBANS["pm_sepa_fails"]}}
    who = {"billing_details": {"name": "Eve", "email": "eve@example.com"}}
    return stripe_client.v1.payment_methods.create(account | who).id


def status_of(stripe_client, session_id):
    return stripe_client.v1.checkout.sessions.retrieve(session_id).status


def charged(stripe_client):
    return sum(charge.amount for charge in stripe_client.v1.charges.list().data if charge.paid)


def hear_of(sandbox, stripe_client):
    """The shop asks of the newest page by itself; no event comes."""
    newest = stripe_client.v1.checkout.sessions.list().data[0].id
    db.session.rollback()
    remote = gateway.retrieve_session(newest)
    with transaction() as session:
        external_payments.record(session, remote, actor="stripe")


def now(row):
    """A row as it stands in the books now."""
    model, key = type(row), row.id
    db.session.rollback()
    return db.session.get_one(model, key)


@pytest.fixture
def eve(app):
    return customers.find_or_create("eve@example.com")


@pytest.fixture
def cart(app):
    return fill_cart((add_product(), 2))


@pytest.fixture
def manual_capture(app, monkeypatch):
    settings = app.extensions["settings"]
    manual = settings.model_copy(update={"capture_method": "manual"})
    monkeypatch.setitem(app.extensions, "settings", manual)


@pytest.fixture
def send(eve):
    """Send eve a link for an invoice or an order; the row."""

    def send(amount, **what):
        wanted = NewLink(
            email="eve@example.com",
            description="Work",
            amount=amount,
            currency="eur",
            customer_id=eve,
            **what,
        )
        db.session.rollback()
        link_id = payment_links.send(wanted, form_token=f"form-{amount}-{what}", actor="ada")
        return db.session.get_one(PaymentLink, link_id)

    return send
