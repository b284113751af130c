"""Tells a customer that money is on its way back."""

from dataclasses import dataclass

from sqlalchemy import select

from app.db import reading
from app.emails import letters
from app.jobs import enqueue, job
from app.models import Payment, Refund


def send(refund: Refund) -> None:
    """Write the letter once this transaction commits."""
    enqueue(deliver, refund_token=refund.token)


@job()
def deliver(refund_token: str) -> None:
    with reading() as session:
        refund = session.scalars(select(Refund).filter_by(token=refund_token)).one()
        addressee = _addressee(refund.payment)
        context = {"currency": refund.payment.currency, "amount": refund.amount}
    if addressee is None:
        return  # nobody knows whose payment it was
    letters.write(
        "refund_issued",
        cause=f"refund_issued:{refund_token}",
        to=addressee.to,
        subject=f"Refund for {addressee.paid_for}",
        order_id=addressee.order_id,
        customer_id=addressee.customer_id,
        paid_for=addressee.paid_for,
        url=letters.link(addressee.path),
        **context,
    )


@dataclass(frozen=True, kw_only=True)
class _Addressee:
    """Who is told, and of what; `path` is where they see it."""

    to: str
    paid_for: str
    path: str
    order_id: int | None = None
    customer_id: int | None = None


def _addressee(payment: Payment) -> _Addressee | None:
    order, customer = payment.order, payment.customer
    if order is not None:
        name, path = f"order {order.number}", f"/orders/{order.token}"
        return _Addressee(to=order.email, paid_for=name, path=path, order_id=order.id)
    if customer is None:
        return None
    name = payment.description or "your payment"
    return _Addressee(
        to=customer.email, paid_for=name, path="/account/payments", customer_id=customer.id
    )
