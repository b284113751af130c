"""Flask-Admin's create, update and delete: through transaction(), with an audit entry."""

import hashlib
from typing import Any

import structlog
from flask import flash, request
from flask_admin.actions import action
from flask_admin.contrib.sqla import ModelView
from flask_admin.form import BaseForm
from sqlalchemy import inspect, select
from sqlalchemy.exc import DataError, IntegrityError, StatementError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from wtforms import HiddenField
from wtforms.validators import ValidationError

from app import audit
from app.admin.dates import clock_time
from app.db import db, transaction
from app.errors import ShopError
from app.models import Address, AuditEntry, Question
from app.sign_in import actor

NOT_SAVED = "Your changes were not saved; what you wrote is still here."
NEEDED = "Other records, such as orders, still need this one. It was kept as it is."
MISFITS = (ValueError, TypeError, OverflowError)
log = structlog.get_logger("admin")


class LostUpdate(ShopError):
    """Somebody else changed the record while this form was open."""

    status_code = 409


class SeenField(HiddenField):
    """What the record looked like when the form was opened; never written to it."""

    def populate_obj(self, obj: Any, name: str) -> None:
        """Nothing: the record knows what it looks like."""


class SafeWrites(ModelView):
    """Change and history are one act; nobody's edit is overwritten unseen."""

    def get_edit_form(self) -> type[BaseForm]:
        form_class = super().get_edit_form()
        return type("EditForm", (form_class,), {"seen": SeenField()})

    def edit_form(self, obj: Any = None) -> BaseForm:
        form = super().edit_form(obj)
        if request.method == "GET":
            form.seen.data = self.looks_of(obj)
        return form

    def create_model(self, form: BaseForm) -> Any:
        with PlainWords(), transaction() as session:
            row = self.write_new(session, form)
            session.flush()
            audit.record("created", row, actor=actor(), before={}, after=self.facts(row))
            return row
        return False

    def update_model(self, form: BaseForm, model: Any) -> bool:
        with PlainWords(), transaction() as session:
            row = self.locked(session, model)
            self.require_unmoved(form, row)
            before = self.facts(row)
            self.write(session, form, row)
            session.flush()
            after = self.facts(row)
            changed = [name for name in after if after[name] != before[name]]
            if changed:
                audit.record(
                    "changed",
                    row,
                    actor=actor(),
                    before={name: before[name] for name in changed},
                    after={name: after[name] for name in changed},
                )
            return True
        return False

    def delete_model(self, model: Any) -> bool:
        with PlainWords(deleting=True), transaction() as session:
            row = self.locked(session, model)
            before = self.facts(row)
            self.on_model_delete(row)
            audit.record("deleted", row, actor=actor(), before=before, after={})
            session.delete(row)
            session.flush()
            return True
        return False

    @action("delete", "Delete", "Delete the selected records? This cannot be undone.")
    def action_delete(self, ids: list[str]) -> None:
        rows = [row for row in map(self.get_one, ids) if row is not None]
        gone = sum(self.delete_model(row) for row in rows)
        flash(f"{gone} of {len(rows)} deleted.", "success" if gone else "error")

    def write_new(self, session: Session, form: BaseForm) -> Any:
        """Make the row that a form describes; a view with a verb of its own calls that."""
        row = self.build_new_instance()
        form.populate_obj(row)
        session.add(row)
        self.on_model_change(form, row, True)
        return row

    def write(self, session: Session, form: BaseForm, row: Any) -> None:
        """Write a form into its row."""
        form.populate_obj(row)
        self.on_model_change(form, row, False)

    def facts(self, row: Any) -> dict[str, Any]:
        """What the audit log keeps of a row: its columns, and what is edited along with it."""
        columns = {name: v for name, v in audit.everything(row).items() if name != "version"}
        shown = {name: getattr(row, name, None) for name in self.form_columns or ()}
        lists = {name: _plain(value) for name, value in shown.items() if _are_rows(value)}
        return columns | lists

    def locked(self, session: Session, model: Any) -> Any:
        """The row as it is now, and nobody else's until this transaction ends."""
        return session.get_one(
            self.model,
            inspect(model).identity,
            with_for_update={"of": self.model},
            populate_existing=True,
        )

    def looks_of(self, row: Any) -> str:
        """Changes with anything the form shows."""
        shown = [(name, _plain(getattr(row, name, None))) for name in self.form_columns or ()]
        return hashlib.sha256(repr(shown).encode()).hexdigest()[:32]

    def require_unmoved(self, form: BaseForm, row: Any) -> None:
        looks = self.looks_of(row)
        if form.seen.data == looks:
            return
        form.seen.data = looks  # saving once more keeps one's own version, knowingly
        raise LostUpdate(f"{_who_changed(row)} {NOT_SAVED} Save again to keep yours.")


class PlainWords:
    """Say in words why nothing was written, and go on; a bug stays a bug."""

    def __init__(self, *, deleting: bool = False) -> None:
        self._deleting = deleting

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        words = _words_for(error)
        if self._deleting and isinstance(error, IntegrityError):
            words = NEEDED
        if words:
            flash(words, "error")
        return bool(words)


def _words_for(error: BaseException | None) -> str:
    """A sentence for what was refused; nothing for what nobody expected."""
    if isinstance(error, ShopError | ValidationError):
        return str(error)
    if isinstance(error, IntegrityError):
        log.info("refused by the database", error=str(error.orig))
        return _integrity_words(str(error.orig))
    if isinstance(error, StaleDataError):
        return f"Somebody changed this at the same moment. {NOT_SAVED}"
    if isinstance(error, DataError | OverflowError):
        return f"One of the values is too long or too large. {NOT_SAVED}"
    if isinstance(error, StatementError) and isinstance(error.orig, MISFITS):
        return f"One of the values does not fit. {NOT_SAVED}"
    return ""


def _integrity_words(message: str) -> str:
    lower = message.lower()
    if "unique" in lower:
        return f"Another record has this name, number or address already. {NOT_SAVED}"
    if "foreign key" in lower:
        return NEEDED
    if "not null" in lower or "not-null" in lower:
        return f"Something that is needed is still empty. {NOT_SAVED}"
    return f"These values contradict each other or break a rule of the shop. {NOT_SAVED}"


def _are_rows(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(inner, db.Model) for inner in value)


def _plain(value: Any) -> Any:
    """Rows by their key, everything else as it is."""
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if not isinstance(value, db.Model):
        return str(value) if value is not None else None
    if isinstance(value, Question | Address):
        return {name: str(inner) for name, inner in audit.everything(value).items()}
    return str(value)


def _who_changed(row: Any) -> str:
    """The latest change of a record, in words."""
    latest = db.session.scalar(
        select(AuditEntry)
        .where(
            AuditEntry.record_type == type(row).__name__,
            AuditEntry.record_id == str(inspect(row).identity[0]),
        )
        .order_by(AuditEntry.id.desc())
    )
    if latest is None:
        return "Somebody changed this meanwhile."
    what = ", ".join(name.replace("_", " ") for name in latest.after)
    return f"{latest.actor} changed this at {clock_time(latest.created_at)} ({what})."
