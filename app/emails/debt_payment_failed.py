"""Tells a customer that a payment for invoices did not go through, and how to pay after all."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app import clock
from app.db import reading
from app.emails import letters
from app.jobs import enqueue, job
from app.models import Collector, Payment

PATIENCE = timedelta(minutes=10)


def send(payment: Payment, *, reason: str) -> None:
    """Write the letter in a while, unless it is paid by then; one per payment."""
    enqueue(deliver, run_after=clock.now() + PATIENCE, payment_token=payment.token, reason=reason)


@job()
def deliver(payment_token: str, reason: str) -> None:
    with reading() as session:
        payment = session.scalars(select(Payment).filter_by(token=payment_token)).one()
        invoices = {cover.item.invoice for cover in payment.covers if cover.item.due_amount > 0}
        owed = [each for each in invoices if each.is_open and each.collector == Collector.SHOP]
        if payment.succeeded or payment.processing or not owed or payment.customer is None:
            return
        only = f"/invoices/{owed[0].token}" if len(owed) == 1 else "/account/payments"
        context: dict[str, Any] = {
            "paid_for": payment.description,
            "amount": payment.amount,
            "currency": payment.currency,
            "reason": reason,
            "url": letters.link(only),
        }
        to, customer_id = payment.customer.email, payment.customer_id
    letters.write(
        "debt_payment_failed",
        cause=f"debt_payment_failed:{payment_token}",
        to=to,
        subject=f"The payment for {context['paid_for']} did not go through",
        customer_id=customer_id,
        **context,
    )
