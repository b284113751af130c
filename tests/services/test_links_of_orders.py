"""A link to an order asks for what the order costs, or for nothing any more."""

import pytest

from app.db import db
from app.errors import InvalidTransition
from app.models import Order, OrderStatus, PaymentLink, PaymentLinkStatus
from app.services import payment_links, phone_orders
from app.services.payment_links import NewLink
from app.services.phone_orders import Wanted
from tests.buying import HOME
from tests.goods import add_product
from tests.links import pay_link


@pytest.fixture
def mug(app):
    return add_product("mug", stock=9).id


@pytest.fixture
def order_id(mug):
    return phone_orders.create(
        [Wanted(variant_id=mug, quantity=1)],
        email="eve@example.com",
        name="",
        address=HOME,
        shipping_method="standard",
        send=False,
        actor="ada",
    )


@pytest.fixture
def send(order_id, pump):
    """Send a link over what the order needs; it, once Stripe has made it."""

    def send(form):
        order = now(Order, order_id)
        wanted = NewLink(
            order_id=order.id,
            email=order.email,
            amount=order.total_amount,
            currency=order.currency,
            description="Your order",
        )
        link_id = payment_links.send(wanted, form_token=form, actor="ada")
        pump()
        return now(PaymentLink, link_id)

    return send


@pytest.fixture
def change(order_id, mug):
    """Let staff write another quantity into the order."""

    def change(quantity):
        phone_orders.change_lines(
            order_id,
            [Wanted(variant_id=mug, quantity=quantity)],
            shipping_method="standard",
            version=now(Order, order_id).version,
            actor="ada",
        )

    return change


def test_a_link_over_the_former_total_ends_when_the_order_is_changed(
    order_id, send, change, sandbox, stripe_client, pump, assert_books
):
    before = send("first")

    change(3)

    ended = now(PaymentLink, before.id)
    assert ended.status == PaymentLinkStatus.SUPERSEDED
    assert stripe_client.v1.payment_links.retrieve(str(ended.stripe_id)).active is False
    pay_link(sandbox, send("second"))
    pump()
    order = now(Order, order_id)
    assert (order.status, order.paid_amount) == (OrderStatus.PAID, order.total_amount)
    assert_books()


def test_paid_a_moment_ago_with_its_link_the_order_is_not_changed_any_more(
    order_id, send, change, sandbox, pump, assert_books
):
    link = send("first")
    pay_link(sandbox, link)

    with pytest.raises(InvalidTransition, match="Money has moved"):
        change(3)

    pump()
    order = now(Order, order_id)
    assert (order.status, order.paid_amount) == (OrderStatus.PAID, order.total_amount)
    assert [line.quantity for line in order.goods] == [1]
    assert_books()


def now(model, row_id):
    db.session.rollback()
    return db.session.get_one(model, row_id)
