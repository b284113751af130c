"""Who waits for whom: the order or the customer first, always, then what hangs on it."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.models import Customer, Order, Payment, RecordEvent

A_MOMENT = timedelta(minutes=1)  # pressed twice, or the same form sent again


def lock_order(session: Session, order_id: int) -> Order:
    """Lock an order and read it, and what hangs on it, anew."""
    order = session.scalars(
        select(Order)
        .where(Order.id == order_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    session.expire(order, ["payments", "refunds", "disputes", "reservations", "line_items"])
    return order


def lock_customer(session: Session, customer_id: int) -> Customer:
    """Lock a customer: whoever changes what they owe, or pays it, waits here."""
    return session.get_one(
        Customer, customer_id, with_for_update={"of": Customer}, populate_existing=True
    )


def lock_payment(session: Session, payment_id: int) -> Payment:
    """Lock what a payment is for, then read the payment, and what hangs on it, anew."""
    key = session.execute(
        select(Payment.order_id, Payment.customer_id).where(Payment.id == payment_id)
    ).one()
    if key.order_id is not None:
        lock_order(session, key.order_id)
    elif key.customer_id is not None:
        lock_customer(session, key.customer_id)
    payment = session.get_one(
        Payment, payment_id, with_for_update={"of": Payment}, populate_existing=True
    )
    session.expire(payment, ["covers", "refunds", "disputes"])
    return payment


def lock_payment_of(
    session: Session, payment_intent_id: str, *, token: str | None = None
) -> Payment | None:
    """The payment of a PaymentIntent, else the one whose token it carries; None if not ours."""
    key = session.execute(
        select(Payment.id, Payment.stripe_id)
        .where((Payment.stripe_id == payment_intent_id) | (Payment.token == token))
        .order_by(Payment.stripe_id.is_(None))
    ).first()
    if key is None:
        return None
    payment = lock_payment(session, key.id)
    return payment if payment.stripe_id in {None, payment_intent_id} else None


def just_done(events: Sequence[RecordEvent], kind: str, *, actor: str) -> bool:
    """Whether the same person did this a moment ago, and nothing since. Only once the record is
    locked: whoever pressed at the same time has then written theirs down."""
    theirs = [event for event in events if event.actor == actor]
    recent = clock.now() - A_MOMENT
    return bool(theirs) and theirs[-1].kind == kind and theirs[-1].created_at > recent
