import pytest

from app.db import db, transaction
from app.errors import InvalidTransition
from app.models import Letter, Order, OrderStatus, PostalAddress
from app.models.shipping_rate import COLLECT
from app.services import orders
from app.store import order_words
from tests.buying import buy, fill_cart, order_of, pay, place
from tests.goods import add_product

ELSEWHERE = PostalAddress(
    name="Eve Example", line1="Ringstr. 2", postal_code="80331", city="Munich", country="DE"
)


def test_a_shipped_order_is_fulfilled_and_the_customer_is_told_once(app, stripe_client, pump):
    order = buy(stripe_client)
    pump()

    orders.ship(order.id, tracking="DHL 123", actor="ada")
    pump()

    order = fresh(order)
    assert (order.status, order.tracking) == (OrderStatus.FULFILLED, "DHL 123")
    letter = db.session.scalars(db.select(Letter).filter_by(message="order_shipped")).one()
    assert "DHL 123" in letter.text
    assert letter.subject == f"Order {order.number} is on its way"
    assert (letter.to, letter.status) == (order.email, "sent")


def test_who_collects_an_order_is_told_that_it_is_ready(app, stripe_client, pump):
    order = buy(stripe_client)
    pump()
    with transaction():
        fresh(order).shipping_method = COLLECT

    orders.ship(order.id, tracking="", actor="ada")
    pump()

    letter = db.session.scalars(db.select(Letter).filter_by(message="order_shipped")).one()
    assert letter.subject == f"Order {fresh(order).number} is ready to be collected"
    assert "is ready to be collected" in letter.text
    assert order_words.head(fresh(order)).title == "It is ready"


def test_what_is_not_paid_is_not_shipped(app):
    order = order_of(place(fill_cart((add_product(), 1))))

    with pytest.raises(InvalidTransition):
        orders.ship(order.id, tracking="", actor="ada")


def test_a_download_has_nothing_to_ship(app, stripe_client, pump):
    sheet = place(fill_cart((add_product("book", kind="digital", stock=None), 1)))
    pay(stripe_client, sheet)
    pump()

    with pytest.raises(InvalidTransition):
        orders.ship(order_of(sheet).id, tracking="", actor="ada")


def test_an_address_changes_until_the_parcel_has_left(app, stripe_client, pump):
    order = buy(stripe_client)
    pump()

    orders.change_address(order.id, shipping_address=ELSEWHERE, actor="ada")
    assert fresh(order).shipping_address == ELSEWHERE
    assert "Hauptstr. 1" in fresh(order).events[-1].reason

    orders.ship(order.id, tracking="", actor="ada")
    with pytest.raises(InvalidTransition):
        orders.change_address(order.id, shipping_address=ELSEWHERE, actor="ada")


def test_a_step_that_is_not_allowed_says_why(app, stripe_client, pump):
    order = buy(stripe_client)
    before = {step.code: step for step in orders.next_steps(fresh(order))}
    pump()
    after = {step.code: step for step in orders.next_steps(fresh(order))}

    assert (before["ship"].allowed, before["ship"].reason) == (False, "The money is not here yet.")
    assert after["ship"].allowed
    assert before["cancel"].allowed
    assert after["cancel"].reason == "It is paid: refund it instead."


def fresh(order):
    db.session.rollback()
    return db.session.get_one(Order, order.id)
