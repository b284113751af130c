"""Subscribing: remember it, ask Stripe, record the answer; and finding what was subscribed to."""

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, selectinload

from app import clock, gateway, settings
from app.db import reading, transaction
from app.errors import (
    FormAlreadyUsed,
    GatewayUnavailable,
    KeyBurnt,
    QuoteChanged,
    Rejected,
    ShopError,
    UnknownSubscription,
)
from app.gateway import (
    Gone,
    RemoteStory,
    RemoteSubscription,
    SubscriptionRequest,
)
from app.jobs import job, minutes
from app.models import Price, Subscription, SubscriptionStatus, Variant
from app.models.subscription import ENDED
from app.services import (
    stripe_catalog,
    stripe_customers,
    stripe_tax_rates,
    subscription_records,
    subscription_terms,
)
from app.services.locks import lock_customer
from app.services.subscription_terms import Terms

IN_FLIGHT = timedelta(minutes=1)  # somebody may still be waiting for the answer
PREVIEW_LASTS = 30 * 60  # seconds
MAX_ASKS = 5
MOST_SHOWN = 200
UNFINISHED = (SubscriptionStatus.NEW, SubscriptionStatus.INCOMPLETE)


@dataclass(frozen=True, kw_only=True)
class SubscriptionSheet:
    """What the Payment Element needs; `is_for` is payment, setup (a trial), or empty when done."""

    token: str
    client_secret: str = field(repr=False)
    is_for: str


@dataclass(frozen=True, kw_only=True)
class Known:
    """A subscription as plain values, so that nothing is open while Stripe is asked."""

    request: SubscriptionRequest
    id: int
    stripe_id: str | None
    item_id: str
    version: int


def start(
    customer_id: int,
    price_id: int,
    *,
    quantity: int = 1,
    start_key: str,
    fingerprint: str = "",
    actor: str,
) -> SubscriptionSheet:
    """Begin a subscription; it runs once it is paid. The same form sent twice is one, and so are
    two windows of which neither was paid. With a fingerprint, exactly its terms or none."""
    stripe_customer = stripe_customers.living(customer_id)
    stripe_price = stripe_catalog.ensure_price(price_id)
    wanted = (customer_id, price_id, quantity)
    for _ in range(MAX_ASKS):
        with transaction() as session:
            lock_customer(session, customer_id)
            row, others = _sent_before(session, start_key, wanted), []
            if row is None:
                agreed = _agreed(session, *wanted, fingerprint=fingerprint)
                row = _unfinished(session, *wanted, agreed)
                if agreed.trial_days:
                    others = _other_trials(session, customer_id, price_id, kept=row)
                if row is None and not others:
                    row = _remember(session, *wanted, agreed, start_key=start_key, actor=actor)
            known = _known(row, stripe_customer, stripe_price) if row is not None else None
        for other in others:
            _put_away(other, actor=actor)
        if known is not None:
            return _sheet(known, _ask(known, actor=actor))
    raise GatewayUnavailable("Another trial of it was begun meanwhile. Please try again.")


def resume_payment(token: str, *, actor: str) -> SubscriptionSheet:
    """Pay what is open of a subscription, or leave the card for after its trial."""
    (known,) = _load(Subscription.token == token, Subscription._status.not_in(ENDED)) or (None,)
    if known is None:
        raise UnknownSubscription("There is no such subscription any more. Nothing was charged.")
    return _sheet(known, _ask(known, actor=actor))


def sync(subscription_id: int, *, actor: str = "stripe") -> None:
    """Ask Stripe how a subscription, its invoices and their payments really are."""
    for _ in range(MAX_ASKS):
        for known in _load(Subscription.id == subscription_id):
            if known.stripe_id is None:
                _ask(known, actor=actor)
                return
            story = gateway.retrieve_subscription_story(known.stripe_id)
            if isinstance(story, Gone) or _record(known, story, actor=actor):
                return


def note(subscription_id: int, kind: str, *, actor: str, reason: str = "") -> None:
    """Add a line to its history."""
    with transaction() as session:
        row = session.get_one(Subscription, subscription_id)
        row.note_event(kind, actor=actor, reason=reason)


