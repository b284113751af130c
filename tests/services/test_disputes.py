"""Disputes: what our records say, what the bank gets to see, and what they close."""

from datetime import timedelta

import pytest

from app import settings
from app.db import db, transaction
from app.errors import DisputeClosed, GatewayUnavailable, InvalidEvidence
from app.models import Dispute, Invoice, InvoicePayment, License, LicenseStatus, Order, Payment
from app.services import (
    allocation,
    customers,
    dispute_policy,
    disputes,
    evidence,
    licenses,
    orders,
    subscriptions,
)
from tests.billing import add_plan, open_invoice, pay_first
from tests.buying import buy, fill_cart, order_of, pay, place
from tests.goods import add_product

pytestmark = pytest.mark.databases("sqlite")
UNRECEIVED = "pm_card_createDisputeProductNotReceived"


def the_dispute():
    db.session.rollback()
    return db.session.scalars(db.select(Dispute)).one()


@pytest.fixture
def disputed(stripe_client, pump):
    """A shipped order whose buyer says that nothing came; answers the dispute's id."""
    order = buy(stripe_client, UNRECEIVED)
    pump()
    orders.ship(order.id, tracking="JJD01", actor="ada")
    pump()
    return the_dispute().id


def at_stripe(stripe_client):
    return stripe_client.v1.disputes.retrieve(the_dispute().stripe_id)


def test_evidence_is_what_our_own_records_say(disputed):
    found = evidence.gather(db.session(), the_dispute())

    assert found["customer_email_address"] == "eve@example.com"
    assert found["shipping_tracking_number"] == "JJD01"
    assert found["shipping_address"].startswith("Eve Example, Hauptstr. 1")
    assert "1 × Mug" in found["product_description"]
    assert "Letter to eve@example.com: " in found["uncategorized_text"]
    assert "shipped JJD01" in found["uncategorized_text"]
    assert "refund_refusal_explanation" not in found  # nothing is made up


def test_a_draft_is_kept_and_the_bank_does_not_see_it(disputed, stripe_client):
    disputes.save(disputed, {"shipping_carrier": " DHL ", "nonsense": "x"}, actor="ada")

    assert the_dispute().evidence == {"shipping_carrier": "DHL"}
    assert not at_stripe(stripe_client).evidence_details.has_evidence


def test_what_is_submitted_is_read_back_at_stripe(disputed, stripe_client, pump, assert_books):
    fields = evidence.gather(db.session(), the_dispute()) | {"shipping_carrier": "DHL"}
    disputes.save(disputed, fields, actor="ada")

    disputes.submit(disputed, actor="ada")
    pump()

    remote, ours = at_stripe(stripe_client), the_dispute()
    kept = {name: remote.evidence[name] for name in fields}
    assert kept == fields
    assert (remote.status, ours.status) == ("under_review", "under_review")
    assert remote.evidence_details.submission_count == 1
    assert ours.evidence_sent_at is not None
    kinds = [(event.kind, event.actor) for event in ours.order.events]
    assert ("evidence_sent", "ada") in kinds
    with pytest.raises(DisputeClosed):
        disputes.save(disputed, {}, actor="ada")
    assert_books()


def test_nobody_edited_it_so_our_records_are_sent(disputed, stripe_client):
    disputes.submit(disputed, actor="ada")

    assert at_stripe(stripe_client).evidence["shipping_tracking_number"] == "JJD01"


@pytest.mark.parametrize("answer", ["lost", "never asked"])
def test_what_got_lost_on_the_way_is_sent_by_the_sweep_once(
    disputed, sandbox, stripe_client, move_clock, pump, answer
):
    fault = "lost_answer" if answer == "lost" else "500"
    sandbox.account.chaos.add(fault=fault, path="^/v1/disputes/", method="POST", count=1)
    with pytest.raises(GatewayUnavailable):
        disputes.submit(disputed, actor="ada")
    with pytest.raises(DisputeClosed, match="on its way"):
        disputes.save(disputed, {}, actor="ada")

    move_clock(timedelta(minutes=5))
    disputes.sweep()
    disputes.sweep()
    pump()

    assert at_stripe(stripe_client).evidence_details.submission_count == 1
    assert the_dispute().evidence_sent_at is not None
    assert not the_dispute().is_being_answered


