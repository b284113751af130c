"""Staff begin a subscription for somebody, who pays by a letter or with a card on file."""

import pytest

from app.db import db
from app.errors import PaymentFailed, SubscriptionLocked
from app.models import Letter, LicenseStatus, Subscription, SubscriptionStatus
from app.services import customers, stripe_customers, subscription_desk
from tests.billing import add_plan

pytestmark = pytest.mark.databases("sqlite")


def test_a_card_on_file_is_charged_and_the_license_is_issued(begin, eve, card, pump, assert_books):
    subscription_id = begin("month")

    subscription_desk.charge(subscription_id, card("pm_card_visa"), actor="ada")
    pump()

    row = db.session.get_one(Subscription, subscription_id)
    assert row.status == SubscriptionStatus.ACTIVE
    assert row.licenses[0].status == LicenseStatus.ACTIVE
    assert "4242" in row.method
    with pytest.raises(SubscriptionLocked, match="nothing to pay"):
        subscription_desk.charge(subscription_id, card("pm_card_visa"), actor="ada")
    assert_books()


def test_a_card_that_is_declined_changes_nothing(begin, card, pump, assert_books):
    subscription_id = begin("month")

    with pytest.raises(PaymentFailed):
        subscription_desk.charge(subscription_id, card("pm_card_chargeCustomerFail"), actor="ada")
    with pytest.raises(PaymentFailed, match="not on file"):
        subscription_desk.charge(subscription_id, "pm_of_somebody_else", actor="ada")
    pump()

    row = db.session.get_one(Subscription, subscription_id)
    assert (row.status, row.licenses) == (SubscriptionStatus.INCOMPLETE, [])
    assert_books()


def test_a_letter_brings_a_way_to_pay(begin, run_jobs):
    subscription_id = begin("year")

    for _ in range(2):
        subscription_desk.send_way_to_pay(subscription_id, actor="ada")
        run_jobs()

    letters = db.session.scalars(db.select(Letter)).all()
    row = db.session.get_one(Subscription, subscription_id)
    assert [letter.message for letter in letters] == ["subscription_begun"] * 2
    assert "€70.00" in letters[0].text
    assert row.invoices[0].hosted_url in letters[0].text


def test_a_trial_with_a_card_on_file_has_begun(eve, card, pump):
    trial = add_plan("tidepool", trial_days=7)
    subscription_id = subscription_desk.begin(
        eve, trial["month"], quantity=1, start_key="t", actor="ada"
    )
    waits = db.session.get_one(Subscription, subscription_id)
    assert (waits.awaits_card, waits.licenses) == (True, [])
    db.session.rollback()

    subscription_desk.charge(subscription_id, card("pm_card_visa"), actor="ada")
    pump()

    row = db.session.get_one(Subscription, subscription_id)
    assert (row.status, row.awaits_card) == (SubscriptionStatus.TRIALING, False)
    assert row.licenses[0].status == LicenseStatus.ACTIVE


def test_who_has_a_default_card_has_left_one(eve, card, stripe_client, pump):
    stripe_client.v1.customers.update(
        stripe_customers.ensure(eve),
        {"invoice_settings": {"default_payment_method": card("pm_card_visa")}},
    )
    trial = add_plan("tidepool", trial_days=7)

    subscription_id = subscription_desk.begin(
        eve, trial["month"], quantity=1, start_key="t", actor="ada"
    )
    pump()

    row = db.session.get_one(Subscription, subscription_id)
    assert (row.has_begun, row.licenses[0].status) == (True, LicenseStatus.ACTIVE)


@pytest.fixture
def eve(app):
    return customers.find_or_create("eve@example.com")


@pytest.fixture
def begin(eve):
    """Begin eve's subscription; its id."""
    plan = add_plan()

    def begin(interval):
        return subscription_desk.begin(eve, plan[interval], quantity=1, start_key="k", actor="ada")

    return begin


@pytest.fixture
def card(eve, stripe_client):
    """A card that eve has left with Stripe."""

    def leave(name):
        customer = stripe_customers.ensure(eve)
        return stripe_client.v1.payment_methods.attach(name, {"customer": customer}).id

    return leave
