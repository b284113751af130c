"""Disputes: how long there is to answer, what our records say, and the bank's answer."""

from collections.abc import Sequence
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.admin import filters, states
from app.admin.cells import amount, badge, link_to, plain_amount
from app.admin.dates import stamp
from app.admin.dispute_next import next_steps
from app.admin.dispute_steps import DisputeSteps, shown, what_it_closes
from app.admin.payment import EVENTS, what_for
from app.admin.record_story import happening
from app.admin.records import RecordView
from app.db import db
from app.models import Dispute, Order, Payment
from app.services import attention, disputes, evidence

STATUSES = (
    "needs_response", "under_review", "warning_needs_response", "warning_under_review",
    "won", "lost", "warning_closed", "prevented",
)  # fmt: skip
ABOUT = {"dispute", "evidence_saved", "evidence_sent", "evidence_refused", "dispute_accepted"}
REASONS = {
    "fraudulent": "The customer says that they did not buy it.",
    "product_not_received": "The customer says that nothing came.",
    "product_unacceptable": "The customer says that it was broken, or not as described.",
    "duplicate": "The customer says that they were charged twice.",
    "subscription_canceled": "The customer says that they had canceled.",
    "credit_not_processed": "The customer says that they were promised their money back.",
    "unrecognized": "The customer does not recognise the charge.",
}


def _name(_view: Any, _context: Any, dispute: Dispute, _name: str) -> Markup:
    cell = link_to("dispute.details_view", lambda d: what_for(d.payment))
    return Markup("{}<small>{}</small>").format(
        cell(None, None, dispute, ""), dispute.reason.replace("_", " ")
    )


def _due(_view: Any, _context: Any, dispute: Dispute, _name: str) -> Markup | str:
    if dispute.needs_answer:
        return stamp(dispute.evidence_due_at)
    return Markup("<span class=dim>{}</span>").format(
        "answered" if dispute.evidence_sent_at else ""
    )


class DisputeView(DisputeSteps, RecordView):
    one = "dispute"
    lead = "A customer’s bank wants the money back. Unanswered means lost."
    can_export = True
    details_template = "admin/dispute.html"
    column_list = ["reason", "status", "amount", "evidence_due_at", "created_at"]
    column_export_list = [
        "stripe_id", "reason", "status", "amount", "currency", "evidence_due_at",
        "evidence_sent_at", "created_at",
    ]  # fmt: skip
    column_labels = {
        "reason": "About",
        "status": "State",
        "evidence_due_at": "Answer until",
        "evidence_sent_at": "Answered",
        "created_at": "Opened",
    }
    column_default_sort = ("id", True)
    column_sortable_list = ["amount", "evidence_due_at", "created_at"]
    searched_by = "Order number or Stripe’s id"
    column_formatters = {
        "reason": _name, "amount": amount, "status": badge, "evidence_due_at": _due,
    }  # fmt: skip
    column_formatters_export = {"amount": plain_amount}
    column_filters = [
        filters.Equals(Dispute.status, "State", options=states.choices(STATUSES)),
        filters.Condition(Dispute.id, "Needs an answer", attention.disputes_due),
        filters.Day(Dispute.created_at, "Day"),
        filters.Until(Dispute.evidence_due_at, "Answer"),
        filters.Equals(Dispute.currency, "Currency"),
    ]
    state_column = "status"
    chip_states = ("needs_response", "under_review", "warning_needs_response", "won", "lost")
    saved = [("Needs an answer, most urgent first",
              {"flt0_needs_an_answer_equals": "yes", "sort": "3"})]  # fmt: skip

    def attention(self) -> int:
        found = select(Dispute.id).where(attention.disputes_due()).limit(100)
        return len(list(db.session.scalars(found)))

    def get_query(self) -> Any:
        """What it is about, in one query each for a whole page."""
        paid = selectinload(Dispute.payment)
        return db.session.query(Dispute).options(
            paid.selectinload(Payment.order), paid.selectinload(Payment.customer)
        )

    def found_by(self, words: str) -> list[Any]:
        order = select(Order.id).where(Order.number == words.lstrip("#"))
        paid = select(Payment.id).where(Payment.stripe_id == words)
        return [
            Dispute.stripe_id == words,
            Dispute.order_id.in_(order),
            Dispute.payment_id.in_(paid),
        ]

    @expose("/details/")
    def details_view(self) -> ResponseReturnValue:
        dispute: Dispute = self.record_or_404(request.args.get("id", ""))
        saved = dispute.evidence
        return self.render(
            self.details_template,
            model=dispute,
            name=what_for(dispute.payment),
            meaning=REASONS.get(dispute.reason, dispute.reason.replace("_", " ").capitalize()),
            fields=[field for field in evidence.FIELDS if field.name in shown(dispute)],
            values=shown(dispute),
            is_draft=bool(saved) and dispute.evidence_sent_at is None,
            closes=what_it_closes(dispute),
            story=_story(dispute),
            steps=next_steps(dispute),
            may_edit=self.may("edit_evidence") and not disputes.why_not_answerable(dispute),
            return_url=self.get_url(".index_view"),
        )


def _story(dispute: Dispute) -> Sequence[Any]:
    """What happened about the dispute, out of the history of what was paid."""
    owner: Any = dispute.order or dispute.payment
    events = [event for event in owner.events if event.kind in ABOUT]
    return [happening(event, EVENTS) for event in reversed(events)]
