from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest

from app.db import db
from app.errors import (
    FormAlreadyUsed,
    GatewayUnavailable,
    NothingToRefund,
    RefundTooLarge,
    Rejected,
    ShopError,
)
from app.models import Letter, Order, OrderStatus, RefundStatus
from app.services import refunds
from tests.buying import buy, fill_cart, order_of, place
from tests.goods import add_product


def test_a_partial_refund_is_an_amount_and_no_status(paid_order):
    issue(paid_order, 1000)

    order = fresh(paid_order)
    assert (order.status, order.refunded_amount) == (OrderStatus.PAID, 1000)
    assert order.payment_badge == "partially refunded"


def test_a_full_refund_is_a_status_with_a_trail(paid_order):
    issue(paid_order, paid_order.total_amount)

    order = fresh(paid_order)
    assert order.status == OrderStatus.REFUNDED
    assert [e.to_status for e in order.events if e.kind == "status"] == ["paid", "refunded"]
    assert order.events[-1].actor == "ada"


def test_several_in_a_row_add_up_to_what_was_paid(paid_order):
    left = paid_order.total_amount - 1500
    for number, amount in enumerate((1000, 500, left)):
        issue(paid_order, amount, form=f"form-{number}")

    assert fresh(paid_order).status == OrderStatus.REFUNDED
    with pytest.raises(RefundTooLarge):
        issue(paid_order, 1, form="one-too-many")


@pytest.mark.parametrize("amount", [0, -1, 10**9])
def test_no_more_than_what_is_left_and_no_less_than_something(paid_order, amount):
    with pytest.raises(RefundTooLarge):
        issue(paid_order, amount)
    assert fresh(paid_order).refunds == []


def test_an_unpaid_order_has_nothing_to_refund(app):
    order = order_of(place(fill_cart((add_product(), 1))))

    with pytest.raises(NothingToRefund):
        issue(order, 100)


def test_the_same_form_is_one_refund(paid_order, stripe_client):
    for _ in range(2):
        issue(paid_order, 1000)

    assert fresh(paid_order).refunded_amount == 1000
    assert [r.amount for r in stripe_client.v1.refunds.list().data] == [1000]


def test_a_form_cannot_be_sent_again_with_another_amount(paid_order):
    issue(paid_order, 1000)

    with pytest.raises(FormAlreadyUsed):
        issue(paid_order, 500)


@pytest.mark.parametrize("forms", [["same"] * 16, [f"form-{n}" for n in range(16)]])
def test_sixteen_threads_refund_an_order_once(app, paid_order, stripe_client, forms):
    everything, order_id = paid_order.total_amount, paid_order.id

    def try_it(form):
        with app.app_context(), suppress(ShopError):
            refunds.issue(order_id, everything, form_token=form, actor="ada")

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(try_it, forms))

    assert [r.amount for r in stripe_client.v1.refunds.list().data] == [everything]
    assert fresh(paid_order).refunded_amount == everything


def test_a_refusal_by_stripe_ends_the_try_and_the_next_one_can_succeed(paid_order, stripe_client):
    intent = paid_order.payment.stripe_id
    stripe_client.v1.refunds.create({"payment_intent": intent, "amount": 1000})

    with pytest.raises(Rejected):
        issue(paid_order, paid_order.total_amount)
    order = fresh(paid_order)
    assert order.refunds[0].status == RefundStatus.FAILED
    assert order.events[-1].kind == "refund_failed"

    issue(paid_order, paid_order.total_amount - 1000, form="form-2")
    assert fresh(paid_order).refunds[1].succeeded


def test_a_lost_answer_stays_pending_and_the_sweep_finishes_it(
    paid_order, sandbox, stripe_client, move_clock
):
    sandbox.account.chaos.add(fault="lost_answer", method="POST", path="/v1/refunds", count=1)
    with pytest.raises(GatewayUnavailable):
        issue(paid_order, 1000)
    assert fresh(paid_order).refunds[0].pending

    move_clock(timedelta(minutes=2))
    refunds.sweep()

    assert fresh(paid_order).refunded_amount == 1000
    assert len(stripe_client.v1.refunds.list().data) == 1


def test_a_failure_that_stripe_repeats_is_overcome_with_another_key(
    paid_order, sandbox, stripe_client, move_clock
):
    sandbox.account.chaos.add(fault="500", method="POST", path="/v1/refunds", count=1)
    with pytest.raises(GatewayUnavailable):
        issue(paid_order, 1000)

    move_clock(timedelta(minutes=2))
    refunds.sweep()

    assert fresh(paid_order).refunded_amount == 1000
    assert [r.amount for r in stripe_client.v1.refunds.list().data] == [1000]


def test_when_the_key_is_forgotten_the_refund_is_looked_up(
    paid_order, sandbox, stripe_client, move_clock
):
    sandbox.account.chaos.add(fault="lost_answer", method="POST", path="/v1/refunds", count=1)
    with pytest.raises(GatewayUnavailable):
        issue(paid_order, 1000)

    move_clock(timedelta(hours=24))
    refunds.sweep()

    assert fresh(paid_order).refunded_amount == 1000
    assert len(stripe_client.v1.refunds.list().data) == 1


def test_a_refund_that_fails_later_brings_the_order_back(app, stripe_client, pump, move_clock):
    order = buy(stripe_client, "pm_card_refundFail")
    pump()
    issue(order, order.total_amount)
    pump()
    assert fresh(order).status == OrderStatus.REFUNDED

    move_clock(timedelta(days=10))
    pump()

    order = fresh(order)
    assert (order.status, order.refunded_amount) == (OrderStatus.PAID, 0)
    assert order.refunds[0].failed
    assert order.events[-1].reason == "the refund failed later"


def test_a_pending_refund_counts_as_on_its_way(app, stripe_client, pump, move_clock):
    order = buy(stripe_client, "pm_card_pendingRefund")
    pump()
    issue(order, 1000)
    order = fresh(order)
    assert (order.refunded_amount, order.refundable_amount) == (0, order.paid_amount - 1000)

    move_clock(timedelta(days=10))
    pump()

    assert fresh(order).refunded_amount == 1000


def test_a_refund_made_in_stripes_dashboard_is_adopted_once(paid_order, stripe_client, pump):
    intent = paid_order.payment.stripe_id
    stripe_client.v1.refunds.create({"payment_intent": intent, "amount": 700})
    pump()
    pump()

    order = fresh(paid_order)
    assert [(r.amount, r.actor) for r in order.refunds] == [(700, "stripe")]
    assert order.refunded_amount == 700


def test_the_customer_gets_one_letter_for_each_refund(paid_order, pump):
    issue(paid_order, 1000)
    pump()

    letters = db.session.scalars(db.select(Letter).order_by(Letter.id))
    assert [letter.message for letter in letters] == ["order_confirmation", "refund_issued"]


def test_a_disputed_payment_is_not_refunded(app, stripe_client, pump):
    order = buy(stripe_client, "pm_card_createDispute")
    pump()

    with pytest.raises(NothingToRefund):
        issue(order, 100)
    assert fresh(order).disputes[0].is_open


def issue(order, amount, form="form-1"):
    db.session.rollback()
    refunds.issue(order.id, amount, form_token=form, actor="ada")


def fresh(order):
    db.session.rollback()
    return db.session.get_one(Order, order.id)


@pytest.fixture
def paid_order(app, stripe_client, pump):
    order = buy(stripe_client, quantity=3)
    pump()
    return fresh(order)
