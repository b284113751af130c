"""Brings a customer the key of what they subscribed to."""

from typing import Any

from sqlalchemy import select

from app.db import reading
from app.emails import letters
from app.emails.subscription_changed import amount_words
from app.jobs import enqueue, job
from app.models import License, SubscriptionStatus


def send(license: License) -> None:
    """Write the letter once this transaction commits."""
    enqueue(deliver, license_id=license.id)


@job()
def deliver(license_id: int) -> None:
    with reading() as session:
        license = session.scalars(select(License).filter_by(id=license_id)).one()
        subscription = license.subscription
        trying = subscription is not None and subscription.status == SubscriptionStatus.TRIALING
        context: dict[str, Any] = {
            "product": license.product.name,
            "key": license.key,
            "seats": license.seats,
            "url": letters.link("/account/licenses"),
            "trial_end": None,
        }
        if subscription is not None and trying and subscription.will_be_charged:
            path = f"/account/subscriptions/{subscription.token}"
            context |= {
                "trial_end": subscription.trial_end,
                "amount": amount_words(subscription),
                "interval": subscription.every,
                "method": subscription.method,
                "subscription_url": letters.link(path),
            }
        to, customer_id = license.customer.email, license.customer_id
    letters.write(
        "license_issued",
        cause=f"license_issued:{context['key']}",
        to=to,
        subject=f"Your license for {context['product']}",
        customer_id=customer_id,
        **context,
    )
