"""The demo fills an empty shop so that everything in it is real."""

from collections import Counter
from contextvars import Context
from datetime import timedelta

import pytest
import stripe
from flask import current_app

from app import clock, create_app, plugins
from app.db import db
from app.demo.people import DEMO_PASSWORD
from app.demo.seed import NoDemo, fill
from app.models import (
    Customer,
    Dispute,
    Invoice,
    Letter,
    License,
    Order,
    Payment,
    PaymentLink,
    Picture,
    Product,
    Subscription,
    User,
)
from app.services import debts, refunds, subscriptions
from config import testing as settings_for_tests
from sandbox import create_sandbox
from sandbox.client import SandboxClient
from tests import books
from tests.goods import add_product


@pytest.fixture(scope="module")
def pretend():
    """The Stripe of the seeded shop."""
    return SandboxClient(create_sandbox())


@pytest.fixture(scope="module")
def seeded(sqlite, pretend, tmp_path_factory):
    """A shop that was seeded once for all these tests; what was said meanwhile."""
    folder = tmp_path_factory.mktemp("seeded")
    settings = settings_for_tests(database_url=sqlite.fresh(folder), var_folder=folder)
    app = create_app(settings, stripe_http_client=pretend)
    said = []
    with app.app_context():
        fill(said.append)
        yield said
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def stripe_client(pretend):
    return stripe.StripeClient("sk_test_sandbox", http_client=pretend)


def all_of(model):
    db.session.rollback()
    return db.session.scalars(db.select(model).order_by(model.id)).all()


def orders():
    db.session.rollback()
    return db.session.scalars(db.select(Order).order_by(Order.id)).all()


def test_the_demo_holds_its_books_and_every_state_is_there(seeded, stripe_client):
    books.check(stripe_client)

    states = Counter(order.status for order in orders())
    assert set(states) == {
        *("pending", "failed", "paid", "fulfilling", "fulfilled", "refunded", "canceled")
    }
    badges = Counter(order.payment_badge for order in orders())
    assert set(badges) >= {"processing", "authorized", "disputed", "partially refunded"}
    assert states.total() >= 40
    assert any(order.tracking for order in orders())
    assert any(refund.pending for order in orders() for refund in order.refunds)


def test_subscriptions_and_licenses_are_there_in_every_state(seeded):
    subscriptions = all_of(Subscription)
    licenses = all_of(License)

    assert {s.status for s in subscriptions} == {"trialing", "active", "past_due", "canceled"}
    assert any(s.cancel_at and s.is_running for s in subscriptions)
    assert any(s.collection_paused for s in subscriptions)
    assert any(s.awaits_card for s in subscriptions)
    assert {each.status for each in licenses} == {"active", "suspended", "revoked"}
    assert any(each.status == "active" and not each.valid for each in licenses)  # expired
    assert any(len(each.activations) > 1 for each in licenses)
    paid = [invoice for s in subscriptions for invoice in s.invoices if invoice.paid_amount]
    assert min(invoice.paid_at for invoice in paid) < clock.now() - timedelta(days=40)


def test_invoices_are_there_in_every_state(seeded):
    invoices = all_of(Invoice)

    assert {i.status for i in invoices} == {"draft", "open", "paid", "void", "uncollectible"}
    assert {i.collector for i in invoices} == {"shop", "stripe"}
    assert any(i.past_due for i in invoices)
    assert any(i.is_open and not i.past_due and i.collector == "shop" for i in invoices)
    assert any(i.is_open and 0 < i.paid_amount < i.total_amount for i in invoices)
    assert any(i.repeats_every for i in invoices)
    assert any(debts.on_its_way(item) for i in invoices for item in i.items)


def test_payment_links_are_there_in_every_state(seeded):
    links = all_of(PaymentLink)

    assert {link.status for link in links} == {
        *("active", "paid", "expired", "superseded", "deactivated")
    }
    live = [link for link in links if link.is_live]
    assert any(link.opened_at for link in live)
    assert any(not link.opened_at for link in live)
    assert all(link.url for link in links)


def test_some_payments_wait_for_somebody_who_knows_whose_they_are(seeded):
    matching = Counter(payment.matching for payment in all_of(Payment) if payment.is_external)

    assert set(matching) == {"waiting", "assigned", "dismissed"}
    assert matching["waiting"] > 1


