"""B1–B5 for billing: Stripe is away, its answer is lost, late, or says to come back later."""

import secrets
import threading
from datetime import timedelta

import pytest

from app import clock
from app.db import db
from app.errors import GatewayUnavailable
from app.models import (
    EventStatus,
    Job,
    JobState,
    Payment,
    PaymentLink,
    Refund,
    Subscription,
    WebhookEvent,
)
from app.services import (
    customers,
    debts,
    payment_links,
    payments,
    refunds,
    stripe_customers,
    subscription_changes,
    subscriptions,
)
from app.services.payment_links import NewLink
from tests.billing import add_plan, items_of, open_invoice, pay_debt, pay_first, subscription_of
from tests.store.asking import SCRIPT, hidden_field

pytestmark = pytest.mark.databases("sqlite")

LATER = timedelta(minutes=2)
TOMORROW = timedelta(hours=24)
HANGS = 0.5  # seconds


def test_while_stripe_is_away_a_payer_is_told_and_what_they_owe_stays(
    customer, eve, away, stripe_client, pump, assert_books
):
    """B1: a friendly page, nothing charged; once Stripe is back, the same form pays."""
    invoice_id = open_invoice(eve, 1000, past_due=1)
    page = customer.get("/account/payments").text
    form = {"csrf_token": hidden_field(page, "csrf_token"), "scope": "past_due", "agreed": "1000"}

    with away():
        refused = customer.post("/account/payments", data=form, headers=SCRIPT)
    asked = customer.post("/account/payments", data=form, headers=SCRIPT)
    intent = asked.json["client_secret"].split("_secret_")[0]
    stripe_client.v1.payment_intents.confirm(
        intent, {"payment_method": "pm_card_visa", "return_url": "http://localhost/"}
    )
    pump()

    assert (refused.status_code, asked.status_code) == (503, 200)
    assert "Nothing was charged" in refused.text
    assert items_of(invoice_id)[0].due_amount == 0
    assert count(Payment) == 1
    assert_books()


def test_an_answer_that_was_lost_is_found_again(case, lose, stripe_client, move_clock):
    """B2: the work was done, nobody heard of it; asking once more makes no second one."""
    with lose(), pytest.raises(GatewayUnavailable):
        case.ask()

    move_clock(LATER)
    case.heal()

    assert len(case.made(stripe_client)) == 1
    assert case.known() == [case.made(stripe_client)[0].id]


def test_an_answer_that_was_lost_is_found_when_its_key_is_forgotten(
    case, lose, stripe_client, move_clock
):
    """B2, a day later: the key says nothing any more, so what it made is looked up."""
    with lose(), pytest.raises(GatewayUnavailable):
        case.ask()

    move_clock(TOMORROW)
    case.heal()

    assert case.known() == [each.id for each in case.made(stripe_client)]
    assert count(case.row) == 1


def test_a_failure_that_stripe_repeats_is_overcome_with_another_key(
    case, sandbox, stripe_client, move_clock
):
    """B4: a 500 comes back for a day under one key; under its parent is nothing, so a new try."""
    sandbox.account.chaos.add(fault="500", method="POST", path=case.path, count=1)
    with pytest.raises(GatewayUnavailable):
        case.ask()

    move_clock(LATER)
    case.heal()

    assert case.known() == [each.id for each in case.made(stripe_client)]
    assert len(case.known()) == 1


@pytest.mark.parametrize("fault", ["429", "409"])
def test_being_told_to_come_back_later_is_no_refusal(
    case, fault, sandbox, stripe_client, move_clock
):
    """B5: too many requests, or a conflict: it stays pending and is asked again."""
    sandbox.account.chaos.add(fault=fault, method="POST", path=case.path, count=1)
    with pytest.raises(GatewayUnavailable):
        case.ask()

    move_clock(LATER)
    case.heal()

    assert case.known() == [each.id for each in case.made(stripe_client)]


def test_an_event_waits_while_stripe_says_to_come_back_later(
    app, eve, sandbox, stripe_client, pump, move_clock, run_jobs, assert_books
):
    """B5: each wait is longer, and no two are alike."""
    invoice_id = open_invoice(eve, 1000)
    pay_debt(stripe_client, debts.get_or_create_payment_intent(eve))
    sandbox.account.chaos.add(fault="429", path="^/v1/payment_intents/pi_", count=99)
    pump()
    failed = db.session.scalars(db.select(WebhookEvent).filter_by(status="failed")).all()
    waits = set(db.session.scalars(db.select(Job.run_after).filter_by(state=JobState.WAITING)))
    assert failed
    assert min(waits) > clock.now()

    sandbox.account.chaos.switch_off("429")
    move_clock(LATER)
    app.extensions["jobs"].sweep()
    run_jobs()

    states = set(db.session.scalars(db.select(WebhookEvent.status)))
    assert states <= {EventStatus.HANDLED, EventStatus.IGNORED}
    assert items_of(invoice_id)[0].due_amount == 0
    assert_books()


