"""What somebody agrees to who subscribes: how much, from when on, and what stands against it."""

import hashlib
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import money, plugins, settings
from app.db import reading
from app.errors import InvalidQuantity, NotForSale, TwoCurrencies
from app.models import License, Price, ProductStatus, Subscription, Variant
from app.models.subscription import ENDED, RUNNING

MOST_SEATS = 1000


@dataclass(frozen=True, kw_only=True)
class Terms:
    """`today_amount` now, `amount` for every interval that follows, with their tax."""

    amount: int
    currency: str
    trial_days: int
    running: int  # of their subscriptions are to this product already

    @property
    def today_amount(self) -> int:
        return 0 if self.trial_days else self.amount

    @property
    def fingerprint(self) -> str:
        said = f"{self.amount}:{self.currency}:{self.trial_days}:{self.running}"
        return hashlib.sha256(said.encode()).hexdigest()[:16]


def find(customer_id: int | None, price_id: int, quantity: int) -> Terms:
    """The terms for somebody, or why there are none, before anybody has typed a card."""
    with reading() as session:
        return read(session, customer_id, price_id, quantity)


def read(session: Session, customer_id: int | None, price_id: int, quantity: int) -> Terms:
    """The same, inside a transaction of the caller's."""
    price = session.get(Price, price_id)
    if price is None or not for_sale(price):
        raise NotForSale("This cannot be subscribed to at the moment. Nothing was charged.")
    require_seats(quantity)
    running, trial_days = 0, price.trial_days
    if customer_id is not None:
        _require_one_currency(session, customer_id, price.currency)
        running, tried = _history(session, customer_id, price.variant.product_id)
        trial_days = 0 if tried else trial_days
    return Terms(
        amount=charged(price, quantity),
        currency=price.currency,
        trial_days=trial_days,
        running=running,
    )


def charged(price: Price, quantity: int) -> int:
    """What an interval costs with its tax: Stripe puts it on top where the price has it not."""
    amount = price.unit_amount * quantity
    if settings.current().prices_include_tax:
        return amount
    return amount + money.share(amount, tax_rate_of(price))


def tax_rate_of(price: Price) -> Decimal:
    """The rate for a plan: that of the shop's country, as on its own invoices."""
    country, category = settings.current().shop_country, price.variant.product.tax_category
    return plugins.tax().rate(country=country, tax_category=category)


def _history(session: Session, customer_id: int, product_id: int) -> tuple[int, bool]:
    """How many subscriptions to a product go on, and whether a trial of it was had before."""
    licensed = select(License.subscription_id).where(License.product_id == product_id)
    agreed = Subscription.price_id.is_(None) & Subscription.id.in_(licensed)  # at Stripe alone
    theirs = (
        select(func.count(Subscription.id))
        .outerjoin(Subscription.price)
        .outerjoin(Price.variant)
        .where(Subscription.customer_id == customer_id)
        .where((Variant.product_id == product_id) | agreed)
    )
    begun = Subscription._status.in_(RUNNING) & Subscription.awaits_card.is_(False)
    had = begun | Subscription.id.in_(select(License.subscription_id))  # it ends with its trial
    tried = theirs.where(had, Subscription.trial_end.is_not(None))
    return int(session.scalar(theirs.where(begun)) or 0), bool(session.scalar(tried))


def for_sale(price: Price) -> bool:
    """Everybody may subscribe to it now."""
    variant = price.variant
    shown = variant.product.status == ProductStatus.ACTIVE and not variant.product.coming_soon
    return price.active and price.recurring and variant.active and shown


def require_seats(quantity: int) -> None:
    """A number of seats that can be had."""
    if not 0 < quantity <= MOST_SEATS:
        raise InvalidQuantity(f"Between 1 and {MOST_SEATS} seats, please.")


def _require_one_currency(session: Session, customer_id: int, currency: str) -> None:
    """Stripe bills a customer in one currency at a time: say so before anything is paid."""
    other = session.scalar(
        select(Subscription.currency).where(
            Subscription.customer_id == customer_id,
            Subscription.currency != currency,
            Subscription._status.not_in([*ENDED]),
        )
    )
    if other is not None:
        raise TwoCurrencies(
            f"Your subscriptions are paid in {other.upper()}; this one is in {currency.upper()}. "
            "One customer can only have subscriptions in one currency. Nothing was charged."
        )
