"""NUL, numbers beyond any column, odd Unicode: on PostgreSQL, which takes none of them."""

from itertools import product
from urllib.parse import quote

import pytest

from app.db import db
from app.models import Order
from tests import people
from tests.goods import add_product
from tests.store.asking import SCRIPT, checkout_form

pytestmark = pytest.mark.databases("postgresql")

ODD = ["a\x00b", "\ufffe\uffff²", "9" * 5000]
ADDRESS = {"name": "E", "line1": "x", "line2": "", "postal_code": "1", "city": "B", "country": "DE"}
FORMS = {
    "/account/sign-in": ["email", "password", "next", "remember"],
    "/account/register": ["email", "password", "password_confirm", "next"],
    "/account/confirm": ["email"],
    "/account/reset": ["email"],
    "/theme": ["theme"],
}


def test_no_odd_address_breaks_a_page(app, customer):
    add_product("mug")
    rules = [r for r in app.url_map.iter_rules() if r.endpoint.startswith("store.")]
    named = [(r.rule, f"<{name}>") for r in rules for name in r.arguments]
    paths = {rule.replace(name, quote(odd)) for rule, name in named for odd in ODD}

    statuses = {path: customer.get(path).status_code for path in paths if "<" not in path}

    assert len(statuses) > 5
    assert set(statuses.values()) <= {404, 405}, statuses
    assert customer.get("/products/mug").status_code == 200


def test_no_odd_value_breaks_a_cart(client):
    mug = add_product("mug")
    good = {"variant": str(mug.id), "quantity": "1", "product": "mug", "question-1": "x"}

    for name, odd in product(good, ODD):
        assert client.post("/cart/items", data=good | {name: odd}).status_code < 500, name
    assert client.post("/cart/items", data=good).status_code < 400
    for odd in ODD:
        assert client.post("/cart/items/1", data={"quantity": odd}).status_code == 422


def test_no_odd_value_breaks_the_checkout(client):
    mug = add_product("mug")
    client.post("/cart/items", data={"variant": str(mug.id)})
    good = checkout_form(client, phone="1", note="x", line2="y")

    for path, name, odd in product(("/checkout/quotes", "/checkout"), good, ODD):
        answer = client.post(path, data=good | {name: odd}, headers=SCRIPT)
        assert answer.status_code < 500, (path, name)
    assert client.post("/checkout", data=checkout_form(client), headers=SCRIPT).status_code == 200
    assert all("\x00" not in order.note for order in db.session.scalars(db.select(Order)))


def test_no_odd_value_breaks_an_account(client, customer):
    good = {"email": "new@example.com", "password": people.PASSWORD}
    for path, name in [(path, name) for path, names in FORMS.items() for name in names]:
        assert client.post(path, data=good | {name: "a\x00b"}).status_code < 500, (path, name)
    for name, odd in product(ADDRESS, ODD):
        answer = customer.post("/account/addresses", data=ADDRESS | {name: odd})
        assert answer.status_code < 500, name
    assert customer.post("/account/addresses", data=ADDRESS).status_code < 400


def test_a_cookie_that_is_not_ours_is_no_cart(client):
    for cookie in ["\x00", "a.b", "é", "x" * 3000, "ImEi.x"]:
        client.set_cookie("cart", cookie)
        assert client.get("/cart").status_code == 200, cookie
