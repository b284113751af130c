"""Thanks a customer: the money is here, and this is what it bought."""

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
            "currency": order.currency,
            "total_amount": order.total_amount,
            "lines": [(line.name, line.quantity, line.full_amount) for line in order.line_items],
            "discount_amount": order.discount_amount,
            "coupon_code": order.coupon_code,
            "url": letters.link(f"/orders/{order.token}"),
        }
        to, order_id = order.email, order.id
    letters.write(
        "order_confirmation",
        cause=f"order_confirmation:{order_token}",
        to=to,
        subject=f"Thank you for order {context['number']}",
        order_id=order_id,
        **context,
    )
