"""How the demo's subscriptions came about: told in steps, with Stripe's clock set back.

Like an order's story, each yields how long it is until its next step.
"""

import secrets
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from app import clock
from app.db import reading
from app.demo import stripe_time, wallet
from app.models import License, Price, Subscription, Variant
from app.services import licenses, subscription_changes, subscriptions

GOOD, WILL_FAIL = "pm_card_visa", "pm_card_chargeCustomerFail"
A_LITTLE = timedelta(hours=2)  # after a period's end Stripe waits an hour before it charges
MACHINES = ("Desk at home", "Laptop", "Studio Mac")
CASHIER = "billing@shop.example"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What somebody subscribes to, and in how many places they use it."""

    email: str
    sku: str
    interval: str = "month"
    seats: int = 1
    used: int = 0


@dataclass(frozen=True, kw_only=True)
class Life:
    """A subscription, and the clock by which its customer lives at Stripe."""

    id: int
    clock_id: str


Steps = Generator[timedelta, None, Life]
Story = Callable[[int, Wish], Steps]


def active(customer_id: int, wish: Wish) -> Steps:
    """Its trial ended long ago, and it is paid month after month."""
    life = _begun(customer_id, wish)
    while True:
        yield _until_due(life)
        _go_on(life)


def trialing(customer_id: int, wish: Wish) -> Steps:
    """A card is left for when the trial is over."""
    life = _begun(customer_id, wish)
    yield A_LITTLE
    return life


def without_card(customer_id: int, wish: Wish) -> Steps:
    """Begun, and interrupted before a card was left."""
    life = _begun(customer_id, wish, card="")
    yield A_LITTLE
    return life


def past_due(customer_id: int, wish: Wish) -> Steps:
    """When the trial is over the card is declined; the license has some days of grace."""
    life = _begun(customer_id, wish)
    wallet.charge_from_now_on(_stripe_id(life), WILL_FAIL)
    yield _until_due(life)
    _go_on(life)
    yield timedelta(days=8)
    licenses.sweep()
    return life


def ending(customer_id: int, wish: Wish) -> Steps:
    """Paid for a while, and not wanted any more when the period is over."""
    life = yield from _paid_once(customer_id, wish)
    yield timedelta(days=4)
    _go_on(life)
    subscription_changes.cancel(
        life.id, now=False, reason="I write by hand again.", actor="customer"
    )
    return life


def canceled(customer_id: int, wish: Wish) -> Steps:
    life = yield from _paid_once(customer_id, wish)
    yield timedelta(days=6)
    _go_on(life)
    subscription_changes.cancel(life.id, now=True, reason="moved to another shop", actor=CASHIER)
    return life


def paused(customer_id: int, wish: Wish) -> Steps:
    life = yield from _paid_once(customer_id, wish)
    yield timedelta(days=5)
    _go_on(life)
    subscription_changes.pause(life.id, actor=CASHIER, reason="on parental leave until spring")
    return life


def forgotten(customer_id: int, wish: Wish) -> Steps:
    """Nothing was heard of it since its first period: its license has expired."""
    life = _begun(customer_id, wish, stands_still=True)
    yield _until_due(life)
    _go_on(life)
    return life


def _paid_once(customer_id: int, wish: Wish) -> Steps:
    life = _begun(customer_id, wish)
    yield _until_due(life)
    _go_on(life)
    return life


def _begun(customer_id: int, wish: Wish, *, card: str = GOOD, stands_still: bool = False) -> Life:
    clock_id = stripe_time.begin(customer_id, stands_still=stands_still)
    sheet = subscriptions.start(
        customer_id,
        _price_of(wish),
        quantity=wish.seats,
        start_key=secrets.token_urlsafe(16),
        actor="customer",
    )
    if card:
        wallet.leave_card(sheet, card)
    with reading() as session:
        its = select(Subscription.id).filter_by(token=sheet.token)
        life = Life(id=session.scalars(its).one(), clock_id=clock_id)
    subscriptions.sync(life.id, actor="customer")
    _use(life, wish.used)
    return life


def _go_on(life: Life) -> None:
    stripe_time.go_on(life.clock_id)
    subscriptions.sync(life.id)


def _until_due(life: Life) -> timedelta:
    with reading() as session:
        end = session.get_one(Subscription, life.id).current_period_end
    return (end or clock.now()) - clock.now() + A_LITTLE


def _use(life: Life, places: int) -> None:
    with reading() as session:
        key = session.scalar(select(License.key).where(License.subscription_id == life.id))
    for machine in MACHINES[:places]:
        licenses.activate(str(key), machine)


def _stripe_id(life: Life) -> str:
    with reading() as session:
        return str(session.get_one(Subscription, life.id).stripe_id)


def _price_of(wish: Wish) -> int:
    with reading() as session:
        found = select(Price.id).join(Variant)
        wanted = found.where(Variant.sku == wish.sku, Price.interval == wish.interval)
        return session.scalars(wanted).one()
