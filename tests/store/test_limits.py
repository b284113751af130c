import pytest

import config
from app import create_app
from app.db import db
from app.models import CartItem, Order
from sandbox.client import SandboxClient
from tests.buying import fill_cart, place
from tests.conftest import FreshClient
from tests.goods import add_product
from tests.store.asking import SCRIPT, checkout_form, hidden_field


def test_checkout_is_tried_ten_times_a_minute_and_then_asked_to_wait(client):
    variant = add_product("mug")
    client.post("/cart/items", data=filled(client, "/products/mug", variant=str(variant.id)))
    form = checkout_form(client) | filled(client, "/checkout")

    answers = [client.post("/checkout", data=form, headers=SCRIPT) for _ in range(11)]

    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert "Please wait a minute" in answers[-1].text
    assert hidden_field(answers[-1].text, "place_key") == form["place_key"]
    assert len(db.session.scalars(db.select(Order)).all()) == 1


def test_so_are_codes(client):
    variant = add_product("mug")
    client.post("/cart/items", data=filled(client, "/products/mug", variant=str(variant.id)))
    form = filled(client, "/cart", code="GUESS")

    answers = [client.post("/cart/coupon", data=form) for _ in range(11)]

    assert [answer.status_code for answer in answers] == [409] * 10 + [429]
    assert "You have tried many codes. Please wait a minute" in answers[-1].text
    assert 'value="GUESS"' in answers[-1].text


def test_so_is_paying_an_order(client):
    path = f"/orders/{place(fill_cart((add_product(), 1))).order_token}"
    form = filled(client, path)

    answers = [client.post(f"{path}/payments", data=form, headers=SCRIPT) for _ in range(11)]

    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert answers[-1].text.lstrip().startswith('<div id="order-status"')
    assert "Please wait a minute" in answers[-1].text


@pytest.mark.parametrize("token", ["", "forged", "ImFiYyI.aaaa.bbbb"])
def test_a_form_with_an_expired_token_changes_nothing_and_says_so(client, token):
    variant = add_product("mug")
    good = filled(client, "/products/mug", variant=str(variant.id), product="mug")

    refused = client.post("/cart/items", data=good | {"csrf_token": token})

    assert refused.status_code == 400
    assert "open for too long" in refused.text
    assert db.session.scalars(db.select(CartItem)).all() == []
    assert client.post("/cart/items", data=good).status_code == 303


def filled(client, path, **values):
    return {"csrf_token": hidden_field(client.get(path).text, "csrf_token")} | values


@pytest.fixture
def app(database, sandbox, tmp_path):
    """The shop as it runs for customers: with limits, and forms that need their token."""
    settings = config.testing(database_url=database, var_folder=tmp_path / "var", rate_limits=True)
    app = create_app(settings, stripe_http_client=SandboxClient(sandbox))
    app.config["WTF_CSRF_ENABLED"] = True
    app.test_client_class = FreshClient
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
