"""Reminders: before and after a due date, each once, and only for what is really awaited."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from app import clock
from app.db import db, transaction
from app.models import Letter
from app.services import customers, debts, invoices, licenses, reminders
from app.services.invoices import NewInvoice, NewItem
from app.services.reminders import step_on
from tests.billing import add_plan, give_card, open_invoice, pay_debt, pay_first, subscription_of

pytestmark = pytest.mark.databases("sqlite")
STEPS = (-3, 1, 7, 14)
DUE = date(2026, 5, 20)


@pytest.mark.parametrize(
    ("today", "step"),
    [
        (date(2026, 5, 16), None),
        (date(2026, 5, 17), -3),
        (date(2026, 5, 20), -3),  # it was missed by some days, and is still true
        (date(2026, 5, 21), 1),
        (date(2026, 5, 26), 1),
        (date(2026, 5, 27), 7),
        (date(2026, 6, 3), 14),
        (date(2026, 6, 10), 14),
        (date(2026, 6, 11), None),  # too late to remind, after more than a week
    ],
)
def test_each_step_has_its_day(today, step):
    assert step_on(DUE, date(2026, 4, 1), today, STEPS) == step


def test_what_has_just_come_is_not_reminded_of():
    assert step_on(DUE, date(2026, 5, 18), date(2026, 5, 18), STEPS) is None
    assert step_on(DUE, date(2026, 5, 18), date(2026, 5, 21), STEPS) == 1


def test_reminders_come_before_and_after_the_due_date_each_once(eve, at_noon, run_jobs):
    open_invoice(eve, 1000, 2000)

    seen = []
    for day in range(40):
        with at_noon(day):
            for _ in range(2):  # the job runs many times a day
                reminders.sweep()
                run_jobs()
            seen += [day] * (written() - len(seen))

    assert seen == [11, 15, 21, 28]  # 14 days until it is due
    subjects = db.session.scalars(db.select(Letter.subject).order_by(Letter.id)).all()
    assert subjects == ["Invoice INV-00001 is due soon", *["Invoice INV-00001 is past due"] * 3]


def test_what_falls_due_on_one_day_is_one_letter_and_another_day_another(eve, at_noon, run_jobs):
    items = (
        NewItem(description="Talk", unit_amount=1000, due_at=clock.now() + timedelta(days=5)),
        NewItem(description="Travel", unit_amount=500, due_at=clock.now() + timedelta(days=5)),
        NewItem(description="Book", unit_amount=2000, due_at=clock.now() + timedelta(days=6)),
    )
    wanted = NewInvoice(customer_id=eve, currency="eur", items=items)
    invoices.finalize(invoices.draft(wanted, actor="ada"), actor="ada")

    with at_noon(6):
        reminders.sweep()
        run_jobs()

    first, second = db.session.scalars(db.select(Letter).order_by(Letter.id)).all()
    assert "Talk: €10.00" in first.text
    assert "Travel: €5.00" in first.text
    assert "To pay: €15.00" in first.text
    assert "Book: €20.00" in second.text  # due the day after, so this is its letter before
    assert "/invoices/" in first.html


def test_paid_on_its_way_or_void_is_never_reminded_of(eve, at_noon, stripe_client, pump):
    open_invoice(eve, 1000)
    pay_debt(stripe_client, debts.get_or_create_payment_intent(eve))
    pump()
    open_invoice(eve, 2000)
    pay_debt(stripe_client, debts.get_or_create_payment_intent(eve), "pm_sepa")
    pump()
    invoices.void(open_invoice(eve, 3000), actor="ada", reason="a mistake")

    with at_noon(15):
        reminders.sweep()
        pump()

    assert written() == 0


def test_nobody_is_reminded_at_night(eve, at_noon, run_jobs):
    open_invoice(eve, 1000)

    with at_noon(15, hour=3):
        reminders.sweep()
        run_jobs()

    assert written() == 0


def test_a_letter_whose_debt_is_paid_meanwhile_is_not_written(eve, at_noon, run_jobs, client):
    invoice_id = open_invoice(eve, 1000)
    with at_noon(15):
        reminders.sweep()
    invoices.mark_uncollectible(invoice_id, actor="ada", reason="moved away")

    run_jobs()

    assert written() == 0


def test_a_renewal_is_told_some_days_before_once(subscribed, at_noon, run_jobs):
    days = (subscription_of(subscribed).current_period_end - clock.now()).days

    for ahead in (10, 6, 6, 5):
        with at_noon(days - ahead):
            reminders.tell_of_renewals()
            run_jobs()

    (letter,) = letters("renews soon")
    assert "€7.00 every month" in letter.text


def test_dunning_tells_of_each_step_with_a_way_to_pay(
    subscribed, stripe_client, sandbox, move_clock, pump
):
    give_card(stripe_client, subscription_of(subscribed), "pm_card_chargeCustomerFail")
    move_clock(timedelta(days=32))
    pump()

    (failed,) = letters("did not go through")
    assert "Pay now: http://localhost/invoices/" in failed.text

    move_clock(timedelta(days=8))  # while Stripe tries again, the days of grace are over
    licenses.sweep()
    pump()
    (suspended,) = letters("is suspended")
    assert "Pay now: http://localhost/invoices/" in suspended.text

    give_card(stripe_client, subscription_of(subscribed), "pm_card_visa")
    (owed,) = [i for i in subscription_of(subscribed).invoices if i.is_open]
    stripe_client.v1.invoices.pay(owed.stripe_id)
    pump()

    assert subscription_of(subscribed).status == "active"
    assert len(letters("is paid again")) == 1


@pytest.fixture
def eve(app):
    return customers.find_or_create("eve@example.com")


@pytest.fixture
def subscribed(eve, stripe_client, pump):
    """The token of a subscription that was paid for a month."""
    from app.services import subscriptions

    prices = add_plan()
    sheet = subscriptions.start(eve, prices["month"], start_key="k" * 20, actor="eve")
    pay_first(stripe_client, sheet)
    pump()
    with transaction() as session:
        session.query(Letter).delete()
    return sheet.token


@pytest.fixture
def at_noon():
    """`at_noon(3)`: three of the shop's days later, in the middle of the day."""
    begun = clock.now().astimezone(ZoneInfo("Europe/Berlin"))

    def travel(days, *, hour=12):
        return time_machine.travel((begun + timedelta(days=days)).replace(hour=hour), tick=True)

    return travel


def written():
    db.session.rollback()
    return db.session.query(Letter).filter_by(message="payment_reminder").count()


def letters(words):
    db.session.rollback()
    return [each for each in db.session.scalars(db.select(Letter)) if words in each.subject]
