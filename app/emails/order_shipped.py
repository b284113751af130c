"""Tells a customer that the parcel has left, or waits to be collected."""

from typing import Any

from sqlalchemy import select

from app.db import reading
from app.emails import letters
from app.jobs import enqueue, job
from app.models import Order


def send(order: Order) -> None:
    """Write the letter once this transaction commits."""
    enqueue(deliver, order_token=order.token)


@job()
def deliver(order_token: str) -> None:
    with reading() as session:
        order = session.scalars(select(Order).filter_by(token=order_token)).one()
        context: dict[str, Any] = {
            "number": order.number,
            "news": "is ready to be collected" if order.is_collected else "is on its way",
            "collected": order.is_collected,
            "tracking": order.tracking,
            "lines": [(line.name, line.quantity) for line in order.goods],
            "url": letters.link(f"/orders/{order.token}"),
        }
        to, order_id = order.email, order.id
    letters.write(
        "order_shipped",
        cause=f"order_shipped:{order_token}",
        to=to,
        subject=f"Order {context['number']} {context['news']}",
        order_id=order_id,
        **context,
    )
