"""Subscribing: what the page promises, whom it asks to sign in, and what it refuses."""

import re

import pytest

from app.db import db, transaction
from app.models import Customer, Price, Subscription
from app.services import stripe_catalog, stripe_customers
from tests import people
from tests.billing import add_plan, pay_first, subscription_of
from tests.goods import add_product
from tests.store.asking import SCRIPT, hidden_field

PATH = "/products/inkwell/subscription"


def test_a_product_page_offers_its_plans_with_seats(client, plan):
    text = client.get("/products/inkwell").text

    assert f'name="price" value="{plan["month"]}" checked' in text
    assert "€70.00" in text
    assert 'name="seats"' in text
    assert "Add to cart" not in text


def test_who_is_not_signed_in_sees_what_it_costs_and_comes_back(app, client, plan):
    wish = f"{PATH}?price={plan['month']}&seats=3"
    page = client.get(wish)

    assert page.status_code == 200
    assert "€21.00" in page.text
    assert "First, who are you?" in page.text
    assert "stripe.js" not in page.text
    people.add_customer("eve@example.com")
    signed_in = client.post(
        f"/account/sign-in?next={PATH}?price={plan['month']}%26seats=3",
        data={"email": "eve@example.com", "password": people.PASSWORD},
    )
    assert signed_in.location.endswith(wish)


def test_who_opens_an_account_on_the_way_finds_the_way_on_there(app, client, plan):
    wish = f"{PATH}?price={plan['month']}&seats=3"
    client.get(wish)
    people.add_customer("eve@example.com")
    client.post("/account/sign-in", data={"email": "eve@example.com", "password": people.PASSWORD})

    assert f'href="{wish.replace("&", "&amp;")}"' in client.get("/account").text
    client.get(wish)
    assert "about to subscribe" not in client.get("/account").text


def test_the_element_is_for_exactly_the_first_payment(customer, plan):
    text = customer.get(f"{PATH}?price={plan['year']}&seats=2").text

    assert 'data-mode="subscription"' in text
    assert 'data-amount="14000" data-currency="eur"' in text
    assert "Pay €140.00" in text


def test_cards_left_before_are_offered_with_the_page_and_never_without_it(
    customer, plan, stripe_client, sandbox
):
    page = f"{PATH}?price={plan['month']}"
    assert "data-cards" not in customer.get(page).text
    answer = customer.post(PATH, data=form(customer, plan["month"], seats=1), headers=SCRIPT)
    assert "data-cards" in customer.get(own(only())).text
    pay_first(stripe_client, sheet(answer))
    customer.get(f"{own(only())}/return")
    assert "data-cards" not in customer.get(own(only())).text

    secret = re.search(r'data-cards="([^"]+)"', customer.get(page).text)[1]

    (offered,) = sandbox.account.where("customer_session", "client_secret", secret)
    assert offered["customer"] == only().customer.stripe_customer_id
    sandbox.account.chaos.add(fault="500", path="^/v1/customer_sessions")
    away = customer.get(page)
    assert (away.status_code, "data-cards" in away.text) == (200, False)
    assert "payment-element" in away.text


def test_our_script_gets_what_pays_the_first_invoice(customer, plan, stripe_client, pump):
    answer = customer.post(PATH, data=form(customer, plan["month"], seats=3), headers=SCRIPT)

    row = only()
    assert answer.json["client_secret"].startswith("pi_")
    assert answer.json["return_url"] == (
        f"http://localhost/account/subscriptions/{row.token}/return"
    )
    assert (row.quantity, row.status) == (3, "incomplete")


def test_a_trial_keeps_a_card_and_its_license_waits_for_it(customer, stripe_client, pump):
    trial = add_plan("tidepool", trial_days=7)
    path = "/products/tidepool/subscription"
    page = customer.get(f"{path}?price={trial['month']}").text
    assert 'data-mode="setup"' in page
    assert "Start 7 free days" in page

    answer = customer.post(path, data=form(customer, trial["month"], path=path), headers=SCRIPT)
    pump()
    assert answer.json["client_secret"].startswith("seti_")
    assert only().licenses == []
    assert "One step is left: your card" in customer.get(own(only())).text

    pay_first(stripe_client, sheet(answer, is_for="setup"))
    pump()
    assert "Your free trial runs until" in customer.get(own(only())).text
    assert len(only().licenses) == 1


def test_a_trial_is_given_once(customer, stripe_client, pump):
    trial = add_plan("tidepool", trial_days=7)
    path = "/products/tidepool/subscription"
    answer = customer.post(path, data=form(customer, trial["month"], path=path), headers=SCRIPT)
    pay_first(stripe_client, sheet(answer, is_for="setup"))
    pump()

    page = customer.get(f"{path}?price={trial['month']}").text

    assert "You have had your free days" in page
    assert "You subscribe to Tidepool already" in page
    assert 'data-mode="subscription"' in page


def test_two_windows_are_one_subscription(customer, plan, stripe_client, pump):
    first, second = form(customer, plan["month"]), form(customer, plan["month"])
    begun = customer.post(PATH, data=first, headers=SCRIPT)
    again = customer.post(PATH, data=second, headers=SCRIPT)
    assert begun.json == again.json

    pay_first(stripe_client, sheet(begun))
    pump()
    refused = customer.post(PATH, data=second, headers=SCRIPT)

    assert refused.status_code == 409
    assert "another window" in refused.text
    assert only().status == "active"
    assert hidden_field(refused.text, "start_key") != second["start_key"]


