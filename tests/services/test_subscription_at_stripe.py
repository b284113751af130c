"""What is done to a subscription at Stripe alone: another card for its customer."""

import pytest

from app.db import db
from app.gateway import Gone
from app.inbox import registry
from app.models import Customer, Job, Letter, LicenseStatus
from app.services import (
    customers,
    stripe_catalog,
    stripe_customers,
    subscriptions,
)
from tests.billing import add_plan, pay_first, subscription_of

DAY = 24 * 3600


def test_a_card_left_at_stripe_begins_the_trial_that_waited_for_it(
    trial, default_card, pump, assert_books
):
    assert (trial().awaits_card, trial().licenses, trial().method) == (True, [], "")

    default_card("pm_card_visa")
    pump()

    assert (trial().awaits_card, trial().method) == (False, "Visa •••• 4242")
    assert trial().licenses[0].status == LicenseStatus.ACTIVE
    assert letters() == ["license_issued"]
    assert_books()


def test_it_is_paid_with_its_customers_card_until_it_has_one_of_its_own(
    eve, plan, default_card, stripe_client, pump
):
    default_card("pm_card_visa")
    wanted = {"customer": stripe_customers.ensure(eve), "items": [{"price": at_stripe(plan)}]}
    stripe_id = stripe_client.v1.subscriptions.create(wanted).id
    pump()
    assert paid_with(eve) == "Visa •••• 4242"

    default_card("pm_card_mastercard")
    pump()
    assert paid_with(eve) == "Mastercard •••• 4444"

    own = stripe_client.v1.payment_methods.attach("pm_card_visa", {"customer": wanted["customer"]})
    set_card(stripe_client, stripe_id, own.id)
    default_card("pm_card_amex")
    pump()
    assert paid_with(eve) == "Visa •••• 4242"


def test_a_customers_card_says_nothing_of_what_it_does_not_pay(
    eve, plan, default_card, stripe_client, pump
):
    default_card("pm_card_mastercard")
    sheet = subscriptions.start(eve, plan["month"], start_key="form", actor="customer")
    assert (subscription_of(sheet.token).status, paid_with(eve)) == ("incomplete", "")

    pay_first(stripe_client, sheet)
    pump()
    stripe_client.v1.subscriptions.cancel(subscription_of(sheet.token).stripe_id)
    pump()
    subscriptions.sync(subscription_of(sheet.token).id)

    assert (subscription_of(sheet.token).status, paid_with(eve)) == ("canceled", "Visa •••• 4242")


def test_being_told_twice_of_a_card_changes_nothing(
    trial, default_card, pump, sandbox, send_event, run_jobs, dump
):
    default_card("pm_card_visa")
    pump()
    before, version = dump(without={"jobs", "webhook_events"}), trial().version
    told = [event for event in sandbox.events if event["type"] == "customer.updated"]

    for n, event in enumerate(told):
        send_event({k: v for k, v in event.items() if k[0] != "_"} | {"id": f"evt_again{n}"})
    run_jobs()

    assert told
    assert trial().version == version
    assert dump(without={"jobs", "webhook_events"}) == before


def test_what_is_called_otherwise_at_stripe_keeps_its_name_here(now, stripe_client, pump):
    theirs = {"email": "mallory@example.com", "name": "Mallory"}
    stripe_client.v1.customers.update(now().customer.stripe_customer_id, theirs)
    looks = looked_at()
    pump()

    assert (now().customer.email, now().customer.name) == ("eve@example.com", "")
    assert looked_at() == looks + 1


def test_telling_stripe_a_name_comes_to_an_end(now, sandbox, pump):
    eve = now().customer_id
    db.session.rollback()
    told = [event["type"] for event in sandbox.events].count("customer.updated")

    stripe_customers.push(eve)
    pump()

    assert [event["type"] for event in sandbox.events].count("customer.updated") == told + 1


def test_who_has_nothing_that_runs_costs_nothing(now, default_card, stripe_client, pump):
    stranger = stripe_client.v1.customers.create({"email": "who@example.com"})
    stripe_client.v1.customers.update(stranger.id, {"name": "Who"})
    stripe_client.v1.subscriptions.cancel(now().stripe_id)
    pump()
    looks = looked_at()

    default_card("pm_card_visa")
    pump()

    assert looked_at() == looks
    assert [c.email for c in db.session.scalars(db.select(Customer))] == ["eve@example.com"]


def test_an_event_without_a_customer_is_no_trouble(app):
    registry.handlers["customer.updated"].record(db.session(), Gone(None))

    assert looked_at() == 0


def letters():
    db.session.rollback()
    return db.session.scalars(db.select(Letter.message)).all()


def looked_at():
    db.session.rollback()
    return db.session.query(Job).filter_by(name="inbox.handlers.customer.look_at").count()


def set_card(stripe_client, stripe_id, method):
    stripe_client.v1.subscriptions.update(stripe_id, {"default_payment_method": method})


def paid_with(customer_id):
    db.session.rollback()
    (row,) = subscriptions.of_customer(customer_id)
    return row.method


def at_stripe(plan):
    """The id of our own monthly price."""
    return stripe_catalog.ensure_price(plan["month"])


@pytest.fixture
def plan(app):
    return add_plan()


@pytest.fixture
def eve(app):
    return customers.find_or_create("eve@example.com")


@pytest.fixture
def now(eve, plan, stripe_client, pump):
    """Eve's monthly subscription with one seat, as it stands in the books now."""
    sheet = subscriptions.start(eve, plan["month"], start_key="form", actor="customer")
    pay_first(stripe_client, sheet)
    pump()
    return lambda: subscription_of(sheet.token)


@pytest.fixture
def trial(eve, pump):
    """The same of a trial for which nobody has left a card."""
    tidepool = add_plan("tidepool", trial_days=7)
    sheet = subscriptions.start(eve, tidepool["month"], start_key="trial", actor="customer")
    pump()
    return lambda: subscription_of(sheet.token)


@pytest.fixture
def default_card(eve, stripe_client):
    """What the portal does with a card, and staff in Stripe's dashboard."""

    def leave(card):
        customer = stripe_customers.ensure(eve)
        method = stripe_client.v1.payment_methods.attach(card, {"customer": customer})
        wanted = {"invoice_settings": {"default_payment_method": method.id}}
        stripe_client.v1.customers.update(customer, wanted)

    return leave
