"""What staff read before they cancel a subscription, and of credit at Stripe: true in every state."""

import re
from datetime import timedelta

import pytest

from app.db import db, transaction
from app.models import Customer, Subscription
from app.services import customers, subscriptions
from tests.billing import add_plan, give_card, pay_first, subscription_of

DAY = 24 * 3600


def test_what_is_paid_runs_out_or_ends_now(staff, now):
    page = asked(staff("owner"), now())

    assert "it and its license stay until" in page
    assert "refund its last payment" in page
    assert "stays owed" not in page


def test_past_due_it_works_a_few_days_and_what_is_open_stays_owed(staff, late):
    page = asked(staff("owner"), late())

    assert "longer only if what is open is paid" in page
    assert "€7.00 is open and stays owed" in page
    assert "its license stay until" not in page


def test_suspended_it_stays_so_unless_it_is_paid(staff, late, sandbox, pump, move_clock):
    with transaction() as session:
        row = session.scalars(db.select(Subscription)).one()
        row.past_due_since -= timedelta(days=30)
    subscriptions.sync(late().id)

    page = asked(staff("owner"), late())

    assert late().licenses[0].status == "suspended"
    assert "Its license stays suspended unless what is open is paid" in page
    assert "€7.00 is open and stays owed" in page


def test_a_trial_offers_no_refund_of_what_was_never_paid(staff, trial):
    page = asked(staff("owner"), trial())

    assert "it and its license stay until" in page
    assert "refund its last payment" not in page


@pytest.mark.parametrize(
    ("when", "titles"),
    [("now", ["Canceled"]), ("period_end", ["Canceled for the end of its period"])],
)
def test_the_history_tells_of_it_once(staff, now, pump, when, titles):
    owner = staff("owner")
    owner.post(
        f"/admin/subscription/{now().id}/cancellations", data={"when": when, "reason": "Moved"}
    )
    pump()

    page = owner.get(f"/admin/subscription/details/?id={now().id}").text
    history = page[page.index("<h2>History</h2>") :]

    assert re.findall(r">(Canceled[^<]*|Will end by itself)<", history) == titles
    assert "Moved" in history


def test_what_stripe_ends_by_itself_is_told_of_too(staff, now, stripe_client, pump):
    stripe_client.v1.subscriptions.cancel(now().stripe_id)
    pump()

    page = staff("owner").get(f"/admin/subscription/details/?id={now().id}").text

    assert re.findall(r">(Canceled)<", page[page.index("<h2>History</h2>") :]) == ["Canceled"]


def test_credit_at_stripe_is_shown_apart_from_ours(staff, now, plan, pump):
    owner, row = staff("owner"), now()
    pages = [
        f"/admin/customer/details/?id={row.customer_id}",
        f"/admin/subscription/details/?id={row.id}",
        f"/admin/subscription/{row.id}/cancellations/new",
    ]
    before = [owner.get(page).text for page in pages]
    set_credit(20300)
    customer, subscription, form = (owner.get(page).text for page in pages)

    assert "At Stripe: €203.00" in customer
    assert '<p class="strong">None</p>' in customer
    assert "€203.00 of credit, which pays before the card does" in subscription
    assert "€203.00 of credit at Stripe is not paid out" in form
    assert not [page for page in before if "203.00" in page or "At Stripe" in page]


def test_asked_stripe_also_says_what_credit_there_is(staff, now, stripe_client):
    owner, row = staff("owner"), now()
    stripe_client.v1.customers.balance_transactions.create(
        row.customer.stripe_customer_id, {"amount": -500, "currency": "eur"}
    )
    page = f"/admin/subscription/details/?id={row.id}"
    assert "€5.00 of credit" not in owner.get(page).text  # nobody has told of it yet

    owner.post(f"/admin/subscription/{row.id}/syncs")

    assert "€5.00 of credit" in owner.get(page).text


def set_credit(amount):
    with transaction() as session:
        session.scalars(db.select(Customer)).one().stripe_credit = {"eur": amount}


def asked(client, row):
    """The form that staff see before they cancel."""
    return client.get(f"/admin/subscription/{row.id}/cancellations/new").text.replace("&#39;", "'")


@pytest.fixture
def plan(app):
    return add_plan()


@pytest.fixture
def now(plan, stripe_client, pump):
    """Eve's monthly subscription with one seat, as it stands in the books now."""
    return begin(plan, stripe_client, pump)


@pytest.fixture
def late(now, stripe_client, sandbox, pump):
    """The same when its renewal could not be paid."""
    give_card(stripe_client, now(), "pm_card_chargeCustomerFail")
    sandbox.advance(31 * DAY)
    pump()
    assert now().status == "past_due"
    return now


@pytest.fixture
def trial(app, stripe_client, pump):
    return begin(add_plan("tidepool", trial_days=7), stripe_client, pump)


def begin(plan, stripe_client, pump):
    eve = customers.find_or_create("eve@example.com")
    sheet = subscriptions.start(eve, plan["month"], start_key="form", actor="customer")
    pay_first(stripe_client, sheet)
    pump()
    return lambda: subscription_of(sheet.token)
