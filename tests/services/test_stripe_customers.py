"""One Stripe customer per customer."""

import threading

from app.db import db, transaction
from app.models import Customer
from app.services import customers, stripe_customers


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
