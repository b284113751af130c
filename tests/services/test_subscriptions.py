"""Subscribing, and what becomes of it: paid once, changed as shown, ended as asked."""

from contextlib import suppress
from zoneinfo import ZoneInfo

import pytest
import stripe

from app import settings
from app.db import db
from app.errors import (
    FormAlreadyUsed,
    InvalidQuantity,
    NotForSale,
    PaymentFailed,
    PreviewExpired,
    QuoteChanged,
    SeatsTaken,
    SubscriptionLocked,
    TwoCurrencies,
)
from app.models import Invoice, Letter, License, LicenseStatus, Payment, SubscriptionStatus
from app.services import (
    customers,
    licenses,
    products,
    subscription_changes,
    subscription_terms,
    subscriptions,
)
from app.services.products import NewPrice
from tests.billing import add_plan, give_card, pay_first, subscription_of
from tests.goods import add_product

pytestmark = pytest.mark.databases("sqlite")

DAY = 24 * 3600


def test_the_first_payment_starts_it_and_brings_a_license(begin, stripe_client, pump, assert_books):
    sheet = begin("month", quantity=3)
    assert subscription_of(sheet.token).status == SubscriptionStatus.INCOMPLETE

    pay_first(stripe_client, sheet)
    pump()

    subscription = subscription_of(sheet.token)
    (license,) = subscription.licenses
    assert subscription.status == SubscriptionStatus.ACTIVE
    assert (license.status, license.seats) == (LicenseStatus.ACTIVE, 3)
    assert [i.status for i in subscription.invoices] == ["paid"]
    assert db.session.scalars(db.select(Payment)).one().received_amount == 2100
    letters = db.session.scalars(db.select(Letter.message)).all()
    assert letters.count("license_issued") == 1
    assert_books()


def test_nothing_is_issued_before_it_is_paid(begin, stripe_client, pump):
    sheet = begin("month")

    pay_first(stripe_client, sheet, "pm_card_chargeDeclined")
    pump()

    assert subscription_of(sheet.token).status == SubscriptionStatus.INCOMPLETE
    assert db.session.scalars(db.select(License)).all() == []


def test_a_first_payment_by_debit_brings_the_license_with_the_money(
    begin, debit, sandbox, pump, assert_books
):
    sheet = debit(begin("month"), "DE89370400440532013000")
    pump()
    row = subscription_of(sheet.token)
    assert (row.status, row.awaits_money, row.licenses) == ("active", True, [])
    with pytest.raises(SubscriptionLocked, match="cannot be called back"):
        subscription_changes.cancel(row.id, now=True, reason="too slow", actor="customer")

    sandbox.advance(10 * DAY)
    pump()

    row = subscription_of(sheet.token)
    assert (row.status, row.has_begun) == ("active", True)
    assert row.licenses[0].status == LicenseStatus.ACTIVE
    assert db.session.scalars(db.select(Letter.message)).all() == ["license_issued"]
    assert_books()


def test_a_first_debit_that_fails_is_told_and_can_be_paid_after_all(
    begin, debit, sandbox, stripe_client, pump, assert_books
):
    sheet = debit(begin("month"), "DE62370400440532013001")
    sandbox.advance(5 * DAY)
    pump()
    row = subscription_of(sheet.token)
    assert (row.status, row.awaits_money, row.licenses) == ("past_due", True, [])
    (letter,) = db.session.scalars(db.select(Letter))
    assert letter.subject == "Your first payment for Inkwell did not go through"
    assert "Pay now" in letter.text

    pay_first(stripe_client, subscriptions.resume_payment(sheet.token, actor="customer"))
    pump()

    row = subscription_of(sheet.token)
    assert (row.status, row.licenses[0].status) == ("active", LicenseStatus.ACTIVE)
    subjects = db.session.scalars(db.select(Letter.subject)).all()
    assert subjects[1:] == ["Your license for Inkwell"]
    assert_books()


