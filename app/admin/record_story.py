"""What happened to a subscription, invoice, license, link or payment, in words, newest first."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from app.admin import states
from app.admin.order_story import WHO, Happening, letter_line
from app.db import begins_with, db
from app.models import Letter, RecordEvent

Words = Mapping[str, tuple[str, str]]  # kind of event: (title, tone)
STRIPES = {
    "subscription_create": "For the first period",
    "subscription_cycle": "For another period",
    "subscription_update": "For a change of plan or seats",
}


def story_of(events: Iterable[RecordEvent], words: Words, *, causes: str = "") -> list[Happening]:
    """Events of a record, and the letters whose cause begins with `causes`."""
    found = [(e.created_at, 0, e.id, happening(e, words)) for e in events]
    if causes:
        found += [(row.created_at, 1, row.id, letter_line(row)) for row in letters_about(causes)]
    return [line for *_, line in sorted(found, key=lambda f: f[:3], reverse=True)]


def letters_about(causes: str) -> list[Any]:
    """Letters by the beginning of their cause, as far as a timeline needs them."""
    columns = select(Letter.id, Letter.message, Letter.to, Letter.status, Letter.created_at)
    found = columns.where(begins_with(Letter.cause, causes))
    return list(db.session.execute(found.order_by(Letter.id)))


def happening(event: Any, words: Words) -> Happening:
    """One event; a change of status is called like the status it led to."""
    title, tone = words.get(event.kind, (event.kind.replace("_", " ").capitalize(), "calm"))
    if event.kind == "status":
        title, tone = states.word(event.to_status), states.tone(event.to_status)
    return Happening(
        at=event.created_at,
        title=title,
        note=STRIPES.get(event.reason, event.reason),
        who=WHO.get(event.actor, event.actor),
        tone=tone,
    )
