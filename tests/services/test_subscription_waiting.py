"""An upgrade whose bank asks first: made when it is paid, and never otherwise."""

import pytest

from app.db import db
from app.errors import GatewayUnavailable, NothingDue, PaymentFailed, SubscriptionLocked
from app.models import Letter
from app.services import (
    customers,
    subscription_cards,
    subscription_changes,
    subscription_desk,
    subscription_waiting,
    subscriptions,
)
from app.services.subscription_waiting import Outcome
from tests.billing import add_plan, give_card, pay_first, subscription_of

DAY = 24 * 3600
ASKS_BANK = "pm_card_authenticationRequired"


def test_it_is_changed_exactly_when_the_bank_has_agreed(waits, now, agree, pump, assert_books):
    sheet = waits(seats=3)

    assert (now().quantity, now().licenses[0].seats) == (1, 1)
    assert (now().wanted_quantity, now().wanted_price_id) == (3, now().price_id)
    agree(sheet.secret)
    assert subscription_waiting.finish(now().id, actor="customer") == Outcome.CHANGED

    assert (now().quantity, now().licenses[0].seats, now().change_waits) == (3, 3, False)
    assert [i.total_amount for i in now().invoices] == [700, sheet.due_amount]
    pump()
    assert [e.kind for e in now().events][-2:] == ["change_waits", "now_changed"]
    assert letters() == ["Your subscription to Inkwell was changed"]
    assert_books()


def test_what_the_bank_refuses_leaves_the_old_plan(waits, now, refuse, pump, assert_books):
    refuse(waits(seats=3).secret)

    assert subscription_waiting.finish(now().id, actor="customer") == Outcome.REFUSED
    pump()

    assert (now().quantity, now().licenses[0].seats, now().change_waits) == (1, 1, False)
    assert [i.status for i in now().invoices] == ["paid", "void"]
    assert now().status == "active"
    assert letters() == []
    assert_books()


def test_a_refusal_is_cleared_away_though_nobody_comes_back(waits, now, refuse, pump):
    refuse(waits(seats=3).secret)

    pump()

    assert [i.status for i in now().invoices] == ["paid", "void"]
    assert not now().change_waits
    assert subscription_waiting.finish(now().id, actor="customer") == Outcome.REFUSED


def test_whoever_comes_back_before_the_refusal_is_noted_is_told_of_it(
    waits, now, refuse, stripe_client
):
    refuse(waits(seats=3).secret)
    stripe_client.v1.invoices.void_invoice(now().wanted_invoice_id)  # as the job does first

    assert subscription_waiting.finish(now().id, actor="customer") == Outcome.REFUSED
    assert now().events[-1].kind == "change_failed"


def test_without_a_page_to_come_back_to_the_webhook_changes_it(waits, now, agree, pump):
    agree(waits(seats=3).secret)

    pump()

    assert (now().quantity, now().licenses[0].seats) == (3, 3)
    assert subscription_waiting.finish(now().id, actor="customer") == Outcome.CHANGED
    assert letters() == ["Your subscription to Inkwell was changed"]


def test_giving_it_up_leaves_nothing_open(waits, now, agree, pump, stripe_client, assert_books):
    sheet = waits(seats=3)

    assert subscription_waiting.give_up(now().id, actor="customer") == Outcome.KEPT
    pump()

    assert (now().quantity, now().change_waits) == (1, False)
    assert [i.status for i in now().invoices] == ["paid", "void"]
    intent = stripe_client.v1.payment_intents.retrieve(sheet.secret.split("_secret_")[0])
    assert intent.status == "canceled"
    with pytest.raises(NothingDue, match="No change waits"):
        subscription_waiting.confirm(now().id, actor="customer")
    assert_books()


def test_paid_a_moment_before_it_was_given_up_it_is_changed(waits, now, agree):
    agree(waits(seats=3).secret)

    assert subscription_waiting.give_up(now().id, actor="customer") == Outcome.CHANGED
    assert now().quantity == 3


def test_the_bank_can_be_asked_again_later(waits, now, agree, pump):
    sheet = waits(seats=3)
    pump()

    assert subscription_waiting.finish(now().id, actor="customer") == Outcome.WAITS
    assert subscription_waiting.confirm(now().id, actor="customer") == sheet.secret
    agree(sheet.secret)

    assert subscription_waiting.finish(now().id, actor="customer") == Outcome.CHANGED


