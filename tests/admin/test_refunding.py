"""Giving money back through the form, against the pretend Stripe."""

from datetime import timedelta

import pytest

from app.db import db
from app.models import Order, RefundStatus
from tests.admin.forms import fields
from tests.buying import buy


@pytest.fixture
def order(stripe_client, pump):
    order = buy(stripe_client)  # 19.00 and 4.90 shipping
    pump()
    return order


def form_of(client, order):
    return fields(client.get(f"/admin/order/{order.id}/refunds/new"), "amount")


def refunds_of(order):
    db.session.rollback()
    order = db.session.get_one(Order, order.id)
    return [(refund.amount, refund.status) for refund in order.refunds]


def test_part_of_the_money_goes_back_and_the_rest_can_follow(staff, order, pump):
    billing = staff("billing")
    path = f"/admin/order/{order.id}/refunds"

    for amount, reason in (("5,00", "chipped"), ("3.50", "late")):
        sent = form_of(billing, order) | {"amount": amount, "reason": reason}
        assert billing.post(path, data=sent).status_code == 303
    pump()

    assert refunds_of(order) == [(500, RefundStatus.SUCCEEDED), (350, RefundStatus.SUCCEEDED)]
    page = billing.get(f"/admin/order/details/?id={order.id}").text
    assert "Part refunded" in page
    assert "chipped" in page
    assert form_of(billing, order)["amount"] == ["15.40"]


def test_the_same_form_sent_twice_is_one_refund(staff, order, pump):
    billing = staff("billing")
    sent = form_of(billing, order) | {"amount": "5.00"}

    answers = [billing.post(f"/admin/order/{order.id}/refunds", data=sent) for _ in range(2)]
    pump()

    assert [answer.status_code for answer in answers] == [303, 303]
    assert refunds_of(order) == [(500, RefundStatus.SUCCEEDED)]


def test_the_used_form_with_another_amount_is_refused(staff, order):
    billing = staff("billing")
    sent = form_of(billing, order) | {"amount": "5.00"}
    billing.post(f"/admin/order/{order.id}/refunds", data=sent)

    refused = billing.post(f"/admin/order/{order.id}/refunds", data=sent | {"amount": "6.00"})

    assert refused.status_code == 409
    assert "already sent" in refused.text
    assert [amount for amount, _ in refunds_of(order)] == [500]


def test_never_more_than_is_left(staff, order):
    billing = staff("billing")

    sent = form_of(billing, order) | {"amount": "23.91"}
    refused = billing.post(f"/admin/order/{order.id}/refunds", data=sent)

    assert refused.status_code == 409
    assert "At most €23.90 can be refunded." in refused.text
    assert 'value="23.91"' in refused.text
    assert refunds_of(order) == []


@pytest.mark.parametrize("amount", ["", "abc", "0", "-5", "1e3", "5.001", "9" * 30, "٣"])
def test_what_is_no_amount_is_said_and_nothing_moves(staff, order, amount):
    billing = staff("billing")

    sent = form_of(billing, order) | {"amount": amount}
    refused = billing.post(f"/admin/order/{order.id}/refunds", data=sent)

    assert refused.status_code in {409, 422}
    assert refunds_of(order) == []


def test_a_preview_says_what_will_happen_and_does_nothing(staff, order):
    billing = staff("billing")
    path = f"/admin/order/{order.id}/refund-preview"

    part = billing.post(path, data=form_of(billing, order) | {"amount": "5"}).text
    whole = billing.post(path, data=form_of(billing, order)).text
    wrong = billing.post(path, data=form_of(billing, order) | {"amount": "99"}).text

    assert "€5.00</b> goes back to" in part
    assert "€18.90 of €23.90 stays" in part
    assert "The order becomes <b>Refunded</b>" in whole
    assert "This cannot be refunded" in wrong
    assert refunds_of(order) == []


def test_somebody_who_signed_in_long_ago_is_asked_for_the_password_first(staff, order, move_clock):
    billing = staff("billing")
    sent = form_of(billing, order) | {"amount": "5.00"}
    move_clock(timedelta(hours=1))

    opened = billing.get(f"/admin/order/{order.id}/refunds/new")
    posted = billing.post(f"/admin/order/{order.id}/refunds", data=sent)

    assert opened.location.startswith("/account/verify")
    assert posted.location.startswith("/account/verify")
    assert refunds_of(order) == []


def test_a_capture_moves_money_too(staff, order, move_clock):
    billing, path = staff("billing"), f"/admin/order/{order.id}/captures"
    assert billing.post(path).location.startswith("/admin/order/details/")

    move_clock(timedelta(hours=1))

    assert billing.post(path).location.startswith("/account/verify")


def test_what_stripe_refuses_is_said_and_the_money_stays(staff, order, stripe_client):
    billing = staff("billing")
    sent = form_of(billing, order) | {"amount": "23.90"}
    intent = order.payments[0].stripe_id
    stripe_client.v1.refunds.create({"payment_intent": intent, "amount": 2390})

    billing.post(f"/admin/order/{order.id}/refunds", data=sent)

    page = billing.get(f"/admin/order/details/?id={order.id}").text
    assert "The refund failed" in page
    assert refunds_of(order)[0][1] == RefundStatus.FAILED
