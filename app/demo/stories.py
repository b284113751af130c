"""How the demo's orders came about: each story is told in steps, with the time between them.

A story calls the shop's own verbs and yields how long it is until the next step. One that began
yesterday is simply not over yet, so orders in every state come by themselves.
"""

import secrets
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select

from app import settings
from app.db import reading
from app.demo import seed_people, wallet
from app.demo.values import Customer
from app.errors import PaymentFailed
from app.models import Order, Question, QuestionType, Variant
from app.services import carts, checkout, disputes, orders, payments, pricing, refunds
from app.services.checkout import CheckoutRequest
from app.services.payments import PaymentSheet

PACKER, CASHIER = "orders@shop.example", "billing@shop.example"
MOMENT = timedelta(seconds=40)
LONG_HOLD = 5 * 24 * 60  # minutes, so that what is unpaid can be looked at for some days


@dataclass(frozen=True, kw_only=True)
class Visit:
    """Who comes for what; `goods` are skus with quantities, `number` tells visits apart."""

    number: int
    buyer: Customer
    customer_id: int | None  # None for a guest
    goods: tuple[tuple[str, int], ...]
    shipping_method: str
    note: str = ""


Steps = Generator[timedelta, None, int]
Story = Callable[[Visit], Steps]


def bought(visit: Visit, card: str = "pm_card_visa") -> Steps:
    """Paid by card at once; downloads are fulfilled with that."""
    sheet = _place(visit)
    wallet.pay_by_card(sheet, card)
    order_id = _told(sheet)
    yield MOMENT
    return order_id


def shipped(visit: Visit) -> Steps:
    order_id = yield from bought(visit, "pm_card_mastercard")
    yield timedelta(hours=19)
    orders.start_fulfilling(order_id, actor=PACKER)
    yield timedelta(hours=8)
    orders.ship(order_id, tracking=f"JJD0143{visit.number:09}", actor=PACKER)
    return order_id


def refunded_in_part(visit: Visit) -> Steps:
    """One thing came back, and later something for the trouble."""
    order_id = yield from shipped(visit)
    yield timedelta(days=4)
    _refund(order_id, _first_line(order_id), "one piece arrived broken")
    yield timedelta(days=2)
    _refund(order_id, 300, "for the trouble")
    return order_id


def refunded(visit: Visit) -> Steps:
    order_id = yield from shipped(visit)
    yield timedelta(days=5)
    _refund(order_id, _total(order_id), "sent back unused")
    return order_id


def refund_under_way(visit: Visit) -> Steps:
    order_id = yield from bought(visit, "pm_card_pendingRefund")
    yield timedelta(hours=30)
    _refund(order_id, _total(order_id), "changed their mind")
    return order_id


def refund_bounced(visit: Visit) -> Steps:
    """The bank takes the money back at first, and sends it back later."""
    order_id = yield from bought(visit, "pm_card_refundFail")
    yield timedelta(hours=40)
    _refund(order_id, _total(order_id), "ordered twice")
    return order_id


def disputed(visit: Visit) -> Steps:
    return (yield from bought(visit, "pm_card_createDispute"))


def not_received(visit: Visit) -> Steps:
    return (yield from bought(visit, "pm_card_createDisputeProductNotReceived"))


def answered(visit: Visit) -> Steps:
    """What the shop's records say was sent, and the bank is reading it."""
    order_id = yield from disputed(visit)
    yield timedelta(days=2)
    disputes.submit(_dispute_of(order_id), actor=CASHIER)
    return order_id


def dispute_won(visit: Visit) -> Steps:
    """Stripe's test mode decides at once by these words: https://docs.stripe.com/testing#disputes"""
    order_id = yield from disputed(visit)
    yield timedelta(days=3)
    dispute_id = _dispute_of(order_id)
    disputes.save(dispute_id, {"uncategorized_text": "winning_evidence"}, actor=CASHIER)
    disputes.submit(dispute_id, actor=CASHIER)
    orders.sync(order_id)
    return order_id


def dispute_lost(visit: Visit) -> Steps:
    order_id = yield from not_received(visit)
    yield timedelta(days=3)
    disputes.accept(_dispute_of(order_id), actor=CASHIER)
    return order_id


def second_try(visit: Visit) -> Steps:
    """Declined, and paid on the same order with another card."""
    order_id = _decline(visit)
    yield timedelta(minutes=3)
    sheet = payments.start(order_id)
    wallet.pay_by_card(sheet)
    yield MOMENT
    return _told(sheet)


