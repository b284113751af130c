"""One Stripe customer per customer."""

import threading

import pytest

from app import gateway
from app.db import db, transaction
from app.errors import CustomerGone
from app.models import AuditEntry, Customer, Invoice, LicenseStatus
from app.services import (
    customers,
    invoices,
    stripe_customers,
    stripe_invoices,
    subscription_desk,
    subscriptions,
)
from tests.billing import add_plan, bill, pay_first, subscription_of


def test_a_customer_is_made_at_stripe_once(app, stripe_client):
    eve = customers.find_or_create("eve@example.com", name="Eve")

    first, again = stripe_customers.ensure(eve), stripe_customers.ensure(eve)

    assert first == again == db.session.get(Customer, eve).stripe_customer_id
    assert stripe_client.v1.customers.retrieve(first).name == "Eve"


def test_two_tabs_get_the_same_one(app, stripe_client):
    eve, found = customers.find_or_create("eve@example.com"), []

    def tab():
        with app.app_context():
            found.append(stripe_customers.ensure(eve))

    tabs = [threading.Thread(target=tab) for _ in range(6)]
    [each.start() for each in tabs]
    [each.join() for each in tabs]

    assert len(found) == 6
    assert len(set(found)) == 1
    assert len(stripe_client.v1.customers.list().data) == 1


def test_one_whose_answer_was_lost_is_found_again(app, stripe_client):
    eve = customers.find_or_create("eve@example.com")
    made = stripe_customers.ensure(eve)
    with transaction() as session:
        session.get_one(Customer, eve).stripe_customer_id = None

    assert stripe_customers.ensure(eve) == made


def test_somebody_elses_customer_with_the_same_address_is_not_taken(app, stripe_client):
    stranger = stripe_client.v1.customers.create({"email": "eve@example.com"})

    assert stripe_customers.ensure(customers.find_or_create("eve@example.com")) != stranger.id


def test_a_changed_name_is_told(app, stripe_client):
    eve = customers.find_or_create("eve@example.com", name="Eve")
    stripe_id = stripe_customers.ensure(eve)
    with transaction() as session:
        session.get_one(Customer, eve).name = "Eva"

    stripe_customers.push(eve)

    assert stripe_client.v1.customers.retrieve(stripe_id).name == "Eva"


def test_one_that_was_deleted_there_is_made_anew(app, stripe_client):
    eve = customers.find_or_create("eve@example.com")
    stripe_id = stripe_customers.ensure(eve)
    stripe_client.v1.customers.delete(stripe_id)

    stripe_customers.push(eve)

    assert stripe_customers.ensure(eve) not in {stripe_id, None}


def test_who_is_there_stays_who_they_are(app, stripe_client):
    eve = customers.find_or_create("eve@example.com")
    stripe_id = stripe_customers.ensure(eve)

    assert stripe_customers.living(eve) == stripe_id
    assert len(stripe_client.v1.customers.list().data) == 1
    assert forgotten() == []


def test_two_tabs_make_a_deleted_one_anew_once(app, stripe_client):
    eve, found = customers.find_or_create("eve@example.com"), []
    gone = stripe_customers.ensure(eve)
    stripe_client.v1.customers.delete(gone)

    def tab():
        with app.app_context():
            found.append(stripe_customers.living(eve))

    tabs = [threading.Thread(target=tab) for _ in range(6)]
    [each.start() for each in tabs]
    [each.join() for each in tabs]

    assert len(found) == 6
    assert len({*found, gone}) == 2
    assert [each.id for each in stripe_client.v1.customers.list().data] == found[:1]
    assert [each.before["stripe_customer_id"] for each in forgotten()] == [gone]


def test_who_was_deleted_subscribes_again(eve, plan, stripe_client, pump, assert_books):
    old = subscriptions.start(eve, plan["month"], start_key="one", actor="customer")
    pay_first(stripe_client, old)
    pump()
    stripe_client.v1.customers.delete(stripe_customers.ensure(eve))

    again = subscriptions.start(eve, plan["year"], start_key="two", actor="customer")
    pay_first(stripe_client, again)
    pump()

    assert subscription_of(again.token).status == "active"
    assert len(forgotten()) == 1
    ended = subscription_of(old.token)
    assert (ended.status, ended.licenses[0].status) == ("canceled", LicenseStatus.REVOKED)
    assert_books()


def test_stripe_says_that_somebody_was_deleted(eve, plan, stripe_client, pump):
    sheet = subscriptions.start(eve, plan["month"], start_key="one", actor="customer")
    pay_first(stripe_client, sheet)
    pump()
    gone = stripe_customers.ensure(eve)

    stripe_client.v1.customers.delete(gone)
    pump()

    assert db.session.get(Customer, eve).stripe_customer_id is None
    assert [each.actor for each in forgotten()] == ["stripe"]
    assert subscription_of(sheet.token).status == "canceled"
    db.session.rollback()
    assert stripe_customers.ensure(eve) != gone


def test_what_staff_ask_for_goes_on_too(eve, stripe_client):
    for ask in (
        lambda: subscriptions.portal_url(eve, return_url="http://localhost/"),
        lambda: subscription_desk.cards(eve),
        lambda: stripe_invoices.give(invoices.draft(bill(eve, 4200), actor="ada"), actor="ada"),
    ):
        stripe_client.v1.customers.delete(stripe_customers.ensure(eve))
        ask()

    db.session.rollback()
    (invoice,) = db.session.scalars(db.select(Invoice))
    assert (invoice.status, len(forgotten())) == ("open", 3)


def test_of_a_deleted_one_stripe_says_nothing_raw(eve, stripe_client):
    gone = stripe_customers.ensure(eve)
    assert gateway.portal_url(gone, return_url="http://localhost/")
    stripe_client.v1.customers.delete(gone)

    with pytest.raises(CustomerGone) as refused:
        gateway.portal_url(gone, return_url="http://localhost/")

    assert "No such" not in str(refused.value)
    assert gone not in str(refused.value)


def test_credit_at_stripe_is_known(eve, stripe_client, pump):
    change(stripe_client, stripe_customers.ensure(eve), eur=-20300, usd=-500)
    pump()
    assert credit_of(eve) == {"eur": 20300, "usd": 500}

    change(stripe_client, stripe_customers.ensure(eve), eur=20330, usd=500)
    pump()
    assert credit_of(eve) == {"eur": -30}  # it is added to the next invoice


def test_credit_goes_with_who_was_deleted(eve, stripe_client, pump):
    change(stripe_client, stripe_customers.ensure(eve), eur=-20300)
    pump()

    stripe_client.v1.customers.delete(stripe_customers.ensure(eve))
    pump()

    assert credit_of(eve) == {}
    assert [each.before["stripe_credit"] for each in forgotten()] == [{"eur": 20300}]


def change(stripe_client, stripe_id, **amounts):
    for currency, amount in amounts.items():
        stripe_client.v1.customers.balance_transactions.create(
            stripe_id, {"amount": amount, "currency": currency}
        )


def credit_of(customer_id):
    db.session.rollback()
    credit = db.session.get_one(Customer, customer_id).stripe_credit
    db.session.rollback()
    return credit


def forgotten():
    db.session.rollback()
    found = db.select(AuditEntry).filter_by(action="was deleted at Stripe")
    return db.session.scalars(found).all()


@pytest.fixture
def eve(app):
    return customers.find_or_create("eve@example.com")


@pytest.fixture
def plan(app):
    return add_plan()
