"""Who has paid more than they owed is told once: how much, for what, and that it is theirs."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from app import emails, plugins
from app.db import db, transaction
from app.emails import overpayment_received
from app.inbox.registry import handlers
from app.jobs import outbox
from app.models import Job, Letter, Payment, PaymentLink
from app.services import (
    allocation,
    credit,
    customers,
    debts,
    external_payments,
    invoices,
    payment_links,
    refunds,
)
from app.services.payment_links import NewLink
from tests.billing import invoice_of, open_invoice, pay_debt
from tests.faults import stories
from tests.faults.snapshot import Snapshot
from tests.links import open_link, pay_foreign_link, pay_session

pytestmark = pytest.mark.databases("sqlite", "postgresql")

AT_ONCE = 8
SHUFFLED = 7


def test_it_says_how_much_came_for_what_and_that_the_rest_is_theirs(eve, pay, wait, assert_books):
    open_invoice(eve, 1000)
    pay(2500)
    assert letters() == []
    wait()

    (letter,) = letters()
    assert (letter.to, letter.customer_id) == ("eve@example.com", eve)
    assert letter.subject == "You have paid more than you owed"
    for part in (letter.text, letter.html):
        assert "We have received €25.00 for A donation." in part
        assert "That is €15.00 more than you owed." in part
        assert "is left" not in part
        assert "We keep it as your credit, for an invoice to come." in part
        assert "If you would rather have it back" in part
        assert "http://localhost/account/payments" in part
    assert_books()


def test_a_debt_paid_in_two_windows_is_told_of_the_second_payment(
    eve, stripe_client, sandbox, pump, wait, assert_books
):
    open_invoice(eve, 1000)
    sheet = debts.get_or_create_payment_intent(eve)
    pump()
    pay_foreign_link(stripe_client, sandbox, 1000, email="eve@example.com")
    pay_debt(stripe_client, sheet)  # before the shop hears of the first, and ends it
    pump()
    wait()

    (letter,) = letters()
    assert "We have received €10.00 for Invoice INV-00001." in letter.text
    assert "That is €10.00 more than you owed." in letter.text
    assert_books()


def test_money_for_what_is_void_by_then_is_told(eve, sandbox, pump, wait, assert_books):
    invoice_id = open_invoice(eve, 1000)
    wanted = NewLink(
        email="eve@example.com",
        description="Two hours",
        amount=1000,
        currency="eur",
        customer_id=eve,
        invoice_id=invoice_id,
    )
    link_id = payment_links.send(wanted, form_token="form", actor="ada")
    page = open_link(sandbox, db.session.get_one(PaymentLink, link_id).url)
    invoices.void(invoice_id, actor="ada", reason="wrong")
    pay_session(sandbox, page)  # before the page could be closed
    pump()
    wait()

    (letter,) = letters()
    assert "We have received €10.00 for Two hours." in letter.text
    assert "That is €10.00 more than you owed." in letter.text
    assert_books()


def test_who_pays_what_they_owe_is_told_nothing(eve, pay, wait):
    open_invoice(eve, 1000, 1500)
    pay(2500)
    wait()

    assert letters() == []


def test_credit_that_staff_gave_and_what_a_void_invoice_was_paid_with_is_no_news(eve, pay, wait):
    invoice_id = open_invoice(eve, 2500, 500)
    pay(2500)
    invoices.void(invoice_id, actor="ada", reason="wrong")
    credit.give(eve, 700, currency="eur", actor="ada", reason="for the trouble")
    wait()

    assert credit_of(eve) == 3200
    assert letters() == []


def test_what_pays_for_another_debt_at_once_is_no_news(eve, pay, wait, assert_books):
    open_invoice(eve, 1000)
    pay(2500)
    other = open_invoice(eve, 1500)
    credit.use(other, actor="ada")
    wait()

    assert (invoice_of(other).status, credit_of(eve)) == ("paid", 0)
    assert letters() == []
    assert_books()


def test_of_what_pays_for_another_debt_in_part_the_rest_is_told(eve, pay, wait):
    open_invoice(eve, 1000)
    pay(2500)
    credit.use(open_invoice(eve, 400), actor="ada")
    wait()

    (letter,) = letters()
    assert "That is €15.00 more than you owed. €11.00 of it is left." in letter.text


def test_what_went_back_at_once_is_no_news_and_of_a_part_the_rest_is(eve, pay, wait, pump):
    open_invoice(eve, 1000)
    for amount, back in ((2500, 1500), (900, 500)):
        pay(amount)
        newest = db.session.scalars(db.select(Payment.id).order_by(Payment.id.desc())).first()
        refunds.issue_for_payment(newest, back, form_token=f"form-{back}", actor="ada")
    pump()
    wait()

    (letter,) = letters()
    assert "€9.00 for A donation.\nThat is €9.00 more than you owed. €4.00 of it is left." in (
        letter.text
    )


def test_a_stranger_is_told_once_somebody_knows_who_it_is(eve, pay, wait, pump):
    pay(2500, email="who@example.com")
    wait()
    assert letters() == []

    payment_id = db.session.scalars(db.select(Payment.id)).one()
    external_payments.assign(payment_id, eve, actor="ada")
    pump()
    wait()

    assert [letter.to for letter in letters()] == ["eve@example.com"]


def test_whoever_is_told_can_be_told_again_and_staff_can_read_it(eve, pay, wait, run_jobs, staff):
    pay(2500)
    wait()
    (letter,) = letters()
    letter_id = letter.id

    emails.resend(letter)
    run_jobs()

    first, second = [sent for sent in plugins.mailer().sent if "more than" in sent[1]]
    assert first == second
    assert "more than you owed" in staff("support").get(f"/admin/letter/{letter_id}/body").text
    assert staff("owner").get(f"/admin/letter/details/?id={letter_id}").status_code == 200


def test_a_payment_is_told_once_even_when_it_comes_to_be_too_much_again(eve, pay, wait):
    pay(2500)
    wait()
    with transaction() as session:
        overpayment_received.send(session.scalars(db.select(Payment)).one())
    wait()
    assert len(letters()) == 1

    pay(600)
    wait()
    assert len(letters()) == 2


def test_events_in_any_order_or_twice_make_one_letter_and_the_same_books(
    eve, stripe_client, sandbox, send_event, run_jobs, wait, dump, assert_books
):
    told, snapshot = overpaid_and_refunded_in_part(eve, stripe_client, sandbox), Snapshot()
    dice = random.Random(5)
    orders = [told, told[::-1], told * 2, *(dice.sample(told, len(told)) for _ in range(SHUFFLED))]
    expected = None
    for events in orders:
        snapshot.restore()
        for event in events:
            assert send_event(event).status_code == 200
            run_jobs()
        wait()

        found = dump(without={"jobs"})
        expected = expected or found
        assert found == expected, [event["type"] for event in events]
        assert ["€8.00 of it is left" in letter.text for letter in letters()] == [True]
    assert_books()


def test_every_event_told_by_eight_at_once_makes_one_letter(
    app, eve, stripe_client, sandbox, send_event, run_jobs, wait, assert_books
):
    told = overpaid_and_refunded_in_part(eve, stripe_client, sandbox)

    def aside(work):
        with app.app_context():
            try:
                return work()
            finally:
                db.session.remove()

    knocks = [lambda event=event: send_event(event).status_code for event in told * AT_ONCE]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert set(pool.map(aside, knocks)) == {200}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(aside, [run_jobs] * AT_ONCE))
    wait()
    wait()

    assert len(letters()) == 1
    assert_books()


def overpaid_and_refunded_in_part(eve, stripe_client, sandbox):
    """What Stripe has to say of it; the shop knows nothing yet."""
    open_invoice(eve, 1000)
    since = len(sandbox.events)
    pay_foreign_link(stripe_client, sandbox, 2500, email="eve@example.com")
    (intent,) = stripe_client.v1.payment_intents.list({"limit": 1}).data
    stripe_client.v1.refunds.create({"payment_intent": intent.id, "amount": 700})
    db.session.rollback()
    return [each for each in stories.told(sandbox, since=since) if each["type"] in handlers]


def letters():
    db.session.rollback()
    found = db.select(Letter).filter_by(message="overpayment_received")
    return db.session.scalars(found).all()


def credit_of(customer_id):
    db.session.rollback()
    return allocation.credit_of(db.session(), customer_id, "eur")


@pytest.fixture
def pay(sandbox, stripe_client, pump):
    """Pay with a link from Stripe's dashboard, and let the shop hear of it."""

    def pay(amount, *, email="eve@example.com"):
        pay_foreign_link(stripe_client, sandbox, amount, email=email)
        pump()

    return pay


@pytest.fixture
def wait(run_jobs):
    """Until letters that leave in a while have left."""

    def wait():
        with transaction() as session:
            session.execute(db.update(Job).values(run_after=Job.created_at))
        for job_id in outbox.due():
            outbox.run(job_id)
        run_jobs()

    return wait


@pytest.fixture
def eve(app):
    return customers.find_or_create("eve@example.com")