def test_what_is_put_away_can_not_be_paid_any_more(begin, stripe_client, pump, assert_books):
    sheet = begin("month")
    its_id = subscription_of(sheet.token).id
    db.session.rollback()

    subscription_changes.cancel(its_id, now=True, reason="", actor="customer")

    assert subscription_of(sheet.token).ended
    intent = stripe_client.v1.payment_intents.retrieve(sheet.client_secret.split("_secret_")[0])
    assert intent.status == "canceled"


def test_paid_a_moment_before_it_was_put_away_it_has_begun(
    begin, stripe_client, pump, assert_books
):
    sheet = begin("month")
    its_id = subscription_of(sheet.token).id
    db.session.rollback()
    pay_first(stripe_client, sheet)

    with pytest.raises(SubscriptionLocked, match="so it has begun"):
        subscription_changes.cancel(its_id, now=True, reason="", actor="customer")

    row = subscription_of(sheet.token)
    assert (row.status, row.licenses[0].status) == ("active", LicenseStatus.ACTIVE)
    assert_books()


def test_the_same_form_is_one_subscription(begin, stripe_client):
    first, again = begin("month", key="f1"), begin("month", key="f1")

    assert first.client_secret == again.client_secret
    assert len(stripe_client.v1.subscriptions.list({"status": "all"}).data) == 1
    with pytest.raises(FormAlreadyUsed):
        begin("year", key="f1")


def test_a_lost_answer_is_found_by_the_sweep(begin, sandbox, stripe_client, pump, move_clock):
    sandbox.account.chaos.add(fault="lost_answer", path="^/v1/subscriptions$", count=1)
    with pytest.raises(Exception, match="cannot be reached"):
        begin("month")
    from datetime import timedelta

    move_clock(timedelta(minutes=5))
    subscriptions.sweep()

    (at_stripe,) = stripe_client.v1.subscriptions.list({"status": "all"}).data
    row = db.session.scalars(db.select(subscriptions.Subscription)).one()
    assert (row.stripe_id, row.status) == (at_stripe.id, SubscriptionStatus.INCOMPLETE)


def test_two_currencies_are_refused_before_anything_is_paid(begin, eve, stripe_client, pump):
    pay_first(stripe_client, begin("month"))
    pump()
    variant = add_product("tidepool", stock=None, kind="license")
    dollars = products.set_price(
        variant.id, NewPrice(unit_amount=500, currency="usd", interval="month"), actor="ada"
    )

    with pytest.raises(TwoCurrencies, match="paid in EUR"):
        subscriptions.start(eve, dollars, start_key="x", actor="customer")
    adam = customers.find_or_create("adam@example.com")
    assert subscriptions.start(adam, dollars, start_key="y", actor="customer").client_secret


def test_what_is_not_for_sale_cannot_be_subscribed_to(eve, plan):
    variant = add_product("mug")

    with pytest.raises(NotForSale):
        subscriptions.start(eve, variant.prices[0].id, start_key="x", actor="customer")
    with pytest.raises(InvalidQuantity):
        subscriptions.start(eve, plan["month"], quantity=0, start_key="y", actor="customer")


def test_a_trial_keeps_a_card_and_is_paid_when_it_ends(eve, stripe_client, sandbox, pump):
    trial = add_plan("tidepool", trial_days=7)
    sheet = subscriptions.start(eve, trial["month"], start_key="t", actor="customer")
    assert sheet.is_for == "setup"
    pay_first(stripe_client, sheet)
    pump()
    assert subscription_of(sheet.token).status == SubscriptionStatus.TRIALING
    assert subscription_of(sheet.token).licenses[0].status == LicenseStatus.ACTIVE
    (letter,) = db.session.scalars(db.select(Letter).filter_by(message="license_issued"))
    until = day(subscription_of(sheet.token).trial_end)
    assert f"Your free trial runs until {until}" in letter.text
    assert "€7.00 every month is charged to Visa •••• 4242" in letter.text

    sandbox.advance(8 * DAY)
    pump()

    subscription = subscription_of(sheet.token)
    assert subscription.status == SubscriptionStatus.ACTIVE
    assert [i.total_amount for i in subscription.invoices] == [0, 700]


