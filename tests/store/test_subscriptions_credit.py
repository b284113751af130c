"""What a customer reads of credit at Stripe, and before canceling: true in every state."""

import re
from datetime import timedelta

import pytest

from app.db import db, transaction
from app.models import Customer, License, Subscription
from app.services import customers, subscription_changes, subscriptions
from tests.billing import add_plan, give_card, pay_first, subscription_of
from tests.store.asking import HTMX

DAY = 24 * 3600
PAYS = "pays for what comes next; your card is charged when it is used up."


def test_a_smaller_plan_leaves_credit_that_is_shown_until_it_is_used(
    customer, plan, begin, sandbox, pump
):
    now = begin(plan["year"], quantity=3)
    assert "of credit" not in customer.get(own(now())).text

    left = money(change(now(), plan["month"], 1))
    page = customer.get(own(now())).text

    assert f"{left} of credit from your change of plan {PAYS}" in page
    assert "Your credit, then Visa •••• 4242" in page
    assert "Visa •••• 4242 is charged when your credit is used up" in page
    assert f"Your credit of {left} is not paid out" in page
    assert "€0.00 on " in page
    coming = customer.get(f"{own(now())}/next-payment", headers=HTMX).text
    assert re.search(r">€0.00 on [^<]*, paid from your credit</span>", coming)
    assert f"Credit of {left}" in page
    given = customer.get(f"/invoices/{now().invoices[-1].token}").text
    assert f"Credit of {left}" in given
    assert "Kept as your credit at Stripe" in given
    assert "This invoice is paid" not in given
    assert f"{left} of credit at Stripe" in customer.get("/account/payments").text

    sandbox.advance(31 * DAY)
    pump()

    paid = customer.get(f"/invoices/{now().invoices[-1].token}").text
    assert "Paid from your credit at Stripe." in paid
    assert "Paid from your credit at Stripe, " in paid
    assert "Paid from your credit" in customer.get(own(now())).text


def test_without_credit_a_card_pays(customer, now):
    page = customer.get(own(now())).text

    assert "€7.00 on " in page
    assert "credit" not in page
    assert "Visa •••• 4242 is charged. " in page
    invoice = customer.get(f"/invoices/{now().invoices[0].token}").text
    assert "Thank you. There is nothing left to do." in invoice
    assert "credit" not in invoice
    assert "credit at Stripe" not in customer.get("/account/payments").text


def test_credit_pays_a_part_and_what_is_owed_from_before_is_added(customer, now):
    set_credit(500)
    page = customer.get(own(now())).text
    assert "€2.00 on " in page
    assert "the rest from your credit" in page

    set_credit(-30)
    page = customer.get(own(now())).text
    assert "€7.30 on " in page
    assert "€0.30 from before is added to your next payment." in page


def test_credit_stays_when_it_ends(customer, now):
    set_credit(20300)
    customer.post(f"{own(now())}/cancellation", data={"when": "now"})

    set_credit(20300)  # the sandbox knows nothing of it
    page = customer.get(own(now())).text

    assert "It ended on " in page
    assert "€203.00 of credit is not used up. It is not paid out" in page


def test_what_is_paid_runs_out_or_ends_now(customer, now):
    page = customer.get(own(now())).text

    assert re.search(r"At the end of what is paid</strong>[^.]*It stays yours until \d+", page)
    assert "What is paid is not paid back by this." in page
    assert "stays owed" not in page


def test_past_due_it_works_a_few_days_and_what_is_open_stays_owed(customer, late):
    page = customer.get(own(late())).text

    assert re.search(r"Your license works until [^;]*; once what is open is paid, until ", page)
    assert page.count("€7.00 is open and stays owed.") == 2
    assert "It stays yours until" not in page


def test_suspended_it_is_not_said_to_be_theirs(customer, late):
    with transaction() as session:
        session.scalars(db.select(Subscription)).one().past_due_since -= timedelta(days=30)
    subscriptions.sync(late().id)

    page = customer.get(own(late())).text

    assert "It is suspended. Once what is open is paid, it is yours until" in page
    assert "It stays yours until" not in page


def test_what_is_open_stays_owed_when_it_has_ended(customer, late):
    customer.post(f"{own(late())}/cancellation", data={"when": "now"})

    assert late().status == "canceled"
    assert "€7.00 of it is still to be paid." in customer.get(own(late())).text


def test_on_a_trial_or_a_pause_nothing_is_charged(customer, begin, now):
    trial = begin(add_plan("tidepool", trial_days=7)["month"])
    page = customer.get(own(trial())).text
    assert re.search(r"It stays yours until [^<.]*, and nothing is charged.", page)
    assert "not paid back" not in page

    subscription_changes.pause(now().id, actor="ada", reason="away")
    page = customer.get(own(now())).text
    assert re.search(r"It stays yours until [^<.]*, and nothing is charged.", page)


def test_without_a_license_none_is_spoken_of(customer, now, late):
    with transaction() as session:
        session.execute(db.update(License).values(subscription_id=None))

    page = customer.get(own(late())).text

    assert re.search(r"It ends on [^<.]*. €7.00 is open and stays owed.", page)
    assert "It ends at once. €7.00 is open and stays owed." in page


def test_a_payment_is_called_by_what_was_changed_to(customer, now, plan, pump):
    change(now(), plan["year"], 3)
    pump()

    page = customer.get("/account/payments").text

    assert "Change of plan: Inkwell, 3 seats every year" in page
    assert "1 × Inkwell (at €7.00 / month)" in page
    assert "Unused time" not in page


def change(row, price_id, quantity):
    """What is due, in minor units; what is left over, where the new plan costs less."""
    its_id = row.id
    db.session.rollback()
    preview = subscription_changes.preview_change(its_id, price_id=price_id, quantity=quantity)
    subscription_changes.change(
        its_id,
        price_id=price_id,
        quantity=quantity,
        proration_date=preview.proration_date,
        due_amount=preview.due_amount,
        seal=preview.seal,
        actor="customer",
    )
    return abs(preview.total_amount)


def money(amount):
    return f"€{amount / 100:.2f}"


def set_credit(amount):
    with transaction() as session:
        session.scalars(db.select(Customer)).one().stripe_credit = {"eur": amount}


def own(subscription):
    return f"/account/subscriptions/{subscription.token}"


@pytest.fixture
def plan(app):
    return add_plan()


@pytest.fixture
def begin(customer, stripe_client, pump):
    """Eve begins a subscription, and pays it by Visa; it is given as it stands in the books now."""

    def begin(price_id, *, quantity=1):
        eve = customers.find_or_create("eve@example.com")
        sheet = subscriptions.start(
            eve, price_id, quantity=quantity, start_key=f"f{price_id}", actor="customer"
        )
        pay_first(stripe_client, sheet)
        pump()
        return lambda: subscription_of(sheet.token)

    return begin


@pytest.fixture
def now(begin, plan):
    return begin(plan["month"])


@pytest.fixture
def late(now, stripe_client, sandbox, pump):
    """The same when its renewal could not be paid."""
    give_card(stripe_client, now(), "pm_card_chargeCustomerFail")
    sandbox.advance(31 * DAY)
    pump()
    assert now().status == "past_due"
    return now
