"""What is done to a subscription at Stripe alone: another card for its customer, another price."""

import pytest

from app.db import db
from app.errors import SubscriptionLocked
from app.gateway import Gone
from app.inbox import registry
from app.models import Customer, Job, Letter, LicenseStatus
from app.services import (
    customers,
    figures,
    stripe_catalog,
    stripe_customers,
    subscription_changes,
    subscription_terms,
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


def test_another_price_at_stripe_is_what_it_costs_from_now_on(now, plan, swap, pump, assert_books):
    assert (now().price_id, now().amount, now().every) == (plan["month"], 700, "month")

    swap(unit_amount=900, every=("month", 3))
    pump()

    row = now()
    assert (row.price_id, row.foreign_plan.name) == (None, "By hand")
    assert (row.unit_amount, row.amount, row.every) == (900, 900, "3 months")
    assert figures.monthly_recurring(db.session(), "eur") == figures.per_month(row) == 300
    (letter,) = db.session.scalars(db.select(Letter).filter_by(message="subscription_changed"))
    assert letter.subject == "Your subscription to By hand was changed"
    assert "It is now: 1 seat, €9.00 every 3 months." in letter.text
    assert row.licenses[0].status == LicenseStatus.ACTIVE
    assert [e.kind for e in row.events][-1] == "now_changed"
    assert_books()


def test_being_told_twice_of_a_price_changes_nothing(now, swap, pump, dump):
    swap(unit_amount=900)
    pump()
    before, version = dump(without={"jobs"}), now().version

    db.session.rollback()
    subscriptions.sync(now().id)

    assert now().version == version
    assert dump(without={"jobs"}) == before


def test_each_other_price_is_told_of_and_ours_can_come_back(now, plan, swap, put, pump):
    ours = at_stripe(plan)
    changes = [swap, swap, lambda: put(now(), ours)]
    for times, change in enumerate(changes, 1):
        change()
        pump()
        assert [e.kind for e in now().events].count("now_changed") == times

    assert (now().price_id, now().foreign_plan, now().amount) == (plan["month"], None, 700)


def test_its_license_goes_on_to_follow_it(now, swap, stripe_client, pump):
    swap(unit_amount=900, quantity=4)
    pump()
    assert (now().licenses[0].seats, now().amount) == (4, 3600)

    stripe_client.v1.subscriptions.cancel(now().stripe_id)
    pump()

    assert now().licenses[0].status == LicenseStatus.REVOKED


@pytest.mark.parametrize("ours", [True, False])
def test_what_is_ours_at_their_price_has_its_license(
    trial, default_card, swap, stripe_client, pump, ours
):
    known = stripe_client.v1.subscriptions.retrieve(trial().stripe_id).to_dict()
    its_product = {"product": known["items"]["data"][0]["price"]["product"]} if ours else {}
    swap(**its_product)
    default_card("pm_card_visa")
    pump()

    assert (trial().price_id, trial().amount, trial().awaits_card) == (None, 900, False)
    assert [each.product.name for each in trial().licenses] == ["Tidepool"] * ours


def test_only_stripe_changes_a_price_that_only_stripe_knows(now, plan, swap, put, pump):
    swap()
    pump()
    with pytest.raises(SubscriptionLocked, match="agreed with the shop"):
        preview(now(), plan["year"])

    ours = at_stripe(plan)
    put(now(), ours)
    pump()

    assert preview(now(), plan["year"]).due_amount > 0


def test_what_only_stripe_can_reckon_has_no_amount(now, swap, pump):
    swap(transform_quantity={"divide_by": 10, "round": "up"})
    pump()

    assert (now().foreign_plan.name, now().amount, now().every) == ("By hand", None, "month")
    assert figures.per_month(now()) == 0
    (letter,) = db.session.scalars(db.select(Letter).filter_by(message="subscription_changed"))
    assert "It is now: 1 seat, as agreed with us." in letter.text


def test_a_trial_that_was_had_is_had_also_at_another_price(trial, default_card, swap, pump):
    default_card("pm_card_visa")
    pump()
    eve, price = trial().customer_id, trial().price_id
    before = subscription_terms.find(eve, price, 1)

    swap()
    pump()

    assert trial().price_id is None
    assert (before.running, before.trial_days) == (1, 0)
    assert subscription_terms.find(eve, price, 1) == before


def test_a_change_to_such_a_price_can_wait_too(now, foreign_price, stripe_client, pump):
    method = stripe_client.v1.payment_methods.attach(
        "pm_card_authenticationRequired", {"customer": now().customer.stripe_customer_id}
    )
    set_card(stripe_client, now().stripe_id, method.id)
    stripe_client.v1.subscriptions.update(
        now().stripe_id,
        {
            "items": [{"id": now().stripe_item_id, "price": foreign_price(), "quantity": 2}],
            "proration_behavior": "always_invoice",
            "payment_behavior": "pending_if_incomplete",
        },
    )
    pump()

    assert (now().change_waits, now().wanted_price_id, now().amount) == (True, None, 700)
    (waits,) = [e.reason for e in now().events if e.kind == "change_waits"]
    assert waits == "2 × a plan that only Stripe knows"


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


def preview(row, price_id):
    its_id, quantity = row.id, row.quantity
    db.session.rollback()
    return subscription_changes.preview_change(its_id, price_id=price_id, quantity=quantity)


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


@pytest.fixture
def foreign_price(stripe_client):
    """A price as staff make one in Stripe's dashboard; its id."""

    def make(*, unit_amount=900, every=("month", 1), **more):
        product = stripe_client.v1.products.create({"name": "By hand"})
        interval, count = every
        recurring = {"interval": interval, "interval_count": count}
        price = {"product": product.id, "unit_amount": unit_amount, "currency": "eur"}
        return stripe_client.v1.prices.create({**price, "recurring": recurring, **more}).id

    return make


@pytest.fixture
def put(stripe_client):
    """Put another price in a subscription's place for its old one."""

    def put(row, price_id, quantity=1):
        item = {"id": row.stripe_item_id, "price": price_id, "quantity": quantity}
        stripe_client.v1.subscriptions.update(row.stripe_id, {"items": [item]})

    return put


@pytest.fixture
def swap(eve, foreign_price, put):
    """The same with a price that the shop does not know, for eve's only subscription."""

    def swap(*, quantity=1, **price):
        (row,) = subscriptions.of_customer(eve)
        put(row, foreign_price(**price), quantity)

    return swap
