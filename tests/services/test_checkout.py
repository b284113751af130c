from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from flask import current_app
from sqlalchemy import event

from app.db import db, transaction
from app.errors import CartEmpty, OutOfStock, QuoteChanged
from app.models import Cart, CartItem, Order, OrderStatus, Payment, Price, Reservation, Stock
from app.plugins.tax import ByCountry
from app.services import orders, payments
from tests.buying import HOME, fill_cart, order_of, pay, place, request_for
from tests.goods import add_product


def test_an_order_keeps_what_was_bought_and_holds_it(app):
    mug = add_product("mug", unit_amount=1900, stock=5)

    sheet = place(fill_cart((mug, 2)))

    order = order_of(sheet)
    assert [(line.name, line.quantity, line.total_amount) for line in order.goods] == [
        ("Mug", 2, 3800)
    ]
    assert order.total_amount == sheet.amount == 3800 + order.shipping_amount
    assert order.status == OrderStatus.PENDING
    assert (stock_of(mug).on_hand, stock_of(mug).reserved) == (5, 2)
    assert sheet.client_secret.startswith("pi_")


def test_the_same_form_sent_again_is_the_same_order_and_the_same_intent(app, stripe_client):
    cart = fill_cart((add_product(), 1))
    request = request_for(cart)

    first, second = place(cart, request), place(cart, request)

    assert first.order_token == second.order_token
    assert first.client_secret == second.client_secret
    assert count(Order) == count(Payment) == 1
    assert len(stripe_client.v1.payment_intents.list().data) == 1


def test_two_windows_with_the_same_cart_are_one_order(app, stripe_client):
    cart = fill_cart((add_product(), 1))

    first, second = place(cart, request_for(cart)), place(cart, request_for(cart))

    assert first.order_token == second.order_token
    assert len(stripe_client.v1.payment_intents.list().data) == 1


def test_the_same_form_may_mend_the_address_but_not_change_the_country(app):
    """Shipping and tax are those of the country that the form showed."""
    cart = fill_cart((add_product(), 1))
    request = request_for(cart)
    sheet = place(cart, request)

    with pytest.raises(QuoteChanged):
        place(cart, replace(request, shipping_address=replace(HOME, country="CH")))
    assert order_of(sheet).shipping_address == HOME

    mended = replace(HOME, line1="Hauptstr. 2")
    assert place(cart, replace(request, shipping_address=mended)) == sheet
    assert order_of(sheet).shipping_address == mended


def test_a_country_with_another_tax_is_another_order(app):
    taxes = ByCountry(DE="0.19", CH="0.08")
    app.extensions["plugins"] = replace(app.extensions["plugins"], tax=taxes)
    cart = fill_cart((add_product(unit_amount=1900), 1))
    first = place(cart)
    abroad = replace(HOME, country="CH")

    with pytest.raises(QuoteChanged):
        place(cart, request_for(cart, shipping_address=abroad))
    second = place(cart, request_for(cart, country="CH", shipping_address=abroad))

    assert order_of(first).status == OrderStatus.CANCELED
    assert order_of(second).shipping_address == abroad
    assert order_of(second).goods[0].tax_amount == 141


def test_where_it_costs_the_same_a_new_form_may_name_another_country(app):
    cart = fill_cart((add_product(), 1))
    first = place(cart)
    abroad = replace(HOME, country="CH")

    second = place(cart, request_for(cart, shipping_address=abroad))

    assert first == second
    assert order_of(second).shipping_address == abroad


@pytest.mark.databases("postgresql")
def test_a_cart_paid_while_it_is_being_placed_again_is_not_bought_twice(
    app, stripe_client, database
):
    """Somebody else records the payment just before this cart's earlier orders are looked up."""
    cart = fill_cart((add_product(), 1))
    again = request_for(cart)
    first = place(cart)
    pay(stripe_client, first)
    order_id = order_of(first).id
    db.session.rollback()

    with (
        just_before("WHERE orders.cart_id", lambda: orders.sync(order_id)),
        pytest.raises(CartEmpty),
    ):
        place(cart, again)

    assert count(Order) == 1
    assert order_of(first).status == OrderStatus.PAID


def test_a_cart_that_was_paid_in_another_window_is_empty(app, stripe_client, pump):
    cart = fill_cart((add_product(), 1))
    late = request_for(cart)
    pay(stripe_client, place(cart))
    pump()

    with pytest.raises(CartEmpty):
        place(cart, late)
    assert count(Order) == 1


