"""Stripe says something about a customer.

Their name and address are the shop's own, which tells Stripe and not the other way round. What
counts is their credit there, the card that their subscriptions are charged to where they have none
of their own, and whether they were deleted.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.gateway import Gone
from app.inbox.registry import on
from app.jobs import enqueue, job
from app.models import Customer, Subscription
from app.models.subscription import RUNNING
from app.services import stripe_customers, subscriptions


def fetch(stripe_id: str) -> str:
    """No version guards what is said of a customer: the jobs ask for themselves."""
    return stripe_id


@on("customer.deleted", fetch=fetch)
def look_at_customer(session: Session, stripe_id: str | Gone) -> None:
    """Their subscriptions have ended with them, of which Stripe tells apart."""
    if isinstance(stripe_id, Gone):
        return
    theirs = select(Customer.id).where(Customer.stripe_customer_id == stripe_id)
    for customer_id in session.scalars(theirs).all():
        enqueue(stripe_customers.look, customer_id=customer_id)


@on("customer.updated", fetch=fetch)
def look_at_subscriptions(session: Session, stripe_id: str | Gone) -> None:
    """Each has a version of its own to guard its answer, so each is asked for by itself."""
    look_at_customer(session, stripe_id)
    if isinstance(stripe_id, Gone):
        return
    theirs = (
        select(Subscription.id)
        .join(Subscription.customer)
        .where(Customer.stripe_customer_id == stripe_id, Subscription._status.in_(RUNNING))
    )
    for subscription_id in session.scalars(theirs.order_by(Subscription.id)).all():
        enqueue(look_at, subscription_id=subscription_id)


@job()
def look_at(subscription_id: int) -> None:
    """See how it is at Stripe; that says nothing to Stripe, so nothing comes back of it."""
    subscriptions.sync(subscription_id)
