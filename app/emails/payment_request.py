"""Asks a customer to pay an order that the shop wrote down for them."""

from typing import Any

from sqlalchemy import select

from app.db import reading
from app.emails import letters
from app.jobs import enqueue, job
from app.models import Order


def send(order: Order, *, time: int) -> None:
    """Write the letter once this transaction commits; `time` tells a second one from the first."""
    enqueue(deliver, order_token=order.token, time=time)


@job()
def deliver(order_token: str, time: int) -> None:
    with reading() as session:
        order = session.scalars(select(Order).filter_by(token=order_token)).one()
        if not order.is_payable:
            return
        context: dict[str, Any] = {
            "number": order.number,
            "currency": order.currency,
            "total_amount": order.total_amount,
            "lines": [
                {"name": line.name, "quantity": line.quantity, "total_amount": line.total_amount}
                for line in order.line_items
            ],
            "pay_until": order.hold_expires_at,
            "url": letters.link(f"/orders/{order.token}"),
        }
        to, order_id = order.email, order.id
    letters.write(
        "payment_request",
        cause=f"payment_request:{order_token}:{time}",
        to=to,
        subject=f"Your order {context['number']} is ready to be paid",
        order_id=order_id,
        **context,
    )
