"""What needs a person: tasks, and goods that are almost gone."""

from typing import Any

from flask import url_for
from sqlalchemy import select

from app.admin import roles
from app.admin.records import capped
from app.db import db
from app.models import (
    Dispute,
    EventStatus,
    Invoice,
    Job,
    JobState,
    Letter,
    LetterStatus,
    Order,
    OrderStatus,
    Payment,
    PaymentLink,
    Product,
    ProductStatus,
    Refund,
    Stock,
    Variant,
    WebhookEvent,
)
from app.services import attention

LOW = 3  # pieces for sale, or fewer


def tasks() -> list[dict[str, Any]]:
    """What a person has to do, most urgent first; only what this person may see."""
    rows: list[tuple[str, str, str, str, Any, dict[str, Any]]] = [
        ("dispute", "bad", "disputes need an answer", "Unanswered means lost.",
         select(1).select_from(Dispute).where(attention.disputes_due()),
         {"flt0_needs_an_answer_equals": "yes"}),
        ("order", "bad", "orders need a look", "Something about their money or goods is odd.",
         select(1).select_from(Order).where(attention.orders_odd()),
         {"flt0_needs_attention_equals": "yes"}),
        ("event", "bad", "events could not be handled",
         "Safe to run again; look at the dry run first.",
         select(1).select_from(WebhookEvent).where(WebhookEvent.status == EventStatus.FAILED),
         {"flt0_state_equals": "failed"}),
        ("unmatched", "bad", "payments belong to nobody", "Say whose they are, or dismiss them.",
         select(1).select_from(Payment).where(attention.payments_unmatched()),
         {"flt0_state_equals": "waiting"}),
        ("payment_link", "bad", "payment links could not be made", "Nobody got a letter.",
         select(1).select_from(PaymentLink).where(attention.links_failed()),
         {"flt0_failed_equals": "yes"}),
        ("refund", "bad", "refunds have no answer yet", "They have been waiting for over a day.",
         select(1).select_from(Refund).where(attention.refunds_slow()),
         {"flt0_waiting_for_over_a_day_equals": "yes"}),
        ("letter", "bad", "letters did not leave", "Their readers are waiting.",
         select(1).select_from(Letter).where(Letter.status == LetterStatus.FAILED),
         {"flt0_state_equals": "failed"}),
        ("job", "bad", "jobs were given up", "Retry them once the cause is gone.",
         select(1).select_from(Job).where(Job.state == JobState.FAILED),
         {"flt0_state_equals": "failed"}),
        ("invoice", "wait", "invoices are past due", "Send a reminder, or a payment link.",
         select(1).select_from(Invoice).where(attention.invoices_past_due()),
         {"flt0_past_due_equals": "yes"}),
        ("payment", "wait", "payments were more than was owed",
         "The rest is credit: tell their customers, or refund it.",
         select(1).select_from(Payment).where(attention.payments_overpaid()),
         {"flt0_more_than_was_owed_equals": "yes"}),
        ("order", "wait", "paid orders wait to be sent", "Their customers have paid.",
         select(1).select_from(Order).where(Order.status == OrderStatus.PAID),
         {"flt0_state_equals": "paid"}),
    ]  # fmt: skip
    found = [
        (capped(query), text, why, url_for(f"{view}.index_view", **args), tone)
        for view, tone, text, why, query, args in rows
        if roles.allows(view, "index_view")
    ]
    return [
        {"count": count, "text": text, "why": why, "url": url, "tone": tone}
        for count, text, why, url, tone in found
        if count != "0"
    ]


def low_stock() -> list[Stock]:
    """What is almost gone, fewest first."""
    found = (
        select(Stock)
        .join(Stock.variant)
        .join(Variant.product)
        .where(low())
        .order_by(Stock.on_hand - Stock.reserved, Product.name)
    )
    return list(db.session.scalars(found.limit(8)))


def low() -> Any:
    """Condition: active goods of which hardly any can be bought."""
    sold = (Product.status == ProductStatus.ACTIVE) & Variant.active & Variant.tracks_stock
    return sold & (Stock.on_hand - Stock.reserved <= LOW)
