"""Tells a customer that they have paid more than they owed, and that it is kept for them."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.db import reading
from app.emails import letters
from app.jobs import enqueue, job
from app.models import CreditEntry, Payment

PATIENCE = timedelta(minutes=10)


def send(payment: Payment) -> None:
    """Write the letter in a while, unless nothing is left of it by then; one per payment."""
    enqueue(deliver, run_after=clock.now() + PATIENCE, payment_token=payment.token)


@job()
def deliver(payment_token: str) -> None:
    with reading() as session:
        payment = session.scalars(select(Payment).filter_by(token=payment_token)).one()
        kept_amount = _kept_of(session, payment)
        if payment.customer is None or kept_amount <= 0:
            return  # it was given back meanwhile, or has paid for something else
        applied = sum(cover.applied_amount for cover in payment.covers)
        context: dict[str, Any] = {
            "paid_for": payment.description or "your payment",
            "currency": payment.currency,
            "received_amount": payment.received_amount,
            "over_amount": payment.received_amount - applied,
            "kept_amount": kept_amount,
            "url": letters.link("/account/payments"),
        }
        to, customer_id = payment.customer.email, payment.customer_id
    letters.write(
        "overpayment_received",
        cause=f"overpayment_received:{payment_token}",
        to=to,
        subject="You have paid more than you owed",
        customer_id=customer_id,
        **context,
    )


def _kept_of(session: Session, payment: Payment) -> int:
    """What of a payment is credit now, less the credit that was used since, in minor units."""
    its = select(func.min(CreditEntry.id), func.coalesce(func.sum(CreditEntry.amount), 0)).where(
        CreditEntry.payment_id == payment.id, CreditEntry.invoice_item_id.is_(None)
    )
    first_id, left = session.execute(its).one()
    used = select(func.coalesce(-func.sum(CreditEntry.amount), 0)).where(
        CreditEntry.customer_id == payment.customer_id,
        CreditEntry.currency == payment.currency,
        CreditEntry.invoice_item_id.is_not(None),
        CreditEntry.id > (first_id or 0),
    )
    return int(left) - max(int(session.scalar(used) or 0), 0)