def portal_url(customer_id: int, *, return_url: str) -> str:
    """Stripe's own page for a customer."""
    return gateway.portal_url(stripe_customers.living(customer_id), return_url=return_url)


def of_customer(customer_id: int) -> list[Subscription]:
    """A customer's subscriptions, newest first; without those that never came to be."""
    with reading() as session:
        mine = select(Subscription).where(
            Subscription.customer_id == customer_id,
            Subscription._status.not_in(
                [SubscriptionStatus.REJECTED, SubscriptionStatus.INCOMPLETE_EXPIRED]
            ),
        )
        newest = mine.options(selectinload(Subscription.invoices)).order_by(Subscription.id.desc())
        return list(session.scalars(newest.limit(MOST_SHOWN)))


def find(token: str, *, customer_id: int) -> Subscription | None:
    """A customer's own subscription by its token."""
    with reading() as session:
        mine = select(Subscription).filter_by(token=token, customer_id=customer_id)
        return session.scalars(mine).first()


@job(every=minutes(5))
def sweep() -> None:
    """Finish every subscription whose answer was lost; one that fails stops no other."""
    lost = clock.now() - IN_FLIGHT
    for known in _load(
        Subscription._status == SubscriptionStatus.NEW, Subscription.asked_at < lost
    ):
        with suppress(ShopError):
            _ask(known, actor="job")


def _sent_before(
    session: Session, start_key: str, wanted: tuple[int, int, int]
) -> Subscription | None:
    """What came of this very form; what has ended since is not begun again by it."""
    row = session.scalar(select(Subscription).filter_by(start_key=start_key))
    if row is None:
        return None
    over = row.ended and row.stripe_id is not None
    if over or (row.customer_id, row.price_id, row.quantity) != wanted:
        raise FormAlreadyUsed("This form was already sent. Please load the page again.")
    return row


def _agreed(
    session: Session, customer_id: int, price_id: int, quantity: int, *, fingerprint: str
) -> Terms:
    terms = subscription_terms.read(session, customer_id, price_id, quantity)
    if fingerprint not in {"", terms.fingerprint}:
        raise QuoteChanged(
            "Something has changed since this page was opened; perhaps you have subscribed in "
            "another window. Nothing was charged: please read it again."
        )
    return terms


def _unfinished(
    session: Session, customer_id: int, price_id: int, quantity: int, terms: Terms
) -> Subscription | None:
    """The same wish from another window, or from before: not paid for, and not given up."""
    waits = Subscription._status.in_(UNFINISHED) | (
        (Subscription._status == SubscriptionStatus.TRIALING) & Subscription.awaits_card
    )
    wish = {"customer_id": customer_id, "price_id": price_id, "quantity": quantity}
    same = select(Subscription).filter_by(**wish, trial_days=terms.trial_days).where(waits)
    return session.scalars(same.order_by(Subscription.id.desc())).first()


def _other_trials(
    session: Session, customer_id: int, price_id: int, *, kept: Subscription | None
) -> list[int]:
    """Their trials of the same product that still wait for a card: nobody may begin them all."""
    product_id = session.get_one(Price, price_id).variant.product_id
    asked = (Subscription._status == SubscriptionStatus.NEW) & (Subscription.trial_days > 0)
    waits = (Subscription._status == SubscriptionStatus.TRIALING) & Subscription.awaits_card
    theirs = (
        select(Subscription.id)
        .join(Subscription.price)
        .join(Price.variant)
        .where(Subscription.customer_id == customer_id, Variant.product_id == product_id)
        .where(asked | waits, Subscription.id != (kept.id if kept is not None else 0))
    )
    return list(session.scalars(theirs.order_by(Subscription.id)))


def _put_away(subscription_id: int, *, actor: str) -> None:
    """End a trial for which nobody has left a card, after a look: one may have been left by now."""
    sync(subscription_id, actor=actor)
    with reading() as session:
        row = session.get_one(Subscription, subscription_id)
        stripe_id = row.stripe_id if row.awaits_card else None
    if stripe_id is not None:
        gateway.cancel_subscription(stripe_id, reason="Another trial of it was begun instead.")
        note(subscription_id, "put_away", actor=actor)
        sync(subscription_id, actor=actor)


