"""Payments of which nobody knows whose they are: an inbox that staff empty."""

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from markupsafe import Markup
from sqlalchemy import and_, not_, select

from app.admin import filters, states
from app.admin.billing_cells import customer_cell
from app.admin.cells import amount, link_to, plain_amount
from app.admin.payment import story
from app.admin.records import RecordView, capped
from app.admin.unmatched_next import next_steps
from app.admin.unmatched_steps import UnmatchedSteps, suggestions
from app.db import begins_with, db
from app.models import Matching, Payment, PaymentLink, PaymentStatus
from app.services import attention

# Whose money it would have been is known, but none came: it stands among the payments only.
CAME_TO_NOTHING = and_(
    Payment.matching == Matching.ASSIGNED, Payment.status == PaymentStatus.CANCELED
)
MATCHINGS = [(str(matching), states.word(str(matching))) for matching in Matching if matching != ""]


def _payer(_view: Any, _context: Any, payment: Payment, _name: str) -> Markup:
    cell = link_to("unmatched.details_view", lambda p: p.payer_email or "No address")
    return Markup("{}<small>{}</small>").format(
        cell(None, None, payment, ""), payment.description or "Paid at Stripe"
    )


def _matching(_view: Any, _context: Any, payment: Payment, _name: str) -> Markup:
    if payment.status == PaymentStatus.CANCELED:
        return Markup("{}<small>Nothing came.</small>").format(states.badge(str(payment.status)))
    return states.badge(str(payment.matching))


class UnmatchedView(UnmatchedSteps, RecordView):
    one = "payment"
    lead = (
        "Money that arrived with an address no customer has. Nobody’s books are touched until "
        "somebody says whose it is."
    )
    can_export = True
    details_template = "admin/unmatched.html"
    column_list = ["payer_email", "customer", "matching", "received_amount", "method", "asked_at"]
    column_export_list = [
        "payer_email", "customer", "matching", "currency", "received_amount", "method", "asked_at",
    ]  # fmt: skip
    column_labels = {
        "payer_email": "From", "matching": "State", "received_amount": "Received",
        "asked_at": "When", "method": "Paid with", "customer": "Given to",
    }  # fmt: skip
    column_default_sort = ("id", True)
    column_sortable_list = ["asked_at", "received_amount"]
    searched_by = "E-mail, or Stripe’s id"
    column_formatters = {
        "payer_email": _payer, "matching": _matching, "received_amount": amount,
        "customer": customer_cell,
    }  # fmt: skip
    column_formatters_export = {
        "received_amount": plain_amount, "matching": lambda v, c, p, n: str(p.matching),
    }  # fmt: skip
    column_filters = [
        filters.Equals(Payment.matching, "State", options=MATCHINGS),
        filters.Contains(Payment.payer_email, "From"),
        filters.Day(Payment.asked_at, "Day"),
        filters.AtLeast(Payment.received_amount, "Received"),
        filters.Equals(Payment.currency, "Currency"),
    ]
    state_column = "matching"
    chip_states = ("waiting", "assigned", "dismissed")

    def attention(self) -> int:
        found = select(Payment.id).where(attention.payments_unmatched()).limit(100)
        return len(list(db.session.scalars(found)))

    def get_query(self) -> Any:
        matched = Payment.matching != Matching.NONE
        return db.session.query(Payment).filter(matched, not_(CAME_TO_NOTHING))

    def count_of(self, state: str) -> str:
        shown = select(1).where(Payment.matching == state, not_(CAME_TO_NOTHING))
        return capped(shown.select_from(Payment))

    def get_one(self, id: Any) -> Any:
        payment = super().get_one(id)
        return payment if payment is not None and payment.matching != Matching.NONE else None

    def found_by(self, words: str) -> list[Any]:
        return [begins_with(Payment.payer_email, words.lower()), Payment.stripe_id == words]

    @expose("/details/")
    def details_view(self) -> ResponseReturnValue:
        payment: Payment = self.record_or_404(request.args.get("id", ""))
        return self.render(
            self.details_template,
            model=payment,
            suggestions=suggestions(payment) if payment.matching == Matching.WAITING else [],
            link=db.session.scalar(select(PaymentLink).filter_by(payment_id=payment.id)),
            story=story(payment),
            steps=next_steps(payment),
            return_url=self.get_url(".index_view"),
        )
