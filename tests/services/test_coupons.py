"""A code takes off what it says, from whom it may, as often as it may; and what it took is kept."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app import clock
from app.db import db, transaction
from app.errors import CartEmpty, CouponRefused, QuoteChanged
from app.models import Cart, Coupon, CouponUse, Order, OrderStatus, Variant
from app.plugins.tax import FlatRate
from app.services import carts, checkout, coupons, orders, payments, phone_orders, pricing, refunds
from app.services.coupons import Buyer
from app.services.phone_orders import Wanted
from tests import people
from tests.buying import fill_cart, order_of, pay, place, request_for
from tests.goods import add_coupon, add_product

DAY = timedelta(days=1)


@pytest.mark.parametrize("typed", ["TEN", "ten", "  Ten\t"])
def test_a_code_is_understood_however_it_is_written(app, typed):
    add_coupon("TEN", percent_off=1000)
    cart = fill_cart((add_product(unit_amount=1900), 2))

    carts.redeem(cart, typed)

    quote = pricing.quote(carts.find(cart))
    assert (quote.coupon_code, quote.coupon_problem) == ("TEN", "")
    assert (quote.subtotal_amount, quote.discount_amount) == (3800, 380)
    assert quote.total_amount == 3800 - 380 + quote.shipping_amount


SPREAD = [
    ({"percent_off": 1000}, [1005, 1004], (101, 100)),  # half up on each line
    ({"percent_off": 10_000}, [1900, 5], (1900, 5)),
    ({"amount_off": 500}, [1000, 1000, 1000], (166, 167, 167)),  # the first of the largest gives
    ({"amount_off": 100}, [300, 100, 33], (69, 23, 8)),
    ({"amount_off": 4}, [1] * 10, (1, 1, 1, 1, 0, 0, 0, 0, 0, 0)),
    ({"amount_off": 6}, [1] * 10, (0, 0, 0, 0, 1, 1, 1, 1, 1, 1)),
    ({"amount_off": 500}, [200, 100], (200, 100)),
    ({"amount_off": 500}, [0, 0], (0, 0)),
]


@pytest.mark.parametrize(("off", "amounts", "expected"), SPREAD)
@pytest.mark.databases("sqlite")
def test_a_discount_is_spread_without_losing_a_cent(app, off, amounts, expected):
    coupon = Coupon(code="X", product_ids=[], **off)

    assert coupons.spread(coupon, [(1, amount) for amount in amounts]) == expected


def test_only_the_goods_it_is_for_get_cheaper(app):
    mug, book = add_product("mug", unit_amount=1900), add_product("book", unit_amount=1000)
    add_coupon("MUGS", amount_off=500, product_ids=[mug.product_id])
    cart = fill_cart((mug, 1), (book, 1))

    carts.redeem(cart, "mugs")

    quote = pricing.quote(carts.find(cart))
    assert [(line.discount_amount, line.total_amount) for line in quote.lines] == [
        (500, 1400),
        (0, 1000),
    ]


@pytest.mark.databases("sqlite")
def test_tax_is_on_what_is_left_and_shipping_is_as_free_as_without_the_code(app):
    """€61 ships for nothing; two euros off must not make that dearer."""
    app.extensions["plugins"] = replace(app.extensions["plugins"], tax=FlatRate("0.19"))
    add_coupon("TWO", amount_off=200)
    cart = fill_cart((add_product(unit_amount=6100), 1))
    before = pricing.quote(carts.find(cart))

    carts.redeem(cart, "TWO")

    quote = pricing.quote(carts.find(cart))
    assert before.shipping_amount == quote.shipping_amount == 0
    assert quote.total_amount == 5900
    assert quote.lines[0].tax_amount == 942  # in 5900


REFUSED = [
    ({}, "nothing", "We do not know the code NOTHING."),
    ({}, "x\x00", "We do not know the code"),
    ({}, "x" * 500, "We do not know the code"),
    ({}, "  ", "Please write the code."),
    ({"active": False}, "ten", "not in use any more"),
    ({"starts_at": DAY}, "ten", "The code TEN can be used from "),
    ({"ends_at": -DAY}, "ten", "The code TEN could be used until "),
    ({"minimum_amount": 3000, "currency": "eur"}, "ten", "€30.00 or more: €11.00 is missing"),
    ({"product_ids": [999]}, "ten", "not for these goods"),
    ({"amount_off": 500, "currency": "usd"}, "ten", "for prices in USD; these are in EUR"),
]


@pytest.mark.parametrize(("fields", "typed", "sentence"), REFUSED)
def test_what_takes_nothing_off_is_refused_with_the_reason(app, fields, typed, sentence):
    moments = {k: clock.now() + v for k, v in fields.items() if isinstance(v, timedelta)}
    add_coupon("TEN", **(fields | moments))
    add_coupon("GOOD", minimum_amount=1900, currency="eur", starts_at=clock.now() - DAY)
    cart = fill_cart((add_product(unit_amount=1900), 1))

    with pytest.raises(CouponRefused, match=sentence.replace(".", r"\.")):
        carts.redeem(cart, typed)
    assert carts.find(cart).coupon_id is None

    carts.redeem(cart, "good")
    assert pricing.quote(carts.find(cart)).discount_amount == 190


def test_a_refused_code_leaves_the_one_before_on(app):
    add_coupon("TEN")
    cart = fill_cart((add_product(unit_amount=1900), 1))
    carts.redeem(cart, "ten")

    with pytest.raises(CouponRefused):
        carts.redeem(cart, "eleven")
    assert pricing.quote(carts.find(cart)).coupon_code == "TEN"

    carts.take_off_coupon(cart)
    assert pricing.quote(carts.find(cart)).discount_amount == 0


@pytest.mark.databases("sqlite")
def test_there_is_nothing_to_take_off_an_empty_cart_or_off_nothing(app):
    add_coupon("TEN")
    gift = add_product("gift", unit_amount=0, stock=None, kind="digital")

    with pytest.raises(CartEmpty):
        carts.redeem(None, "TEN")
    with pytest.raises(CouponRefused, match="nothing that TEN could take something off"):
        carts.redeem(fill_cart((gift, 1)), "TEN")


def test_the_last_day_counts_whole_in_the_shops_time_zone(app):
    midnight = clock.now().replace(hour=23, minute=0, second=0, microsecond=0) - DAY * 2
    add_coupon("OVER", ends_at=midnight)  # what the back office writes for a day in Berlin
    cart = fill_cart((add_product(), 1))
    day = (midnight - timedelta(hours=1)).strftime("%-d %B %Y")

    with pytest.raises(CouponRefused, match=f"until {day}"):
        carts.redeem(cart, "over")


def test_an_order_keeps_the_code_and_what_came_off_each_line(app, stripe_client, pump):
    add_coupon("TEN", max_uses=5)
    cart = fill_cart((add_product("mug", unit_amount=1905), 1), (add_product("book"), 1))
    carts.redeem(cart, "TEN")

    sheet = place(cart)

    order = order_of(sheet)
    assert (order.coupon_code, order.discount_amount) == ("TEN", 381)
    assert [line.discount_amount for line in order.goods] == [191, 190]
    assert sheet.amount == order.total_amount == 3805 - 381 + order.shipping_amount
    assert uses() == 1
    pay(stripe_client, sheet)
    pump()
    assert order_of(sheet).paid_amount == sheet.amount
    assert (uses(), carts.find(cart).coupon_id) == (1, None)


def test_everything_off_is_paid_without_stripe(app, stripe_client, assert_books):
    add_coupon("ALL", percent_off=10_000)
    pattern = add_product("pattern", stock=None, kind="digital")
    cart = fill_cart((pattern, 1))
    carts.redeem(cart, "ALL")

    sheet = place(cart, request_for(cart, shipping_address=None))

    assert sheet.settled
    assert order_of(sheet).status == OrderStatus.FULFILLED
    assert stripe_client.v1.payment_intents.list().data == []
    assert uses() == 1
    assert_books()


def test_the_last_use_is_had_by_one(app, assert_books):
    mug = add_product()
    add_coupon("ONCE", max_uses=1)
    first, second = fill_cart((mug, 1)), fill_cart((mug, 1))
    for cart in (first, second):
        carts.redeem(cart, "ONCE")
    late = request_for(second)
    place(first)

    with pytest.raises(QuoteChanged, match="ONCE was used as often as it can be.*new total"):
        place(second, late)
    assert pricing.quote(carts.find(second)).discount_amount == 0

    assert order_of(place(second)).discount_amount == 0  # having seen the new total
    assert uses() == 1
    assert_books()


def test_a_use_that_goes_between_the_quote_and_the_order_is_refused(app):
    """What the conditional statement says counts, whatever the quote has seen."""
    coupon, mug = add_coupon("ONCE", max_uses=1), add_product()
    first, second = (order_of(place(fill_cart((mug, 1)))).id for _ in range(2))
    with transaction() as session:
        coupons.take(session, session.get_one(Order, first), coupon.id)

    with pytest.raises(CouponRefused, match="as often as it can be"), transaction() as session:
        coupons.take(session, session.get_one(Order, second), coupon.id)
    assert uses() == 1


def test_two_windows_and_a_changed_cart_count_once(app, assert_books):
    add_coupon("ONCE", max_uses=1, max_uses_per_customer=1)
    mug = add_product()
    cart = fill_cart((mug, 1))
    carts.redeem(cart, "ONCE")

    first, again = place(cart), place(cart)
    carts.add(cart, variant_id=mug.id)
    changed = place(cart)

    assert first.order_token == again.order_token != changed.order_token
    assert order_of(first).status == OrderStatus.CANCELED
    assert order_of(changed).discount_amount == 380
    assert uses() == 1
    assert_books()


def test_a_use_comes_back_once_when_the_order_is_canceled_or_not_paid_in_time(app, move_clock):
    add_coupon("ONCE", max_uses=1)
    mug = add_product()
    carts_of_all = [fill_cart((mug, 1)) for _ in range(3)]
    canceled = with_code(carts_of_all[0], "ONCE")
    orders.cancel(canceled.id, actor="customer")
    with transaction() as session:
        coupons.give_back(session, session.get_one(Order, canceled.id))  # told twice
    assert uses() == 0

    late = with_code(carts_of_all[1], "ONCE")
    assert uses() == 1
    move_clock(timedelta(minutes=16))
    orders.sweep_holds()
    assert db.session.get_one(Order, late.id).status == OrderStatus.CANCELED
    assert uses() == 0

    with_code(carts_of_all[2], "ONCE")
    assert uses() == 1


def test_a_refund_of_lines_with_a_discount_gives_back_what_they_cost_and_no_use(
    app, stripe_client, pump, assert_books
):
    add_coupon("FIVE", amount_off=500, max_uses=1)
    cart = fill_cart((add_product("mug", unit_amount=1500), 1), (add_product("book"), 1))
    carts.redeem(cart, "FIVE")
    sheet = place(cart)
    pay(stripe_client, sheet)
    pump()
    order = order_of(sheet)
    mug, book = order.goods
    assert (mug.total_amount, book.total_amount) == (1279, 1621)

    for number, amount in enumerate((mug.total_amount, order.total_amount - mug.total_amount)):
        refunds.issue(order.id, amount, form_token=f"form-{number:020}", actor="staff")
    pump()

    order = order_of(sheet)
    assert (order.status, order.refunded_amount) == (OrderStatus.REFUNDED, sheet.amount)
    assert uses() == 1
    assert_books()


def test_once_per_customer_is_by_address_however_it_is_written(app):
    add_coupon("FIRST", max_uses_per_customer=1)
    mug = add_product()
    with_code(fill_cart((mug, 1)), "FIRST", email="Eve@Example.com")
    again = fill_cart((mug, 1))
    carts.redeem(again, "FIRST")  # nobody knows yet who this is

    with pytest.raises(QuoteChanged, match="You have used the code FIRST already"):
        place(again, request_for(again, email=" eve@example.COM "))

    assert order_of(place(again, request_for(again, email="ada@example.com"))).discount_amount
    assert uses() == 2


def test_the_address_of_a_placed_order_may_not_become_one_that_has_used_it(app):
    add_coupon("FIRST", max_uses_per_customer=1)
    mug = add_product()
    with_code(fill_cart((mug, 1)), "FIRST", email="eve@example.com")
    cart = fill_cart((mug, 1))
    carts.redeem(cart, "FIRST")
    request = request_for(cart, email="ada@example.com")
    sheet = place(cart, request)

    with pytest.raises(CouponRefused, match="already"):
        place(cart, replace(request, email="eve@example.com"))
    assert order_of(sheet).email == "ada@example.com"

    assert place(cart, replace(request, email="bob@example.com")) == sheet
    assert order_of(sheet).email == "bob@example.com"


def test_once_per_customer_is_by_account_too_and_said_at_once(app):
    add_coupon("TWICE", max_uses_per_customer=2)
    mug = add_product()
    people.add_customer("eve@example.com")
    eve = Buyer(customer_id=db.session.scalars(db.select(people.Customer.id)).one())
    for email in ("eve@example.com", "eve@work.example"):
        cart = fill_cart((mug, 1))
        carts.redeem(cart, "TWICE", buyer=eve)
        request = request_for(cart, email=email)
        db.session.rollback()
        checkout.place(cart, request, customer_id=eve.customer_id, actor="customer")

    cart = fill_cart((mug, 1))
    with pytest.raises(CouponRefused, match="used the code TWICE 2 times already"):
        carts.redeem(cart, "TWICE", buyer=eve)
    carts.redeem(cart, "TWICE", buyer=Buyer(email="ada@example.com"))


def test_a_code_that_stopped_being_valid_is_said_and_never_silently_dropped(app):
    coupon = add_coupon("TEN")
    cart = fill_cart((add_product(unit_amount=1900), 1))
    carts.redeem(cart, "TEN")
    agreed = request_for(cart)
    with transaction() as session:
        session.get_one(Coupon, coupon.id).active = False

    with pytest.raises(QuoteChanged, match="TEN is not in use any more"):
        place(cart, agreed)

    quote = pricing.quote(carts.find(cart))
    assert (quote.coupon_code, quote.discount_amount) == ("TEN", 0)
    assert "not in use any more" in quote.coupon_problem
    assert db.session.scalars(db.select(Order)).all() == []
    assert order_of(place(cart)).total_amount == quote.total_amount


def test_a_placed_order_keeps_its_discount_when_the_coupon_ends(app, stripe_client):
    coupon = add_coupon("TEN")
    cart = fill_cart((add_product(unit_amount=1900), 1))
    carts.redeem(cart, "TEN")
    request = request_for(cart)
    first = place(cart, request)
    with transaction() as session:
        session.get_one(Coupon, coupon.id).active = False

    assert place(cart, request) == first  # the same form, sent again
    assert order_of(first).discount_amount == 190


def test_a_code_joins_the_customers_cart(app):
    add_coupon("TEN")
    mug, book = add_product("mug"), add_product("book")
    people.add_customer("eve@example.com")
    customer_id = db.session.scalars(db.select(people.Customer.id)).one()
    known = carts.merge(carts.add(None, variant_id=book.id), customer_id)
    brought = carts.add(None, variant_id=mug.id)
    carts.redeem(brought, "TEN")

    assert carts.merge(brought, customer_id) == known
    assert pricing.quote(carts.find(known)).discount_amount == 380


def test_what_is_put_in_after_placing_stays_but_the_code_goes_with_the_order(
    app, stripe_client, pump
):
    add_coupon("TEN")
    cart = fill_cart((add_product("mug"), 1))
    carts.redeem(cart, "TEN")
    sheet = place(cart)
    carts.add(cart, variant_id=add_product("book").id)

    pay(stripe_client, sheet)
    pump()

    quote = pricing.quote(carts.find(cart))
    assert [line.product_slug for line in quote.lines] == ["book"]
    assert (quote.coupon_code, quote.discount_amount) == ("", 0)


@pytest.mark.databases("postgresql")
def test_a_payment_never_waits_for_a_window_that_places_the_cart(app, stripe_client, assert_books):
    """Then the code stays on the cart, and is looked at with the next quote."""
    add_coupon("FIRST", max_uses_per_customer=1)
    order = with_code(fill_cart((add_product(), 1)), "FIRST")
    pay(stripe_client, payments.start(order.id))
    order_id, cart_token = order.id, db.session.scalars(db.select(Cart.token)).one()
    db.session.rollback()

    with db.engine.begin() as window:
        window.execute(db.select(Cart.id).with_for_update(key_share=True))
        orders.sync(order_id)

    assert db.session.get_one(Order, order_id).status == OrderStatus.PAID
    carts.add(cart_token, variant_id=db.session.scalars(db.select(Variant.id)).one())
    quote = pricing.quote(carts.find(cart_token), buyer=Buyer(email="eve@example.com"))
    assert quote.coupon_problem == "You have used the code FIRST already."
    assert_books()


def test_staff_change_the_lines_of_an_order_with_a_code(app, assert_books):
    add_coupon("TEN", minimum_amount=3000, currency="eur", max_uses=1)
    mug = add_product(unit_amount=1900)
    order = with_code(fill_cart((mug, 2)), "TEN")

    change(order, Wanted(variant_id=mug.id, quantity=3))
    order = db.session.get_one(Order, order.id)
    assert (order.discount_amount, order.coupon_code, uses()) == (570, "TEN", 1)
    assert_books()

    change(order, Wanted(variant_id=mug.id, quantity=1))  # now it is too little for the code
    order = db.session.get_one(Order, order.id)
    assert (order.discount_amount, order.coupon_code, uses()) == (0, "", 0)
    assert order.total_amount == 1900 + 490
    (event,) = [event for event in order.events if event.kind == "coupon_taken_off"]
    assert "€11.00 is missing" in event.reason
    assert_books()


def test_a_coupon_that_was_used_or_lies_in_a_cart_is_kept(app):
    used, lying, idle = add_coupon("A"), add_coupon("B"), add_coupon("C")
    mug = add_product()
    orders.cancel(with_code(fill_cart((mug, 1)), "A").id, actor="customer")
    carts.take_off_coupon(db.session.scalars(db.select(Cart.token)).one())
    carts.redeem(fill_cart((mug, 1)), "B")

    with transaction() as session:
        why = [
            coupons.why_kept(session, session.get_one(Coupon, c.id)) for c in (used, lying, idle)
        ]

    assert why == ["it was used", "it is in somebody’s cart", ""]


def with_code(cart, code, **request):
    carts.redeem(cart, code)
    return order_of(place(cart, request_for(cart, **request)))


def change(order, *wanted):
    version = order.version
    db.session.rollback()
    phone_orders.change_lines(
        order.id, wanted, shipping_method="standard", version=version, actor="staff"
    )
    db.session.rollback()


def uses():
    """Of all coupons, as they say and as their orders do."""
    db.session.rollback()
    said = sum(db.session.scalars(db.select(Coupon.uses)))
    kept = db.select(CouponUse).where(CouponUse.given_back_at.is_(None))
    assert len(db.session.scalars(kept).all()) == said
    return said
