import pytest

from app.db import db, transaction
from app.errors import (
    InvalidQuantity,
    MissingAnswers,
    NotForSale,
    OutOfStock,
    UnknownProduct,
)
from app.models import Cart, CartItem, Customer, Price, ProductStatus, Question, QuestionType
from app.services import carts, pricing
from tests.buying import pay, place, request_for
from tests.goods import add_product


def test_the_same_thing_twice_is_one_line(app):
    mug = add_product("mug")

    token = carts.add(None, variant_id=mug.id, quantity=2)
    again = carts.add(token, variant_id=mug.id, quantity="1")

    assert again == token
    assert lines(token) == [("mug", 3)]
    assert carts.count(token) == 3


def test_different_answers_are_different_lines(app):
    print_ = add_product("print", questions=[question("For whom?")])
    (asked,) = ids_of_questions()

    token = carts.add(None, variant_id=print_.id, answers={asked: "Ada"})
    carts.add(token, variant_id=print_.id, answers={asked: "Eve"})

    assert answers(token) == [{"For whom?": "Ada"}, {"For whom?": "Eve"}]


@pytest.mark.parametrize("quantity", [0, -1, 10**9, "", "two", "1.5", "１", "9" * 400])
def test_a_quantity_that_makes_no_sense_is_refused_and_nothing_changes(app, quantity):
    mug = add_product("mug")
    token = carts.add(None, variant_id=mug.id, quantity=1)

    with pytest.raises((InvalidQuantity, OutOfStock)):
        carts.add(token, variant_id=mug.id, quantity=quantity)

    assert lines(token) == [("mug", 1)]


def test_what_is_not_there_is_not_put_in(app):
    lamp = add_product("lamp", stock=2)
    token = carts.add(None, variant_id=lamp.id, quantity=2)

    with pytest.raises(OutOfStock, match="only 2 of Lamp, and 2 in your cart already"):
        carts.add(token, variant_id=lamp.id, quantity=1)

    assert lines(token) == [("lamp", 2)]


def test_fewer_is_always_possible_even_when_it_sold_out_meanwhile(app):
    lamp = add_product("lamp", stock=3)
    token = carts.add(None, variant_id=lamp.id, quantity=3)
    with transaction():
        db.session.merge(lamp).stock.reserved = 3

    carts.set_quantity(token, item_of(token), 1)

    assert lines(token) == [("lamp", 1)]
    with pytest.raises(OutOfStock):
        carts.set_quantity(token, item_of(token), 2)


def test_a_quantity_of_nothing_takes_the_line_out(app):
    token = carts.add(None, variant_id=add_product("mug").id, quantity=2)

    carts.set_quantity(token, item_of(token), "0")

    assert lines(token) == []


def test_another_cart_is_out_of_reach(app):
    mug = add_product("mug")
    mine = carts.add(None, variant_id=mug.id)
    theirs = carts.add(None, variant_id=mug.id, quantity=5)

    with pytest.raises(UnknownProduct):
        carts.set_quantity(mine, item_of(theirs), 1)

    assert lines(theirs) == [("mug", 5)]


@pytest.mark.parametrize(
    "fields",
    [
        {"coming_soon": True},
        {"status": ProductStatus.DRAFT},
        {"status": ProductStatus.ARCHIVED},
        {"kind": "license"},
        {"kind": "service"},
        {"currency": "usd"},
    ],
)
def test_what_is_not_for_sale_here_is_refused(app, fields):
    thing = add_product("thing", **fields)

    with pytest.raises(NotForSale):
        carts.add(None, variant_id=thing.id)

    assert db.session.scalars(db.select(CartItem)).all() == []


def test_an_unknown_variant_is_refused(app):
    with pytest.raises(UnknownProduct):
        carts.add(None, variant_id=12345)


