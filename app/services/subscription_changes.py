"""Changing what somebody subscribed to: another plan or number of seats, a pause, the end."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from babel.dates import format_date, get_timezone

from app import gateway, settings
from app.db import reading, transaction
from app.errors import (
    GatewayUnavailable,
    KeyTaken,
    NotForSale,
    NotFound,
    PaymentFailed,
    PreviewExpired,
    Rejected,
    SeatsTaken,
    ShopError,
    SubscriptionLocked,
    UnknownSubscription,
)
from app.gateway import ChangePreview, ChangeRequest, Gone
from app.models import Price, Subscription, SubscriptionStatus
from app.models.subscription import RUNNING
from app.services import (
    licenses,
    stripe_catalog,
    stripe_customers,
    subscription_previews,
    subscription_terms,
    subscription_tries,
    subscription_waiting,
)
from app.services.subscription_previews import SealedPreview
from app.services.subscription_waiting import DECLINED, Outcome
from app.services.subscriptions import note, sync

CUSTOMER = "customer"


def preview_change(subscription_id: int, *, price_id: int, quantity: int) -> SealedPreview:
    """What another plan or number of seats would cost now; good for half an hour."""
    request = _change_request(subscription_id, price_id, quantity, None, actor=CUSTOMER)
    preview = _preview(subscription_id, request)
    return subscription_previews.sealed(preview, subscription_id, price_id, quantity)


def change(
    subscription_id: int,
    *,
    price_id: int,
    quantity: int,
    proration_date: int,
    due_amount: int,
    seal: str,
    actor: str,
) -> str:
    """Do what a preview showed, for exactly its amount; empty when it is done.

    A customer whose bank wants to ask them first gets the client secret for that: the change is
    made when they have answered. What cannot be paid changes nothing.
    """
    subscription_previews.require_fresh(
        seal,
        subscription_id,
        price_id,
        quantity,
        proration_date=proration_date,
        due_amount=due_amount,
    )
    wish = {"price_id": price_id, "quantity": quantity}
    if actor == CUSTOMER and subscription_waiting.is_wanted(
        subscription_id, **wish, due_amount=due_amount
    ):
        return subscription_waiting.settle(subscription_id, actor=actor)
    if subscription_waiting.make_way(subscription_id, actor=actor) == Outcome.WAITS:
        raise SubscriptionLocked("A payment for another change is on its way: wait for it, please.")
    request = _change_request(subscription_id, price_id, quantity, proration_date, actor=actor)
    _require_same(subscription_id, request, due_amount)
    try:
        gateway.change_subscription(request)
    except KeyTaken as error:
        note(subscription_id, "change_over", actor=actor)
        sync(subscription_id, actor=actor)
        raise PreviewExpired(
            "Another change was made at the same moment, and nothing was charged for this one. "
            "Look at the new preview, please."
        ) from error
    except GatewayUnavailable:
        wanted = subscription_tries.wish_of(request, price_id)
        note(subscription_id, subscription_tries.UNANSWERED, actor=actor, reason=wanted)
        raise
    secret = subscription_waiting.settle(
        subscription_id, actor=actor, on_session=request.on_session
    )
    _require_made(subscription_id, **wish, actor=actor)
    _look_at_credit(subscription_id)
    return secret


def why_not_change(row: Subscription) -> str:
    """Why one that goes on can have no other plan or seats just now; empty when it can."""
    if row.awaits_card:
        return "It waits for a card: leave one first, then it can be changed."
    if row.status not in licenses.PAID:
        return "Something is open: pay it first, then change it."
    if row.price is None:
        return "Its plan was agreed with the shop: please write to us to change it."
    if row.cancel_at is not None:
        return f"It ends on {_day(row.cancel_at)}: let it go on first."
    if row.collection_paused:
        return "It is paused, and nothing is charged: let it go on first."
    return ""


def next_amount(subscription_id: int) -> int | None:
    """What the next renewal will charge, less any credit; None when there will be none."""
    try:
        return gateway.preview_renewal(_running(subscription_id))
    except NotFound:
        return None


def cancel(subscription_id: int, *, now: bool, reason: str, actor: str) -> None:
    """End it now, or let it run out at the end of what is paid; unpaid, it can be put away."""
    known = _begun(subscription_id) if now else _running(subscription_id)
    subscription_waiting.make_way(subscription_id, actor=actor)
    if now and _never_paid(subscription_id):
        _put_away(subscription_id, known, reason=reason, actor=actor)
    elif now:
        gateway.cancel_subscription(known, reason=reason)
    else:
        gateway.end_at_period_end(known, ends=True, reason=reason)
    note(subscription_id, "cancel_asked" if now else "end_asked", actor=actor, reason=reason)
    sync(subscription_id, actor=actor)


def resume(subscription_id: int, *, actor: str) -> None:
    """Let it go on after all, or bill it again after a pause."""
    stripe_id = _running(subscription_id)
    with reading() as session:
        row = session.get_one(Subscription, subscription_id)
        ends, paused = row.cancel_at is not None, row.collection_paused
    if not (ends or paused):
        raise SubscriptionLocked("It goes on already: it is neither paused nor ending.")
    if ends:
        gateway.end_at_period_end(stripe_id, ends=False)
    if paused:
        gateway.pause_collection(stripe_id, paused=False)
    note(subscription_id, "resumed", actor=actor)
    sync(subscription_id, actor=actor)


def pause(subscription_id: int, *, actor: str, reason: str) -> None:
    """Bill nothing until it is resumed; the license stays."""
    gateway.pause_collection(_running(subscription_id), paused=True)
    note(subscription_id, "paused", actor=actor, reason=reason)
    sync(subscription_id, actor=actor)


def _never_paid(subscription_id: int) -> bool:
    with reading() as session:
        row = session.get_one(Subscription, subscription_id)
        return row.status == SubscriptionStatus.INCOMPLETE or row.awaits_money


def _put_away(subscription_id: int, stripe_id: str, *, reason: str, actor: str) -> None:
    """Void its first invoice, after which no bank can pay it; paid by then, it has begun."""
    story = gateway.retrieve_subscription_story(stripe_id)
    if isinstance(story, Gone):
        raise UnknownSubscription("Stripe does not know this subscription any more.")
    if story.on_its_way:
        raise SubscriptionLocked(
            "Its first payment is on its way, and a bank debit cannot be called back. "
            "Cancel it once the money is here; if it comes back, nothing was charged."
        )
    paid = story.was_paid
    try:
        for invoice in story.invoices:
            if invoice.status == "open":
                gateway.void_invoice(invoice.stripe_id)
    except Rejected:
        paid = True
    sync(subscription_id, actor=actor)
    if paid:
        raise SubscriptionLocked("It was paid at this very moment, so it has begun.")
    with reading() as session:
        over = session.get_one(Subscription, subscription_id).ended
    if not over:
        gateway.cancel_subscription(stripe_id, reason=reason)


def _look_at_credit(subscription_id: int) -> None:
    """A change may have left some; Stripe's own word of it takes a while."""
    with reading() as session:
        customer_id = session.get_one(Subscription, subscription_id).customer_id
    with suppress(ShopError):
        stripe_customers.look(customer_id)


