"""What staff may do next with a record: a form that says what will happen, one verb, and back."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Response, abort, flash, make_response, redirect, request
from flask_admin.form import BaseForm
from sqlalchemy import select
from wtforms.validators import InputRequired, Length

from app import audit, clock
from app.admin import frame
from app.admin.base import StaffPage
from app.admin.fields import PlainText
from app.db import db, transaction
from app.errors import ShopError
from app.models import AuditEntry
from app.sign_in import actor

NOT_MINE = "Your role does not include this."
JUST_DONE = "You did that a moment ago, so nothing new was sent or written."
A_MOMENT = timedelta(minutes=1)  # pressed twice, or the same form sent again
SHORT = Length(max=500, message="At most 500 characters, please.")


class ReasonForm(BaseForm):
    """Why, in words that stay in the record's history."""

    reason = PlainText("Reason", validators=[InputRequired("Why, in a few words?"), SHORT])

    def __iter__(self) -> Iterator[Any]:
        """First what is wanted, then why."""
        return iter(sorted(super().__iter__(), key=lambda field: field.name == "reason"))


@dataclass(frozen=True, kw_only=True)
class Step:
    """Something staff may do: `door` is the method behind it; with `why_not`, not just now.

    One that `asks` opens a form that shows what will happen; the others are pressed.
    """

    label: str
    door: str
    effect: str
    why_not: str = ""
    asks: bool = False
    look: str = ""  # primary, danger


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A form before a step: what will happen, in sentences, and the button that does it."""

    title: str
    action: str
    back: str
    lines: Sequence[Any] = ()
    why_not: str = ""
    yes: str = ""
    no: str = "Leave it as it is"
    look: str = "danger"
    tone: str = "wait"
    preview: str = ""  # where the sentences come from while somebody types
    hidden: Mapping[str, Any] = field(default_factory=dict)  # what was shown, sent with the yes


class RecordSteps(StaffPage):
    """What views of records mix in; every step returns to the record's page."""

    get_one: Callable[[Any], Any]

    def record_or_404(self, record_id: object) -> Any:
        record = self.get_one(record_id)
        return record if record is not None else abort(404)

    def page_of(self, record_id: int) -> str:
        url: str = self.get_url(".details_view", id=record_id)
        return url

    def sorted_steps(self, steps: Sequence[Step]) -> tuple[list[Step], dict[str, list[Step]]]:
        """The steps that may be taken now, and the others by the reason why not."""
        free: list[Step] = []
        blocked: dict[str, list[Step]] = {}
        for step in steps:
            if why_not := step.why_not or ("" if self.may(step.door) else NOT_MINE):
                blocked.setdefault(why_not, []).append(step)
            else:
                free.append(step)
        return free, blocked

    def sheet(self, record: Any, door: str, **words: Any) -> Sheet:
        """A form whose button opens `door`, the method that takes the step."""
        action = self.get_url(f".{door}", record_id=record.id)
        return Sheet(action=action, back=self.page_of(record.id), **words)

    def show(self, sheet: Sheet, form: BaseForm | None = None, status: int = 200) -> Response:
        """The form in a dialog, or on a page of its own where there is no script."""
        part = request.headers.get("X-Sheet") == "1"
        template = "admin/_step_form.html" if part else "admin/step_form.html"
        return make_response(self.render(template, sheet=sheet, form=form or BaseForm()), status)

    def show_preview(self, sheet: Sheet, form: BaseForm) -> str:
        found: str = self.render("admin/_step_impact.html", sheet=sheet, form=form)
        return found

    def take(
        self,
        record: Any,
        verb: Callable[[str], object],
        *,
        action: str,
        said: str,
        form: BaseForm | None = None,
        again: Callable[[Any], Sheet] | None = None,
        once: bool = False,
    ) -> Response:
        """Take a step if its form is right, and write down who did. If it cannot be taken, say
        why: on the sheet that `again` makes of the record as it is by now, or on its page.
        What is for `once` is not done anew when it is pressed again at once."""
        record_id, reason = record.id, getattr(form, "reason", None)
        if once and self.just_done(record_id, action):
            flash(JUST_DONE, "info")
            return self.back_to(record_id)
        if form is not None and not form.validate():
            for problems in form.errors.values():
                flash(" ".join(map(str, problems)), "error")
            return self._refused(record_id, form, again, 422)
        try:
            verb(actor())
        except ShopError as error:
            flash(str(error), "error")
            return self._refused(record_id, form, again, error.status_code)
        finally:
            frame.forget()
        self.write_down(record_id, action, reason=(reason.data or "") if reason else "")
        flash(said, "success")
        return self.back_to(record_id)

    def write_down(self, record_id: int, action: str, *, reason: str = "") -> None:
        """The audit log's line; the record's own history was written by the verb."""
        with transaction() as session:
            if row := session.get(self.model, record_id):
                audit.record(action, row, actor=actor(), reason=reason, before={}, after={})
        db.session.expire_all()

    def just_done(self, record_id: int, action: str) -> bool:
        """The same person took this step with it a moment ago, and nothing was done since."""
        last = select(AuditEntry.action, AuditEntry.actor).where(
            AuditEntry.record_type == self.model.__name__,
            AuditEntry.record_id == str(record_id),
            AuditEntry.created_at > clock.now() - A_MOMENT,
        )
        found = db.session.execute(last.order_by(AuditEntry.id.desc()).limit(1)).first()
        return found is not None and (found.action, found.actor) == (action, actor())

    def back_to(self, record_id: int) -> Response:
        return redirect(self.page_of(record_id), 303)  # type: ignore[return-value]

    def _refused(
        self,
        record_id: int,
        form: BaseForm | None,
        again: Callable[[Any], Sheet] | None,
        status: int,
    ) -> Response:
        if again is None:
            return self.back_to(record_id)
        return self.show(again(self.record_or_404(record_id)), form, status)
