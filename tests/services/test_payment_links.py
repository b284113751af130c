"""Ways to pay that staff send: one payment of what is owed, and dead when it is not owed any more."""

from datetime import timedelta

import pytest

from app import clock
from app.db import db
from app.errors import (
    FormAlreadyUsed,
    GatewayUnavailable,
    InvalidLink,
    LinkClosed,
    NotCancelable,
    Rejected,
)
from app.models import Letter, Order, OrderStatus, Payment, PaymentLink, PaymentLinkStatus
from app.services import allocation, customers, debts, invoices, orders, payment_links
from app.services.payment_links import NewLink
from tests.billing import invoice_of, open_invoice, pay_debt
from tests.buying import fill_cart, order_of, place
from tests.goods import add_product
from tests.links import open_link, pay_link

pytestmark = pytest.mark.databases("sqlite")


def test_a_link_is_mailed_with_our_own_address(send, run_jobs, stripe_client):
    link = send(amount=4200)
    run_jobs()

    letter = db.session.scalars(db.select(Letter)).one()
    assert (link.status, letter.to) == (PaymentLinkStatus.ACTIVE, "eve@example.com")
    assert f"/l/{link.slug}" in letter.text
    assert link.url not in letter.text
    assert stripe_client.v1.payment_links.retrieve(link.stripe_id).metadata["isExternalPayment"]


def test_the_same_form_is_one_link(send, stripe_client):
    assert send(amount=4200, form="f").id == send(amount=4200, form="f").id
    assert len(stripe_client.v1.payment_links.list().data) == 1
    with pytest.raises(FormAlreadyUsed):
        send(amount=4300, form="f")


def test_paid_it_is_paid_once_and_is_a_sale_when_it_was_for_nothing_in_the_books(
    send, eve, sandbox, stripe_client, pump, assert_books
):
    link = send(amount=4200)

    pay_link(sandbox, link)
    pump()

    assert now(link).status == PaymentLinkStatus.PAID
    assert allocation.credit_of(db.session(), eve, "eur") == 0
    invoice = now(link).invoice
    assert (invoice.number, invoice.status, invoice.total_amount) == ("INV-00001", "paid", 4200)
    assert_books()


def test_one_for_an_invoice_pays_its_items(send, eve, sandbox, stripe_client, pump, assert_books):
    invoice_id = open_invoice(eve, 1000, 3200)
    link = send(amount=4200, invoice_id=invoice_id)

    pay_link(sandbox, link)
    pump()

    assert invoice_of(invoice_id).status == "paid"
    assert allocation.credit_of(db.session(), eve, "eur") == 0
    assert_books()


def test_one_for_an_order_pays_it(send, sandbox, stripe_client, pump, assert_books):
    order = order_of(place(fill_cart((add_product("mug"), 1))))
    total, order_id = order.total_amount, order.id
    link = send(amount=total, order_id=order_id)

    pay_link(sandbox, link)
    pump()

    db.session.rollback()
    assert db.session.get_one(Order, order_id).status == OrderStatus.PAID
    assert_books()


def test_a_second_link_to_the_same_debt_ends_the_first(send, eve, stripe_client):
    invoice_id = open_invoice(eve, 4200)
    first = send(amount=4200, invoice_id=invoice_id)

    second = send(amount=4200, invoice_id=invoice_id, form="second")

    assert now(first).status == PaymentLinkStatus.SUPERSEDED
    assert not stripe_client.v1.payment_links.retrieve(first.stripe_id).active
    assert now(second).status == PaymentLinkStatus.ACTIVE
    assert stripe_client.v1.payment_links.retrieve(second.stripe_id).active


def test_it_dies_when_its_debt_is_paid_in_another_way(send, eve, stripe_client, pump):
    invoice_id = open_invoice(eve, 4200)
    link = send(amount=4200, invoice_id=invoice_id)

    pay_debt(stripe_client, debts.get_or_create_payment_intent(eve))
    pump()

    assert now(link).status == PaymentLinkStatus.SUPERSEDED
    assert not stripe_client.v1.payment_links.retrieve(link.stripe_id).active


def test_it_dies_when_its_invoice_is_voided(send, eve, stripe_client, pump):
    invoice_id = open_invoice(eve, 4200)
    link = send(amount=4200, invoice_id=invoice_id)

    invoices.void(invoice_id, actor="ada", reason="sent twice")
    pump()

    assert now(link).status == PaymentLinkStatus.SUPERSEDED


def test_deactivated_it_cannot_be_paid_not_even_in_a_window_that_is_open(
    send, sandbox, stripe_client
):
    link = send(amount=4200)
    session = open_link(sandbox, link.url)

    payment_links.deactivate(link.id, actor="ada")

    assert now(link).status == PaymentLinkStatus.DEACTIVATED
    assert stripe_client.v1.checkout.sessions.retrieve(session).status == "expired"
    with pytest.raises(LinkClosed):
        payment_links.resend(link.id, actor="ada")


def test_a_reminder_is_another_letter_with_kinder_words(send, run_jobs):
    link = send(amount=4200)
    payment_links.resend(link.id, actor="ada")
    payment_links.remind(link.id, actor="ada")
    run_jobs()

    letters = db.session.scalars(db.select(Letter).order_by(Letter.id)).all()
    assert [letter.subject.split(":")[0] for letter in letters] == [
        "To pay",
        "To pay",
        "A reminder",
    ]
    assert ["still open" in letter.text for letter in letters] == [False, False, True]
    assert [e.kind for e in now(link).events][-2:] == ["sent", "reminded"]


