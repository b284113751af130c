"""The mail outbox: what was written to whom, whether it left, and sending it again."""

from typing import Any

from flask import Response, abort, flash, g, make_response, request
from flask_admin import expose
from markupsafe import Markup
from sqlalchemy import select

from app import audit, emails
from app.admin import filters, frame, states
from app.admin.cells import badge, link_to, number
from app.admin.order_story import LETTERS
from app.admin.records import RecordView
from app.admin.steps import JUST_DONE, RecordSteps
from app.db import begins_with, db, transaction
from app.models import Letter, LetterStatus, Order
from app.sign_in import actor

# A letter brings its own styles and nothing else: no scripts, no pictures from elsewhere.
LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'self'; sandbox"
)

KINDS = LETTERS | {
    "debt_payment_failed": "Payment of an invoice failed",
    "overpayment_received": "Paid too much",
    "payment_reminder": "Reminder",
}


def _error(_view: Any, _context: Any, letter: Letter, _name: str) -> Markup:
    return Markup('<span class="wrap">{}</span>').format(letter.error[:160])


def _message(_view: Any, _context: Any, letter: Letter, _name: str) -> str:
    return KINDS.get(
        letter.message, letter.message.rpartition("/")[2].replace("_", " ").capitalize()
    )


class LetterView(RecordSteps, RecordView):
    one = "letter"
    lead = "Every letter the shop has written."
    details_template = "admin/letter.html"
    column_list = ["subject", "to", "message", "status", "attempts", "error", "created_at"]
    column_labels = {"message": "Kind", "status": "State", "created_at": "Written"}
    column_default_sort = ("id", True)
    column_sortable_list = ["created_at"]
    searched_by = "Address or order number"
    column_formatters = {
        "subject": link_to("letter.details_view", lambda letter: letter.subject),
        "message": _message,
        "status": badge,
        "attempts": number,
        "error": _error,
    }
    column_filters = [
        filters.Equals(Letter.status, "State", options=states.choices(LetterStatus)),
        filters.Equals(Letter.message, "Kind", options=list(KINDS.items())),
        filters.Contains(Letter.to, "To"),
        filters.Day(Letter.created_at, "Day"),
    ]
    state_column = "status"
    chip_states = ("waiting", "sent", "failed")

    def attention(self) -> int:
        failed = select(Letter.id).where(Letter.status == LetterStatus.FAILED).limit(100)
        return len(list(db.session.scalars(failed)))

    def found_by(self, words: str) -> list[Any]:
        order = select(Order.id).where(Order.number == words.lstrip("#"))
        return [begins_with(Letter.to, words.lower()), Letter.order_id.in_(order)]

    @expose("/details/")
    def details_view(self) -> Any:
        letter = self.letter_or_404(request.args.get("id", ""))
        g.own_frames = True
        return self.render(
            self.details_template,
            model=letter,
            kind=_message(None, None, letter, ""),
            order=db.session.get(Order, letter.order_id) if letter.order_id else None,
            secret=_keeps_a_secret(letter),
            return_url=self.get_url(".index_view"),
        )

    @expose("/<int:letter_id>/body")
    def body(self, letter_id: int) -> Response:
        """The HTML as its reader sees it, in a frame that may do nothing."""
        letter = self.letter_or_404(letter_id)
        if _keeps_a_secret(letter):
            abort(404)
        response = make_response(letter.html)
        response.headers["Content-Security-Policy"] = LETTER_POLICY
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
        return response

    @expose("/<int:letter_id>/sendings", methods=["POST"])
    def create_sending(self, letter_id: int) -> Response:
        self.letter_or_404(letter_id)
        with transaction() as session:
            letter = session.get_one(
                Letter, letter_id, with_for_update=True, populate_existing=True
            )
            again = self.just_done(letter_id, "sent again")
            if not again:
                emails.resend(letter)
                facts = {"to": letter.to}
                audit.record("sent again", letter, actor=actor(), before={}, after=facts)
            said = f"On its way to {letter.to} again."
        frame.forget()
        flash(*((JUST_DONE, "info") if again else (said, "success")))
        return self.back_to(letter_id)

    def letter_or_404(self, letter_id: object) -> Letter:
        letter: Letter | None = self.get_one(letter_id)
        return letter if letter is not None else abort(404)


def _keeps_a_secret(letter: Letter) -> bool:
    """Whoever reads a letter with a sign-in link could become its reader."""
    return letter.order_id is None and letter.message not in KINDS
