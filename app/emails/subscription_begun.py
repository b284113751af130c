"""Brings a customer a way to pay for a subscription that the shop began for them."""

from typing import Any

from sqlalchemy import select

from app.db import reading
from app.emails import letters
from app.jobs import enqueue, job
from app.models import Invoice, InvoiceStatus, Subscription


def send(subscription: Subscription, *, time: int) -> None:
    """Write the letter once this transaction commits; `time` tells a second one from the first."""
    enqueue(deliver, subscription_token=subscription.token, time=time)


@job()
def deliver(subscription_token: str, time: int) -> None:
    with reading() as session:
        found = select(Subscription).filter_by(token=subscription_token)
        subscription = session.scalars(found).one()
        if subscription.ended:
            return
        invoice = session.scalars(
            select(Invoice)
            .where(
                Invoice.subscription_id == subscription.id, Invoice._status == InvoiceStatus.OPEN
            )
            .order_by(Invoice.id.desc())
        ).first()
        page = letters.link(f"/account/subscriptions/{subscription_token}")
        context: dict[str, Any] = {
            "product": subscription.product_name or "your subscription",
            "quantity": subscription.quantity,
            "currency": subscription.currency,
            "due_amount": invoice.due_amount if invoice else 0,
            "trial_end": subscription.trial_end,
            "url": (invoice.hosted_url if invoice else "") or page,
        }
        to, customer_id = subscription.customer.email, subscription.customer_id
    letters.write(
        "subscription_begun",
        cause=f"subscription_begun:{subscription_token}:{time}",
        to=to,
        subject=f"Your subscription to {context['product']} is ready",
        customer_id=customer_id,
        **context,
    )
