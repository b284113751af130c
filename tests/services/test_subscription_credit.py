"""Credit at Stripe: what a smaller plan leaves over, what it pays, and what it is called."""

import pytest

from app.db import db
from app.models import Customer, Payment
from app.services import customers, subscription_changes, subscription_ending, subscriptions
from tests.billing import add_plan, pay_first, subscription_of

MONTH = 31 * 24 * 3600


def test_what_a_smaller_plan_leaves_is_known_at_once(yearly, plan, pump, assert_books):
    preview = change(yearly(), plan["month"], 1)

    left = -preview.total_amount
    assert left > 15000
    assert credit_of(yearly()) == {"eur": left}
    invoice = yearly().invoices[-1]
    assert (invoice.total_amount, invoice.from_stripe_credit) == (-left, -left)
    pump()
    assert credit_of(yearly()) == {"eur": left}
    assert_books()


def test_a_larger_plan_leaves_none(yearly, plan, pump):
    change(yearly(), plan["year"], 4)
    pump()

    assert credit_of(yearly()) == {}
    assert {each.from_stripe_credit for each in yearly().invoices} == {0}


def test_it_pays_the_next_period_and_no_card_does(yearly, plan, sandbox, pump, assert_books):
    left = -change(yearly(), plan["month"], 1).total_amount
    paid = db.session.query(Payment).count()

    sandbox.advance(MONTH)
    pump()

    renewal = yearly().invoices[-1]
    assert (renewal.status, renewal.total_amount) == ("paid", 700)
    assert (renewal.from_stripe_credit, renewal.due_amount) == (700, 0)
    assert credit_of(yearly()) == {"eur": left - 700}
    assert db.session.query(Payment).count() == paid
    assert subscription_ending.credit(yearly()) == left - 700
    assert_books()


def test_where_it_pays_a_part_the_rest_is_due(now, plan, stripe_client, sandbox, pump):
    give(stripe_client, now(), 500)
    decline(stripe_client, now())

    sandbox.advance(MONTH)
    pump()

    renewal = now().invoices[-1]
    assert (renewal.status, renewal.total_amount) == ("open", 700)
    assert (renewal.from_stripe_credit, renewal.due_amount) == (500, 200)
    assert subscription_ending.owed(now()) == 200


def test_what_was_too_little_to_charge_is_no_credit(now, stripe_client, sandbox, pump):
    give(stripe_client, now(), 680)

    sandbox.advance(MONTH)
    pump()

    renewal = now().invoices[-1]
    assert (renewal.status, renewal.from_stripe_credit) == ("paid", 680)
    assert (renewal.starting_balance, renewal.ending_balance) == (-680, 20)
    assert credit_of(now()) == {"eur": -20}


def test_a_payment_says_what_was_changed_to(now, plan, pump):
    change(now(), plan["year"], 3)
    pump()

    assert called(now()) == ["1 × Inkwell (at €7.00 / month)", TO_YEARLY]
    change(now(), plan["year"], 4)
    pump()
    assert called(now())[1:] == [TO_YEARLY, "Change of plan: Inkwell, 4 seats every year"]


def test_what_a_change_at_stripe_bills_later_is_called_by_its_period(
    now, stripe_client, sandbox, pump
):
    item = {"id": now().stripe_item_id, "quantity": 3}
    stripe_client.v1.subscriptions.update(now().stripe_id, {"items": [item]})
    sandbox.advance(MONTH)
    pump()

    assert called(now())[-1] == "3 × Inkwell (at €7.00 / month)"


TO_YEARLY = "Change of plan: Inkwell, 3 seats every year"


def called(row):
    return [invoice.items[0].description for invoice in row.invoices]


def credit_of(row):
    customer_id = row.customer_id
    db.session.rollback()
    return db.session.get_one(Customer, customer_id).stripe_credit


def give(stripe_client, row, amount):
    stripe_client.v1.customers.balance_transactions.create(
        row.customer.stripe_customer_id, {"amount": -amount, "currency": "eur"}
    )


def decline(stripe_client, row):
    """What is charged to it from now on is declined."""
    method = stripe_client.v1.payment_methods.attach(
        "pm_card_chargeCustomerFail", {"customer": row.customer.stripe_customer_id}
    )
    stripe_client.v1.subscriptions.update(row.stripe_id, {"default_payment_method": method.id})


def change(row, price_id, quantity):
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
    return preview


@pytest.fixture
def plan(app):
    return add_plan()


@pytest.fixture
def begin(plan, stripe_client, pump):
    def begin(interval, quantity):
        eve = customers.find_or_create("eve@example.com")
        sheet = subscriptions.start(
            eve, plan[interval], quantity=quantity, start_key="form", actor="customer"
        )
        pay_first(stripe_client, sheet)
        pump()
        return lambda: subscription_of(sheet.token)

    return begin


@pytest.fixture
def now(begin):
    """Eve's monthly subscription with one seat, as it stands in the books now."""
    return begin("month", 1)


@pytest.fixture
def yearly(begin):
    """The same with three seats, paid for a year."""
    return begin("year", 3)
