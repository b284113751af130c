"""Letters: one per cause, in words and money, sent until they have left."""

from datetime import timedelta

import pytest

from app import emails, plugins
from app.db import db, transaction
from app.emails import letters, order_confirmation, payment_failed
from app.models import Job, Letter, LetterStatus, Order
from app.services import refunds
from tests.buying import buy


def test_a_paid_order_is_confirmed_with_its_lines_and_its_link(order):
    letter = only("order_confirmation")

    assert (letter.to, letter.status) == ("eve@example.com", LetterStatus.SENT)
    assert letter.order_id == order.id
    for part in (letter.text, letter.html):
        assert order.number in part
        assert f"http://localhost/orders/{order.token}" in part
        assert order.goods[0].name in part
    assert plugins.mailer().sent == [(letter.to, letter.subject, letter.text)]


def test_a_refund_is_told_with_its_amount(order, pump):
    refunds.issue(order.id, 500, form_token="form-1", actor="ada")
    pump()

    letter = only("refund_issued")
    assert letter.subject == f"Refund for order {order.number}"
    assert "€5.00" in letter.text
    assert "€5.00" in letter.html


def test_a_cause_asked_for_twice_makes_one_letter(order, run_jobs):
    for _ in range(2):
        with transaction() as session:
            order_confirmation.send(session.get_one(Order, order.id))
    run_jobs()

    assert db.session.query(Letter).count() == 1
    assert len(plugins.mailer().sent) == 1


def test_a_letter_that_is_undone_is_never_written(app):
    with pytest.raises(RuntimeError):
        order_confirmation.send(Order(token="x"))  # outside a transaction

    assert db.session.query(Job).count() == 0


def test_a_failed_payment_is_told_with_its_reason_when_no_new_try_follows(declined, wait):
    assert db.session.query(Letter).count() == 0

    wait(payment_failed.PATIENCE)

    letter = only("payment_failed")
    assert "Your card was declined. Nothing was charged" in letter.text
    assert f"/orders/{declined.token}" in letter.text


def test_no_letter_speaks_of_a_failed_payment_once_the_order_is_paid(
    declined, wait, stripe_client, pump
):
    intent = stripe_client.v1.payment_intents.list().data[0]
    stripe_client.v1.payment_intents.confirm(
        intent.id, {"payment_method": "pm_card_visa", "return_url": "http://localhost/"}
    )
    pump()

    wait(payment_failed.PATIENCE)

    assert [letter.message for letter in db.session.query(Letter)] == ["order_confirmation"]


def test_a_letter_that_does_not_leave_is_tried_again(app, run_jobs, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(plugins.mailer(), "send", lambda **_: 1 / 0)
        write("x")
        run_jobs()
    letter = only("refund_issued")
    assert (letter.status, letter.attempts) == (LetterStatus.FAILED, 1)
    assert letter.error == "ZeroDivisionError: division by zero"

    with transaction() as session:
        session.execute(db.update(Job).values(run_after=Job.created_at))
    app.extensions["jobs"].sweep()
    run_jobs()

    letter = only("refund_issued")
    assert (letter.status, letter.attempts, letter.error) == (LetterStatus.SENT, 2, "")


def test_a_letter_can_be_sent_once_more(app, run_jobs):
    write("x")
    run_jobs()

    emails.resend(only("refund_issued"))
    run_jobs()

    first, second = plugins.mailer().sent
    assert first == second


def test_what_customers_wrote_is_inert_in_a_letter(app, run_jobs):
    write("x", paid_for="<script>alert(1)</script>")
    run_jobs()

    assert "<script>" not in only("refund_issued").html
    assert "&lt;script&gt;" in only("refund_issued").html


def write(cause, **changed):
    context = {
        "paid_for": "order 1001",
        "currency": "eur",
        "amount": 500,
        "url": "http://localhost/",
    }
    letters.write(
        "refund_issued",
        cause=cause,
        to="eve@example.com",
        subject="Refund",
        order_id=None,
        **(context | changed),
    )


def only(message):
    db.session.rollback()
    return db.session.query(Letter).filter_by(message=message).one()


@pytest.fixture
def declined(app, stripe_client, pump):
    order = buy(stripe_client, "pm_card_visa_chargeDeclined")
    pump()
    return order


@pytest.fixture
def wait(app, move_clock, run_jobs):
    """Let time pass, and do what became due meanwhile."""

    def wait(delta):
        move_clock(delta + timedelta(seconds=1))
        app.extensions["jobs"].sweep()
        run_jobs()

    return wait


@pytest.fixture
def order(app, stripe_client, pump):
    order = buy(stripe_client)
    pump()
    db.session.refresh(order)
    return order
