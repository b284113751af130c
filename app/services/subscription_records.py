"""Writing down what Stripe says of a subscription. Being told twice changes nothing.

Whichever of its events arrives, the whole story is fetched and recorded in one order: the
subscription, its invoices, their payments; then its license follows.
"""

from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app import clock
from app.db import noticing_writes
from app.emails import subscription_changed
from app.gateway import RemoteChange, RemoteStory, RemoteSubscription
from app.models import Customer, Price, Subscription, SubscriptionStatus
from app.models.subscription import ForeignPlan
from app.services import invoice_records, licenses
from app.services.locks import lock_customer

NEWS = {"past_due", "unpaid", "canceled"}  # the states of which a customer is told

OWING = {SubscriptionStatus.PAST_DUE, SubscriptionStatus.UNPAID}


def record(session: Session, story: RemoteStory, *, actor: str) -> Subscription | None:
    """Write down a subscription with everything billed for it; None when it is not ours."""
    remote = story.subscription
    customer_id = _customer_of(session, remote)
    if customer_id is None:
        return None
    lock_customer(session, customer_id)
    with noticing_writes(session) as wrote:
        subscription = _find(session, remote) or _adopt(session, remote, customer_id)
        _record(session, story, subscription, actor=actor)
        if wrote():
            subscription.touch()
    return subscription


def _record(
    session: Session, story: RemoteStory, subscription: Subscription, *, actor: str
) -> None:
    before, waited = _said(subscription), subscription.wanted_invoice_id
    _copy(session, story.subscription, subscription)
    _move(subscription, story.subscription, actor=actor)
    _tell(subscription, before, actor=actor)
    over = "change_failed" if waited and story.bank_refused(waited) else "change_over"
    _note_waiting(subscription, before, waited, over, actor=actor)
    session.flush()
    for invoice in story.invoices:
        invoice_records.record(session, invoice, actor=actor)
    session.flush()
    session.expire(subscription, ["invoices"])
    licenses.follow(session, subscription, actor=actor)


def _customer_of(session: Session, remote: RemoteSubscription) -> int | None:
    """Who has it at Stripe; what is known already stays theirs when they were deleted there."""
    theirs = select(Customer.id).where(Customer.stripe_customer_id == remote.customer_id)
    known = select(Subscription.customer_id).where(_is(remote))
    return session.scalar(theirs) or session.scalar(known)


def _find(session: Session, remote: RemoteSubscription) -> Subscription | None:
    found = select(Subscription).where(_is(remote))
    return session.scalars(found.execution_options(populate_existing=True)).first()


def _is(remote: RemoteSubscription) -> ColumnElement[bool]:
    unasked = Subscription.stripe_id.is_(None) & (Subscription.token == remote.token)
    return (Subscription.stripe_id == remote.stripe_id) | unasked


def _adopt(session: Session, remote: RemoteSubscription, customer_id: int) -> Subscription:
    """Begun at Stripe (its dashboard, hosted Checkout), it still is a subscription of ours."""
    subscription = Subscription(customer_id=customer_id, currency=remote.currency)
    subscription.created_at = remote.created_at or clock.now()
    session.add(subscription)
    return subscription


def _copy(session: Session, remote: RemoteSubscription, subscription: Subscription) -> None:
    subscription.stripe_id = remote.stripe_id
    _copy_plan(session, remote, subscription)
    subscription.stripe_item_id = remote.item_id
    subscription.quantity = remote.quantity
    subscription.current_period_start = remote.current_period_start
    subscription.current_period_end = remote.current_period_end
    subscription.trial_end = remote.trial_end
    subscription.awaits_card = remote.awaits_card
    subscription.cancel_at = remote.cancel_at
    subscription.canceled_at, subscription.ended_at = remote.canceled_at, remote.ended_at
    subscription.cancel_reason = remote.cancel_reason or subscription.cancel_reason
    subscription.collection_paused = remote.collection_paused
    if remote.method or remote.ended_at is None:  # with what it was paid once, it still was
        subscription.method = remote.method
    _copy_waiting(session, remote.waiting, subscription)


