from datetime import timedelta

import pytest

from app import gateway
from app.db import db, transaction
from app.errors import AmountTooSmall, GatewayUnavailable, NothingToCapture
from app.models import Letter, Order, OrderStatus, Payment, PaymentStatus, Stock
from app.services import orders, payment_records, payments, settlement
from tests.buying import buy, fill_cart, order_of, pay, place, request_for
from tests.goods import add_product


def test_the_webhook_alone_makes_an_order_paid(app, stripe_client, pump):
    order = buy(stripe_client, quantity=2)
    pump()

    order = fresh(order)
    assert order.status == OrderStatus.PAID
    assert order.paid_amount == order.total_amount
    assert [e.to_status for e in order.events if e.kind == "status"] == ["paid"]
    assert order.payment.method == "Visa •••• 4242"
    assert letters() == ["order_confirmation"]


def test_the_return_page_alone_makes_an_order_paid(app, stripe_client):
    order = buy(stripe_client)

    orders.sync(order.id)

    assert fresh(order).status == OrderStatus.PAID


def test_return_page_and_webhook_together_pay_once(app, stripe_client, pump):
    order = buy(stripe_client)
    orders.sync(order.id)
    pump()
    orders.sync(order.id)

    order = fresh(order)
    assert [e.to_status for e in order.events if e.kind == "status"] == ["paid"]
    assert letters() == ["order_confirmation"]
    stock = db.session.scalars(db.select(Stock)).one()
    assert (stock.on_hand, stock.reserved) == (99, 0)


def test_downloads_need_no_shipping(app, stripe_client, pump):
    book = add_product("book", kind="digital", stock=None)
    sheet = place(fill_cart((book, 1)))
    pay(stripe_client, sheet)
    pump()

    assert order_of(sheet).status == OrderStatus.FULFILLED


def test_a_decline_says_why_and_another_try_pays_the_same_order(app, stripe_client, pump):
    sheet = place(fill_cart((add_product(), 1)))
    pay(stripe_client, sheet, "pm_card_visa_chargeDeclinedInsufficientFunds")
    pump()
    order = order_of(sheet)
    assert order.status == OrderStatus.FAILED
    assert "insufficient" in order.events[-1].reason

    again = payments.start(order.id)
    pay(stripe_client, again)
    pump()

    assert again.client_secret == sheet.client_secret
    assert order_of(sheet).status == OrderStatus.PAID
    assert db.session.scalar(db.select(db.func.count()).select_from(Payment)) == 1


def test_a_failed_challenge_is_a_decline_and_another_try_pays(app, sandbox, stripe_client, pump):
    sheet = place(fill_cart((add_product(), 1)))
    intent = pay(stripe_client, sheet, "pm_card_authenticationRequired")
    sandbox.finish_authentication(intent.id, "fail")
    pump()
    order = order_of(sheet)
    assert (order.status, order.payment.failure_code) == (
        OrderStatus.FAILED,
        "payment_intent_authentication_failure",
    )

    pay(stripe_client, payments.start(order.id), "pm_card_authenticationRequired")
    sandbox.finish_authentication(intent.id, "complete")
    pump()

    assert order_of(sheet).status == OrderStatus.PAID


def test_the_letter_about_a_failure_waits_for_another_try(app, stripe_client, pump, move_clock):
    sheet = place(fill_cart((add_product(), 1)))
    pay(stripe_client, sheet, "pm_card_visa_chargeDeclined")
    pump()
    assert letters() == []

    move_clock(timedelta(minutes=11))
    app.extensions["jobs"].sweep()
    pump()

    assert letters() == ["payment_failed"]


def test_a_bank_debit_that_fails_days_later_holds_its_goods_for_one_more_day(
    app, stripe_client, pump, move_clock
):
    mug = add_product(stock=1)
    sheet = place(fill_cart((mug, 1)))
    debit(stripe_client, sheet, iban="DE62370400440532013001")
    pump()
    assert order_of(sheet).hold_expires_at is None

    move_clock(timedelta(days=7))
    pump()
    assert order_of(sheet).status == OrderStatus.FAILED
    orders.sweep_holds()
    assert order_of(sheet).status == OrderStatus.FAILED

    move_clock(timedelta(days=1, minutes=1))
    orders.sweep_holds()
    assert order_of(sheet).status == OrderStatus.CANCELED
    assert db.session.get_one(Stock, mug.id).reserved == 0


def test_trying_again_and_again_does_not_hold_the_goods_for_ever(app, move_clock):
    order = order_of(place(fill_cart((add_product(stock=1), 1))))
    first = order.hold_expires_at

    move_clock(timedelta(minutes=10))
    payments.start(order.id)
    assert fresh(order).hold_expires_at > first

    for _ in range(20):
        move_clock(timedelta(minutes=10))
        payments.start(order.id)
    assert fresh(order).hold_expires_at == order.created_at + timedelta(minutes=120)


def test_a_dead_intent_is_replaced_by_a_new_one(app, stripe_client, pump):
    sheet = place(fill_cart((add_product(), 1)))
    stripe_client.v1.payment_intents.cancel(sheet.client_secret.split("_secret_")[0])
    pump()

    again = payments.start(order_of(sheet).id)

    assert again.client_secret != sheet.client_secret
    pay(stripe_client, again)
    pump()
    assert order_of(sheet).status == OrderStatus.PAID