def test_of_one_product_at_most_one_trial_waits_for_a_card(eve, stripe_client, pump):
    trial = add_plan("tidepool", trial_days=7)

    def begin(interval, quantity, key):
        return subscriptions.start(
            eve, trial[interval], quantity=quantity, start_key=key, actor="customer"
        )

    sheets = [begin("month", 1, "a"), begin("month", 50, "b"), begin("year", 50, "c")]
    for sheet in sheets:
        with suppress(stripe.StripeError):  # of what was put away, a card may be left or not
            pay_first(stripe_client, sheet)
    pump()

    rows = [subscription_of(sheet.token) for sheet in sheets]
    assert [row.status for row in rows] == ["canceled", "canceled", "trialing"]
    assert len(db.session.scalars(db.select(License)).all()) == 1
    assert (
        db.session.scalars(db.select(Letter).filter_by(message="subscription_changed")).all() == []
    )
    db.session.rollback()
    with pytest.raises(FormAlreadyUsed):
        begin("month", 1, "a")


def test_a_trial_with_a_card_was_had_though_nobody_has_told_us_yet(eve, stripe_client, pump):
    trial = add_plan("tidepool", trial_days=7)
    sheet = subscriptions.start(eve, trial["month"], start_key="a", actor="customer")
    terms = subscription_terms.find(eve, trial["month"], 5)
    pay_first(stripe_client, sheet)  # and its event is late

    with pytest.raises(QuoteChanged):
        subscriptions.start(
            eve, trial["month"], quantity=5, start_key="b", fingerprint=terms.fingerprint,
            actor="customer",
        )  # fmt: skip

    assert subscription_of(sheet.token).has_begun
    assert subscription_terms.find(eve, trial["month"], 5).trial_days == 0
    pump()
    assert subscription_of(sheet.token).status == SubscriptionStatus.TRIALING


def test_of_the_end_of_a_trial_only_who_is_on_it_is_told(
    eve, stripe_client, sandbox, pump, move_clock
):
    from datetime import timedelta

    trial = add_plan("tidepool", trial_days=7)
    for key, price in (
        ("late", trial["month"]),
        ("in time", add_plan("reef", trial_days=20)["month"]),
    ):
        pay_first(stripe_client, subscriptions.start(eve, price, start_key=key, actor="customer"))
    move_clock(timedelta(days=9))  # the notice of the first comes with its first payment
    pump()
    subjects = db.select(Letter.subject).filter_by(message="subscription_changed")
    assert db.session.scalars(subjects).all() == []
    db.session.rollback()

    move_clock(timedelta(days=9))
    pump()
    (letter,) = db.session.scalars(db.select(Letter).filter_by(message="subscription_changed"))
    (on_trial,) = db.session.scalars(
        db.select(subscriptions.Subscription).filter_by(status=SubscriptionStatus.TRIALING)
    )
    assert letter.subject == "Your trial of Reef ends soon"
    assert day(on_trial.trial_end) in letter.text


def test_an_upgrade_charges_exactly_what_the_preview_showed(running, plan, pump, assert_books):
    preview = subscription_changes.preview_change(running.id, price_id=plan["year"], quantity=1)

    change(running.id, plan["year"], 1, preview)
    pump()

    subscription = subscription_of(running.token)
    assert (subscription.price_id, subscription.status) == (plan["year"], "active")
    assert subscription.invoices[-1].total_amount == preview.due_amount > 0
    assert_books()