def test_the_same_form_sent_twice_waits_once(waits, now, stripe_client):
    sheet = waits(seats=3)
    secret = sheet.secret

    assert sheet.send() == secret
    assert [i.status for i in now().invoices] == ["paid", "open"]


def test_a_lost_answer_waits_once(now, running, plan, stripe_client, sandbox):
    give_card(stripe_client, now(), ASKS_BANK)
    sheet = Preview(now().id, plan["month"], 3, actor="customer")
    sandbox.account.chaos.add(
        fault="lost_answer", method="POST", path="^/v1/subscriptions/sub_", count=1
    )
    with pytest.raises(GatewayUnavailable):
        sheet.send()

    assert sheet.send()

    assert [i.status for i in now().invoices] == ["paid", "open"]


def test_nobody_is_asked_to_confirm_what_another_window_wants(
    now, running, plan, stripe_client, sandbox
):
    give_card(stripe_client, now(), ASKS_BANK)
    three, five = (Preview(now().id, plan["month"], seats, actor="customer") for seats in (3, 5))
    for sheet in (three, five):
        sandbox.account.chaos.add(
            fault="lost_answer", method="POST", path="^/v1/subscriptions/sub_", count=1
        )
        with pytest.raises(GatewayUnavailable):
            sheet.send()

    with pytest.raises(SubscriptionLocked, match="Another change"):
        three.send()

    assert now().wanted_quantity == 5
    assert five.send()


def test_a_bank_debit_changes_it_when_the_money_is_here(now, plan, sandbox, leave_debit, pump):
    leave_debit()
    sheet = Preview(now().id, plan["month"], 3, actor="customer")

    assert sheet.send() == ""
    assert subscription_waiting.give_up(now().id, actor="customer") == Outcome.WAITS
    with pytest.raises(SubscriptionLocked, match="on its way"):
        Preview(now().id, plan["month"], 5, actor="customer").send()
    assert (now().quantity, now().change_waits) == (1, True)

    settle_debit(sandbox, now().invoices[-1])
    pump()
    assert (now().quantity, now().change_waits) == (3, False)


def test_another_change_takes_the_place_of_the_one_that_waits(waits, now, agree, pump):
    waits(seats=3)
    sheet = waits(seats=5)

    assert [i.status for i in now().invoices] == ["paid", "void", "open"]
    agree(sheet.secret)
    pump()
    assert now().quantity == 5
    assert now().invoices[-1].total_amount == sheet.due_amount


def test_what_was_given_up_can_be_asked_for_again_with_the_same_form(waits, now, agree, pump):
    sheet = waits(seats=3)
    first = sheet.secret
    subscription_waiting.give_up(now().id, actor="customer")

    assert sheet.send() not in {"", first}
    agree(sheet.secret)
    pump()
    assert now().quantity == 3


def test_stripe_forgets_it_after_a_day(waits, now, sandbox, pump, assert_books):
    waits(seats=3)

    sandbox.advance(DAY)
    pump()

    assert (now().quantity, now().change_waits) == (1, False)
    assert [i.status for i in now().invoices] == ["paid", "void"]
    assert now().events[-1].kind == "change_over"
    assert subscription_waiting.finish(now().id, actor="customer") == Outcome.KEPT
    assert_books()


def test_staff_cannot_answer_for_the_customer(running, now, agree, stripe_client, plan):
    give_card(stripe_client, now(), ASKS_BANK)

    with pytest.raises(PaymentFailed, match="while they are here themself"):
        ask(now().id, plan["month"], 3, actor="ada")
    assert (now().quantity, now().change_waits) == (1, False)
    assert [i.status for i in now().invoices] == ["paid", "void"]

    agree(ask(now().id, plan["month"], 3, actor="customer").secret)
    assert subscription_waiting.finish(now().id, actor="customer") == Outcome.CHANGED


