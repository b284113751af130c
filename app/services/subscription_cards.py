"""Another card for a subscription: left in the Payment Element, or chosen from those on file."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import select

from app import gateway
from app.db import reading, transaction
from app.errors import (
    PaymentFailed,
    Rejected,
    ShopError,
    SubscriptionLocked,
    UnknownSubscription,
)
from app.gateway import Gone, RemoteSetupIntent, SavedCard
from app.jobs import job
from app.models import Customer, Subscription, SubscriptionStatus
from app.services import subscription_waiting, subscriptions


@dataclass(frozen=True, kw_only=True)
class _Known:
    """A subscription that goes on, as plain values."""

    id: int
    token: str
    stripe_id: str
    customer_id: str


def start_change(token: str) -> str:
    """The client secret with which a new card is left. One that was begun is used again."""
    known = _load(token)
    begun = gateway.list_setup_intents(known.customer_id, token)
    unused = next(_still_open(begun), None)
    if unused is None:
        attempt = len(begun) + 1  # two windows at the same time count the same
        unused = gateway.create_setup_intent(known.customer_id, token, attempt=attempt)
    return unused.client_secret


def finish_change(token: str, *, actor: str) -> bool:
    """Charge the card that was left last from now on; False when none was left since.

    Told twice, late or by the webhook alone, it comes to the same: a card is put in use once.
    """
    known = _load(token)
    begun = gateway.list_setup_intents(known.customer_id, token)
    newest = next((intent for intent in begun if intent.status == "succeeded"), None)
    if newest is None:
        return False
    if newest.in_use:
        subscriptions.sync(known.id, actor=actor)  # who put it there may not have written it down
        return False
    subscription_waiting.make_way(known.id, actor=actor)  # it waits for the old card's bank
    gateway.set_default_method(known.stripe_id, newest.payment_method_id)
    gateway.mark_in_use(newest.stripe_id)
    _changed(known, newest.payment_method_id, actor=actor)
    return True


def saved(token: str) -> list[SavedCard]:
    """The cards that this customer has left with Stripe."""
    return gateway.list_cards(_load(token).customer_id)


def charged(token: str) -> str:
    """Which card is charged now, by its id at Stripe; empty when none is known."""
    found = gateway.retrieve_subscription(_load(token).stripe_id)
    return "" if isinstance(found, Gone) else found.method_id


def use(token: str, card_id: str, *, actor: str) -> None:
    """Charge one of the customer's own saved cards from now on."""
    known = _load(token)
    if card_id not in {card.stripe_id for card in gateway.list_cards(known.customer_id)}:
        raise PaymentFailed("This card is not on file any more. Nothing was changed.")
    subscription_waiting.make_way(known.id, actor=actor)
    gateway.set_default_method(known.stripe_id, card_id)
    _changed(known, card_id, actor=actor)


def offer(customer_id: int) -> str:
    """What the Payment Element offers a customer's saved cards with; without it, a card is typed."""
    with reading() as session:
        known = session.get_one(Customer, customer_id).stripe_customer_id
    if known is not None:
        with suppress(ShopError):
            return gateway.offer_cards(known)
    return ""


@job()
def finish(token: str) -> None:
    """Stripe says that a card was left: the window may have been closed before we knew."""
    with suppress(SubscriptionLocked, UnknownSubscription):  # it ended meanwhile
        finish_change(token, actor="stripe")


def _still_open(intents: list[RemoteSetupIntent]) -> Iterator[RemoteSetupIntent]:
    return (intent for intent in intents if intent.status not in {"succeeded", "canceled"})


def _changed(known: _Known, card_id: str, *, actor: str) -> None:
    with transaction() as session:
        row = session.get_one(Subscription, known.id)
        row.note_event("card_changed", actor=actor)
    _pay_what_is_open(known, card_id)
    subscriptions.sync(known.id, actor=actor)


def _pay_what_is_open(known: _Known, card_id: str) -> None:
    """What the old card could not pay is charged to the new one at once; Stripe would wait days."""
    with reading() as session:
        row = session.get_one(Subscription, known.id)
        late = row.status in {SubscriptionStatus.PAST_DUE, SubscriptionStatus.UNPAID}
        unpaid = [i.stripe_id for i in row.invoices if i.is_open and i.stripe_id] if late else []
    for invoice_id in unpaid:
        with suppress(Rejected):  # declined again: the page goes on to say what is open
            gateway.pay_invoice(invoice_id, card_id)


def _load(token: str) -> _Known:
    with reading() as session:
        row = session.scalars(select(Subscription).filter_by(token=token)).first()
        if row is None:
            raise UnknownSubscription("There is no such subscription.")
        if not row.is_running or row.stripe_id is None:
            raise SubscriptionLocked("This subscription has ended, or has not begun yet.")
        return _Known(
            id=row.id,
            token=token,
            stripe_id=row.stripe_id,
            customer_id=str(row.customer.stripe_customer_id),
        )
