import time
from dataclasses import replace
from threading import Thread

import pytest
from sqlalchemy import event

from app import clock
from app.db import db
from app.errors import (
    AmountTooLarge,
    AmountTooSmall,
    InvalidTransition,
    NoShipping,
    NotForSale,
    OrderClosed,
    OutOfStock,
)
from app.models import Customer, Order, OrderStatus, PostalAddress, Stock
from app.services import orders, payments, phone_orders
from app.services.phone_orders import Wanted
from tests.buying import HOME
from tests.goods import add_product

pytestmark = pytest.mark.databases("sqlite")


STREETLESS = PostalAddress(name="Eve Example", line1="", postal_code="", city="", country="DE")


def create(*wanted, address=HOME, method="", name="", send=False) -> Order:
    lines = [Wanted(variant_id=variant.id, quantity=count) for variant, count in wanted]
    order_id = phone_orders.create(
        lines,
        email="eve@example.com",
        name=name,
        address=address,
        shipping_method=method,
        send=send,
        actor="ada",
    )
    return fresh(order_id)


def fresh(order_id: int) -> Order:
    db.session.rollback()
    return db.session.get_one(Order, order_id)


def change(order: Order, *wanted, version: int | None = None) -> Order:
    order_id, seen = order.id, version or order.version
    lines = [Wanted(variant_id=variant.id, quantity=count) for variant, count in wanted]
    phone_orders.change_lines(
        order_id, lines, shipping_method="standard", version=seen, actor="ada"
    )
    return fresh(order_id)


def reserved(variant) -> int:
    db.session.rollback()
    return db.session.get_one(Stock, variant.id).reserved


def test_goods_are_held_for_days_and_opening_the_payment_does_not_shorten_that(app):
    mug = add_product("mug", stock=5)
    order = create((mug, 2))
    until = order.hold_expires_at

    payments.start(order.id)

    assert (until - clock.now()).days >= 6
    assert fresh(order.id).hold_expires_at == until
    assert reserved(mug) == 2


def test_the_same_product_twice_is_one_line(app):
    mug = add_product("mug", stock=5)

    order = create((mug, 1), (mug, 2))

    assert [(line.name, line.quantity) for line in order.goods] == [("Mug", 3)]


def test_what_is_gone_archived_or_cannot_be_sent_is_refused_and_holds_nothing(app):
    mug, old = add_product("mug", stock=1), add_product("old", status="archived")

    with pytest.raises(OutOfStock):
        create((mug, 2))
    with pytest.raises(NotForSale):
        create((old, 1))
    with pytest.raises(NoShipping):
        create((mug, 1), address=None)

    assert reserved(mug) == 0
    assert db.session.query(Order).count() == 0


@pytest.mark.parametrize("somebody", [None, replace(STREETLESS, name="")])
def test_what_is_collected_needs_somebody_who_comes_and_no_street(app, somebody):
    mug = add_product("mug", stock=5)
    with pytest.raises(NoShipping, match="who collects"):
        create((mug, 1), address=somebody, method="collect")
    with pytest.raises(NoShipping, match="where the goods should go"):
        create((mug, 1), address=STREETLESS)

    order = create((mug, 1), address=STREETLESS, method="collect")

    assert (order.shipping_method, order.shipping_amount) == ("collect", 0)
    assert order.shipping_address == STREETLESS
    assert db.session.query(Order).count() == 1


def test_a_refused_order_leaves_no_customer_behind(app):
    mug = add_product("mug", stock=5)
    with pytest.raises(NoShipping):
        create((mug, 1), address=None, name="Eva, misheard")
    assert db.session.query(Customer).count() == 0

    order = create((mug, 1), name="Eve Example")
    again = create((mug, 1), name="Somebody else")

    assert (order.customer.email, order.customer.name) == ("eve@example.com", "Eve Example")
    assert again.customer_id == order.customer_id


def test_a_download_needs_no_address(app):
    ebook = add_product("ebook", kind="digital", stock=None)

    assert create((ebook, 1), address=None).total_amount == 1900