def test_a_changed_cart_makes_the_earlier_order_unpayable(app, stripe_client):
    mug = add_product(stock=1)
    cart = fill_cart((mug, 1))
    first = place(cart)
    book = add_product("book")
    add_to(cart, book)

    second = place(cart)

    assert order_of(first).status == OrderStatus.CANCELED
    assert {line.sku for line in order_of(second).goods} == {"MUG", "BOOK"}
    states = {i.status for i in stripe_client.v1.payment_intents.list().data}
    assert states == {"canceled", "requires_payment_method"}
    assert stock_of(mug).reserved == 1


def test_a_price_that_changed_is_never_silently_charged(app):
    mug = add_product(unit_amount=1900)
    cart = fill_cart((mug, 1))
    agreed = request_for(cart)
    with transaction() as session:
        for price in session.scalars(db.select(Price).filter_by(variant_id=mug.id)):
            price.active = False
        session.add(Price(variant_id=mug.id, unit_amount=2500, currency="eur"))

    with pytest.raises(QuoteChanged):
        place(cart, agreed)
    assert count(Order) == 0

    assert order_of(place(cart)).goods[0].unit_amount == 2500


def test_what_is_sold_out_cannot_be_placed(app):
    mug = add_product(stock=1)
    place(fill_cart((mug, 1)))

    with pytest.raises(OutOfStock):
        place(fill_cart((mug, 1)))
    assert count(Order) == 1


def test_nothing_is_held_when_one_of_two_goods_is_gone(app):
    there, gone = add_product("there", stock=5), add_product("gone", stock=0)

    with pytest.raises(OutOfStock):
        place(fill_cart((there, 1), (gone, 1)))

    assert stock_of(there).reserved == 0
    assert count(Reservation) == 0


def test_a_total_of_nothing_is_paid_without_stripe(app, stripe_client):
    gift = add_product("gift", unit_amount=0, stock=None, kind="digital")
    cart = fill_cart((gift, 1))

    sheet = place(cart, request_for(cart, shipping_address=None))

    assert sheet.settled
    assert order_of(sheet).status == OrderStatus.FULFILLED
    assert stripe_client.v1.payment_intents.list().data == []


def test_an_order_not_paid_in_time_gives_its_goods_back(app, stripe_client, move_clock):
    mug = add_product(stock=1)
    sheet = place(fill_cart((mug, 1)))
    move_clock(timedelta(minutes=16))

    orders.sweep_holds()

    assert order_of(sheet).status == OrderStatus.CANCELED
    assert stock_of(mug).reserved == 0
    assert [i.status for i in stripe_client.v1.payment_intents.list().data] == ["canceled"]


def test_an_order_paid_at_the_last_moment_keeps_its_goods(app, stripe_client, move_clock):
    mug = add_product(stock=1)
    sheet = place(fill_cart((mug, 1)))
    pay(stripe_client, sheet)
    move_clock(timedelta(minutes=16))

    orders.sweep_holds()

    assert order_of(sheet).status == OrderStatus.PAID
    assert (stock_of(mug).on_hand, stock_of(mug).reserved) == (0, 0)


def test_a_canceled_order_cannot_be_paid_any_more(app):
    order = order_of(place(fill_cart((add_product(), 1))))
    orders.cancel(order.id, actor="customer")

    with pytest.raises(payments.OrderClosed):
        payments.start(order.id)


def add_to(cart_token, variant):
    with transaction() as session:
        cart = session.scalars(db.select(Cart).filter_by(token=cart_token)).one()
        price = session.scalars(db.select(Price).filter_by(variant_id=variant.id)).one()
        item = CartItem(variant_id=variant.id, price=price, quantity=1)
        item.seen_amount = price.unit_amount
        cart.items.append(item)


def stock_of(variant):
    db.session.rollback()
    return db.session.get_one(Stock, variant.id)


def count(model):
    db.session.rollback()
    return db.session.scalar(db.select(db.func.count()).select_from(model))


@contextmanager
def just_before(words: str, act: Callable[[], None]) -> Iterator[None]:
    """Let somebody else act, once, before this thread sends a statement with these words."""
    app, done = current_app._get_current_object(), []

    def elsewhere() -> None:
        with app.app_context():
            act()

    def watch(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if words in statement and not done:
            done.append(statement)
            thread = Thread(target=elsewhere)
            thread.start()
            thread.join()

    event.listen(db.engine, "before_cursor_execute", watch)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", watch)
    assert done, f"no statement with {words}"