def _remember(
    session: Session,
    customer_id: int,
    price_id: int,
    quantity: int,
    terms: Terms,
    *,
    start_key: str,
    actor: str,
) -> Subscription:
    row = Subscription(
        start_key=start_key,
        customer_id=customer_id,
        price_id=price_id,
        quantity=quantity,
        currency=terms.currency,
        trial_days=terms.trial_days,
    )
    session.add(row)
    row.note_event("asked", actor=actor)
    session.flush()
    return row


def _ask(known: Known, *, actor: str) -> RemoteSubscription:
    """Make it, or ask how it is; then record the whole story."""
    remote = _remote(known)
    story = gateway.retrieve_subscription_story(remote.stripe_id)
    if isinstance(story, Gone):
        raise UnknownSubscription("Stripe does not know this subscription any more.")
    _record(known, story, actor=actor)
    return story.subscription


def _remote(known: Known) -> RemoteSubscription:
    if known.stripe_id is not None:
        found = gateway.retrieve_subscription(known.stripe_id)
        if isinstance(found, Gone):
            raise UnknownSubscription("Stripe does not know this subscription any more.")
        return found
    if known.request.asked_at > clock.now() - gateway.KEY_LIFETIME:
        with suppress(KeyBurnt):
            return _create_or_write_off(known)
    return gateway.find_subscription(known.request) or _create_or_write_off(_next_attempt(known))


def _create_or_write_off(known: Known) -> RemoteSubscription:
    try:
        return gateway.create_subscription(_taxed(known))
    except Rejected as error:
        with transaction() as session:
            row = session.get_one(Subscription, known.id)
            if row.status == SubscriptionStatus.NEW:
                row.move_to(SubscriptionStatus.REJECTED, actor="stripe", reason=str(error))
        raise


def _taxed(known: Known) -> SubscriptionRequest:
    """With the tax that its terms said, which all of its invoices keep."""
    with reading() as session:
        price = session.get_one(Subscription, known.id).price
        rate = subscription_terms.tax_rate_of(price) if price else Decimal(0)
    inside = settings.current().prices_include_tax
    return replace(known.request, tax_rate_id=stripe_tax_rates.ensure(rate, inclusive=inside))


def _next_attempt(known: Known) -> Known:
    with transaction() as session:
        row = session.get_one(Subscription, known.id, with_for_update=True)
        if row.attempt == known.request.attempt:
            row.attempt += 1
            row.asked_at = clock.now()
            session.flush()
        return _known(row, known.request.customer_id, known.request.price_id)


def _record(known: Known, story: RemoteStory, *, actor: str) -> bool:
    """False when somebody recorded something newer while we asked."""
    with transaction() as session:
        customer_id = select(Subscription.customer_id).where(Subscription.id == known.id)
        lock_customer(session, session.scalars(customer_id).one())
        row = session.get_one(Subscription, known.id, populate_existing=True)
        if row.version != known.version and row.stripe_id is not None:
            return False
        subscription_records.record(session, story, actor=actor)
        return True


def _sheet(known: Known, remote: RemoteSubscription) -> SubscriptionSheet:
    return SubscriptionSheet(
        token=known.request.token,
        client_secret=remote.client_secret,
        is_for=remote.secret_is_for,
    )


def _load(*conditions: ColumnElement[bool]) -> list[Known]:
    with reading() as session:
        rows = select(Subscription).where(*conditions).order_by(Subscription.id).limit(500)
        return [
            _known(
                row,
                str(row.customer.stripe_customer_id),
                str(row.price.stripe_price_id if row.price else ""),
            )
            for row in session.scalars(rows)
        ]


def _known(row: Subscription, stripe_customer: str, stripe_price: str) -> Known:
    asked_at: datetime = row.asked_at
    return Known(
        request=SubscriptionRequest(
            token=row.token,
            attempt=row.attempt,
            customer_id=stripe_customer,
            price_id=stripe_price,
            quantity=row.quantity,
            trial_days=row.trial_days,
            asked_at=asked_at,
        ),
        id=row.id,
        stripe_id=row.stripe_id,
        item_id=row.stripe_item_id,
        version=row.version,
    )