def test_a_declined_card_is_tried_again_on_the_same_subscription(
    customer, plan, stripe_client, pump
):
    filled = form(customer, plan["month"])
    answer = customer.post(PATH, data=filled, headers=SCRIPT)
    pay_first(stripe_client, sheet(answer), "pm_card_chargeDeclined")
    pump()

    page = customer.get(own(only())).text
    assert "The payment did not go through" in page
    assert "Your card was declined." in page
    again = customer.post(PATH, data=filled, headers=SCRIPT)
    later = customer.post(f"{own(only())}/payments", headers=SCRIPT)

    assert again.json["return_url"] == later.json["return_url"] == answer.json["return_url"]
    pay_first(stripe_client, sheet(later))
    pump()
    assert only().status == "active"


@pytest.mark.parametrize("seats", ["0", "-1", "1001", "2.5", "", "99999999999", "٣"])
def test_seats_that_nobody_can_have_are_refused(customer, plan, seats):
    page = customer.get(f"{PATH}?price={plan['month']}&seats={seats}")
    sent = customer.post(PATH, data=form(customer, plan["month"]) | {"seats": seats})

    assert (page.status_code, sent.status_code) == (422, 422)
    assert "Between 1 and 1000 seats" in page.text
    assert subscriptions() == []


def test_a_plan_of_another_product_or_of_yesterday_is_refused(customer, plan):
    other = add_plan("tidepool")
    filled = form(customer, plan["month"])
    with transaction() as session:
        session.get_one(Price, plan["month"]).active = False

    for price in (str(other["month"]), str(plan["month"]), "999999", "x"):
        assert customer.get(f"{PATH}?price={price}").status_code == 409
        sent = customer.post(PATH, data=filled | {"price": price}, headers=SCRIPT)
        assert sent.status_code == 409
        assert 'id="subscribe-form"' in sent.text
    assert subscriptions() == []
    assert customer.get(f"{PATH}?price={plan['year']}").status_code == 200


def test_two_currencies_are_refused_before_a_card_is_typed(customer, plan, eve):
    with transaction() as session:
        session.add(Subscription(customer_id=eve.id, currency="usd", _status="active"))

    page = customer.get(f"{PATH}?price={plan['month']}")

    assert page.status_code == 409
    assert "paid in USD; this one is in EUR" in page.text
    assert "stripe.js" not in page.text


def test_what_is_not_subscribed_to_has_no_such_page(customer):
    add_product("mug")

    assert customer.get("/products/mug/subscription").status_code == 404
    assert customer.get("/products/nothing/subscription").status_code == 404


def test_while_stripe_is_away_the_same_form_works_later(customer, plan, sandbox):
    filled = form(customer, plan["month"])
    sandbox.account.chaos.add(fault="lost_answer", path="^/v1/subscriptions$")
    away = customer.post(PATH, data=filled, headers=SCRIPT)
    sandbox.account.chaos.replace([])
    back = customer.post(PATH, data=filled, headers=SCRIPT)

    assert away.status_code == 503
    assert hidden_field(away.text, "start_key") == filled["start_key"]
    assert back.status_code == 200
    assert len(subscriptions()) == 1


def test_who_was_deleted_at_stripe_subscribes_with_the_next_press(
    customer, plan, eve, stripe_client, pump
):
    her_id = eve.id
    db.session.rollback()
    stripe_client.v1.customers.delete(stripe_customers.ensure(her_id))

    answer = customer.post(PATH, data=form(customer, plan["month"]), headers=SCRIPT)
    pay_first(stripe_client, sheet(answer))
    pump()

    assert only().status == "active"


def test_what_stripe_refuses_is_said_in_words_of_ours(customer, plan, eve, stripe_client):
    at_stripe = stripe_catalog.ensure_price(plan["month"])
    stripe_client.v1.prices.update(at_stripe, {"active": False})

    answer = customer.post(PATH, data=form(customer, plan["month"]), headers=SCRIPT)

    assert answer.status_code == 422
    assert "Our payment service does not take this" in answer.text
    assert at_stripe not in answer.text


def form(customer, price_id, *, seats=1, path=PATH):
    """What the page's form holds."""
    text = customer.get(f"{path}?price={price_id}&seats={seats}").text
    names = ("price", "seats", "start_key", "fingerprint")
    return {name: hidden_field(text, name) for name in names}


def sheet(answer, *, is_for="payment"):
    from types import SimpleNamespace

    return SimpleNamespace(client_secret=answer.json["client_secret"], is_for=is_for)


def own(subscription):
    return f"/account/subscriptions/{subscription.token}"


def subscriptions():
    db.session.rollback()
    return list(db.session.scalars(db.select(Subscription)))


def only():
    (row,) = subscriptions()
    return subscription_of(row.token)


@pytest.fixture
def plan(app):
    return add_plan()


@pytest.fixture
def eve(customer):
    return db.session.scalars(db.select(Customer)).one()