def test_required_answers_are_asked_for_with_a_sentence_each(app):
    print_ = add_product(
        "print",
        questions=[
            question("For whom?"),
            question("Ground", QuestionType.CHOICE, choices=["Blue", "White"]),
            question("Day", QuestionType.DATE),
            question("Anything else?", required=False),
        ],
    )
    who, ground, day, _more = ids_of_questions()

    with pytest.raises(MissingAnswers) as missing:
        carts.add(None, variant_id=print_.id, answers={who: " ", ground: "Red", day: "2026-02-30"})

    assert list(missing.value.problems) == [who, ground, day]
    token = carts.add(
        None, variant_id=print_.id, answers={who: "Ada", ground: "Blue", day: "2026-02-28"}
    )
    assert answers(token) == [{"For whom?": "Ada", "Ground": "Blue", "Day": "2026-02-28"}]


def test_a_new_price_is_said_until_the_customer_has_seen_it(app):
    mug = add_product("mug", unit_amount=1900)
    token = carts.add(None, variant_id=mug.id)
    with transaction() as session:
        old = session.get_one(Price, mug.prices[0].id)
        old.active = False
        session.add(Price(variant_id=mug.id, unit_amount=2100, currency="eur"))

    changed = pricing.quote(carts.find(token)).lines[0]
    carts.accept_prices(token)
    accepted = pricing.quote(carts.find(token)).lines[0]

    assert (changed.former_amount, changed.unit_amount) == (1900, 2100)
    assert (accepted.former_amount, accepted.unit_amount) == (None, 2100)


def test_a_guests_cart_joins_the_customers(app):
    mug, book = add_product("mug"), add_product("book")
    customer_id = add_customer()
    known = carts.merge(carts.add(None, variant_id=mug.id, quantity=2), customer_id)
    brought = carts.add(None, variant_id=mug.id, quantity=1)
    carts.add(brought, variant_id=book.id)

    merged = carts.merge(brought, customer_id)

    assert merged == known
    assert lines(merged) == [("mug", 2), ("book", 1)]
    assert carts.find(brought) is None


def test_an_order_placed_as_a_guest_still_empties_the_cart_it_came_from(app, stripe_client, pump):
    """Somebody signs in between placing and paying: the goods are not offered once more."""
    mug = add_product("mug")
    customer_id = add_customer()
    known = carts.merge(carts.add(None, variant_id=mug.id, quantity=1), customer_id)
    carts.set_quantity(known, carts.find(known).items[0].id, 0)
    brought = carts.add(None, variant_id=mug.id, quantity=1)
    sheet = place(brought)

    merged = carts.merge(brought, customer_id)
    resumed = place(merged, request_for(merged))
    pay(stripe_client, sheet)
    pump()

    assert resumed.order_token == sheet.order_token
    assert lines(merged) == []


def test_another_customers_cart_is_never_taken_over(app):
    mug = add_product("mug")
    theirs = carts.merge(carts.add(None, variant_id=mug.id), add_customer("ada@example.com"))

    assert carts.merge(theirs, add_customer("eve@example.com")) is None
    assert lines(theirs) == [("mug", 1)]


def test_without_a_cookie_the_customers_own_cart_is_found(app):
    customer_id = add_customer()
    mine = carts.merge(carts.add(None, variant_id=add_product("mug").id), customer_id)

    assert carts.merge(None, customer_id) == mine


def lines(token):
    db.session.rollback()
    items = carts.find(token).items
    return [(item.variant.product.slug, item.quantity) for item in items]


def answers(token):
    return [item.answers for item in carts.find(token).items]


def item_of(token):
    db.session.rollback()
    wanted = db.select(CartItem.id).join(Cart).where(Cart.token == token)
    return db.session.scalars(wanted).first()


def question(label, type_=QuestionType.TEXT, *, choices=(), required=True):
    return Question(label=label, type=type_, choices=list(choices), required=required)


def ids_of_questions():
    return db.session.scalars(db.select(Question.id).order_by(Question.id)).all()


def add_customer(email="eve@example.com"):
    with transaction() as session:
        customer = Customer(email=email)
        session.add(customer)
        session.flush()
        return customer.id
