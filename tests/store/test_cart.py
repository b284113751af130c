import base64

import pytest
from sqlalchemy import event

from app.db import db, transaction
from app.models import Cart, CartItem, Coupon, Customer, Letter, Order, Price, Question
from app.services import carts
from tests import people
from tests.goods import add_coupon, add_product
from tests.store.asking import DRAWER, HTMX, SCRIPT, checkout_form


def test_without_script_adding_leads_to_the_cart(client):
    mug = add_product("mug")

    answer = add(client, mug)

    assert (answer.status_code, answer.location) == (303, "/cart")
    assert "Mug" in client.get("/cart").text


def test_with_htmx_adding_opens_the_drawer_and_counts(client):
    answer = add(client, add_product("mug"), quantity="2", headers=DRAWER)

    assert answer.status_code == 200
    assert answer.headers["HX-Trigger"] == "cart-opened"
    assert answer.text.lstrip().startswith('<div id="cart-drawer"')
    assert 'id="cart-badge"' in answer.text
    assert ">2<span" in answer.text


def test_the_cookie_is_signed_and_holds_the_token_alone(client):
    add(client, add_product("mug"))
    cookie = client.get_cookie("cart")
    token = db.session.scalars(db.select(Cart.token)).one()

    assert cookie.http_only
    assert cookie.same_site == "Lax"
    assert base64.urlsafe_b64encode(f'"{token}"'.encode()).decode().rstrip("=") in cookie.value
    client.set_cookie("cart", f"{cookie.value}x")
    assert "It is still empty" in client.get("/cart").text


def test_price_and_currency_in_the_form_are_not_read(client):
    add(client, add_product("mug", unit_amount=1900), price="1", unit_amount="1", currency="jpy")

    item = db.session.scalars(db.select(CartItem)).one()
    assert (item.price.unit_amount, item.price.currency) == (1900, "eur")
    assert "€19.00" in client.get("/cart").text


@pytest.mark.parametrize("quantity", ["0", "-1", str(10**9), "two", "", "1e3", "9" * 5000])
def test_an_odd_quantity_is_refused_with_a_sentence(client, quantity):
    mug = add_product("mug", stock=None)

    answer = add(client, mug, quantity=quantity)
    part = add(client, mug, quantity=quantity, headers=HTMX)

    assert answer.status_code == part.status_code == 422
    assert 'role="alert"' in answer.text
    assert part.text.lstrip().startswith('<div id="buy-form"')
    assert db.session.scalars(db.select(CartItem)).all() == []
    assert add(client, mug, quantity="1").status_code == 303


@pytest.mark.parametrize("variant", ["", "0", "999", "-1", "x", "9" * 40, "１"])
def test_an_unknown_variant_is_refused_on_the_products_page(client, variant):
    add_product("mug")

    answer = client.post("/cart/items", data={"product": "mug", "variant": variant})

    assert answer.status_code == 404
    assert "We do not have that any more" in answer.text


def test_an_unknown_product_and_variant_is_a_404(client):
    answer = client.post("/cart/items", data={"product": "nothing", "variant": "1"})

    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("fields", "status"), [({"coming_soon": True}, 409), ({"kind": "service"}, 409)]
)
def test_what_is_not_for_sale_stays_out(client, fields, status):
    answer = add(client, add_product("thing", **fields))

    assert answer.status_code == status
    assert "Your cart is as it was" in answer.text


def test_missing_answers_come_back_with_the_form_and_what_was_written(client):
    poem = add_product("poem", questions=[question("For whom?"), question("From whom?")])

    refused = add(client, poem, **{"question-1": "Ada"}, headers=HTMX)
    accepted = add(client, poem, **{"question-1": "Ada", "question-2": "Eve"})

    assert refused.status_code == 422
    assert 'id="question-2-error"' in refused.text
    assert 'value="Ada"' in refused.text
    assert accepted.status_code == 303
    assert "From whom?: Eve" in client.get("/cart").text


def test_answers_may_hold_any_script_and_are_shown_as_text(client):
    poem = add_product("poem", questions=[question("For whom?")])

    add(client, poem, **{"question-1": "<b>Zoë</b> \x00🫖 ﷽"})

    assert "&lt;b&gt;Zoë&lt;/b&gt; 🫖 ﷽" in client.get("/cart").text


def test_the_stepper_changes_and_removes(client):
    add(client, add_product("mug"))
    path = f"/cart/items/{item_id()}"

    more = client.post(path, data={"quantity": "3"}, headers=HTMX)
    gone = client.post(path, data={"quantity": "0"})

    assert "€57.00" in more.text
    assert gone.status_code == 303
    assert "It is still empty" in client.get("/cart").text


@pytest.mark.parametrize("quantity", ["-1", str(10**9), "many", ""])
def test_an_odd_quantity_changes_nothing(client, quantity):
    add(client, add_product("mug"))

    answer = client.post(f"/cart/items/{item_id()}", data={"quantity": quantity})

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert db.session.scalars(db.select(CartItem.quantity)).all() == [1]