def test_too_much_for_the_bank_is_refused_in_words(disputed):
    with pytest.raises(InvalidEvidence, match="20,000"):
        disputes.save(disputed, {"uncategorized_text": "x" * 20_001}, actor="ada")
    assert the_dispute().evidence == {}


def test_giving_in_is_a_lost_dispute_and_the_order_stays(disputed, pump, assert_books):
    disputes.accept(disputed, actor="ada")
    pump()

    dispute = the_dispute()
    assert (dispute.status, dispute.order.status) == ("lost", "fulfilled")
    assert dispute_policy.closes_order(dispute.order)
    with pytest.raises(DisputeClosed, match="decided"):
        disputes.submit(disputed, actor="ada")
    assert_books()


def test_after_the_banks_date_nothing_can_be_sent(disputed, move_clock):
    move_clock(timedelta(days=20))

    with pytest.raises(DisputeClosed, match="due date"):
        disputes.submit(disputed, actor="ada")


@pytest.mark.parametrize(
    ("policy", "while_open", "when_lost"),
    [("never", False, False), ("lost", False, True), ("opened", True, True)],
)
def test_the_shops_setting_says_what_is_closed_and_when(
    disputed, pump, monkeypatch, policy, while_open, when_lost
):
    monkeypatch.setattr(settings.current(), "disputes_close_access", policy)
    assert dispute_policy.closes_order(the_dispute().order) == while_open

    disputes.accept(disputed, actor="ada")
    pump()

    assert dispute_policy.closes_order(the_dispute().order) == when_lost


@pytest.mark.parametrize("won", [True, False])
def test_a_license_is_suspended_with_the_dispute_and_given_back_on_a_win(
    stripe_client, pump, monkeypatch, won, assert_books
):
    monkeypatch.setattr(settings.current(), "disputes_close_access", "opened")
    eve = customers.find_or_create("eve@example.com")
    sheet = subscriptions.start(eve, add_plan()["month"], start_key="k" * 20, actor="customer")
    pay_first(stripe_client, sheet, UNRECEIVED)
    pump()
    license = db.session.scalars(db.select(License)).one()
    assert license.status == LicenseStatus.SUSPENDED
    assert license.events[-1].reason == "its payment is disputed"

    text = "winning_evidence" if won else "losing_evidence"
    disputes.save(the_dispute().id, {"uncategorized_text": text}, actor="ada")
    disputes.submit(the_dispute().id, actor="ada")
    pump()

    db.session.rollback()
    license = db.session.scalars(db.select(License)).one()
    assert license.status == (LicenseStatus.ACTIVE if won else LicenseStatus.SUSPENDED)
    assert the_dispute().status == ("won" if won else "lost")
    assert_books()


def test_two_charges_of_the_same_amount_are_told_apart(stripe_client, pump):
    variant = add_product("mug")
    twice = [order_of(_bought(stripe_client, variant)) for _ in range(2)]
    pump()
    with transaction() as session:
        first = session.get_one(Order, twice[0].id)
        eve = customers.find_or_create("eve@example.com")
        for order in (first, session.get_one(Order, twice[1].id)):
            order.customer_id = eve
        dispute = Dispute(
            order=first, payment=first.payments[0], amount=1, currency="eur", reason="duplicate",
            status="needs_response", stripe_id="dp_1",
        )  # fmt: skip
        session.add(dispute)

    found = evidence.gather(db.session(), the_dispute())

    other = db.session.get_one(Order, twice[1].id)
    assert found["duplicate_charge_id"] == other.payments[0].charge_id
    assert other.number in found["duplicate_charge_explanation"]