def declined(visit: Visit) -> Steps:
    with _as_if(reservation_minutes=LONG_HOLD):
        order_id = _decline(visit)
    yield timedelta(minutes=11)  # by then the letter with another way to pay is written
    return order_id


def unpaid(visit: Visit) -> Steps:
    with _as_if(reservation_minutes=LONG_HOLD):
        order_id = _told(_place(visit))
    yield MOMENT
    return order_id


def abandoned(visit: Visit) -> Steps:
    """Never paid: the hold ends, and the goods are for sale again."""
    order_id = _told(_place(visit))
    yield timedelta(minutes=40)
    orders.sweep_holds()
    return order_id


def canceled(visit: Visit) -> Steps:
    order_id = _told(_place(visit))
    yield timedelta(minutes=6)
    orders.cancel(order_id, actor="customer", reason="canceled by the customer")
    return order_id


def bank_debit(visit: Visit) -> Steps:
    sheet = _place(visit)
    wallet.pay_by_debit(sheet, visit.buyer)
    order_id = _told(sheet)
    yield MOMENT
    return order_id


def authorized(visit: Visit) -> Steps:
    """The bank holds the money until staff capture it."""
    with _as_if(capture_method="manual"):
        sheet = _place(visit)
    wallet.pay_by_card(sheet)
    order_id = _told(sheet)
    yield MOMENT
    return order_id


def captured(visit: Visit) -> Steps:
    order_id = yield from authorized(visit)
    yield timedelta(hours=5)
    with reading() as session:
        payment_id = session.get_one(Order, order_id).payments[-1].id
    payments.capture(payment_id, amount=None, actor=CASHIER)
    return order_id


def _decline(visit: Visit) -> int:
    sheet = _place(visit)
    with suppress(PaymentFailed):
        wallet.pay_by_card(sheet, "pm_card_visa_chargeDeclinedInsufficientFunds")
    return _told(sheet)


def _place(visit: Visit) -> PaymentSheet:
    """Fill a cart and place it, as the checkout page does."""
    token = ""
    for sku, quantity in visit.goods:
        variant_id, answers = _wanted(sku)
        token = carts.add(token, variant_id=variant_id, quantity=quantity, answers=answers)
    home = seed_people.postal(visit.buyer.addresses[0])
    with reading():
        cart = carts.find(token)
        quote = pricing.quote(cart, country=home.country, shipping_method=visit.shipping_method)
    request = CheckoutRequest(
        email=visit.buyer.email,
        phone=visit.buyer.phone,
        note=visit.note,
        shipping_address=home if quote.needs_shipping else None,
        shipping_method=quote.shipping_method,
        place_key=secrets.token_urlsafe(16),
        fingerprint=quote.fingerprint,
    )
    return checkout.place(token, request, customer_id=visit.customer_id, actor="customer")


def _wanted(sku: str) -> tuple[int, dict[int, str]]:
    """A variant's id, and an answer to each question that needs one."""
    with reading() as session:
        variant = session.scalars(select(Variant).filter_by(sku=sku)).one()
        needed = [q for q in variant.product.questions if q.required]
        return variant.id, {question.id: _answer(question) for question in needed}


def _answer(question: Question) -> str:
    if question.type == QuestionType.CHOICE:
        return str(question.choices[0])
    return "2026-03-14" if question.type == QuestionType.DATE else "As on the picture, please."


def _told(sheet: PaymentSheet) -> int:
    """The order's id, once Stripe was asked how its payment went."""
    with reading() as session:
        order_id = session.scalars(select(Order.id).filter_by(token=sheet.order_token)).one()
    orders.sync(order_id)
    return order_id


def _dispute_of(order_id: int) -> int:
    with reading() as session:
        (dispute,) = session.get_one(Order, order_id).disputes
        return dispute.id


def _refund(order_id: int, amount: int, reason: str) -> None:
    token = secrets.token_urlsafe(16)
    refunds.issue(order_id, amount, form_token=token, actor=CASHIER, reason=reason)


def _first_line(order_id: int) -> int:
    with reading() as session:
        return session.get_one(Order, order_id).goods[0].unit_amount


def _total(order_id: int) -> int:
    with reading() as session:
        return session.get_one(Order, order_id).paid_amount


@contextmanager
def _as_if(**changed: Any) -> Iterator[None]:
    """Let the shop have other settings for a while."""
    usual = settings.current()
    current_app.extensions["settings"] = usual.model_copy(update=changed)
    try:
        yield
    finally:
        current_app.extensions["settings"] = usual
