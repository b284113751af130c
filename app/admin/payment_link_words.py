"""A payment link in words: the cells of the ledger, and what is odd about its money."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import g, url_for
from markupsafe import Markup
from sqlalchemy import func, or_, select

from app import settings
from app.admin import states
from app.admin.cells import money
from app.admin.dates import last_day, stamp
from app.db import db
from app.models import CreditEntry, Order, Payment, PaymentLink, PaymentLinkStatus
from app.models.payment_link import DEAD

EVENTS = {
    "asked": ("Written", "calm"),
    "sent": ("Sent", "info"),
    "reminded": ("Reminder sent", "info"),
    "opened": ("Opened", "good"),
}
FOR_A_DEBT = or_(PaymentLink.invoice_id.is_not(None), PaymentLink.order_id.is_not(None))
LEFT_OVER = (CreditEntry.payment_id.is_not(None), CreditEntry.invoice_item_id.is_(None))
IN_CREDIT = (
    select(CreditEntry.payment_id)
    .where(*LEFT_OVER)
    .group_by(CreditEntry.payment_id)
    .having(func.sum(CreditEntry.amount) > 0)
)
RECEIVED = select(Payment.received_amount).where(Payment.id == PaymentLink.payment_id)
OVERPAID = or_(
    RECEIVED.scalar_subquery() > PaymentLink.amount,
    FOR_A_DEBT & PaymentLink.payment_id.in_(IN_CREDIT),
    PaymentLink.payment_id.is_not(None)
    & PaymentLink.order_id.in_(select(Order.id).where(Order.paid_amount > Order.total_amount)),
)
UNDERPAID = (PaymentLink._status == PaymentLinkStatus.PAID) & (
    RECEIVED.scalar_subquery() < PaymentLink.amount
)


@dataclass(frozen=True, kw_only=True)
class Note:
    """Something to know about a record, with the place to look after it."""

    text: str
    tone: str
    url: str = ""
    more: str = ""


def who_cell(_view: Any, _context: Any, link: PaymentLink, _name: str) -> Markup:
    url = url_for("payment_link.details_view", id=link.id)
    name = link.name or (link.customer.name if link.customer else "")
    small = Markup("<small>{}</small>").format(link.email) if name else ""
    return Markup('<a class="strong" href="{}">{}</a>{}').format(url, name or link.email, small)


def what_cell(_view: Any, _context: Any, link: PaymentLink, _name: str) -> Markup:
    target = target_name(link)
    more = target and target != link.description
    small = Markup("<small>{}</small>").format(target) if more else ""
    return Markup("{}{}").format(link.description, small)


def state_cell(_view: Any, _context: Any, link: PaymentLink, _name: str) -> Markup:
    overpaid = link.id in g.get("overpaid_links", set())
    badges = [str(link.status), *oddities(link, overpaid=overpaid)]
    return Markup(" ").join(map(states.badge, badges))


def sent_cell(_view: Any, _context: Any, link: PaymentLink, _name: str) -> Markup:
    """When it left, by whom, and until when it works."""
    sender = link.sent_by.partition("@")[0].replace(".", " ").title()
    until = Markup("")
    if link.is_live and link.expires_at is not None:
        until = Markup(", until {}").format(last_day(link.expires_at))
    when = stamp(link.sent_at) if link.sent_at else "Not yet"
    return Markup("{}<small>by {}{}</small>").format(when, sender, until)


def short_address(link: PaymentLink) -> str:
    return f"{settings.current().public_url}/l/{link.slug}"


def target_name(link: PaymentLink) -> str:
    """What it pays, if it is for something in the books."""
    if link.order is not None:
        return f"Order #{link.order.number}"
    return str(link.invoice) if link.invoice is not None else ""


def sendings(link: PaymentLink) -> str:
    """How often a letter left, in words."""
    times = sum(event.kind in {"sent", "reminded"} for event in link.events)
    return {0: "not sent yet", 1: "sent once", 2: "sent twice"}.get(times, f"sent {times} times")


def oddities(link: PaymentLink, *, overpaid: bool) -> list[str]:
    """Badges beside the state: opened, and what is unusual about its money."""
    found = ["opened"] if link.opened_at and link.is_live else []
    payment = link.payment
    if payment is None:
        return found
    if link.status == PaymentLinkStatus.PAID and payment.received_amount < link.amount:
        found.append("underpaid")
    if overpaid:
        found.append("overpaid")
    if payment.matching == "waiting":
        found.append("unmatched")
    return found


def is_overpaid(link: PaymentLink) -> bool:
    found = select(PaymentLink.id).where(PaymentLink.id == link.id, OVERPAID)
    return db.session.scalar(found) is not None


def notes(link: PaymentLink) -> Iterator[Note]:
    """What somebody should know who looks at a link."""
    if link.status == PaymentLinkStatus.NEW:
        yield Note(
            text="Stripe has not made it yet. The letter leaves by itself as soon as it has.",
            tone="wait",
        )
    if link.status == PaymentLinkStatus.REJECTED:
        said = next((e.reason for e in reversed(link.events) if e.to_status == "rejected"), "")
        yield Note(text=f"Stripe refused to make it, and nobody got a letter. {said}", tone="bad")
    if link.payment is not None and link.payment.processing:
        yield Note(text="It was paid by bank debit, which takes a few working days.", tone="wait")
    elif link.payment is not None and link.payment.succeeded:
        yield from _notes_on_money(link, link.payment)


def _notes_on_money(link: PaymentLink, payment: Payment) -> Iterator[Note]:
    currency, received = link.currency, payment.received_amount
    if any(e.from_status in set(DEAD) and e.to_status == "paid" for e in link.events):
        yield Note(
            text="It was paid after it had ended: somebody still had its page open.", tone="wait"
        )
    if received < link.amount:
        short = money(link.amount - received, currency)
        yield Note(text=f"{money(received, currency)} arrived: {short} is missing.", tone="bad")
    elif received > link.amount:
        over = money(received - link.amount, currency)
        yield Note(text=f"{money(received, currency)} arrived: {over} more than asked.", tone="bad")
    if payment.matching == "waiting":
        yield Note(
            text="No customer has this address, so nobody’s books were touched.",
            tone="wait",
            url=url_for("unmatched.details_view", id=payment.id),
            more="Say whose it is",
        )
    yield from _notes_on_debt(link, payment)


def _notes_on_debt(link: PaymentLink, payment: Payment) -> Iterator[Note]:
    if link.order is not None and link.order.paid_amount > link.order.total_amount:
        over = money(link.order.paid_amount - link.order.total_amount, link.currency)
        yield Note(
            text=f"The order was paid twice: {over} is too much.",
            tone="bad",
            url=url_for("order.details_view", id=link.order_id),
            more="Refund it there",
        )
    credit = db.session.scalar(
        select(func.coalesce(func.sum(CreditEntry.amount), 0)).where(
            *LEFT_OVER, CreditEntry.payment_id == payment.id
        )
    )
    if link.invoice_id is not None and credit:
        yield Note(
            text=f"{money(credit, link.currency)} of it was not owed any more. It is the "
            "customer’s credit now, and can be refunded.",
            tone="bad",
            url=url_for("payment.details_view", id=payment.id),
            more="The payment",
        )
