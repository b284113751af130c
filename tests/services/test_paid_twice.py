"""An order that was paid twice asks for a refund until what is too much has gone back."""

from datetime import timedelta

import pytest

from app.db import db
from app.models import Order, OrderStatus, PaymentLink
from app.services import orders, payment_links, refunds
from app.services.payment_links import NewLink
from app.services.settlement import PAID_TWICE
from tests.buying import fill_cart, order_of, pay, place
from tests.goods import add_product
from tests.links import open_link, pay_session


def test_it_needs_nobody_any_more_once_all_of_it_was_refunded(paid_twice, pump, assert_books):
    order = paid_twice()
    assert order.attention == PAID_TWICE

    give_back(order, 600)
    pump()
    assert now(order).attention == PAID_TWICE  # that was not all of it

    give_back(order, order.total_amount - 600)
    pump()

    order = now(order)
    assert (order.attention, order.status) == ("", OrderStatus.PAID)
    last = [event for event in order.events if event.kind == "too_much_went_back"]
    assert [event.reason for event in last] == [PAID_TWICE]
    assert_books()


def test_refunded_at_stripe_it_needs_nobody_either(paid_twice, stripe_client, pump, assert_books):
    order = paid_twice()

    stripe_client.v1.refunds.create({"payment_intent": order.payments[0].stripe_id})
    pump()

    assert now(order).attention == ""
    assert_books()


def test_a_refund_that_fails_later_asks_for_it_again(
    paid_twice, pump, sandbox, move_clock, assert_books
):
    order = paid_twice("pm_card_refundFail")
    give_back(order, order.total_amount, order.payments[0])
    pump()
    assert now(order).attention == ""

    move_clock(timedelta(days=2))
    pump()

    assert now(order).attention == PAID_TWICE
    assert_books()


def test_what_staff_have_settled_stays_settled(paid_twice, pump):
    order = paid_twice()
    orders.settle_attention(order.id, actor="ada", reason="they want it as a tip")

    give_back(order, 600)
    pump()

    assert now(order).attention == ""


def give_back(order, amount, payment=None):
    db.session.rollback()
    refunds.issue(
        order.id,
        amount,
        form_token=f"form-{amount}",
        actor="ada",
        payment_id=payment.id if payment else None,
    )


def now(order):
    key = order.id
    db.session.rollback()
    return db.session.get_one(Order, key)


@pytest.fixture
def paid_twice(app, sandbox, stripe_client, pump):
    """An order that was paid in the form, and with a link at the same moment."""

    def paid(card="pm_card_visa"):
        sheet = place(fill_cart((add_product(), 2)))
        order = order_of(sheet)
        wanted = NewLink(
            email="eve@example.com",
            description="An order",
            amount=order.total_amount,
            currency="eur",
            order_id=order.id,
        )
        db.session.rollback()
        link_id = payment_links.send(wanted, form_token="a-form", actor="ada")
        link = db.session.get_one(PaymentLink, link_id)
        page = open_link(sandbox, link.url)
        pay(stripe_client, sheet, card)
        pay_session(sandbox, page)
        pump()
        return now(order)

    return paid
