"""Subscriptions that staff begin: the customer pays by a letter's link, or with a card on file."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import gateway
from app.db import reading, transaction
from app.emails import subscription_begun
from app.errors import PaymentFailed, SubscriptionLocked, UnknownSubscription
from app.gateway import SavedCard
from app.models import Invoice, InvoiceStatus, Subscription, SubscriptionStatus
from app.services import stripe_customers, subscriptions


@dataclass(frozen=True, kw_only=True)
class _Known:
    """What is charged, as plain values."""

    stripe_id: str
    customer_id: str
    invoice_id: str | None  # at Stripe; None where a trial still only needs a card


def begin(
    customer_id: int,
    price_id: int,
    *,
    quantity: int,
    start_key: str,
    fingerprint: str = "",
    actor: str,
) -> int:
    """Begin it for a customer; its id. It runs once it is charged, or paid by the customer."""
    sheet = subscriptions.start(
        customer_id,
        price_id,
        quantity=quantity,
        start_key=start_key,
        fingerprint=fingerprint,
        actor=actor,
    )
    with reading() as session:
        return session.scalars(select(Subscription.id).filter_by(token=sheet.token)).one()


def cards(customer_id: int) -> list[SavedCard]:
    """The cards a customer has left with Stripe; asks there."""
    return gateway.list_cards(stripe_customers.living(customer_id))


def charge(subscription_id: int, card_id: str, *, actor: str) -> None:
    """Pay what is open of it with one of the customer's own cards, which is used from now on;
    on a trial nothing is open, and it is used at its end."""
    known = _known(subscription_id)
    if card_id not in {card.stripe_id for card in gateway.list_cards(known.customer_id)}:
        raise PaymentFailed("This card is not on file any more. Nothing was charged.")
    try:
        if known.invoice_id:
            gateway.pay_invoice(known.invoice_id, card_id)
        gateway.set_default_method(known.stripe_id, card_id)
    finally:
        subscriptions.sync(subscription_id, actor=actor)
    with transaction() as session:
        session.get_one(Subscription, subscription_id).note_event("charged", actor=actor)


def send_way_to_pay(subscription_id: int, *, actor: str) -> None:
    """Mail the customer a link with which to pay it, once more if it was mailed before."""
    with transaction() as session:
        row = session.get(Subscription, subscription_id)
        if row is None:
            raise UnknownSubscription("There is no such subscription.")
        if reason := why_nothing_to_pay(session, row):
            raise SubscriptionLocked(reason)
        row.note_event("way_to_pay_sent", actor=actor, reason=row.customer.email)
        times = sum(event.kind == "way_to_pay_sent" for event in row.events)
        subscription_begun.send(row, time=times)


def why_nothing_to_pay(session: Session, subscription: Subscription) -> str:
    """Why nobody can be asked to pay it now; empty when they can."""
    if subscription.ended or subscription.stripe_id is None:
        return "It has ended, or Stripe has not answered yet."
    if subscription.awaits_card:
        return ""
    if open_invoice(session, subscription.id) is None:
        return "Nothing of it is open: there is nothing to pay."
    return ""


def open_invoice(session: Session, subscription_id: int) -> Invoice | None:
    """The newest invoice of it that is owed; what only a change waits for is not."""
    its = (
        select(Invoice)
        .join(Invoice.subscription)
        .where(
            Invoice.subscription_id == subscription_id,
            Invoice._status == InvoiceStatus.OPEN,
            Invoice.stripe_id != Subscription.wanted_invoice_id,
        )
    )
    return session.scalars(its.order_by(Invoice.id.desc()).limit(1)).first()


def _known(subscription_id: int) -> _Known:
    with reading() as session:
        row = session.get(Subscription, subscription_id)
        if row is None:
            raise UnknownSubscription("There is no such subscription.")
        reason = why_nothing_to_pay(session, row)
        if reason and row.status != SubscriptionStatus.TRIALING:
            raise SubscriptionLocked(reason)
        invoice = open_invoice(session, row.id)
        return _Known(
            stripe_id=str(row.stripe_id),
            customer_id=str(row.customer.stripe_customer_id),
            invoice_id=invoice.stripe_id if invoice else None,
        )