def test_what_stripe_refused_can_be_put_away(send):
    with pytest.raises(Rejected):
        send(amount=4200, currency="zzz")
    link = db.session.scalars(db.select(PaymentLink)).one()
    assert link.status == PaymentLinkStatus.REJECTED

    payment_links.deactivate(link.id, actor="ada")

    assert now(link).status == PaymentLinkStatus.DEACTIVATED


def test_a_canceled_order_cannot_be_paid_with_its_link(send, sandbox, stripe_client):
    order_id, link = order_with_link(send)
    open_link(sandbox, link.url)

    orders.cancel(order_id, actor="ada")

    assert order_now(order_id).status == OrderStatus.CANCELED
    assert now(link).status == PaymentLinkStatus.SUPERSEDED
    assert {s.status for s in stripe_client.v1.checkout.sessions.list().data} == {"expired"}


def test_an_order_paid_with_its_link_a_moment_before_is_not_canceled(send, sandbox, assert_books):
    order_id, link = order_with_link(send)
    pay_link(sandbox, link)  # and the shop has not been told yet

    with pytest.raises(NotCancelable):
        orders.cancel(order_id, actor="ada")

    assert order_now(order_id).status == OrderStatus.PAID
    assert now(link).status == PaymentLinkStatus.PAID


def test_an_order_is_not_canceled_while_stripe_does_not_end_its_link(send, sandbox):
    order_id, link = order_with_link(send)
    sandbox.account.chaos.add(fault="500", path="^/v1/payment_links/", count=9)

    with pytest.raises(GatewayUnavailable):
        orders.cancel(order_id, actor="ada")

    assert order_now(order_id).status == OrderStatus.PENDING


def test_a_link_keeps_the_goods_of_its_order(send):
    order_id, _link = order_with_link(send, expires_at=clock.now() + timedelta(days=3))

    assert order_now(order_id).hold_expires_at > clock.now() + timedelta(days=2)


def test_its_time_ends_by_the_sweep(send, stripe_client, move_clock):
    link = send(amount=4200, expires_at=clock.now() + timedelta(days=2))
    payment_links.sweep()
    assert now(link).status == PaymentLinkStatus.ACTIVE

    move_clock(timedelta(days=3))
    payment_links.sweep()

    assert now(link).status == PaymentLinkStatus.EXPIRED
    assert not stripe_client.v1.payment_links.retrieve(link.stripe_id).active


def test_a_lost_answer_is_found_by_the_sweep(send, sandbox, stripe_client, move_clock, run_jobs):
    sandbox.account.chaos.add(fault="lost_answer", path="^/v1/payment_links$", count=1)
    with pytest.raises(Exception, match="cannot be reached"):
        send(amount=4200)

    move_clock(timedelta(minutes=5))
    payment_links.sweep()
    run_jobs()

    link = db.session.scalars(db.select(PaymentLink)).one()
    assert link.status == PaymentLinkStatus.ACTIVE
    assert len(stripe_client.v1.payment_links.list().data) == 1
    assert len(db.session.scalars(db.select(Letter)).all()) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": 0},
        {"amount": -5},
        {"amount": 10},
        {"email": "nobody"},
        {"email": "a@b"},
        {"email": "a@b.de,c@d.de"},
        {"email": "a@b.de\r\nBcc: evil@x.de"},
        {"email": "Ruth <ruth@b.de>"},
        {"description": " "},
        {"expires_at": clock.now() - timedelta(days=1)},
    ],
)
def test_nonsense_is_refused_in_words(send, wrong, stripe_client):
    with pytest.raises(InvalidLink):
        send(**{"amount": 4200, **wrong})
    assert stripe_client.v1.payment_links.list().data == []


def test_another_amount_than_what_is_owed_is_refused(send, eve):
    invoice_id = open_invoice(eve, 4200)

    with pytest.raises(InvalidLink, match="what it still needs"):
        send(amount=4100, invoice_id=invoice_id)
    assert send(amount=4200, invoice_id=invoice_id).status == PaymentLinkStatus.ACTIVE


def test_the_first_opening_is_noted(send):
    link = send(amount=4200)

    payment_links.opened(link.slug)
    first = now(link).opened_at
    payment_links.opened(link.slug)

    assert now(link).opened_at == first is not None
    assert payment_links.opened("nonsense") is None


def test_one_to_somebody_unknown_waits_to_be_matched(
    send, sandbox, stripe_client, pump, assert_books
):
    link = send(amount=4200, email="stranger@example.com", customer_id=None)

    pay_link(sandbox, link)
    pump()

    payment = db.session.scalars(db.select(Payment)).one()
    assert (payment.matching, payment.customer_id) == ("waiting", None)
    assert now(link).status == PaymentLinkStatus.PAID
    assert_books()


def order_with_link(send, **more):
    order = order_of(place(fill_cart((add_product("mug"), 1))))
    total, order_id = order.total_amount, order.id
    return order_id, send(amount=total, order_id=order_id, **more)


def order_now(order_id):
    db.session.rollback()
    return db.session.get_one(Order, order_id)


def now(link):
    db.session.rollback()
    return db.session.get_one(PaymentLink, link.id)


@pytest.fixture
def eve(app):
    return customers.find_or_create("eve@example.com")


@pytest.fixture
def send(eve):
    """Send a link to eve; answers the row."""

    def send(*, form="form", **wanted):
        values = {"email": " Eve@Example.com", "description": "Two hours of work"}
        values |= {"currency": "eur", "customer_id": eve}
        link_id = payment_links.send(NewLink(**(values | wanted)), form_token=form, actor="ada")
        db.session.rollback()
        return db.session.get_one(PaymentLink, link_id)

    return send