def test_an_order_may_take_more_of_what_it_holds_itself(app):
    mug = add_product("mug", stock=3)
    order = create((mug, 2))

    changed = change(order, (mug, 3))

    assert (changed.goods[0].quantity, reserved(mug)) == (3, 3)
    with pytest.raises(OutOfStock):
        change(changed, (mug, 4))
    assert (fresh(order.id).goods[0].quantity, reserved(mug)) == (3, 3)


def test_a_change_made_on_old_lines_is_refused(app):
    mug = add_product("mug", stock=5)
    order = create((mug, 1))
    seen = order.version
    change(order, (mug, 2))

    with pytest.raises(InvalidTransition, match="changed meanwhile"):
        change(fresh(order.id), (mug, 3), version=seen)

    assert fresh(order.id).goods[0].quantity == 2


def test_a_canceled_order_has_no_lines_to_change_and_nothing_to_pay(app):
    mug = add_product("mug", stock=5)
    order = create((mug, 1))
    orders.cancel(order.id, actor="ada")

    with pytest.raises(InvalidTransition):
        change(fresh(order.id), (mug, 2))
    with pytest.raises(OrderClosed):
        phone_orders.send_pay_link(order.id, actor="ada")

    assert fresh(order.id).status == OrderStatus.CANCELED


def test_the_reason_why_lines_are_fixed_is_said(app):
    mug = add_product("mug", stock=5)
    order = create((mug, 1))

    assert phone_orders.why_lines_are_fixed(order) == ""
    orders.cancel(order.id, actor="ada")
    assert "canceled" in phone_orders.why_lines_are_fixed(fresh(order.id))


def test_lines_that_cost_nothing_any_more_are_paid(app):
    """Nobody could pay the order: Stripe takes no charge of nothing."""
    book = add_product("book", unit_amount=1500, stock=None, kind="digital")
    gift = add_product("gift", unit_amount=0, stock=None, kind="digital")

    order = change(create((book, 1)), (gift, 1))

    assert order.status == OrderStatus.FULFILLED
    assert not order.is_payable


def test_an_amount_that_stripe_would_not_take_is_refused_at_once(app):
    cheap = add_product("sticker", unit_amount=20, stock=None, kind="digital")
    dear = add_product("rocket", unit_amount=99_999_999, stock=None, kind="digital")

    with pytest.raises(AmountTooSmall):
        create((cheap, 1))
    with pytest.raises(AmountTooLarge):
        create((dear, 100))

    assert create((dear, 1)).total_amount == 99_999_999
    assert db.session.query(Order).count() == 1


@pytest.mark.databases("postgresql")
def test_two_orders_that_swap_their_goods_do_not_wait_for_each_other(app):
    """While one changes from mug to book, another comes the other way."""
    mug, book = add_product("mug", stock=5), add_product("book", stock=5)
    first, second = create((mug, 1)), create((book, 1))
    plans = [(first.id, book.id, first.version), (second.id, mug.id, second.version)]
    db.session.rollback()
    other = Thread(target=swap, args=(app, *plans[1]))

    def watch(_connection, _cursor, statement, *_):
        if statement.startswith("UPDATE stock") and other.ident is None:
            other.start()
            time.sleep(0.5)

    event.listen(db.engine, "after_cursor_execute", watch)
    swap(app, *plans[0])
    event.remove(db.engine, "after_cursor_execute", watch)
    other.join()

    assert [line.sku for line in fresh(plans[0][0]).goods] == ["BOOK"]
    assert [line.sku for line in fresh(plans[1][0]).goods] == ["MUG"]
    assert reserved(mug) == reserved(book) == 1


def swap(app, order_id: int, variant_id: int, version: int) -> None:
    with app.app_context():
        wanted = [Wanted(variant_id=variant_id, quantity=1)]
        phone_orders.change_lines(
            order_id, wanted, shipping_method="standard", version=version, actor="ada"
        )