def test_nobody_changes_another_cart(app, client):
    add(client, add_product("mug"))

    answer = app.test_client().post(f"/cart/items/{item_id()}", data={"quantity": "5"})

    assert answer.status_code == 404
    assert db.session.scalars(db.select(CartItem.quantity)).all() == [1]


def test_an_impossible_item_is_a_404(client):
    assert client.post(f"/cart/items/{10**30}", data={"quantity": "1"}).status_code == 404


def test_sold_out_while_in_the_cart_is_said_and_checkout_waits(client):
    lamp = add_product("lamp", stock=1)
    add(client, lamp)
    assert "To checkout" in client.get("/cart").text
    with transaction() as session:
        session.merge(lamp).stock.reserved = 1

    text = client.get("/cart").text

    assert "Lamp: sold out." in text
    assert "To checkout" not in text
    assert client.get("/checkout").location == "/cart"


def test_a_new_price_is_said_until_it_is_accepted(client):
    mug = add_product("mug", unit_amount=1900)
    add(client, mug)
    with transaction() as session:
        session.get_one(Price, mug.prices[0].id).active = False
        session.add(Price(variant_id=mug.id, unit_amount=2100, currency="eur"))

    before = client.get("/cart").text
    client.post("/cart/prices")

    assert "Mug costs €21.00 now. It was €19.00 when you put it in." in before
    assert "It was" not in client.get("/cart").text


def test_who_signs_in_brings_the_cart_along_and_leaves_it_when_signing_out(app, client):
    user = people.add_customer("eve@example.com")
    customer_id = db.session.scalars(db.select(Customer.id)).one()
    known = carts.merge(carts.add(None, variant_id=add_product("book").id), customer_id)
    add(client, add_product("mug"))

    signed_in = people.sign_in(app, user)
    signed_in.set_cookie("cart", client.get_cookie("cart").value)
    page = signed_in.get("/cart").text

    assert "Mug" in page
    assert "Book" in page
    assert carts.count(known) == 2
    with signed_in.session_transaction() as cookie:
        cookie.pop("_user_id")
    assert "It is still empty" in signed_in.get("/cart").text


def test_a_code_is_redeemed_said_and_taken_off_again(client):
    add_coupon("TEN")
    add(client, add_product("mug", unit_amount=1900))
    assert "Have a code?" in client.get("/cart").text

    redeemed = client.post("/cart/coupon", data={"code": " ten "})
    page = client.get("/cart").text
    drawer = client.get("/cart", headers=DRAWER).text
    part = client.post("/cart/coupon/removal", headers=HTMX)

    assert (redeemed.status_code, redeemed.location) == (303, "/cart")
    assert "TEN takes €1.90 off." in page
    assert "Discount, TEN" in page
    assert "-€1.90" in page
    assert "€22.00" in page  # with shipping
    assert "Discount, TEN" in drawer
    assert part.text.lstrip().startswith('<div id="cart"')
    assert "Have a code?" in part.text
    assert "Discount" not in client.get("/cart").text


def test_a_total_too_little_for_a_card_is_said_in_the_cart_with_what_helps(client):
    add_coupon("ALMOST", amount_off=1470)
    book = add_product("book", unit_amount=1500, kind="digital", stock=None)
    add(client, book)
    assert "smallest amount" not in client.get("/cart").text

    client.post("/cart/coupon", data={"code": "ALMOST"})
    page, drawer = client.get("/cart").text, client.get("/cart", headers=DRAWER).text

    for text in (page, drawer):
        assert "The smallest amount that can be paid by card is €0.50." in text
        assert "Put something more in your cart, or take the code ALMOST off." in text
        assert 'href="/checkout"' not in text
    assert client.get("/checkout").location == "/cart"
    add(client, book)
    assert "smallest amount" not in client.get("/cart").text
    assert client.get("/checkout").status_code == 200


def test_what_costs_nothing_needs_no_card(client):
    add_coupon("FREE", percent_off=10_000)
    add(client, add_product("book", unit_amount=1500, kind="digital", stock=None))
    client.post("/cart/coupon", data={"code": "FREE"})

    assert "smallest amount" not in client.get("/cart").text
    assert "Place the order" in client.get("/checkout").text


def test_a_refused_code_stays_in_its_open_field_with_the_reason(client):
    add_coupon("TEN", minimum_amount=3000, currency="eur")
    add(client, add_product("mug", unit_amount=1900))

    answer = client.post("/cart/coupon", data={"code": "ten"}, headers=HTMX)
    unknown = client.post("/cart/coupon", data={"code": "<b>\x00"})

    assert answer.status_code == unknown.status_code == 409
    assert "€30.00 or more: €11.00 is missing" in answer.text
    assert 'class="fold coupon" open' in answer.text
    assert 'value="ten"' in answer.text
    assert "We do not know the code &lt;B&gt;" in unknown.text
    assert "Discount" not in client.get("/cart").text
    client.post(f"/cart/items/{item_id()}", data={"quantity": "2"})
    assert client.post("/cart/coupon", data={"code": "ten"}).status_code == 303