def _copy_plan(session: Session, remote: RemoteSubscription, subscription: Subscription) -> None:
    """A price of ours, else what Stripe says of its own: never the amount that was ours before."""
    its_price = select(Price.id).where(Price.stripe_price_id == remote.plan.price_id)
    subscription.price_id = session.scalar(its_price)
    foreign = subscription.price_id is None
    subscription.foreign_plan = ForeignPlan(**asdict(remote.plan)) if foreign else None


def _copy_waiting(
    session: Session, wanted: RemoteChange | None, subscription: Subscription
) -> None:
    its_price = select(Price.id).where(Price.stripe_price_id == (wanted.price_id if wanted else ""))
    subscription.wanted_price_id = session.scalar(its_price) if wanted else None
    subscription.wanted_quantity = wanted.quantity if wanted else None
    subscription.wanted_until = wanted.expires_at if wanted else None
    subscription.wanted_invoice_id = wanted.invoice_id if wanted else ""


def _move(subscription: Subscription, remote: RemoteSubscription, *, actor: str) -> None:
    before, now = subscription.status, SubscriptionStatus(remote.status)
    if now == before:
        return
    subscription.move_to(now, actor=actor)
    subscription.past_due_since = clock.now() if now == SubscriptionStatus.PAST_DUE else None


@dataclass(frozen=True)
class _Said:
    """What a customer wants to be told when it is another."""

    status: SubscriptionStatus
    has_begun: bool
    awaits_money: bool
    what: tuple[int | str | None, int]
    ends: bool
    paused: bool


def _said(subscription: Subscription) -> _Said:
    foreign = subscription.foreign_plan
    return _Said(
        status=subscription.status,
        has_begun=subscription.has_begun,
        awaits_money=subscription.awaits_money,
        what=(foreign.price_id if foreign else subscription.price_id, subscription.quantity),
        ends=subscription.is_running and subscription.cancel_at is not None,
        paused=subscription.collection_paused or subscription.status == SubscriptionStatus.PAUSED,
    )


def _tell(subscription: Subscription, before: _Said, *, actor: str) -> None:
    """A letter for what changed, wherever that was done; none for what never began."""
    now = _said(subscription)
    if now.status != before.status:
        _tell_of_money(subscription, before, now)
    if not (before.has_begun and now.has_begun):
        return
    if now.what != before.what:
        _tell_again(subscription, "changed", actor=actor)
    if now.paused and not before.paused:
        _tell_again(subscription, "paused", actor=actor)
    elif now.ends and not before.ends:
        _tell_again(subscription, "ending", actor=actor)
    elif (before.paused, before.ends) != (now.paused, now.ends):
        _tell_again(subscription, "resumed", actor=actor)


def _tell_of_money(subscription: Subscription, before: _Said, now: _Said) -> None:
    if before.has_begun and now.status in NEWS:
        subscription_changed.send(subscription, news=str(now.status))
    if now.awaits_money and now.status == SubscriptionStatus.PAST_DUE:
        subscription_changed.send(subscription, news="first_unpaid")
    if before.has_begun and before.status in OWING and now.status == SubscriptionStatus.ACTIVE:
        subscription_changed.send(subscription, news="recovered")


def _note_waiting(
    subscription: Subscription, before: _Said, waited: str, over: str, *, actor: str
) -> None:
    """A change began to wait, or came to nothing; one that was made is told of as such.

    Whoever gave it up may not have said so yet: why it is `over` is what Stripe says.
    """
    now = subscription.wanted_invoice_id
    if waited and now != waited and _said(subscription).what == before.what:
        subscription.note_event(over, actor=actor)
    if now and now != waited:
        price = subscription.wanted_price_id
        plan = f"price {price}" if price else "a plan that only Stripe knows"
        wish = f"{subscription.wanted_quantity} × {plan}"
        subscription.note_event("change_waits", actor=actor, reason=wish)


def _tell_again(subscription: Subscription, news: str, *, actor: str) -> None:
    """Of what may happen several times a day, each time is noted, and has a letter of its own."""
    kind = f"now_{news}"
    subscription.note_event(kind, actor=actor)
    time = sum(event.kind == kind for event in subscription.events)
    subscription_changed.send(subscription, news=news, time=time)
