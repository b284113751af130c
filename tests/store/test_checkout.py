import re

import pytest

from app.db import db, transaction
from app.models import Address, Customer, Order, Payment, Price
from tests import people
from tests.goods import add_product
from tests.store.asking import HTMX, SCRIPT, checkout_form, hidden_field


def test_the_page_mounts_stripes_element_for_exactly_what_it_costs(client):
    fill(client, unit_amount=1900)

    answer = client.get("/checkout")

    assert 'data-amount="2390" data-currency="eur"' in answer.text
    assert "checkout.js" in answer.text
    assert "js.stripe.com" in answer.headers["Content-Security-Policy"]
    assert len(re.findall(r"<script", answer.text)) == 4  # htmx, ours twice, Stripe's


def test_other_pages_load_nothing_of_stripes(client):
    fill(client)

    for path in ("/", "/products", "/products/mug", "/cart"):
        answer = client.get(path)
        assert "stripe" not in answer.headers["Content-Security-Policy"]
        assert "stripe.js" not in answer.text


def test_our_script_gets_what_stripes_needs(client, app):
    fill(client)

    answer = client.post("/checkout", data=checkout_form(client), headers=SCRIPT)

    order = only_order()
    assert answer.status_code == 200
    assert answer.json["client_secret"].startswith("pi_")
    assert answer.json["return_url"] == f"http://localhost/orders/{order.token}/return"
    assert order.email == "eve@example.com"
    assert order.shipping_address.city == "Berlin"


def test_without_script_the_order_is_placed_and_its_page_says_how_to_pay(client):
    fill(client)

    answer = client.post("/checkout", data=checkout_form(client))

    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "Your order waits for its payment" in page
    assert "Typing a card needs JavaScript" in page


def test_sent_twice_it_is_one_order_and_one_payment(client):
    fill(client)
    form = checkout_form(client)

    first = client.post("/checkout", data=form, headers=SCRIPT)
    second = client.post("/checkout", data=form, headers=SCRIPT)

    assert first.json == second.json
    assert len(all_of(Order)) == len(all_of(Payment)) == 1


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("email", "", "Enter an e-mail address"),
        ("email", "eve", "Enter an e-mail address"),
        ("email", "eve@exa mple.com", "Enter an e-mail address"),
        ("name", "  ", "Enter your name."),
        ("line1", "", "Enter the street and house number."),
        ("postal_code", "1" * 21, "at most 20 characters"),
        ("city", "\x00", "Enter the town."),
        ("country", "XX", "Not a valid choice"),
        ("note", "x" * 2001, "at most 2,000 characters"),
    ],
)
def test_what_is_missing_is_said_and_what_was_written_stays(client, field, value, sentence):
    fill(client)
    form = checkout_form(client)

    answer = client.post("/checkout", data=form | {field: value}, headers=SCRIPT)

    assert answer.status_code == 422
    assert answer.text.lstrip().startswith('<form id="checkout-form"')
    assert sentence in answer.text
    assert hidden_field(answer.text, "place_key") == form["place_key"]
    assert "Eve Example" in answer.text or field == "name"
    assert all_of(Order) == []
    assert client.post("/checkout", data=form, headers=SCRIPT).status_code == 200


def test_names_from_anywhere_are_kept_as_they_are(client):
    fill(client)

    form = checkout_form(client, name="Zoë 山田 🫖", line1="Ø-gade 1")
    client.post("/checkout", data=form, headers=SCRIPT)

    assert only_order().shipping_address.name == "Zoë 山田 🫖"


STREETLESS = {"line1": "", "postal_code": "", "city": ""}


def test_what_is_collected_needs_a_name_and_no_street(client):
    fill(client, unit_amount=1900)
    there = checkout_form(client, shipping_method="collect")
    form = there | STREETLESS
    shown = client.post("/checkout/quotes", data=there, headers=HTMX).text
    form["fingerprint"] = hidden_field(shown, "fingerprint")

    nobody = client.post("/checkout", data=form | {"name": ""}, headers=SCRIPT)
    answer = client.post("/checkout", data=form, headers=SCRIPT)

    assert "Who collects it" in shown
    assert 'autocomplete="address-line1"' not in shown
    assert hidden_field(shown, "line1") == "Hauptstr. 1"  # for who chooses another way after all
    assert (nobody.status_code, answer.status_code) == (422, 200)
    assert "Enter your name." in nobody.text
    order = only_order()
    assert (order.shipping_method, order.total_amount) == ("collect", 1900)
    assert order.shipping_address.lines == ["Eve Example", "DE"]
    assert "Eve Example" in client.get(f"/orders/{order.token}").text


def test_what_is_sent_needs_a_street_whatever_was_shown(client):
    fill(client)

    answer = client.post("/checkout", data=checkout_form(client) | STREETLESS, headers=SCRIPT)

    assert answer.status_code == 422
    assert "Enter the street and house number." in answer.text
    assert all_of(Order) == []


def test_another_country_or_way_shows_the_new_total(client):
    fill(client, unit_amount=1900)

    form = checkout_form(client, shipping_method="express")
    answer = client.post("/checkout/quotes", data=form, headers=HTMX)

    assert 'data-amount="2890"' in answer.text
    assert hidden_field(answer.text, "fingerprint") != form["fingerprint"]
    assert hidden_field(answer.text, "place_key") == form["place_key"]