def test_a_declined_card_is_not_waited_for(running, now, stripe_client, plan, pump):
    give_card(stripe_client, now(), "pm_card_chargeCustomerFail")

    with pytest.raises(PaymentFailed, match="nothing was changed"):
        ask(now().id, plan["month"], 3, actor="customer")
    pump()

    assert [i.status for i in now().invoices] == ["paid", "void"]
    give_card(stripe_client, now(), "pm_card_visa")
    assert ask(now().id, plan["month"], 3, actor="customer").secret == ""
    assert now().quantity == 3


def test_another_card_or_the_end_takes_its_place(waits, now, stripe_client, pump):
    waits(seats=3)
    card = stripe_client.v1.payment_methods.attach(
        "pm_card_visa", {"customer": now().customer.stripe_customer_id}
    )
    subscription_cards.use(now().token, card.id, actor="customer")
    assert (now().change_waits, now().invoices[-1].status) == (False, "void")

    waits(seats=3)
    subscription_changes.cancel(now().id, now=True, reason="enough", actor="customer")
    pump()

    assert now().status == "canceled"
    assert [i.status for i in now().invoices] == ["paid", "void", "void"]


def test_what_only_a_change_waits_for_is_no_debt(waits, now):
    waits(seats=3)

    assert now().invoices[-1].is_open
    assert subscription_desk.why_nothing_to_pay(db.session(), now()).startswith("Nothing")


class Preview:
    """A change as its preview showed it; it can be sent more than once."""

    def __init__(self, subscription_id, price_id, quantity, *, actor):
        wish = {"price_id": price_id, "quantity": quantity}
        preview = subscription_changes.preview_change(subscription_id, **wish)
        self.due_amount = preview.due_amount
        self._form = wish | {
            "proration_date": preview.proration_date,
            "due_amount": preview.due_amount,
            "seal": preview.seal,
            "actor": actor,
        }
        self._id = subscription_id

    def send(self):
        self.secret = subscription_changes.change(self._id, **self._form)
        return self.secret


def ask(*wish, actor):
    preview = Preview(*wish, actor=actor)
    preview.send()
    return preview


def settle_debit(sandbox, invoice):
    (cover,) = invoice.items[0].payments
    address = f"/_sandbox/payment_intents/{cover.payment.stripe_id}/settle"
    assert sandbox.test_client().post(address, data={"outcome": "succeeded"}).status_code == 200


def letters():
    rows = db.session.scalars(db.select(Letter).filter_by(message="subscription_changed"))
    return [row.subject for row in rows]


@pytest.fixture
def plan(app):
    return add_plan()


@pytest.fixture
def running(plan, stripe_client, pump):
    """The token of eve's monthly subscription with one seat."""
    eve = customers.find_or_create("eve@example.com")
    sheet = subscriptions.start(eve, plan["month"], start_key="form", actor="customer")
    pay_first(stripe_client, sheet)
    pump()
    return sheet.token


@pytest.fixture
def now(running):
    """The subscription as it stands in the books now."""
    return lambda: subscription_of(running)


@pytest.fixture
def waits(now, plan, stripe_client):
    """Ask for more seats with a card whose bank always asks."""

    def waits(*, seats):
        give_card(stripe_client, now(), ASKS_BANK)
        asked = ask(now().id, plan["month"], seats, actor="customer")
        assert asked.secret
        return asked

    return waits


@pytest.fixture
def leave_debit(now, stripe_client):
    """From now on, a bank account is debited."""

    def leave():
        method = stripe_client.v1.payment_methods.create(
            {
                "type": "sepa_debit",
                "sepa_debit": {"iban": "DE89370400440532013000"},
                "billing_details": {"name": "Eve", "email": "eve@example.com"},
            }
        )
        intent = stripe_client.v1.setup_intents.create(
            {
                "customer": now().customer.stripe_customer_id,
                "payment_method": method.id,
                "confirm": True,
                "return_url": "http://localhost/",
                "mandate_data": {"customer_acceptance": {"type": "offline"}},
            }
        )
        stripe_client.v1.subscriptions.update(
            now().stripe_id, {"default_payment_method": intent.payment_method}
        )

    return leave


@pytest.fixture
def agree(sandbox):
    return lambda secret: sandbox.finish_authentication(secret.split("_secret_")[0], "complete")


@pytest.fixture
def refuse(sandbox):
    return lambda secret: sandbox.finish_authentication(secret.split("_secret_")[0], "fail")