def test_a_paid_order_has_nothing_left_to_pay(app, stripe_client, pump):
    order = buy(stripe_client)
    pump()

    sheet = payments.start(order.id)

    assert sheet.settled
    assert sheet.client_secret == ""


def test_too_little_for_stripe_is_said_before_anything_is_asked(app, stripe_client):
    gum = add_product("gum", unit_amount=20, kind="digital", stock=None)

    with pytest.raises(AmountTooSmall):
        place(fill_cart((gum, 1)))

    assert place(fill_cart((gum, 3))).amount == 60


def test_an_authorised_payment_is_captured_by_staff(app, stripe_client, pump, manual_capture):
    order = buy(stripe_client)
    pump()
    order = fresh(order)
    assert (order.status, order.payment_badge) == (OrderStatus.PENDING, "authorized")
    assert order.hold_expires_at == order.payment.capture_before

    payments.capture(order.payment.id, amount=1000, actor="ada")
    pump()

    order = fresh(order)
    assert (order.status, order.paid_amount) == (OrderStatus.PAID, 1000)
    assert (order.refunds, order.refunded_amount) == ([], 0)  # what was let go was never taken


def test_more_than_authorised_cannot_be_captured(app, stripe_client, pump, manual_capture):
    order = buy(stripe_client)
    pump()
    payment = fresh(order).payment

    with pytest.raises(NothingToCapture):
        payments.capture(payment.id, amount=payment.amount + 1, actor="ada")


def test_an_authorised_order_can_be_let_go(app, stripe_client, pump, manual_capture):
    order = buy(stripe_client)
    pump()

    orders.cancel(order.id, actor="ada")

    assert fresh(order).status == OrderStatus.CANCELED
    assert [i.status for i in stripe_client.v1.payment_intents.list().data] == ["canceled"]


def test_a_lost_answer_is_found_again_by_the_sweep(app, sandbox, stripe_client, move_clock):
    sandbox.account.chaos.add(
        fault="lost_answer", method="POST", path="/v1/payment_intents", count=1
    )
    with pytest.raises(GatewayUnavailable):
        place(fill_cart((add_product(), 1)))
    order = db.session.scalars(db.select(Order)).one()
    assert order.payment.status == PaymentStatus.NEW

    move_clock(timedelta(minutes=2))
    payments.sweep()

    (intent,) = stripe_client.v1.payment_intents.list().data
    assert fresh(order).payment.stripe_id == intent.id


def test_a_failure_that_stripe_repeats_is_overcome_with_another_key(app, sandbox, stripe_client):
    sandbox.account.chaos.add(fault="500", method="POST", path="/v1/payment_intents", count=1)
    cart = fill_cart((add_product(), 1))
    form = request_for(cart)
    with pytest.raises(GatewayUnavailable):
        place(cart, form)

    sheet = place(cart, form)

    (intent,) = stripe_client.v1.payment_intents.list().data
    assert sheet.client_secret == intent.client_secret
    assert order_of(sheet).payment.attempt == 2


def test_money_for_a_canceled_order_is_kept_visible(app, stripe_client):
    order = buy(stripe_client)
    stripe_id = order.payment.stripe_id
    db.session.rollback()
    arrived = gateway.retrieve_payment_intent(stripe_id)
    with transaction():
        db.session.get_one(Order, order.id).move_to(OrderStatus.CANCELED, actor="test")

    with transaction() as session:
        payment_records.record(session, arrived, actor="stripe")

    order = fresh(order)
    assert (order.status, order.paid_amount) == (OrderStatus.CANCELED, order.total_amount)
    assert order.attention == settlement.MONEY_FOR_CANCELED


def test_another_intent_that_carries_our_token_is_not_ours(app, stripe_client, pump):
    order = order_of(place(fill_cart((add_product(), 1))))
    ours = stripe_client.v1.payment_intents.retrieve(order.payment.stripe_id)
    stripe_client.v1.payment_intents.create(
        {
            "amount": 100,
            "currency": "eur",
            "metadata": ours.metadata.to_dict(),
            "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
            "confirm": True,
            "payment_method": "pm_card_visa",
        }
    )
    pump()

    order = fresh(order)
    assert (order.status, order.paid_amount) == (OrderStatus.PENDING, 0)
    assert order.payment.stripe_id == ours.id


def debit(stripe_client, sheet, *, iban):
    """A bank debit, confirmed as the Payment Element does."""
    stripe_client.v1.payment_intents.confirm(
        sheet.client_secret.split("_secret_")[0],
        {
            "payment_method_data": {
                "type": "sepa_debit",
                "sepa_debit": {"iban": iban},
                "billing_details": {"name": "Eve", "email": "eve@example.com"},
            },
            "mandate_data": {
                "customer_acceptance": {
                    "type": "online",
                    "online": {"ip_address": "127.0.0.1", "user_agent": "test"},
                }
            },
            "return_url": "http://localhost/return",
        },
    )


def fresh(order):
    db.session.rollback()
    return db.session.get_one(Order, order.id)


def letters():
    db.session.rollback()
    return [letter.message for letter in db.session.scalars(db.select(Letter))]


@pytest.fixture
def manual_capture(app, monkeypatch):
    settings = app.extensions["settings"]
    manual = settings.model_copy(update={"capture_method": "manual"})
    monkeypatch.setitem(app.extensions, "settings", manual)
