"""Stripe says something about a subscription, or about an invoice that it collects.

They are one story: whichever of them an event is about, the whole is fetched and recorded.
"""

from typing import Any

from sqlalchemy.orm import Session

from app import clock, gateway
from app.emails import subscription_changed
from app.gateway import Gone, RemoteInvoice, RemoteStory
from app.inbox.registry import Subject, on
from app.jobs import enqueue
from app.models import Subscription, SubscriptionStatus
from app.services import invoice_records, subscription_records, subscription_waiting


def its_story(invoice: dict[str, Any]) -> Subject:
    """The subscription an invoice is for, else the invoice itself."""
    parent = invoice.get("parent") or {}
    details = parent.get("subscription_details") if isinstance(parent, dict) else None
    subscription = details.get("subscription") if isinstance(details, dict) else None
    if isinstance(subscription, str):
        return Subject("subscription", subscription)
    return Subject("invoice", invoice.get("id"))


def fetch(stripe_id: str) -> RemoteStory | RemoteInvoice | Gone:
    if stripe_id.startswith("sub_"):
        return gateway.retrieve_subscription_story(stripe_id)
    return gateway.retrieve_invoice(stripe_id)


@on(
    "customer.subscription.created",
    "customer.subscription.deleted",
    "customer.subscription.paused",
    "customer.subscription.pending_update_applied",
    "customer.subscription.pending_update_expired",
    "customer.subscription.resumed",
    "customer.subscription.updated",
    fetch=gateway.retrieve_subscription_story,
)
def record_subscription(session: Session, story: RemoteStory | Gone) -> None:
    if isinstance(story, RemoteStory):
        _record(session, story)


@on("customer.subscription.trial_will_end", fetch=gateway.retrieve_subscription_story)
def record_end_of_trial(session: Session, story: RemoteStory | Gone) -> None:
    """Three days before it: nobody is charged unawares."""
    if isinstance(story, RemoteStory):
        subscription = _record(session, story)
        if subscription is not None and subscription.will_be_charged and _on_trial(subscription):
            subscription_changed.send(subscription, news="trial_ending")


def _on_trial(subscription: Subscription) -> bool:
    """Still: an event may come days after it was true."""
    end = subscription.trial_end
    trying = subscription.status == SubscriptionStatus.TRIALING
    return trying and end is not None and end > clock.now()


@on(
    "invoice.created",
    "invoice.deleted",
    "invoice.finalized",
    "invoice.marked_uncollectible",
    "invoice.paid",
    "invoice.payment_action_required",
    "invoice.payment_failed",
    "invoice.payment_succeeded",
    "invoice.sent",
    "invoice.updated",
    "invoice.voided",
    fetch=fetch,
    about=its_story,
)
def record_invoice(session: Session, answer: RemoteStory | RemoteInvoice | Gone) -> None:
    if isinstance(answer, RemoteStory):
        _record(session, answer)
    else:
        invoice_records.record(session, answer, actor="stripe")


def _record(session: Session, story: RemoteStory) -> Subscription | None:
    """Giving up a change that the bank refused asks Stripe again, so it waits until this is kept."""
    subscription = subscription_records.record(session, story, actor="stripe")
    if subscription is not None and story.change_refused:
        enqueue(subscription_waiting.give_up_refused, subscription_id=subscription.id)
    return subscription
