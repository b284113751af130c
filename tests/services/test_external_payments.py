"""What is paid with links made in Stripe's dashboard: booked to whom it belongs, or left to staff."""

import pytest

from app.db import db
from app.errors import NothingToMatch
from app.models import Customer, Payment
from app.services import allocation, customers, external_payments, payment_records
from tests import books
from tests.billing import invoice_of, items_of, open_invoice
from tests.links import open_link, pay_session

pytestmark = pytest.mark.databases("sqlite")


def test_the_payer_is_found_by_address_and_their_oldest_debt_is_paid(eve, pay, pump, assert_books):
    invoice_id = open_invoice(eve, 1000, 3000)

    pay(2500, email=" EVE@example.com ")
    pump()

    payment = db.session.scalars(db.select(Payment)).one()
    assert (payment.is_external, payment.matching) == (True, "assigned")
    assert [item.due_amount for item in items_of(invoice_id)] == [0, 1500]
    assert_books()


def test_what_is_too_much_becomes_credit(eve, pay, pump, assert_books):
    invoice_id = open_invoice(eve, 1000)

    pay(2500)
    pump()

    assert invoice_of(invoice_id).status == "paid"
    assert allocation.credit_of(db.session(), eve, "eur") == 1500
    assert_books()


def test_another_currency_pays_no_debt(eve, pay, pump, assert_books):
    invoice_id = open_invoice(eve, 1000)

    pay(2500, currency="usd")
    pump()

    assert invoice_of(invoice_id).status == "open"
    assert allocation.credit_of(db.session(), eve, "usd") == 2500
    assert_books()


def test_a_stranger_is_not_guessed_until_staff_say_who_it_is(eve, pay, pump, assert_books):
    invoice_id = open_invoice(eve, 1000)
    pay(1000, email="who@example.com")
    pump()
    payment = db.session.scalars(db.select(Payment)).one()
    assert (payment.matching, payment.customer_id) == ("waiting", None)
    assert invoice_of(invoice_id).status == "open"

    external_payments.assign(payment.id, eve, actor="ada")

    assert invoice_of(invoice_id).status == "paid"
    with pytest.raises(NothingToMatch):
        external_payments.dismiss(payment.id, actor="ada", reason="too late")
    assert_books()


def test_a_customer_can_be_made_of_the_payer(pay, pump, assert_books):
    pay(1000, email="who@example.com")
    pump()
    payment = db.session.scalars(db.select(Payment)).one()

    external_payments.assign_to_new_customer(
        payment.id, email="Who@example.com", name="Who", actor="ada"
    )

    db.session.rollback()
    assert payment.customer.email == "who@example.com"
    assert allocation.credit_of(db.session(), payment.customer_id, "eur") == 1000
    assert_books()


def test_who_cannot_be_given_the_payment_is_not_written_down(eve, pay, pump):
    pay(1000, email="who@example.com")
    pump()
    payment = db.session.scalars(db.select(Payment)).one()
    external_payments.assign(payment.id, eve, actor="ada")

    with pytest.raises(NothingToMatch):
        external_payments.assign_to_new_customer(
            payment.id, email="who@example.com", name="Who", actor="ada"
        )

    db.session.rollback()
    assert db.session.scalars(db.select(Customer.email)).all() == ["eve@example.com"]


def test_what_is_dismissed_stays_out_of_the_books(pay, pump, assert_books):
    pay(1000, email="who@example.com")
    pump()
    payment = db.session.scalars(db.select(Payment)).one()

    external_payments.dismiss(payment.id, actor="ada", reason="a donation to the club")
    pump()

    db.session.rollback()
    assert payment.matching == "dismissed"
    assert [event.reason for event in payment.events][-1] == "a donation to the club"
    assert_books()


def test_a_page_that_nobody_paid_is_nothing(stripe_client, sandbox, pump):
    session = open_link(sandbox, link_at_stripe(stripe_client, 1000, "eur"))

    stripe_client.v1.checkout.sessions.expire(session)
    pump()

    assert db.session.scalars(db.select(Payment)).all() == []


def test_refunded_at_stripe_the_debt_is_open_again(eve, pay, pump, stripe_client, assert_books):
    invoice_id = open_invoice(eve, 1000)
    pay(1000)
    pump()
    payment = db.session.scalars(db.select(Payment)).one()

    stripe_client.v1.refunds.create({"payment_intent": payment.stripe_id, "amount": 400})
    pump()

    assert invoice_of(invoice_id).due_amount == 400
    assert_books()


def test_one_that_is_canceled_before_any_money_came_waits_for_nobody(
    eve, authorize, stripe_client, pump
):
    invoice_id, other = open_invoice(eve, 1000), authorize(700, email="who@else.example")
    stranger = authorize(1000, email="who@example.com")
    known = authorize(1000, email="eve@example.com")
    assert [payment.matching for payment in (other, stranger, known)] == [
        "waiting",
        "waiting",
        "assigned",
    ]

    for payment in (stranger, known):
        stripe_client.v1.payment_intents.cancel(payment.stripe_id)
    stripe_client.v1.payment_intents.capture(other.stripe_id)
    pump()

    db.session.rollback()
    assert [payment.matching for payment in (other, stranger)] == ["waiting", "dismissed"]
    assert [event.reason for event in stranger.events] == [payment_records.NOTHING_CAME]
    assert invoice_of(invoice_id).due_amount == 1000
    with pytest.raises(NothingToMatch):
        external_payments.assign(stranger.id, eve, actor="ada")
    external_payments.assign(other.id, eve, actor="ada")
    assert invoice_of(invoice_id).due_amount == 300
    books.check()  # at Stripe the hold that was let go is a refund: of nothing that was taken


def link_at_stripe(client, amount, currency, **more):
    """A Payment Link made in Stripe's dashboard; its address."""
    product = client.v1.products.create({"name": "Something"})
    price = client.v1.prices.create(
        {"product": product.id, "unit_amount": amount, "currency": currency}
    )
    lines = [{"price": price.id, "quantity": 1}]
    return client.v1.payment_links.create({"line_items": lines, **more}).url


@pytest.fixture
def eve(app):
    return customers.find_or_create("eve@example.com")


@pytest.fixture
def pay(sandbox, stripe_client):
    """Somebody pays with a link that staff made in Stripe's dashboard."""

    def pay(amount, *, currency="eur", email="eve@example.com"):
        url = link_at_stripe(stripe_client, amount, currency)
        pay_session(sandbox, open_link(sandbox, url), email=email.strip())

    return pay


@pytest.fixture
def authorize(sandbox, stripe_client, pump):
    """Somebody's bank holds money for a link that was made in Stripe's dashboard; its payment."""

    def authorize(amount, *, email):
        held = {"payment_intent_data": {"capture_method": "manual"}}
        url = link_at_stripe(stripe_client, amount, "eur", **held)
        pay_session(sandbox, open_link(sandbox, url), email=email)
        pump()
        db.session.rollback()
        return db.session.scalars(db.select(Payment).order_by(Payment.id.desc())).first()

    return authorize
