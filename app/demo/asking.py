"""How the demo's payment links fared, and payments of whom nobody knows who paid them."""

import secrets
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from app import clock
from app.db import reading
from app.demo import hosted
from app.models import Customer, Matching, Payment, PaymentLink
from app.services import external_payments, payment_links
from app.services.payment_links import NewLink

CASHIER = "billing@shop.example"


@dataclass(frozen=True, kw_only=True)
class Ask:
    """Who is asked to pay what, in minor units of euro."""

    email: str
    words: str
    amount: int
    days: int = 0  # until it expires; 0 is never
    belongs_to: str = ""  # whose payment it turns out to be


Steps = Generator[timedelta, None, int]
Story = Callable[[Ask], Steps]


def waiting(ask: Ask) -> Steps:
    link_id = _send(ask)
    yield timedelta(minutes=1)
    return link_id


def opened(ask: Ask) -> Steps:
    link_id = _send(ask)
    yield timedelta(hours=9)
    with reading() as session:
        slug = session.get_one(PaymentLink, link_id).slug
    payment_links.opened(slug)
    return link_id


def paid(ask: Ask) -> Steps:
    link_id = yield from opened(ask)
    yield timedelta(minutes=5)
    hosted.pay_link(link_id)
    return link_id


def expired(ask: Ask) -> Steps:
    link_id = _send(ask)
    yield timedelta(days=ask.days, hours=1)
    payment_links.sweep()
    return link_id


def deactivated(ask: Ask) -> Steps:
    link_id = _send(ask)
    yield timedelta(hours=26)
    payment_links.deactivate(link_id, actor=CASHIER)
    return link_id


def unmatched(ask: Ask) -> Steps:
    """Nobody with this address is known: it waits until staff say whose it is."""
    hosted.pay_at_dashboard(ask.email, ask.amount, ask.words)
    yield timedelta(hours=5)
    return _waiting(ask)


def dismissed(ask: Ask) -> Steps:
    payment_id = yield from unmatched(ask)
    external_payments.dismiss(payment_id, actor=CASHIER, reason="paid for the flea market")
    return payment_id


def assigned(ask: Ask) -> Steps:
    payment_id = yield from unmatched(ask)
    with reading() as session:
        customer_id = session.scalars(select(Customer.id).filter_by(email=ask.belongs_to)).one()
    external_payments.assign(payment_id, customer_id, actor=CASHIER)
    return payment_id


def _send(ask: Ask) -> int:
    wanted = NewLink(
        email=ask.email,
        description=ask.words,
        amount=ask.amount,
        currency="eur",
        expires_at=clock.now() + timedelta(days=ask.days) if ask.days else None,
    )
    return payment_links.send(wanted, form_token=secrets.token_urlsafe(16), actor=CASHIER)


def _waiting(ask: Ask) -> int:
    with reading() as session:
        same = select(Payment.id).filter_by(matching=Matching.WAITING, payer_email=ask.email)
        return session.scalars(same).one()
