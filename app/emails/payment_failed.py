"""Tells a customer that a payment did not go through, and how to pay after all."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app import clock
from app.db import reading
from app.emails import letters
from app.jobs import enqueue, job
from app.models import Order
from app.models.order import OrderStatus

PATIENCE = timedelta(minutes=10)


def send(order: Order, *, reason: str = "") -> None:
    """Write the letter in a while, unless another try has followed by then."""
    enqueue(deliver, run_after=clock.now() + PATIENCE, order_token=order.token, reason=reason)


@job()
def deliver(order_token: str, reason: str) -> None:
    with reading() as session:
        order = session.scalars(select(Order).filter_by(token=order_token)).one()
        if order.status != OrderStatus.FAILED:
            return
        context: dict[str, Any] = {
            "number": order.number,
            "currency": order.currency,
            "total_amount": order.total_amount,
            "reason": reason,
            "url": letters.link(f"/orders/{order.token}"),
        }
        to, order_id = order.email, order.id
    letters.write(
        "payment_failed",
        cause=f"payment_failed:{order_token}",
        to=to,
        subject=f"The payment for order {context['number']} did not go through",
        order_id=order_id,
        **context,
    )
