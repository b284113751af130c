"""An order on Stripe's own page: one page, one payment, and never two charges."""

from datetime import timedelta

import pytest
import stripe

from app import clock
from app.db import db
from app.errors import NotCancelable
from app.models import OrderStatus, Payment, PaymentStatus
from app.services import customers, debts, orders, payments
from tests.billing import invoice_of, open_invoice
from tests.buying import fill_cart, order_of, pay, place, request_for
from tests.goods import add_product
from tests.links import pay_session

pytestmark = pytest.mark.databases("sqlite")


def test_an_order_is_paid_on_stripes_page(cart, stripe_client, sandbox, pump, assert_books):
    sheet = hosted(cart)
    assert sheet.url.startswith("http")
    assert sheet.client_secret == ""

    (page,) = pages(stripe_client)
    assert (page.amount_total, page.customer_email) == (sheet.amount, "eve@example.com")
    pay_session(sandbox, page.id)
    pump()

    assert order_of(sheet).status == OrderStatus.PAID
    assert order_of(sheet).payment.method == "Visa •••• 4242"
    assert_books()


def test_the_same_page_is_opened_again(cart, stripe_client):
    first = hosted(cart)

    again = payments.start(order_of(first).id, hosted=True)

    assert again.url == first.url
    assert len(pages(stripe_client)) == 1


def test_who_turns_to_stripes_page_can_no_longer_pay_in_the_form(
    cart, stripe_client, sandbox, pump, assert_books
):
    form = place(cart)
    page = payments.start(order_of(form).id, hosted=True)

    with pytest.raises(stripe.InvalidRequestError, match="canceled"):
        pay(stripe_client, form)
    pay_session(sandbox, pages(stripe_client)[0].id)
    pump()

    assert page.url
    assert order_of(form).status == OrderStatus.PAID
    assert charges(stripe_client) == 1
    assert_books()


def test_who_turns_back_to_the_form_can_no_longer_pay_on_the_page(
    cart, stripe_client, pump, assert_books
):
    first = hosted(cart)
    form = payments.start(order_of(first).id)

    assert pages(stripe_client)[0].status == "expired"
    pay(stripe_client, form)
    pump()

    assert order_of(form).status == OrderStatus.PAID
    assert charges(stripe_client) == 1
    assert_books()


def test_a_page_that_was_paid_a_moment_ago_is_not_paid_again_in_the_form(
    cart, stripe_client, sandbox
):
    first = hosted(cart)
    pay_session(sandbox, pages(stripe_client)[0].id)

    again = payments.start(order_of(first).id)

    assert again.settled
    assert order_of(first).status == OrderStatus.PAID
    assert charges(stripe_client) == 1


def test_a_form_that_was_paid_a_moment_ago_is_not_paid_again_on_a_page(cart, stripe_client):
    first = place(cart)
    pay(stripe_client, first)

    again = payments.start(order_of(first).id, hosted=True)

    assert (again.settled, again.url) == (True, "")
    assert pages(stripe_client) == []


def test_coming_back_asks_stripe_when_no_event_has_arrived(cart, stripe_client, sandbox):
    sheet = hosted(cart)
    pay_session(sandbox, pages(stripe_client)[0].id)

    orders.sync(order_of(sheet).id)

    assert order_of(sheet).status == OrderStatus.PAID


def test_goods_are_let_go_only_when_nobody_can_pay_on_the_page(cart, stripe_client):
    sheet = hosted(cart)
    held = order_of(sheet).hold_expires_at - clock.now()
    assert held > timedelta(minutes=31)

    orders.cancel(order_of(sheet).id, actor="customer")

    assert pages(stripe_client)[0].status == "expired"
    assert order_of(sheet).status == OrderStatus.CANCELED
    assert order_of(sheet).payments[0].status == PaymentStatus.CANCELED


def test_an_order_that_was_paid_on_the_page_is_not_canceled(cart, stripe_client, sandbox):
    sheet = hosted(cart)
    pay_session(sandbox, pages(stripe_client)[0].id)

    with pytest.raises(NotCancelable, match="paid"):
        orders.cancel(order_of(sheet).id, actor="customer")

    assert order_of(sheet).status == OrderStatus.PAID


def test_a_page_that_expires_is_followed_by_a_new_one(cart, stripe_client, move_clock, pump):
    sheet = hosted(cart)
    move_clock(timedelta(minutes=46))
    pump()  # the sandbox tells that it expired
    assert order_of(sheet).payments[0].status == PaymentStatus.CANCELED
    assert order_of(sheet).status == OrderStatus.PENDING

    again = payments.start(order_of(sheet).id, hosted=True)

    assert again.url not in {"", sheet.url}


def test_a_declined_card_on_the_page_may_be_tried_again_there(cart, stripe_client, sandbox, pump):
    sheet = hosted(cart)
    (page,) = pages(stripe_client)
    pay_session(sandbox, page.id, card="pm_card_chargeDeclined")
    pump()
    assert order_of(sheet).status == OrderStatus.FAILED

    assert payments.start(order_of(sheet).id, hosted=True).url == sheet.url
    pay_session(sandbox, page.id)
    pump()

    assert order_of(sheet).status == OrderStatus.PAID
    assert charges(stripe_client) == 1


def test_an_answer_that_was_lost_finds_the_same_page(cart, stripe_client, move_clock):
    sheet = hosted(cart)
    payment = db.session.scalars(db.select(Payment)).one()
    payment.session_id, payment.status = None, PaymentStatus.NEW  # as if we had died
    db.session.commit()

    move_clock(timedelta(minutes=2))
    payments.sweep()

    assert len(pages(stripe_client)) == 1
    assert payments.start(order_of(sheet).id, hosted=True).url == sheet.url


def test_a_debt_is_paid_on_stripes_page(eve, stripe_client, sandbox, pump, assert_books):
    invoice_id = open_invoice(eve, 1000, 2000)
    form = debts.get_or_create_payment_intent(eve)

    sheet = debts.get_or_create_payment_intent(eve, hosted=True)
    assert sheet.url
    assert intent_of(stripe_client, form).status == "canceled"
    (page,) = pages(stripe_client)
    assert f"/invoices/{invoice_of(invoice_id).token}/" in page.success_url
    pay_session(sandbox, page.id)
    pump()

    assert invoice_of(invoice_id).status == "paid"
    assert charges(stripe_client) == 1
    assert_books()


def test_when_what_is_owed_changes_its_page_expires(eve, stripe_client):
    open_invoice(eve, 1000)
    debts.get_or_create_payment_intent(eve, hosted=True)
    open_invoice(eve, 500)

    after = debts.get_or_create_payment_intent(eve, hosted=True)

    assert sorted(page.status for page in pages(stripe_client)) == ["expired", "open"]
    assert after.amount == 1500


@pytest.fixture
def cart(app):
    return fill_cart((add_product(), 2))


@pytest.fixture
def eve(app):
    return customers.find_or_create("eve@example.com")


def pages(stripe_client):
    return stripe_client.v1.checkout.sessions.list().data


def charges(stripe_client):
    return sum(charge.paid for charge in stripe_client.v1.charges.list().data)


def intent_of(stripe_client, sheet):
    return stripe_client.v1.payment_intents.retrieve(sheet.client_secret.split("_secret_")[0])


def hosted(cart):
    """An order that is to be paid on Stripe's page."""
    return place(cart, request_for(cart, hosted=True))
