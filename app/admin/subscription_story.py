"""What happened to a subscription, in words, newest first."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select

from app.admin.billing_cells import plan_name
from app.admin.order_story import Happening
from app.admin.record_story import Words, story_of
from app.db import db
from app.models import Price, RecordEvent, Subscription

MOST = 100
ANSWERS = {"canceled": "cancel_asked", "now_ending": "end_asked"}  # what came of which wish
AT_ONCE = timedelta(minutes=5)  # Stripe tells of what it was asked to do
WISH = re.compile(r"(\d+) × price (\d+)")  # as the history keeps which seats of which plan
STORY: Words = {
    "asked": ("Begun", "calm"),
    "charged": ("Paid with a card on file", "good"),
    "way_to_pay_sent": ("Way to pay sent", "info"),
    "changed": ("Plan or seats changed", "info"),
    "change_failed": ("The change could not be paid", "bad"),
    "change_waits": ("A change waits for its payment", "wait"),
    "change_unanswered": ("A change was asked for, and Stripe did not answer", "wait"),
    "change_given_up": ("The change was given up", "calm"),
    "change_over": ("The change came to nothing", "calm"),
    "put_away": ("Put away for another trial", "calm"),
    "cancel_asked": ("Canceled", "calm"),
    "end_asked": ("Canceled for the end of its period", "wait"),
    "resumed": ("Goes on after all", "good"),
    "paused": ("Paused", "wait"),
    "card_changed": ("Another card", "calm"),
    "now_changed": ("Other plan or seats", "good"),
    "now_ending": ("Will end by itself", "wait"),
    "now_paused": ("Nothing is billed", "wait"),
    "now_resumed": ("Will not end after all", "good"),
}


def story(row: Subscription) -> list[Happening]:
    its = select(RecordEvent).where(RecordEvent.subscription_id == row.id)
    events = db.session.scalars(its.order_by(RecordEvent.id.desc()).limit(MOST)).all()
    lines = story_of(_told_once(events), STORY, causes=f"subscription_begun:{row.token}:")
    return [replace(line, note=WISH.sub(_wish, line.note)) for line in lines]


def _told_once(events: Sequence[RecordEvent]) -> list[RecordEvent]:
    """Who cancels it is told of once: not of what Stripe then makes of it, too."""
    asked = [(event.kind, event.created_at) for event in events if event.kind in ANSWERS.values()]
    return [event for event in events if not _answers(event, asked)]


def _answers(event: RecordEvent, asked: list[tuple[str, datetime]]) -> bool:
    wanted = ANSWERS.get(event.to_status if event.kind == "status" else event.kind)
    return any(kind == wanted and abs(event.created_at - at) < AT_ONCE for kind, at in asked)


def _wish(found: re.Match[str]) -> str:
    seats, price_id = found.groups()
    return f"{seats} × {plan_name(db.session.get(Price, int(price_id)))}"
