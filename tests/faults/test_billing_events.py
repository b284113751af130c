"""B6, B8, B10 for billing: events that come often, never, or are none of ours."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from app import inbox
from app.db import db
from app.inbox.registry import handlers
from app.models import Payment, WebhookEvent
from app.services import customers, debts, payment_links, subscriptions
from app.services.payment_links import NewLink
from tests.billing import add_plan, items_of, open_invoice, pay_debt, pay_first
from tests.faults import stories
from tests.links import open_link, pay_link, pay_session

TIMES, AT_ONCE = 10, 8


def test_each_event_ten_times_eight_at_once_has_one_effect(
    app, paid_debt, sandbox, send_event, run_jobs, dump, assert_books
):
    """B6: all are answered with 200, and the books are as if each had come once."""
    told = [event for event in stories.told(sandbox) if event["type"] in handlers]
    for event in told:
        send_event(event)
    run_jobs()
    before = dump(without={"jobs"})

    def knock(event):
        with app.app_context():
            status = send_event(event).status_code
            db.session.remove()
            return status

    with ThreadPoolExecutor(AT_ONCE) as pool:
        statuses = set(pool.map(knock, told * TIMES))
    run_jobs()

    assert statuses == {200}
    assert dump(without={"jobs"}) == before
    assert_books()


@pytest.mark.databases("sqlite")
def test_a_replay_of_every_event_changes_nothing(
    paid_debt, sandbox, pump, run_jobs, dump, assert_books
):
    """B6, by hand: staff may replay whatever they like."""
    pump()
    before = dump(without={"jobs"})

    for event in db.session.scalars(db.select(WebhookEvent.id)).all():
        db.session.rollback()
        inbox.replay(event)
    run_jobs()

    assert dump(without={"jobs"}) == before
    assert_books()


@pytest.mark.databases("sqlite")
def test_one_sweep_repairs_a_day_of_which_nothing_arrived(
    eve, sandbox, stripe_client, run_jobs, assert_books
):
    """B8: an invoice, a subscription, a link and a stranger paid; not one event came."""
    invoice_id = open_invoice(eve, 1000)
    pay_debt(stripe_client, debts.get_or_create_payment_intent(eve))
    sheet = subscriptions.start(eve, add_plan()["month"], start_key="form", actor="customer")
    pay_first(stripe_client, sheet)
    pay_link(sandbox, sent_link())
    pay_from_dashboard(sandbox, stripe_client, 2500, email="who@example.com")
    run_jobs()
    assert items_of(invoice_id)[0].due_amount == 1000

    inbox.catch_up()
    run_jobs()

    received = db.session.scalars(db.select(Payment.received_amount)).all()
    assert sorted(received) == [700, 1000, 2500, 4200]
    assert items_of(invoice_id)[0].due_amount == 0
    assert_books()


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("odd", "status"),
    [
        ({"account": "acct_somebodyelse"}, "ignored"),
        ({"livemode": True}, "ignored"),
        ({"type": "payment_intent.danced"}, "ignored"),
        ({"api_version": "2019-03-14"}, "handled"),
        ({"api_version": None}, "handled"),
    ],
    ids=["another account", "live mode", "unknown type", "an older version", "no version"],
)
def test_what_is_not_ours_is_kept_and_ignored(
    paid_debt, odd, status, sandbox, send_event, run_jobs, assert_books
):
    """B10: never a 500; and what only looks different is handled like any other."""
    told = {event["type"]: event for event in stories.told(sandbox)}

    answer = send_event(told["payment_intent.succeeded"] | odd)
    run_jobs()

    assert answer.status_code == 200
    assert db.session.scalars(db.select(WebhookEvent.status)).all() == [status]
    paid = items_of(paid_debt)[0].paid_amount
    assert paid == (1000 if status == "handled" else 0)


@pytest.mark.databases("sqlite")
def test_what_others_do_on_the_same_account_is_left_to_them(
    app, stripe_client, pump, dump, assert_books
):
    """B10: another shop's customer, invoice and payment; our books do not move."""
    other = stripe_client.v1.customers.create({"email": "other@example.com"})
    stripe_client.v1.invoice_items.create(
        {"customer": other.id, "amount": 900, "currency": "eur", "description": "Theirs"}
    )
    invoice = stripe_client.v1.invoices.create(
        {"customer": other.id, "pending_invoice_items_behavior": "include"}
    )
    stripe_client.v1.invoices.finalize_invoice(invoice.id)
    stripe_client.v1.payment_intents.create(
        {
            "amount": 500,
            "currency": "eur",
            "confirm": True,
            "payment_method": "pm_card_visa",
            "return_url": "http://localhost/",
        }
    )
    everything = {"jobs", "webhook_events"}
    before = dump(without=everything)
    pump()

    assert dump(without=everything) == before
    assert set(db.session.scalars(db.select(WebhookEvent.status))) <= {"handled", "ignored"}
    assert_books()


@pytest.fixture
def eve(app):
    return customers.find_or_create("eve@example.com")


@pytest.fixture
def paid_debt(eve, stripe_client):
    """An invoice, paid at Stripe; the shop has not been told."""
    invoice_id = open_invoice(eve, 1000)
    pay_debt(stripe_client, debts.get_or_create_payment_intent(eve))
    db.session.rollback()
    return invoice_id


def sent_link():
    wanted = NewLink(email="eve@example.com", description="A deposit", amount=4200, currency="eur")
    link_id = payment_links.send(wanted, form_token="form", actor="ada")
    return db.session.get_one(payment_links.PaymentLink, link_id)


def pay_from_dashboard(sandbox, client, amount, *, email):
    """With a link that somebody made in Stripe's dashboard."""
    product = client.v1.products.create({"name": "Something"})
    price = client.v1.prices.create(
        {"product": product.id, "unit_amount": amount, "currency": "eur"}
    )
    link = client.v1.payment_links.create({"line_items": [{"price": price.id, "quantity": 1}]})
    pay_session(sandbox, open_link(sandbox, link.url), email=email)
