"""B9, B13 for billing: return page and webhook race, and many hands give back the same money."""

import random
import secrets

import pytest
from sqlalchemy import func, select

from app.db import db
from app.errors import ShopError
from app.models import CreditEntry, License, Payment, Refund
from app.services import customers, debts, refunds, subscription_changes, subscriptions
from tests.billing import add_plan, items_of, open_invoice, pay_debt, pay_first, subscription_of
from tests.faults import stories

RACES = 25  # on each database
MANY_RACES = 1_000
HANDS = 50


def test_return_page_and_webhook_race_for_one_payment_each(race):
    """B9: whichever is first, and also when the payer never comes back."""
    race(RACES)


@pytest.mark.drill
def test_a_thousand_races_for_one_payment_each(race):
    """B9, the full drill."""
    race(MANY_RACES)


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("first", ["return page", "webhook", "webhook alone", "return page alone"])
def test_a_subscription_begins_once_whoever_says_so_first(
    app, eve, first, sandbox, stripe_client, send_event, run_jobs, assert_books
):
    """B9: one payment, one license, one letter."""
    sheet = subscriptions.start(eve, add_plan()["month"], start_key="form", actor="customer")
    pay_first(stripe_client, sheet)
    subscription_id = subscription_of(sheet.token).id
    told = stories.told(sandbox)
    db.session.rollback()

    if first.startswith("return page"):
        subscriptions.sync(subscription_id, actor="customer")
    if "webhook" in first or "alone" not in first:
        for event in told:
            send_event(event)
        run_jobs()
    if first == "webhook":
        subscriptions.sync(subscription_id, actor="customer")

    assert db.session.scalars(select(Payment.received_amount)).all() == [700]
    assert db.session.scalars(select(License.status)).all() == ["active"]
    assert_books()


def test_of_two_changes_at_once_one_is_made_for_what_its_preview_showed(
    app, eve, stripe_client, pump, at_once, assert_books
):
    """B13: two windows, more seats in each; the other is told, and charged nothing."""
    plan = add_plan()["month"]
    sheet = subscriptions.start(eve, plan, start_key="form", actor="customer")
    pay_first(stripe_client, sheet)
    pump()
    its_id = subscription_of(sheet.token).id
    db.session.rollback()
    shown = {
        seats: subscription_changes.preview_change(its_id, price_id=plan, quantity=seats)
        for seats in (4, 5)
    }

    def change(seats):
        preview = shown[seats]
        try:
            subscription_changes.change(
                its_id,
                price_id=plan,
                quantity=seats,
                proration_date=preview.proration_date,
                due_amount=preview.due_amount,
                seal=preview.seal,
                actor="customer",
            )
        except ShopError as error:
            return str(error)
        return ""

    said = at_once(change, [4, 5])
    pump()

    (loser,) = [words for words in said if words]
    (seats,) = [seats for seats, words in zip((4, 5), said, strict=True) if not words]
    assert "preview" in loser
    assert subscription_of(sheet.token).quantity == seats
    charged = [charge.amount for charge in stripe_client.v1.charges.list().data]
    assert charged == [shown[seats].due_amount, 700]
    assert_books()


def test_fifty_hands_give_the_same_money_back_once(
    app, eve, stripe_client, pump, at_once, assert_books
):
    """B13: each would give back more than half, with a form of its own."""
    payment_id = paid(eve, stripe_client, 1000)

    def give_back(_):
        try:
            refunds.issue_for_payment(payment_id, 600, form_token=secrets.token_hex(8), actor="ada")
        except ShopError:
            return False
        return True

    given = at_once(give_back, range(HANDS))
    pump()

    assert sum(given) == 1
    assert [refund.amount for refund in stripe_client.v1.refunds.list().data] == [600]
    assert_books()


def test_one_form_sent_fifty_times_at_once_is_one_refund(
    app, eve, stripe_client, pump, at_once, assert_books
):
    """B13: a double click, and then some."""
    payment_id = paid(eve, stripe_client, 1000)

    def give_back(_):
        refunds.issue_for_payment(payment_id, 300, form_token="form", actor="ada")

    at_once(give_back, range(HANDS))
    pump()

    assert [refund.amount for refund in stripe_client.v1.refunds.list().data] == [300]
    assert db.session.scalars(select(Refund.status)).all() == ["succeeded"]
    assert_books()


@pytest.fixture
def race(app, eve, sandbox, stripe_client, send_event, run_jobs, at_once, assert_books):
    """A debt is paid; page and event look at it at the same moment, or one of them never."""

    def race(times):
        dice = random.Random(9)
        for _ in range(times):
            since = len(sandbox.events)
            invoice_id = open_invoice(eve, 1000)
            sheet = debts.get_or_create_payment_intent(eve)
            pay_debt(stripe_client, sheet)
            events = {event["type"]: event for event in stories.told(sandbox, since=since)}
            paid, charged = events["payment_intent.succeeded"], events["charge.succeeded"]
            hands = [
                lambda token=sheet.token: debts.sync(token, actor="customer"),
                lambda paid=paid: (send_event(paid), run_jobs()),
                lambda charged=charged: (send_event(charged), run_jobs()),
            ]
            at_once(lambda hand: hand(), dice.sample(hands, dice.randint(1, len(hands))))
            run_jobs()
            assert items_of(invoice_id)[0].due_amount == 0
            db.session.rollback()
        assert db.session.scalars(select(Payment.received_amount)).all() == [1000] * times
        assert db.session.scalar(select(func.count(CreditEntry.id))) == 0
        assert_books()

    return race


@pytest.fixture
def eve(app):
    return customers.find_or_create("eve@example.com")


def paid(customer_id, stripe_client, amount):
    """The id of a payment that is in the books."""
    open_invoice(customer_id, amount)
    sheet = debts.get_or_create_payment_intent(customer_id)
    pay_debt(stripe_client, sheet)
    debts.sync(sheet.token)
    payment_id = db.session.scalars(select(Payment.id)).one()
    db.session.rollback()
    return payment_id