def _require_made(subscription_id: int, *, price_id: int, quantity: int, actor: str) -> None:
    """It is made, or waits. Neither, when Stripe only repeated its answer to a try that is over,
    or when somebody else's wish was quicker to wait."""
    with transaction() as session:
        row = session.get_one(Subscription, subscription_id)
        waits, wish = row.change_waits, (price_id, quantity)
        wanted, has = (row.wanted_price_id, row.wanted_quantity), (row.price_id, row.quantity)
        done = wish == (wanted if waits else has)
        if not waits:
            kind = "changed" if done else "change_failed"
            row.note_event(kind, actor=actor, reason=f"{quantity} × price {price_id}")
    if waits and not done:
        raise SubscriptionLocked("Another change was asked for meanwhile. Nothing was charged.")
    if not done:
        raise PaymentFailed(DECLINED)


def _require_same(subscription_id: int, request: ChangeRequest, due_amount: int) -> None:
    """It still costs what was shown; as of that moment, unless another period has begun."""
    try:
        due_now = _preview(subscription_id, request).due_amount
    except Rejected:
        due_now = None
    if due_now != due_amount:
        raise PreviewExpired("The price has changed meanwhile. Look at the new preview, please.")


def _preview(subscription_id: int, request: ChangeRequest) -> ChangePreview:
    """Nothing is due now on a trial: what Stripe then previews is the invoice at its end."""
    with reading() as session:
        row = session.get_one(Subscription, subscription_id)
        on_trial = row.status == SubscriptionStatus.TRIALING
    try:
        preview = gateway.preview_change(request)
    except NotFound as error:
        raise SubscriptionLocked(
            "Nothing more will be charged for it, so it cannot be changed."
        ) from error
    return replace(preview, due_amount=0, total_amount=0, lines=()) if on_trial else preview


