"""What happened to a subscription, in words, newest first."""

import re
from dataclasses import replace

from sqlalchemy import select

from app.admin.billing_cells import plan_name
from app.admin.order_story import Happening
from app.admin.record_story import Words, story_of
from app.db import db
from app.models import Price, RecordEvent, Subscription

MOST = 100
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
    "cancel_asked": ("Canceled", "wait"),
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
    events = db.session.scalars(its.order_by(RecordEvent.id.desc()).limit(MOST))
    lines = story_of(events, STORY, causes=f"subscription_begun:{row.token}:")
    return [replace(line, note=WISH.sub(_wish, line.note)) for line in lines]


def _wish(found: re.Match[str]) -> str:
    seats, price_id = found.groups()
    return f"{seats} × {plan_name(db.session.get(Price, int(price_id)))}"
