"""A change of plan or seats that waits until its difference is paid: made, refused or given up.

Stripe makes it when its invoice is paid, and forgets it after a day; until then the old plan stays.
"""

from contextlib import suppress
from enum import StrEnum

from sqlalchemy import select

from app import gateway
from app.db import reading
from app.errors import (
    NothingDue,
    PaymentFailed,
    Rejected,
    SubscriptionLocked,
    UnknownSubscription,
)
from app.gateway import Gone, RemoteStory
from app.jobs import job
from app.models import Invoice, RecordEvent, Subscription
from app.services.subscriptions import note, sync

DECLINED = (
    "The difference could not be charged, so nothing was changed. "
    "Your card may need to be replaced first."
)
NOT_THERE = (
    "The customer's bank wants to ask them, which it can only do while they are here themself. "
    "Nothing was changed: please let them make this change in their account."
)


class Outcome(StrEnum):
    """How a change that waited came out."""

    CHANGED = "changed"
    WAITS = "waits"
    REFUSED = "refused"
    KEPT = "kept"  # the old plan stays, as somebody wished, or because nobody paid in time


NEWS = {
    "now_changed": Outcome.CHANGED,
    "change_failed": Outcome.REFUSED,
    "change_given_up": Outcome.KEPT,
    "change_waits": Outcome.KEPT,  # and does not wait any more
}


def settle(subscription_id: int, *, actor: str, on_session: bool = True) -> str:
    """See what becomes of a change that was asked for.

    The client secret with which the bank asks the customer; empty when it is made, or when its bank
    debit is on its way. What was refused is given up, and so is what nobody is there to confirm.
    """
    story = _story(subscription_id)
    if not story.change_refused and (on_session or not story.asks_bank):
        sync(subscription_id, actor=actor)
        return story.subscription.client_secret if story.asks_bank else ""
    if _give_up(subscription_id, story, "change_failed", actor=actor) == Outcome.CHANGED:
        return ""
    raise PaymentFailed(DECLINED if story.change_refused else NOT_THERE)


def confirm(subscription_id: int, *, actor: str) -> str:
    """Let the bank ask the customer once more; the client secret for that."""
    with reading() as session:
        if not session.get_one(Subscription, subscription_id).change_waits:
            raise NothingDue("No change waits any more. What is below is what you have now.")
    return settle(subscription_id, actor=actor)


def finish(subscription_id: int, *, actor: str) -> Outcome:
    """How a change came out that the bank was asked about."""
    with suppress(PaymentFailed):
        settle(subscription_id, actor=actor)
    return _outcome(subscription_id)


def give_up(subscription_id: int, *, actor: str) -> Outcome:
    """Keep the old plan: what waits is voided. Paid a moment ago, or by debit, it is made all the same."""
    return _give_up(subscription_id, _story(subscription_id), "change_given_up", actor=actor)


def make_way(subscription_id: int, *, actor: str) -> Outcome:
    """Give up what waits, if anything does, for something else that is asked for now."""
    with reading() as session:
        waits = session.get_one(Subscription, subscription_id).change_waits
    return give_up(subscription_id, actor=actor) if waits else Outcome.KEPT


def is_wanted(subscription_id: int, *, price_id: int, quantity: int, due_amount: int) -> bool:
    """Whether exactly this waits already: then it is not asked for a second time."""
    with reading() as session:
        row = session.get_one(Subscription, subscription_id)
        invoice = session.scalars(select(Invoice).filter_by(stripe_id=row.wanted_invoice_id))
        due = [each.due_amount for each in invoice] if row.change_waits else []
        return (row.wanted_price_id, row.wanted_quantity, due) == (price_id, quantity, [due_amount])


@job()
def give_up_refused(subscription_id: int) -> None:
    """The bank said no, and perhaps the customer's page was closed before it could tell us."""
    with suppress(PaymentFailed, SubscriptionLocked, UnknownSubscription):
        settle(subscription_id, actor="stripe")


def _story(subscription_id: int) -> RemoteStory:
    with reading() as session:
        row = session.get_one(Subscription, subscription_id)
        if not row.is_running or row.stripe_id is None:
            raise SubscriptionLocked("This subscription has ended, or has not begun yet.")
        stripe_id = row.stripe_id
    story = gateway.retrieve_subscription_story(stripe_id)
    if isinstance(story, Gone):
        raise UnknownSubscription("Stripe does not know this subscription any more.")
    return story


def _give_up(subscription_id: int, story: RemoteStory, kind: str, *, actor: str) -> Outcome:
    """Void what waits, so that it can never be paid; whatever came of that is written down."""
    wanted = story.subscription.waiting
    if wanted is not None and not story.change_on_its_way:
        with suppress(Rejected):  # it was paid a moment ago, or is void already
            gateway.void_invoice(wanted.invoice_id)
            note(subscription_id, kind, actor=actor)
    sync(subscription_id, actor=actor)
    return _outcome(subscription_id)


def _outcome(subscription_id: int) -> Outcome:
    """What its history says of the newest change, whoever was the first to learn of it."""
    with reading() as session:
        if session.get_one(Subscription, subscription_id).change_waits:
            return Outcome.WAITS
        told = select(RecordEvent.kind).where(
            RecordEvent.subscription_id == subscription_id, RecordEvent.kind.in_(NEWS)
        )
        newest = session.scalars(told.order_by(RecordEvent.id.desc()).limit(1)).first()
        return NEWS[newest] if newest else Outcome.KEPT
