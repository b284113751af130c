"""The mail outbox: a letter is written once per cause, and sent until it has left."""

from dataclasses import dataclass
from typing import Any

from flask import render_template
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app import clock, plugins, settings
from app.db import reading, transaction
from app.jobs import enqueue, job
from app.models import Letter, LetterStatus


@dataclass(frozen=True)
class Posting:
    """A letter as plain values, so that nothing is open while it is sent."""

    id: int
    to: str
    subject: str
    text: str
    html: str


def write(
    message: str,
    *,
    cause: str,
    to: str,
    subject: str,
    order_id: int | None = None,
    customer_id: int | None = None,
    **context: Any,
) -> None:
    """Render `templates/emails/<message>.txt` and `.html`, keep them, and send them."""
    text, html = render(message, subject=subject, **context)
    whose = {"order_id": order_id, "customer_id": customer_id}
    keep(message, cause=cause, to=to, subject=subject, text=text, html=html, **whose)


def keep(message: str, *, cause: str, **columns: Any) -> None:
    """Put a finished letter into the outbox; the same cause again changes nothing."""
    try:
        with transaction() as session:
            if session.scalar(select(Letter.id).where(Letter.cause == cause)):
                return
            letter = Letter(message=message, cause=cause, **columns)
            session.add(letter)
            session.flush()
            enqueue(deliver, letter_id=letter.id)
    except IntegrityError:
        return  # another worker wrote it meanwhile


def render(message: str, **context: Any) -> tuple[str, str]:
    """A message as text and as HTML."""
    text = render_template(f"emails/{message}.txt", **context)
    return text.strip() + "\n", render_template(f"emails/{message}.html", **context)


def link(path: str) -> str:
    """An address in the shop that works from somebody's mailbox."""
    return settings.current().public_url + path


def resend(letter: Letter) -> None:
    """Send a letter once more, as it was written."""
    with transaction() as session:
        session.execute(
            update(Letter).where(Letter.id == letter.id).values(status=LetterStatus.WAITING)
        )
        enqueue(deliver, letter_id=letter.id)


@job()
def deliver(letter_id: int) -> None:
    """Hand a letter to the mailer; a failure is kept with it and tried again."""
    posting = _load(letter_id)
    if posting is None:
        return
    try:
        plugins.mailer().send(
            to=posting.to, subject=posting.subject, text=posting.text, html=posting.html
        )
    except Exception as error:
        _settle(letter_id, status=LetterStatus.FAILED, error=f"{type(error).__name__}: {error}")
        raise
    _settle(letter_id, status=LetterStatus.SENT, error="", sent_at=clock.now())


def _load(letter_id: int) -> Posting | None:
    columns = select(Letter.id, Letter.to, Letter.subject, Letter.text, Letter.html)
    unsent = columns.where(Letter.id == letter_id, Letter.status != LetterStatus.SENT)
    with reading() as session:
        row = session.execute(unsent).first()
        return Posting(*row) if row else None


def _settle(letter_id: int, **values: Any) -> None:
    with transaction() as session:
        session.execute(
            update(Letter)
            .where(Letter.id == letter_id)
            .values(attempts=Letter.attempts + 1, **values)
        )
