"""Somebody with an account who subscribes, and what the shop and Stripe know of that."""

import re
import time
from dataclasses import dataclass
from datetime import timedelta

from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.db import db, transaction
from app.models import Customer, Invoice, License, Price, Product, Subscription, Variant
from app.services import licenses, stripe_customers, subscriptions
from tests import people
from tests.billing import add_plan, give_card, pay_first
from tests.journeys.ledger import Ledger
from tests.journeys.pages import Shopper, sign_in

DAY = 24 * 3600


@dataclass(frozen=True)
class SeenSubscription:
    """A subscription as it was when somebody looked; amounts are those of its invoices."""

    token: str
    status: str
    quantity: int
    interval: str
    ends: bool
    amounts: tuple[int, ...]
    license: str
    license_status: str
    seats: int
    expires_on: str


class Subscriber(Shopper):
    """A customer with an account, and the plans that there are."""

    def __init__(self, page: Page, ledger: Ledger) -> None:
        super().__init__(page, ledger.shop.url)
        self._ledger = ledger
        with ledger.opened():
            self._customer_id = self._register()
            self.plan = _plan("fieldbook")
            self.trial = _plan("plumbline", trial_days=7)

    def sign_in(self) -> None:
        self.open("/account/sign-in")
        sign_in(self, self.email, people.PASSWORD)

    def sees(self, words: str) -> None:
        expect(self.page.get_by_text(words)).to_be_visible()

    def begin(self, *, quantity: int = 1, card: str = "pm_card_visa") -> None:
        """Have a monthly subscription, without clicking for it."""
        stripe = self._ledger.shop.stripe
        with self._ledger.opened():
            sheet = subscriptions.start(
                self._customer_id,
                self.plan["month"],
                quantity=quantity,
                start_key=f"form-{self.email}",
                actor="customer",
            )
            pay_first(stripe, sheet, card)
            row = db.session.scalars(select(Subscription).filter_by(token=sheet.token)).one()
            subscriptions.sync(row.id)
        self._ledger.check()

    def give_card(self, card: str) -> None:
        """Another card at Stripe, as the bank or the hosted portal may do it."""
        with self._ledger.opened():
            give_card(self._ledger.shop.stripe, self._row(), card)
        self._ledger.check()

    def keep_card(self, card: str) -> None:
        """A card left with Stripe before."""
        stripe = self._ledger.shop.stripe
        with self._ledger.opened():
            customer = stripe_customers.ensure(self._customer_id)
        stripe.v1.payment_methods.attach(card, {"customer": customer})

    def stop_clock(self) -> None:
        """From now on, this customer's time at Stripe is one of Stripe's test clocks."""
        stripe = self._ledger.shop.stripe
        clock = stripe.v1.test_helpers.test_clocks.create({"frozen_time": int(time.time())})
        customer = stripe.v1.customers.create({"email": self.email, "test_clock": clock.id})
        self._clock, self._now = clock.id, clock.frozen_time
        with self._ledger.opened(), transaction() as session:
            session.get_one(Customer, self._customer_id).stripe_customer_id = customer.id

    def advance(self, days: int) -> None:
        """Let days pass at Stripe, and the shop hear of all that happened in them."""
        self._now += days * DAY
        clocks = self._ledger.shop.stripe.v1.test_helpers.test_clocks
        clocks.advance(self._clock, {"frozen_time": self._now})
        self._ledger.check()

    def let_grace_end(self) -> None:
        """As if the payment had been late for long; then what the shop does every hour."""
        with self._ledger.opened():
            with transaction() as session:
                row = session.get_one(Subscription, self._row().id)
                row.past_due_since -= timedelta(days=30)
            licenses.sweep()

    def seen(self) -> SeenSubscription:
        with self._ledger.opened():
            row = self._row()
            license = db.session.scalars(
                select(License).where(License.subscription_id == row.id)
            ).first()
            its = select(Invoice).where(Invoice.subscription_id == row.id).order_by(Invoice.id)
            return SeenSubscription(
                token=row.token,
                status=row.status,
                quantity=row.quantity,
                interval=row.price.interval,
                ends=row.cancel_at is not None,
                amounts=tuple(invoice.total_amount for invoice in db.session.scalars(its)),
                license=license.key if license else "",
                license_status=str(license.status) if license else "",
                seats=license.seats if license else 0,
                expires_on=str(license.expires_at.date()) if license else "",
            )

    def methods(self) -> list[tuple[str, str]]:
        """What each of this customer's subscriptions is paid with, and its state, oldest first."""
        mine = select(Subscription).where(Subscription.customer_id == self._customer_id)
        with self._ledger.opened():
            rows = db.session.scalars(mine.order_by(Subscription.id))
            return [(str(row.status), row.method) for row in rows]

    def open_own(self, path: str = "") -> None:
        self.open(f"/account/subscriptions/{self.seen().token}{path}")

    def choose_seats(self, number: int) -> None:
        """On the page where a subscription is changed."""
        field = self.page.get_by_label("Seats")
        field.fill(str(number))
        field.press("Enter")

    def amount_on_button(self) -> int:
        """What the preview's button says will be paid, in cents."""
        button = self.page.get_by_role("button", name=re.compile("Change it and pay"))
        expect(button).to_be_visible()
        return round(float(button.inner_text().split("€")[1].replace(",", "")) * 100)

    def change(self) -> None:
        self.page.get_by_role("button", name=re.compile("Change it")).click()

    def letters(self) -> list[str]:
        return self._ledger.letters_to(self.email, "subscription_changed")

    def _row(self) -> Subscription:
        mine = select(Subscription).where(Subscription.customer_id == self._customer_id)
        return db.session.scalars(mine).one()

    def _register(self) -> int:
        user = people.add_customer(self.email)
        mine = select(Customer.id).where(Customer.user_id == user.id)
        customer_id = db.session.scalars(mine).one()
        db.session.rollback()
        return customer_id


def _plan(slug: str, *, trial_days: int = 0) -> dict[str, int]:
    """The plans of a product that all journeys of a process share."""
    prices = (
        select(Price).join(Price.variant).join(Variant.product).where(Product.slug == slug)
    ).where(Price.interval != "")
    if found := {price.interval: price.id for price in db.session.scalars(prices)}:
        return found
    db.session.rollback()
    return add_plan(slug, trial_days=trial_days)