def _change_request(
    subscription_id: int, price_id: int, quantity: int, proration_date: int | None, *, actor: str
) -> ChangeRequest:
    subscription_terms.require_seats(quantity)
    _running(subscription_id)
    with reading() as session:
        row = session.get_one(Subscription, subscription_id)
        if reason := why_not_change(row):
            raise SubscriptionLocked(reason)
        price = session.get(Price, price_id)
        if price is None or price.currency != row.currency or not _same_product(row, price):
            raise NotForSale("This subscription cannot become that one. Nothing was changed.")
        if price.id != row.price_id and not subscription_terms.for_sale(price):
            raise NotForSale("This plan is not for sale any more. Nothing was changed.")
        used = max([licenses.in_use(session, license.id) for license in row.licenses], default=0)
        if quantity < used:
            raise SeatsTaken(f"{used} seats are in use: deactivate some of them first.")
        stripe_id, item_id = str(row.stripe_id), row.stripe_item_id
    request = ChangeRequest(
        subscription_id=stripe_id,
        item_id=item_id,
        price_id=stripe_catalog.ensure_price(price_id),
        quantity=quantity,
        proration_date=proration_date,
        on_session=actor == CUSTOMER,
        key="",
    )
    with reading() as session:
        row = session.get_one(Subscription, subscription_id)
        wanted = subscription_tries.wish_of(request, price_id)
        return replace(request, key=subscription_tries.key_for(session, row, wanted))


def _day(at: datetime) -> str:
    shop = settings.current()
    local = at.astimezone(get_timezone(shop.shop_time_zone))
    return format_date(local, "d MMMM y", locale=shop.shop_locale)


def _same_product(row: Subscription, price: Price) -> bool:
    return row.price is not None and row.price.variant.product_id == price.variant.product_id


def _running(subscription_id: int) -> str:
    """The id at Stripe of a subscription that goes on."""
    return _at_stripe(subscription_id, RUNNING)


def _begun(subscription_id: int) -> str:
    """The id at Stripe of a subscription that goes on, or waits for its first payment."""
    return _at_stripe(subscription_id, RUNNING | {SubscriptionStatus.INCOMPLETE})


def _at_stripe(
    subscription_id: int,
    states: set[SubscriptionStatus],
    otherwise: str = "This subscription has ended, or has not begun yet.",
) -> str:
    with reading() as session:
        row = session.get(Subscription, subscription_id)
        if row is None:
            raise UnknownSubscription("There is no such subscription.")
        if row.status not in states or row.stripe_id is None:
            raise SubscriptionLocked(otherwise)
        return row.stripe_id