def test_twice_for_the_same_is_not_said_to_be_two_purchases(eve):
    twice = [paid_for(eve, open_invoice(eve, 700)) for _ in range(2)]
    with transaction() as session:
        first, again = (session.get_one(Payment, payment) for payment in twice)
        first.description = again.description = "Invoice 7"
        session.add(dispute_of(first, reason="duplicate"))
    assert "duplicate_charge_explanation" not in evidence.gather(db.session(), the_dispute())

    with transaction() as session:
        session.get_one(Payment, twice[1]).description = "Invoice 8"

    found = evidence.gather(db.session(), the_dispute())
    assert found["duplicate_charge_explanation"] == (
        "These are two purchases: Invoice 7 and Invoice 8."
    )


def test_only_what_was_paid_with_this_money_is_told_of_its_use(eve, stripe_client, pump):
    sheet = subscriptions.start(eve, add_plan()["month"], start_key="k" * 20, actor="customer")
    pay_first(stripe_client, sheet)
    pump()
    license = db.session.scalars(db.select(License)).one()
    licenses.activate(license.key, "m4")
    with transaction() as session:
        thing = session.get_one(Payment, paid_for(eve, open_invoice(eve, 700)))
        plan = session.scalars(db.select(Payment).where(Payment.id != thing.id)).one()
        about = [dispute_of(payment) for payment in (thing, plan)]
        session.add_all(about)

    of_thing, of_plan = (evidence.gather(db.session(), dispute) for dispute in about)

    assert "access_activity_log" not in of_thing
    assert "m4" not in str(of_thing)
    assert "license in use on m4" in of_plan["access_activity_log"]
    nothing, everything = (dispute_policy.at_stake(db.session(), dispute) for dispute in about)
    assert (nothing.downloads, nothing.licenses, len(nothing.invoices)) == (False, (), 1)
    assert [license.key] == [each.key for each in everything.licenses]
    assert everything.invoices == ()  # Stripe collects it: a dispute opens no invoice of Stripe's


def test_of_a_subscription_only_what_paid_its_latest_period_is_at_stake(
    eve, stripe_client, pump, move_clock
):
    sheet = subscriptions.start(eve, add_plan()["month"], start_key="k" * 20, actor="customer")
    pay_first(stripe_client, sheet)
    pump()
    with transaction() as session:
        session.add(dispute_of(session.scalars(db.select(Payment)).one()))
    assert dispute_policy.at_stake(db.session(), the_dispute()).licenses

    move_clock(timedelta(days=32))
    pump()

    assert db.session.query(Payment).count() == 2
    assert not dispute_policy.at_stake(db.session(), the_dispute()).licenses


@pytest.fixture
def eve(app):
    return customers.find_or_create("eve@example.com")


def paid_for(customer_id, invoice_id):
    """A payment of an invoice's only item, as it stands once it has arrived; answers its id."""
    with transaction() as session:
        invoice = session.get_one(Invoice, invoice_id)
        amount = invoice.total_amount
        payment = Payment(
            amount=amount, received_amount=amount, currency="eur", customer_id=customer_id,
            charge_id="ch_1", status="succeeded", stripe_id=f"pi_{invoice_id}",
        )  # fmt: skip
        payment.covers = [InvoicePayment(item=invoice.items[0], amount=amount)]
        session.add(payment)
        session.flush()
        allocation.apply(session, payment, actor="stripe")
        return payment.id


def dispute_of(payment, reason="general"):
    return Dispute(
        payment=payment, amount=payment.amount, currency="eur", reason=reason,
        status="needs_response", stripe_id=f"dp_{payment.id}",
    )  # fmt: skip


def _bought(stripe_client, variant):
    sheet = place(fill_cart((variant, 1)))
    pay(stripe_client, sheet)
    return sheet
