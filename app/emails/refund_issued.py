"""Tells a customer that money is on its way back."""

from sqlalchemy import select

from app.db import reading
from app.emails import letters
from app.jobs import enqueue, job
from app.models import Refund


def send(refund: Refund) -> None:
    """Write the letter once this transaction commits."""
    enqueue(deliver, refund_token=refund.token)


@job()
def deliver(refund_token: str) -> None:
    with reading() as session:
        refund = session.scalars(select(Refund).filter_by(token=refund_token)).one()
        order = refund.order
        context = {
            "number": order.number,
            "currency": order.currency,
            "amount": refund.amount,
            "url": letters.link(f"/orders/{order.token}"),
        }
        to, order_id = order.email, order.id
    letters.write(
        "refund_issued",
        cause=f"refund_issued:{refund_token}",
        to=to,
        subject=f"Refund for order {context['number']}",
        order_id=order_id,
        **context,
    )
