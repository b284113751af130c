"""What Stripe told us, with a replay and a rehearsal of it."""

from typing import Any

from flask import Response, abort, flash, redirect, request
from flask_admin import expose
from markupsafe import Markup
from sqlalchemy import select

from app import audit, inbox
from app.admin import filters, frame, states
from app.admin.cells import badge, link_to, number
from app.admin.lookups import contains
from app.admin.records import RecordView
from app.db import db, transaction
from app.errors import ShopError
from app.models import Dispute, EventStatus, Order, Payment, Refund, WebhookEvent
from app.sign_in import actor

MIRRORS: dict[str, Any] = {"payment_intent": Payment, "refund": Refund, "dispute": Dispute}


def _error(_view: Any, _context: Any, event: WebhookEvent, _name: str) -> Markup:
    return Markup('<span class="wrap">{}</span>').format(event.error[:160])


class WebhookEventView(RecordView):
    one = "event"
    lead = "What Stripe told the shop. Running an event again is always safe: it asks Stripe anew."
    details_template = "admin/event.html"
    column_list = ["type", "object_id", "status", "attempts", "error", "received_at"]
    column_labels = {
        "type": "Event",
        "object_id": "About",
        "status": "State",
        "received_at": "Received",
    }
    column_default_sort = ("received_at", True)
    column_sortable_list = ["received_at"]
    searched_by = "Type, or an id of Stripe’s"
    column_formatters = {
        "type": link_to("event.details_view", lambda event: event.type),
        "status": badge,
        "attempts": number,
        "error": _error,
    }
    column_filters = [
        filters.Equals(WebhookEvent.status, "State", options=states.choices(EventStatus)),
        filters.Contains(WebhookEvent.type, "Type"),
        filters.Day(WebhookEvent.received_at, "Day"),
    ]
    state_column = "status"
    chip_states = ("failed", "received", "handled", "ignored")

    def attention(self) -> int:
        failed = select(WebhookEvent.id).where(WebhookEvent.status == EventStatus.FAILED).limit(100)
        return len(list(db.session.scalars(failed)))

    def found_by(self, words: str) -> list[Any]:
        return [
            WebhookEvent.id == words,
            WebhookEvent.object_id == words,
            contains(WebhookEvent.type, words),
        ]

    @expose("/details/")
    def details_view(self) -> Any:
        event = self.event_or_404(request.args.get("id", ""))
        return self.render(
            self.details_template,
            model=event,
            order=_order_of(event),
            can_run=self.may("create_replay") and event.status != EventStatus.IGNORED,
            return_url=self.get_url(".index_view"),
        )

    @expose("/<event_id>/replays", methods=["POST"])
    def create_replay(self, event_id: str) -> Response:
        event = self.event_or_404(event_id)
        with transaction():
            inbox.replay(event_id)
            audit.record("replayed", event, actor=actor(), before={}, after={"type": event.type})
        frame.forget()
        flash("It is queued, and will be handled in a moment.", "success")
        return redirect(self.get_url(".details_view", id=event_id), 303)  # type: ignore[return-value]

    @expose("/<event_id>/dry-runs", methods=["POST"])
    def create_dry_run(self, event_id: str) -> Any:
        """Fetch, record, show what would change, undo. A page, or its part for the script."""
        event = self.event_or_404(event_id)
        db.session.rollback()  # Stripe is asked with nothing open
        problem, changes = "", []
        try:
            changes = [c for c in inbox.dry_run(event_id) if c.field != "version"]
        except ShopError as error:
            problem = str(error)
        event = self.event_or_404(event_id)
        part = request.headers.get("X-Part") == "1"
        return self.render(
            "admin/_dry_run.html" if part else "admin/event.html",
            model=event,
            order=_order_of(event),
            can_run=True,
            changes=changes,
            problem=problem,
            return_url=self.get_url(".index_view"),
        )

    def event_or_404(self, event_id: str) -> WebhookEvent:
        event: WebhookEvent | None = self.get_one(event_id)
        return event if event is not None else abort(404)


def _order_of(event: WebhookEvent) -> Order | None:
    """The order that an event is about, as far as its object says."""
    thing = event.payload.get("data", {}).get("object", {})
    mirror = MIRRORS.get(event.object_name)
    if mirror is not None and event.object_id:
        row = db.session.scalar(select(mirror).where(mirror.stripe_id == event.object_id))
        return row.order if row else None
    intent = thing.get("payment_intent") if isinstance(thing, dict) else None
    if not isinstance(intent, str):
        return None
    payment = db.session.scalar(select(Payment).where(Payment.stripe_id == intent))
    return payment.order if payment else None
