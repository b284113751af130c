"""What happened behind the counter: jobs and the audit log."""

from typing import Any

from flask import Response, flash, redirect
from flask_admin import expose
from markupsafe import Markup
from sqlalchemy import func, select

from app import audit
from app.admin import filters, frame, states
from app.admin.cells import badge, number
from app.admin.lookups import contains
from app.admin.records import RecordView
from app.db import db, transaction
from app.jobs import outbox, schedule
from app.models import AuditEntry, Job, JobState
from app.sign_in import actor


def _job_name(_view: Any, _context: Any, job: Job, _name: str) -> Markup:
    given = ", ".join(f"{name} {value}" for name, value in job.arguments.items())
    return Markup("<b>{}</b><small>{}</small>").format(job.name, given)


def _error(_view: Any, _context: Any, row: Any, _name: str) -> Markup:
    return Markup('<span class="wrap">{}</span>').format(row.error[:200])


class JobView(RecordView):
    one = "job"
    lead = "Work the shop does later: letters, events, sweeps. What fails is tried again by itself."
    can_view_details = False
    list_template = "admin/jobs.html"
    column_list = ["name", "state", "attempts", "created_at", "run_after", "finished_at", "error"]
    column_labels = {
        "name": "Job",
        "created_at": "Asked",
        "run_after": "Due",
        "finished_at": "Ended",
    }
    column_default_sort = ("id", True)
    column_sortable_list = ["created_at", "run_after"]
    searched_by = "Name"
    column_formatters = {"name": _job_name, "state": badge, "error": _error, "attempts": number}
    column_filters = [
        filters.Equals(Job.state, "State", options=states.choices(JobState)),
        filters.Contains(Job.name, "Name"),
    ]
    state_column = "state"
    chip_states = ("waiting", "running", "failed", "done")

    def attention(self) -> int:
        failed = select(Job.id).where(Job.state == JobState.FAILED).limit(100)
        return len(list(db.session.scalars(failed)))

    def schedule(self) -> list[dict[str, Any]]:
        """Every recurring job: how often, when last, and how it went."""
        last = {str(row[0]): int(row[1]) for row in db.session.execute(_last_of_each())}
        rows = {
            job.id: job for job in db.session.scalars(select(Job).where(Job.id.in_(last.values())))
        }
        return [
            {
                "name": name,
                "every": _every(every.total_seconds()),
                "last": rows.get(last.get(name, 0)),
            }
            for name, every in schedule.recurring().items()
        ]

    def found_by(self, words: str) -> list[Any]:
        return [contains(Job.name, words)]

    @expose("/<int:job_id>/retries", methods=["POST"])
    def create_retry(self, job_id: int) -> Response:
        job = self.get_one(job_id)
        if job is None:
            flash("There is no such job any more.", "error")
        else:
            with transaction():
                outbox.restart(job_id)
                audit.record("retried", job, actor=actor(), before={}, after={"name": job.name})
            frame.forget()
            flash("It is due again, with a new set of attempts.", "success")
        return redirect(self.get_url(".index_view"), 303)  # type: ignore[return-value]


def _last_of_each() -> Any:
    return (
        select(Job.name, func.max(Job.id))
        .where(Job.name.in_(schedule.recurring()))
        .group_by(Job.name)
    )


def _every(seconds: float) -> str:
    for size, word in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = round(seconds / size)
            return f"every {word}" if count == 1 else f"every {count} {word}s"
    return f"every {seconds:g} seconds"


def _record(_view: Any, _context: Any, entry: AuditEntry, _name: str) -> Markup:
    return Markup("<b>{}</b><small>{} {}</small>").format(
        entry.record_name or entry.record_type, entry.record_type, entry.record_id
    )


def _change(_view: Any, _context: Any, entry: AuditEntry, _name: str) -> Markup:
    """What became of each field, in short."""
    line = Markup("<li>{}: <del>{}</del> <ins>{}</ins></li>")
    names = [n for n in entry.after if entry.before.get(n) != entry.after[n]][:6]
    rows = [
        line.format(
            name.replace("_", " "), _short(entry.before.get(name)), _short(entry.after[name])
        )
        for name in names
    ]
    return Markup('<ul class="changes">{}</ul>').format(Markup("").join(rows)) if rows else Markup()


def _short(value: Any) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= 60 else text[:59] + "…"


class AuditView(RecordView):
    one = "entry"
    lead = "Who changed what, and when. Nothing here can be changed."
    can_export = True
    details_template = "admin/audit_entry.html"
    column_list = ["created_at", "actor", "action", "record_name", "after"]
    column_export_list = [
        "created_at", "actor", "action", "record_type", "record_id", "record_name", "reason",
        "before", "after", "request_id",
    ]  # fmt: skip
    column_labels = {
        "created_at": "When",
        "actor": "Who",
        "action": "Did",
        "record_name": "To",
        "after": "What",
    }
    column_default_sort = ("id", True)
    column_sortable_list = ["created_at"]
    searched_by = "Who or what"
    column_formatters = {"record_name": _record, "after": _change}
    column_filters = [
        filters.Contains(AuditEntry.actor, "Who"),
        filters.Equals(AuditEntry.record_type, "Kind of record"),
        filters.Equals(AuditEntry.action, "Action"),
        filters.Day(AuditEntry.created_at, "Day"),
    ]

    def found_by(self, words: str) -> list[Any]:
        return [contains(AuditEntry.actor, words), contains(AuditEntry.record_name, words)]