def test_a_price_that_changed_is_shown_before_anything_is_charged(client):
    mug = fill(client, unit_amount=1900)
    form = checkout_form(client)
    with transaction() as session:
        session.get_one(Price, mug.prices[0].id).active = False
        session.add(Price(variant_id=mug.id, unit_amount=2100, currency="eur"))

    refused = client.post("/checkout", data=form, headers=SCRIPT)
    agreed = form | {
        name: hidden_field(refused.text, name) for name in ("place_key", "fingerprint")
    }
    accepted = client.post("/checkout", data=agreed, headers=SCRIPT)

    assert refused.status_code == 409
    assert "Pay €25.90" in refused.text
    assert accepted.status_code == 200
    assert only_order().total_amount == 2590


def test_a_tampered_total_or_currency_changes_nothing(client):
    fill(client, unit_amount=1900)

    form = checkout_form(client, amount="1", currency="jpy", total_amount="1")
    assert client.post("/checkout", data=form, headers=SCRIPT).status_code == 200

    assert (only_order().total_amount, only_order().currency) == (2390, "eur")


def test_sold_out_while_paying_is_said_with_the_form(client):
    lamp = fill(client, "lamp", stock=1)
    form = checkout_form(client)
    with transaction() as session:
        session.merge(lamp).stock.reserved = 1

    answer = client.post("/checkout", data=form, headers=SCRIPT)

    assert answer.status_code == 409
    assert "Lamp: sold out." in answer.text
    assert all_of(Order) == []


def test_a_buyers_own_unpaid_order_does_not_sell_the_last_one_out(client):
    fill(client, "lamp", stock=1)
    form = checkout_form(client)
    first = client.post("/checkout", data=form, headers=SCRIPT)

    assert client.get("/checkout").status_code == 200
    again = client.post("/checkout", data=checkout_form(client), headers=SCRIPT)

    assert again.json["return_url"] == first.json["return_url"]


def test_an_empty_cart_has_no_checkout(client):
    assert client.get("/checkout").location == "/cart"
    answer = client.post("/checkout", data={"email": "eve@example.com"}, headers=SCRIPT)
    assert answer.status_code == 409
    assert "Your cart is empty" in answer.text


def test_while_stripe_is_away_nothing_is_lost_and_the_same_form_works_later(client, sandbox):
    fill(client)
    form = checkout_form(client)

    sandbox.account.chaos.add(fault="lost_answer", path="/v1/payment_intents")
    away = client.post("/checkout", data=form, headers=SCRIPT)
    sandbox.account.chaos.replace([])
    back = client.post("/checkout", data=form, headers=SCRIPT)

    assert away.status_code == 503
    assert "Nothing was charged" in away.text
    assert hidden_field(away.text, "place_key") == form["place_key"]
    assert back.status_code == 200
    assert len(all_of(Order)) == len(all_of(Payment)) == 1


def test_files_need_no_address(client):
    fill(client, "pattern", kind="digital", stock=None)

    page = client.get("/checkout").text
    form = {name: hidden_field(page, name) for name in ("place_key", "fingerprint")}
    answer = client.post("/checkout", data=form | {"email": "eve@example.com"}, headers=SCRIPT)

    assert 'name="line1"' not in page
    assert answer.status_code == 200


def test_what_costs_nothing_is_ordered_without_stripe(client):
    fill(client, "gift", unit_amount=0, kind="digital", stock=None)

    page = client.get("/checkout").text
    form = {name: hidden_field(page, name) for name in ("place_key", "fingerprint")}
    answer = client.post("/checkout", data=form | {"email": "eve@example.com"}, headers=SCRIPT)

    assert 'id="payment-element"' not in page
    assert "Place the order" in page
    assert answer.json == {"url": f"/orders/{only_order().token}"}
    assert all_of(Payment) == []


def test_a_signed_in_customer_need_not_write_everything_again(app):
    user = people.add_customer("eve@example.com")
    with transaction() as session:
        customer = session.scalars(db.select(Customer)).one()
        home = {"line1": "Hauptstr. 1", "postal_code": "10115", "city": "Berlin"}
        session.add(Address(customer_id=customer.id, name="Eve", country="AT", **home))
    client = people.sign_in(app, user)
    fill(client)

    page = client.get("/checkout").text
    client.post("/checkout", data=checkout_form(client), headers=SCRIPT)

    for value in ("eve@example.com", "Hauptstr. 1", "10115"):
        assert f'value="{value}"' in page
    assert '<option value="AT" selected>' in page
    assert only_order().customer.email == "eve@example.com"


def fill(client, slug="mug", **fields):
    variant = add_product(slug, **fields)
    form = {"product": slug, "variant": str(variant.id), "quantity": "1"}
    assert client.post("/cart/items", data=form).status_code == 303
    return variant


def all_of(model):
    db.session.rollback()
    return db.session.scalars(db.select(model)).all()


def only_order():
    (order,) = all_of(Order)
    return order