def test_a_code_without_a_cart_is_refused_and_nothing_is_left_behind(client):
    add_coupon("TEN")

    answer = client.post("/cart/coupon", data={"code": "TEN"})

    assert answer.status_code == 409
    assert client.post("/cart/coupon/removal").status_code == 303
    assert db.session.scalars(db.select(Cart)).all() == []


def test_a_code_that_stopped_being_valid_is_said_everywhere(client):
    coupon = add_coupon("TEN")
    add(client, add_product("mug", unit_amount=1900))
    client.post("/cart/coupon", data={"code": "TEN"})
    form = checkout_form(client)
    with transaction() as session:
        session.get_one(Coupon, coupon.id).active = False

    refused = client.post("/checkout", data=form, headers=SCRIPT)

    sentence = "The code TEN is not in use any more."
    assert refused.status_code == 409
    assert f"{sentence} Please look at the new total before you pay." in refused.text
    assert 'data-amount="2390"' in refused.text
    for path in ("/cart", "/checkout"):
        assert f"{sentence} Nothing is taken off." in client.get(path).text
    assert "Take TEN off" in client.get("/cart").text
    assert client.post("/checkout", data=checkout_form(client), headers=SCRIPT).status_code == 200
    assert db.session.scalars(db.select(Order.total_amount)).all() == [2390]


def test_once_per_customer_is_said_when_the_form_names_who_it_is(app, client):
    add_coupon("FIRST", max_uses_per_customer=1)
    mug = add_product("mug", unit_amount=1900)
    other = app.test_client()
    for visitor in (other, client):
        add(visitor, mug)
        visitor.post("/cart/coupon", data={"code": "FIRST"})
    other.post("/checkout", data=checkout_form(other), headers=SCRIPT)
    form = checkout_form(client)

    refused = client.post("/checkout", data=form, headers=SCRIPT)
    requoted = client.post("/checkout/quotes", data=form | {"country": "AT"}, headers=HTMX)
    somebody_else = client.post("/checkout", data=form | {"email": "a@b.de"}, headers=SCRIPT)

    assert refused.status_code == 409
    assert "You have used the code FIRST already." in refused.text
    assert "You have used the code FIRST already." in requoted.text
    assert somebody_else.status_code == 200


def test_who_is_signed_in_hears_at_once_that_they_have_used_it(app, customer):
    add_coupon("FIRST", max_uses_per_customer=1)
    mug = add_product("mug")
    add(customer, mug)
    customer.post("/cart/coupon", data={"code": "FIRST"})
    assert customer.post("/checkout", data=checkout_form(customer), headers=SCRIPT).is_json
    with transaction() as session:  # as if that one had been paid
        session.scalars(db.select(Order)).one().cart_id = None
        session.scalars(db.select(Cart)).one().coupon_id = None

    answer = customer.post("/cart/coupon", data={"code": "FIRST"})

    assert answer.status_code == 409
    assert "You have used the code FIRST already." in answer.text


def test_who_is_signed_in_is_known_by_their_address_too(app, customer, client):
    """They bought as a guest before."""
    add_coupon("FIRST", max_uses_per_customer=1)
    mug = add_product("mug")
    for visitor in (client, customer):
        add(visitor, mug)
    client.post("/cart/coupon", data={"code": "FIRST"})
    assert client.post("/checkout", data=checkout_form(client), headers=SCRIPT).is_json

    answer = customer.post("/cart/coupon", data={"code": "FIRST"})

    assert answer.status_code == 409
    assert "You have used the code FIRST already." in answer.text


def test_the_orders_page_and_the_letter_say_what_came_off(client, run_jobs):
    add_coupon("ALL", percent_off=10_000)
    add(client, add_product("pattern", unit_amount=1900, stock=None, kind="digital"))
    client.post("/cart/coupon", data={"code": "ALL"})

    placed = client.post("/checkout", data=checkout_form(client))
    run_jobs()

    page = client.get(placed.location).text
    assert "Discount, ALL" in page
    assert "-€19.00" in page
    letter = db.session.scalars(db.select(Letter)).one()
    assert "Pattern: €19.00" in letter.text
    assert "Discount, ALL: -€19.00" in letter.text
    assert "Paid: €0.00" in letter.text
    assert "Discount, ALL" in letter.html


def test_only_a_cart_with_a_code_asks_for_its_coupon(client):
    add(client, add_product("mug"))
    plain = statements(client, "/cart")
    assert not [said for said in plain if "FROM coupons" in said or "coupon_uses" in said]

    add_coupon("TEN")
    client.post("/cart/coupon", data={"code": "TEN"})
    coded = statements(client, "/cart")
    assert len(coded) == len(plain) + 1


def statements(client, path):
    seen = []

    def note(_connection, _cursor, statement, *_):
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert client.get(path).status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return seen


def add(client, variant, headers=None, **changed):
    form = {"product": "mug", "variant": str(variant.id), "quantity": "1"}
    form["product"] = db.session.merge(variant).product.slug
    db.session.rollback()
    return client.post("/cart/items", data=form | changed, headers=headers)


def item_id():
    db.session.rollback()
    return db.session.scalars(db.select(CartItem.id)).one()


def question(label):
    return Question(label=label, required=True)