def test_a_failed_upgrade_leaves_the_old_plan(running, plan, stripe_client, pump, assert_books):
    give_card(stripe_client, subscription_of(running.token), "pm_card_chargeCustomerFail")
    preview = subscription_changes.preview_change(running.id, price_id=plan["month"], quantity=4)

    with pytest.raises(PaymentFailed, match="nothing was changed"):
        change(running.id, plan["month"], 4, preview)
    pump()

    subscription = subscription_of(running.token)
    assert (subscription.quantity, subscription.status) == (1, SubscriptionStatus.ACTIVE)
    assert subscription.licenses[0].seats == 1
    assert_books()


def test_another_amount_than_the_preview_showed_is_never_charged(running, plan, stripe_client):
    preview = subscription_changes.preview_change(running.id, price_id=plan["year"], quantity=1)

    with pytest.raises(PreviewExpired):
        subscription_changes.change(running.id, price_id=plan["year"], quantity=1, proration_date=preview.proration_date, due_amount=preview.due_amount - 1, seal=preview.seal, actor="customer")  # fmt: skip
    with pytest.raises(PreviewExpired):
        subscription_changes.change(running.id, price_id=plan["year"], quantity=1, proration_date=preview.proration_date - 7200, due_amount=preview.due_amount, seal=preview.seal, actor="customer")  # fmt: skip
    assert subscription_of(running.token).price_id == plan["month"]


def test_a_preview_is_good_for_half_an_hour(running, plan, move_clock):
    from datetime import timedelta

    preview = subscription_changes.preview_change(running.id, price_id=plan["year"], quantity=1)
    move_clock(timedelta(minutes=31))
    with pytest.raises(PreviewExpired, match="too old"):
        change(running.id, plan["year"], 1, preview)

    preview = subscription_changes.preview_change(running.id, price_id=plan["year"], quantity=1)
    move_clock(timedelta(minutes=29))
    change(running.id, plan["year"], 1, preview)
    assert subscription_of(running.token).price_id == plan["year"]


def test_a_change_needs_no_clock_of_ours(running, plan, sandbox, pump, assert_books):
    """Stripe's may be moved, as that of a test clock is."""
    sandbox.advance(40 * DAY)
    pump()
    preview = subscription_changes.preview_change(running.id, price_id=plan["month"], quantity=3)
    assert preview.due_amount > 0

    change(running.id, plan["month"], 3, preview)
    pump()

    assert subscription_of(running.token).quantity == 3
    assert subscription_of(running.token).invoices[-1].total_amount == preview.due_amount
    assert_books()


def test_a_preview_of_a_period_that_is_over_has_expired(running, plan, sandbox, pump):
    preview = subscription_changes.preview_change(running.id, price_id=plan["month"], quantity=3)
    sandbox.advance(40 * DAY)
    pump()

    with pytest.raises(PreviewExpired, match="new preview"):
        change(running.id, plan["month"], 3, preview)
    assert subscription_of(running.token).quantity == 1


def test_a_plan_of_another_product_is_refused(running):
    other = add_plan("tidepool")

    with pytest.raises(NotForSale, match="cannot become"):
        subscription_changes.preview_change(running.id, price_id=other["month"], quantity=1)


def test_seats_never_fall_below_those_in_use(running, plan, stripe_client, pump):
    preview = subscription_changes.preview_change(running.id, price_id=plan["month"], quantity=3)
    change(running.id, plan["month"], 3, preview)
    pump()
    key = subscription_of(running.token).licenses[0].key
    for machine in ("a", "b"):
        licenses.activate(key, machine)

    with pytest.raises(SeatsTaken, match="2 seats are in use"):
        subscription_changes.preview_change(running.id, price_id=plan["month"], quantity=1)
    assert subscription_changes.preview_change(running.id, price_id=plan["month"], quantity=2)


def test_it_runs_out_at_the_end_of_what_is_paid_unless_resumed(running, sandbox, pump):
    subscription_changes.cancel(running.id, now=False, reason="too dear", actor="customer")
    assert subscription_of(running.token).cancel_at is not None
    subscription_changes.resume(running.id, actor="customer")
    assert subscription_of(running.token).cancel_at is None
    subscription_changes.cancel(running.id, now=False, reason="too dear", actor="customer")

    sandbox.advance(32 * DAY)
    pump()

    subscription = subscription_of(running.token)
    assert subscription.status == SubscriptionStatus.CANCELED
    assert subscription.licenses[0].status == LicenseStatus.REVOKED
    assert len(subscription.invoices) == 1