def test_disputes_are_there_in_every_state(seeded):
    disputes = all_of(Dispute)

    assert {d.status for d in disputes} == {"needs_response", "under_review", "won", "lost"}
    assert all(d.evidence_due_at > clock.now() for d in disputes if d.status == "needs_response")


def test_its_orders_are_spread_over_ninety_days_in_the_order_of_their_numbers(seeded):
    dates = [order.created_at for order in orders()]

    assert dates == sorted(dates)
    assert timedelta(days=80) < clock.now() - dates[0] < timedelta(days=91)
    for order in orders():
        history = [event.created_at for event in order.events]
        assert history == sorted(history)
        assert order.created_at - timedelta(seconds=5) < history[0]
    written = db.session.scalars(db.select(Letter.created_at)).all()
    assert min(written) < clock.now() - timedelta(days=80)


def test_goods_have_their_pictures_and_files_in_storage(seeded):
    assert len(db.session.scalars(db.select(Product)).all()) >= 24
    for stem in db.session.scalars(db.select(Picture.stem)):
        with plugins.storage().open(f"pictures/{stem}-640.webp") as content:
            assert content.read(4) == b"RIFF"
    for product in db.session.scalars(db.select(Product).where(Product.download_file != "")):
        plugins.storage().open(product.download_file).close()


def test_staff_and_registered_customers_can_sign_in(seeded):
    for email in ("owner@shop.example", "ada.lindner@example.com"):
        form = {"email": email, "password": DEMO_PASSWORD}
        answer = Context().run(current_app.test_client().post, "/account/sign-in", data=form)
        assert answer.status_code == 302, answer.text
    db.session.rollback()
    assert all(user.confirmed for user in db.session.scalars(db.select(User)))
    assert db.session.scalar(db.select(Customer.id).where(Customer.user_id.is_(None)))


def test_a_second_run_is_refused_and_changes_nothing(seeded):
    before = [(order.number, order.version) for order in orders()]

    with pytest.raises(NoDemo, match="empty shop only"):
        fill(str)

    assert [(order.number, order.version) for order in orders()] == before


def test_every_paid_order_can_really_be_refunded(seeded, stripe_client):
    paid = [order for order in orders() if order.refundable_amount > 0 and not order.disputed]
    assert len(paid) >= 25
    for order in paid:
        charge = stripe_client.v1.charges.retrieve(order.payment.charge_id)
        assert charge.captured
        assert charge.amount_captured - charge.amount_refunded == order.refundable_amount

    order_id, left = paid[0].id, paid[0].refundable_amount
    db.session.rollback()
    refunds.issue(order_id, left, form_token="form-1", actor="ada")

    assert db.session.get_one(Order, order_id).status == "refunded"
    db.session.rollback()
    books.check(stripe_client)


def test_a_shop_with_goods_of_its_own_is_left_alone(app):
    add_product("mug")

    with pytest.raises(NoDemo, match="empty shop only"):
        fill(str)


def test_live_keys_are_refused(app):
    usual = app.extensions["settings"]
    app.extensions["settings"] = usual.model_copy(update={"stripe_secret_key": "sk_live_1"})

    with pytest.raises(NoDemo, match="live keys"):
        fill(str)

    assert db.session.scalar(db.select(Product.id)) is None


def test_it_says_what_it_does(seeded):
    assert "5 staff and 14 customers" in seeded
    assert any(line.startswith("30 of ") for line in seeded)
    assert "owner@shop.example" in seeded[-1]


def test_a_month_later_at_stripe_its_subscriptions_are_renewed(seeded, pretend):
    kept = [each for each in all_of(Subscription) if each.status == "active" and not each.cancel_at]
    monthly = [each for each in kept if each.price.interval == "month"]
    former = {each.id: each.current_period_end for each in monthly}
    assert former
    db.session.rollback()

    pretend.sandbox.advance(31 * 24 * 3600)
    for each in kept:
        subscriptions.sync(each.id)

    later = {each.id: each for each in all_of(Subscription)}
    assert {later[each.id].status for each in kept} == {"active"}
    assert all(later[id_].current_period_end > end for id_, end in former.items())
    licensed = [each for id_ in former for each in later[id_].licenses]
    assert {each.status for each in licensed} == {"active"}
    books.check()