def test_while_stripe_hangs_the_others_are_served(app, eve, sandbox, client):
    """B3: whoever waits for Stripe holds no transaction, and nobody else up."""
    open_invoice(eve, 1000)
    stripe_customers.ensure(eve)
    db.session.rollback()
    sandbox.account.chaos.add(fault="hang", path="^/v1/payment_intents", seconds=HANGS, count=1)
    problems = []

    def payer():
        with app.app_context():
            try:
                debts.get_or_create_payment_intent(eve)
            except GatewayUnavailable as error:
                problems.append(error)

    waiting = threading.Thread(target=payer)
    waiting.start()
    pages = [client.get("/products").status_code for _ in range(3)]
    open_invoice(eve, 500)  # writing is free, too
    still_waiting = waiting.is_alive()
    waiting.join()

    assert pages == [200, 200, 200]
    assert still_waiting
    assert len(problems) == 1


class Debt:
    """Make a payment."""

    path, row = "^/v1/payment_intents$", Payment

    def __init__(self, eve, _client):
        self.eve = eve
        open_invoice(eve, 1000)
        stripe_customers.ensure(eve)

    def ask(self):
        debts.get_or_create_payment_intent(self.eve)

    def heal(self):
        payments.sweep()

    def made(self, client):
        return client.v1.payment_intents.list().data

    def known(self):
        return ids(Payment)


class Subscribing:
    path, row = "^/v1/subscriptions$", Subscription

    def __init__(self, eve, _client):
        self.eve, self.plan = eve, add_plan()["month"]
        stripe_customers.ensure(eve)

    def ask(self):
        subscriptions.start(self.eve, self.plan, start_key="form", actor="customer")

    def heal(self):
        subscriptions.sweep()

    def made(self, client):
        return client.v1.subscriptions.list({"status": "all"}).data

    def known(self):
        return ids(Subscription)


class Sending:
    """A payment link."""

    path, row = "^/v1/payment_links$", PaymentLink

    def __init__(self, eve, _client):
        self.wanted = NewLink(
            email="eve@example.com", description="A deposit", amount=4200, currency="eur"
        )

    def ask(self):
        payment_links.send(self.wanted, form_token="form", actor="ada")

    def heal(self):
        payment_links.sweep()

    def made(self, client):
        return client.v1.payment_links.list().data

    def known(self):
        return ids(PaymentLink)


class Refunding:
    """What was paid for a debt."""

    path, row = "^/v1/refunds$", Refund

    def __init__(self, eve, client):
        open_invoice(eve, 1000)
        sheet = debts.get_or_create_payment_intent(eve)
        pay_debt(client, sheet)
        debts.sync(sheet.token)
        (self.payment_id,) = db.session.scalars(db.select(Payment.id))
        self.form = secrets.token_hex(8)

    def ask(self):
        refunds.issue_for_payment(self.payment_id, 400, form_token=self.form, actor="ada")

    def heal(self):
        refunds.sweep()

    def made(self, client):
        return client.v1.refunds.list().data

    def known(self):
        return ids(Refund)


def test_a_change_whose_answer_was_lost_is_charged_once(
    app, eve, sandbox, stripe_client, pump, assert_books
):
    """B2: more seats, asked for twice with the same preview: one charge."""
    plan = add_plan()["month"]
    sheet = subscriptions.start(eve, plan, start_key="form", actor="customer")
    pay_first(stripe_client, sheet)
    pump()
    subscription_id = subscription_of(sheet.token).id
    db.session.rollback()
    preview = subscription_changes.preview_change(subscription_id, price_id=plan, quantity=3)
    wanted = {"price_id": plan, "quantity": 3, "proration_date": preview.proration_date}
    wanted["seal"] = preview.seal
    sandbox.account.chaos.add(
        fault="lost_answer", method="POST", path="^/v1/subscriptions/sub_", count=1
    )

    with pytest.raises(GatewayUnavailable):
        subscription_changes.change(
            subscription_id, **wanted, due_amount=preview.due_amount, actor="customer"
        )
    pump()

    charges = [charge.amount for charge in stripe_client.v1.charges.list().data]
    assert charges == [preview.due_amount, 700]
    assert subscription_of(sheet.token).quantity == 3
    assert_books()


@pytest.fixture(params=[Debt, Subscribing, Sending, Refunding], ids=lambda case: case.__name__)
def case(request, app, eve, stripe_client):
    """Each call that money depends on."""
    made = request.param(eve, stripe_client)
    db.session.rollback()
    return made


@pytest.fixture
def eve(app):
    return customers.find_or_create("eve@example.com")


@pytest.fixture
def away(sandbox):
    """Nobody answers at Stripe's address."""
    return lambda: Trouble(sandbox.account.chaos, fault="hang", seconds=0)


@pytest.fixture
def lose(sandbox, case):
    return lambda: Trouble(
        sandbox.account.chaos, fault="lost_answer", method="POST", path=case.path
    )


class Trouble:
    """A fault for as long as the block runs."""

    def __init__(self, chaos, **rule):
        self.chaos, self.rule = chaos, rule

    def __enter__(self):
        self.chaos.add(**self.rule)

    def __exit__(self, *_):
        self.chaos.switch_off(self.rule["fault"])


def ids(model):
    db.session.rollback()
    return list(db.session.scalars(db.select(model.stripe_id).order_by(model.id)))


def count(model):
    db.session.rollback()
    return db.session.scalar(db.select(db.func.count()).select_from(model))