@pytest.mark.parametrize("how", ["ends", "paused"])
def test_what_will_end_or_is_paused_is_not_changed_before_it_goes_on(
    running, plan, stripe_client, pump, how
):
    wish = {"price_id": plan["year"], "quantity": 1}
    preview = subscription_changes.preview_change(running.id, **wish)
    if how == "ends":
        subscription_changes.cancel(running.id, now=False, reason="too dear", actor="customer")
    else:
        subscription_changes.pause(running.id, actor="ada", reason="leave")

    with pytest.raises(SubscriptionLocked, match="let it go on first"):
        subscription_changes.preview_change(running.id, **wish)
    with pytest.raises(SubscriptionLocked, match="let it go on first"):
        change(running.id, plan["year"], 1, preview)
    assert len(stripe_client.v1.charges.list().data) == 1

    subscription_changes.resume(running.id, actor="customer")
    change(running.id, plan["year"], 1, subscription_changes.preview_change(running.id, **wish))
    assert subscription_of(running.token).price_id == plan["year"]


def test_what_goes_on_already_is_not_resumed(running):
    with pytest.raises(SubscriptionLocked, match="goes on already"):
        subscription_changes.resume(running.id, actor="customer")

    assert "resumed" not in [event.kind for event in subscription_of(running.token).events]


def test_a_trial_without_a_card_has_nothing_to_change_yet(eve, stripe_client, pump):
    trial = add_plan("tidepool", trial_days=7)
    sheet = subscriptions.start(eve, trial["month"], start_key="t", actor="customer")
    wish = {"price_id": trial["month"], "quantity": 5}

    with pytest.raises(SubscriptionLocked, match="waits for a card"):
        subscription_changes.preview_change(subscription_of(sheet.token).id, **wish)

    pay_first(stripe_client, sheet)
    pump()
    preview = subscription_changes.preview_change(subscription_of(sheet.token).id, **wish)
    assert preview.due_amount == 0


def test_canceled_now_it_ends_now(running, pump):
    subscription_changes.cancel(running.id, now=True, reason="moved on", actor="ada")
    pump()

    assert subscription_of(running.token).status == SubscriptionStatus.CANCELED
    with pytest.raises(SubscriptionLocked):
        subscription_changes.cancel(running.id, now=True, reason="again", actor="ada")


def test_while_paused_nothing_is_billed_and_the_license_stays(running, sandbox, pump):
    subscription_changes.pause(running.id, actor="ada", reason="parental leave")
    sandbox.advance(32 * DAY)
    pump()

    subscription = subscription_of(running.token)
    assert {i.status for i in subscription.invoices[1:]} <= {"void", "draft"}
    assert subscription.licenses[0].status == LicenseStatus.ACTIVE

    subscription_changes.resume(running.id, actor="ada")
    assert not subscription_of(running.token).collection_paused


def test_a_renewal_that_fails_has_grace_then_suspends_and_comes_back(
    running, stripe_client, sandbox, pump, move_clock, assert_books
):
    from datetime import timedelta

    give_card(stripe_client, subscription_of(running.token), "pm_card_chargeCustomerFail")
    move_clock(timedelta(days=32))
    pump()
    assert subscription_of(running.token).status == SubscriptionStatus.PAST_DUE
    assert subscription_of(running.token).licenses[0].status == LicenseStatus.ACTIVE

    move_clock(timedelta(days=8))
    licenses.sweep()
    assert subscription_of(running.token).licenses[0].status == LicenseStatus.SUSPENDED

    give_card(stripe_client, subscription_of(running.token), "pm_card_visa")
    last = subscription_of(running.token).invoices[-1].stripe_id
    stripe_client.v1.invoices.pay(last)
    pump()
    assert subscription_of(running.token).status == SubscriptionStatus.ACTIVE
    assert subscription_of(running.token).licenses[0].status == LicenseStatus.ACTIVE
    assert_books()


