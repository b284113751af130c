"""An order in words: the cells of the list, and everything that happened to it, newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from markupsafe import Markup
from sqlalchemy import select

from app.admin import roles, states
from app.db import db
from app.models import Letter, Order, OrderEvent

KINDS = {
    "placed": ("Placed", "calm"),
    "processing": ("The bank debit is on its way", "wait"),
    "authorized": ("Authorised, not yet captured", "wait"),
    "capture_asked": ("Capture asked for", "wait"),
    "payment_failed": ("A payment failed", "bad"),
    "refund_asked": ("Refund asked for", "part"),
    "refunded": ("Refunded", "part"),
    "refund_failed": ("The refund failed", "bad"),
    "dispute": ("Disputed", "bad"),
    "evidence_saved": ("Evidence saved", "calm"),
    "evidence_sent": ("Evidence sent to the bank", "info"),
    "evidence_refused": ("The bank refused the evidence", "bad"),
    "dispute_accepted": ("The dispute was accepted", "wait"),
    "downloaded": ("Downloaded", "calm"),
    "address_changed": ("Address changed", "calm"),
    "contact_changed": ("Contact changed", "calm"),
    "lines_changed": ("Lines changed", "calm"),
    "coupon_taken_off": ("Code taken off", "calm"),
    "pay_link_sent": ("Way to pay sent", "info"),
    "attention_settled": ("Looked at", "good"),
    "too_much_went_back": ("What was too much went back", "good"),
}
LETTERS = {
    "order_confirmation": "Order confirmation",
    "payment_failed": "Payment failed",
    "payment_request": "Way to pay",
    "refund_issued": "Refund issued",
    "invoice_issued": "Invoice",
    "license_issued": "License",
    "payment_link": "Payment link",
    "subscription_begun": "Way to pay a subscription",
    "subscription_changed": "Subscription changed",
}
WHO = {"stripe": "Stripe", "job": "the shop", "customer": "the customer"}


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One line of a timeline."""

    at: datetime
    title: str
    note: str = ""
    who: str
    tone: str
    url: str = ""
    stripe_event_id: str = ""


def story(order: Order) -> list[Happening]:
    """Events and letters of an order, newest first."""
    found = [(e.created_at, 0, e.id, _event(e)) for e in order.events]
    letters = db.session.execute(
        select(Letter.id, Letter.message, Letter.to, Letter.status, Letter.created_at).where(
            Letter.order_id == order.id
        )
    )
    found += [(row.created_at, 1, row.id, letter_line(row)) for row in letters]
    return [happening for *_, happening in sorted(found, key=lambda f: f[:3], reverse=True)]


def _event(event: OrderEvent) -> Happening:
    title, tone = KINDS.get(event.kind, (event.kind.replace("_", " ").capitalize(), "calm"))
    if event.kind == "status":
        title, tone = states.word(event.to_status), states.tone(event.to_status)
    return Happening(
        at=event.created_at,
        title=title,
        note=event.reason,
        who=WHO.get(event.actor, event.actor),
        tone=tone,
        stripe_event_id=event.stripe_event_id,
    )


def letter_line(row: Any) -> Happening:
    """What a timeline says of a letter; its page for whom may read it."""
    name = LETTERS.get(row.message, row.message.replace("_", " ").capitalize())
    seen = roles.allows("letter", "details_view")
    return Happening(
        at=row.created_at,
        title=f"Letter: {name}",
        note=f"to {row.to}" if row.status == "sent" else f"to {row.to} ({states.word(row.status)})",
        who="the shop",
        tone="bad" if row.status == "failed" else "calm",
        url=url_for("letter.details_view", id=row.id) if seen else "",
    )


def number_cell(_view: Any, _context: Any, order: Order, _name: str) -> Markup:
    url = url_for("order.details_view", id=order.id)
    return Markup('<a class="strong" href="{}">#{}</a>').format(url, order.number)


def customer_cell(_view: Any, _context: Any, order: Order, _name: str) -> Markup:
    name = name_of(order)
    small = Markup("<small>{}</small>").format(order.email) if name else order.email
    return Markup("{}{}").format(name, small)


def name_of(order: Order) -> str:
    if order.customer is not None and order.customer.name:
        return order.customer.name
    return order.shipping_address.name if order.shipping_address else ""


def state_cell(_view: Any, _context: Any, order: Order, _name: str) -> Markup:
    extra = [order.payment_badge] if order.payment_badge else []
    extra += ["needs attention"] if order.attention else []
    return Markup(" ").join([states.badge(order.status), *map(states.badge, extra)])