def test_what_is_changed_at_stripe_alone_arrives(running, stripe_client, pump):
    stripe_client.v1.subscriptions.update(
        running.stripe_id, {"items": [{"id": running.stripe_item_id, "quantity": 5}]}
    )
    pump()

    assert subscription_of(running.token).quantity == 5
    assert subscription_of(running.token).licenses[0].seats == 5


def test_one_begun_at_stripe_alone_is_adopted(eve, plan, stripe_client, pump):
    from app.services import stripe_catalog, stripe_customers

    method = stripe_client.v1.payment_methods.attach(
        "pm_card_visa", {"customer": stripe_customers.ensure(eve)}
    )
    stripe_client.v1.subscriptions.create(
        {
            "customer": stripe_customers.ensure(eve),
            "items": [{"price": stripe_catalog.ensure_price(plan["month"])}],
            "default_payment_method": method.id,
        }
    )
    pump()

    row = db.session.scalars(db.select(subscriptions.Subscription)).one()
    assert (row.status, row.price_id) == (SubscriptionStatus.ACTIVE, plan["month"])
    assert len(row.licenses) == 1


def test_a_stripe_invoice_without_a_subscription_is_recorded_too(eve, stripe_client, pump):
    from app.services import stripe_customers

    customer = stripe_customers.ensure(eve)
    draft = stripe_client.v1.invoices.create(
        {"customer": customer, "collection_method": "send_invoice", "days_until_due": 7}
    )
    stripe_client.v1.invoice_items.create(
        {"customer": customer, "invoice": draft.id, "amount": 4200, "currency": "eur"}
    )
    stripe_client.v1.invoices.send_invoice(draft.id)
    pump()

    invoice = db.session.scalars(db.select(Invoice)).one()
    assert (invoice.status, invoice.collector, invoice.total_amount) == ("open", "stripe", 4200)
    assert invoice.hosted_url


def day(at):
    """As letters say it: the shop's day begins before that of UTC."""
    return at.astimezone(ZoneInfo(settings.current().shop_time_zone)).strftime("%-d %B %Y")


def change(subscription_id, price_id, quantity, preview):
    subscription_changes.change(
        subscription_id,
        price_id=price_id,
        quantity=quantity,
        proration_date=preview.proration_date,
        due_amount=preview.due_amount,
        seal=preview.seal,
        actor="customer",
    )


@pytest.fixture
def eve(app):
    return customers.find_or_create("eve@example.com")


@pytest.fixture
def plan(app):
    return add_plan()


@pytest.fixture
def begin(eve, plan):
    """Begin eve's subscription to a plan."""

    def begin(interval, *, quantity=1, key="form"):
        return subscriptions.start(
            eve, plan[interval], quantity=quantity, start_key=key, actor="customer"
        )

    return begin


@pytest.fixture
def debit(stripe_client):
    """Confirm the first invoice with a bank account, which is debited in some days."""

    def confirm(sheet, iban):
        account = {
            "type": "sepa_debit",
            "sepa_debit": {"iban": iban},
            "billing_details": {"name": "Eve", "email": "eve@example.com"},
        }
        stripe_client.v1.payment_intents.confirm(
            sheet.client_secret.split("_secret_")[0],
            {
                "payment_method_data": account,
                "mandate_data": {"customer_acceptance": {"type": "offline"}},
                "return_url": "http://localhost/return",
            },
        )
        return sheet

    return confirm


@pytest.fixture
def running(begin, stripe_client, pump):
    """A monthly subscription with one seat, paid by Visa."""
    sheet = begin("month")
    pay_first(stripe_client, sheet)
    pump()
    return subscription_of(sheet.token)
