"""Ways to pay that staff sent: the ledger, one link's page, and what may happen to it next."""

from typing import Any

from flask import Response, g, make_response, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.admin import filters, qr, states
from app.admin import payment_link_words as words
from app.admin.cells import amount, plain_amount
from app.admin.lookups import contains
from app.admin.payment_link_next import next_steps
from app.admin.payment_link_sending import LinkSending
from app.admin.payment_link_steps import PaymentLinkSteps
from app.admin.record_story import story_of
from app.admin.records import RecordView
from app.db import begins_with, db
from app.models import PaymentLink, PaymentLinkStatus
from app.services import attention


class PaymentLinkView(LinkSending, PaymentLinkSteps, RecordView):
    one = "payment link"
    lead = "Ways to pay that were sent by mail: who sent which, and what became of it."
    creates = can_export = True
    details_template = "admin/payment_link.html"
    column_list = [
        "email", "description", "amount", "status", "sent_at", "opened_at", "paid_at",
    ]  # fmt: skip
    column_export_list = [
        "email", "name", "description", "amount", "currency", "status", "sent_by", "created_at",
        "sent_at", "opened_at", "paid_at", "expires_at",
    ]  # fmt: skip
    column_labels = {
        "email": "Who pays", "description": "What for", "status": "State", "sent_by": "Sent by",
        "sent_at": "Sent", "opened_at": "Opened", "paid_at": "Paid", "expires_at": "Until",
        "created_at": "Written",
    }  # fmt: skip
    column_default_sort = ("id", True)
    column_sortable_list = ["amount", "sent_at"]
    searched_by = "Name, e-mail, what for, or the link itself"
    column_formatters = {
        "email": words.who_cell,
        "description": words.what_cell,
        "amount": amount,
        "status": words.state_cell,
        "sent_at": words.sent_cell,
    }
    column_formatters_export = {
        "amount": plain_amount, "status": lambda v, c, row, n: str(row.status),
    }  # fmt: skip
    column_filters = [
        filters.Equals(PaymentLink._status, "State", options=states.choices(PaymentLinkStatus)),
        filters.Condition(PaymentLink.id, "Failed", attention.links_failed),
        filters.Condition(PaymentLink.id, "Opened", PaymentLink.opened_at.is_not(None)),
        filters.Condition(PaymentLink.id, "Paid too much", words.OVERPAID),
        filters.Condition(PaymentLink.id, "Paid too little", words.UNDERPAID),
        filters.Contains(PaymentLink.sent_by, "Sent by"),
        filters.Day(PaymentLink.created_at, "Day"),
        filters.Since(PaymentLink.created_at, "Written"),
        filters.AtLeast(PaymentLink.amount, "Amount"),
        filters.AtMost(PaymentLink.amount, "Amount"),
        filters.Equals(PaymentLink.currency, "Currency"),
    ]
    state_column = "_status"
    chip_states = ("active", "paid", "expired", "superseded", "deactivated", "rejected")
    saved = [
        ("Sent, but never opened", {"flt0_state_equals": "active", "flt1_opened_equals": "no"}),
        ("Opened, not paid", {"flt0_state_equals": "active", "flt1_opened_equals": "yes"}),
        ("Paid too much", {"flt0_paid_too_much_equals": "yes"}),
        ("Paid too little", {"flt0_paid_too_little_equals": "yes"}),
    ]

    def attention(self) -> int:
        found = select(PaymentLink.id).where(attention.links_failed()).limit(100)
        return len(list(db.session.scalars(found)))

    def get_query(self) -> Any:
        """Whatever the cells show of other records, in one query each for a whole page."""
        shown = (PaymentLink.customer, PaymentLink.order, PaymentLink.invoice, PaymentLink.payment)
        return db.session.query(PaymentLink).options(*(selectinload(each) for each in shown))

    def get_list(self, *args: Any, **kwargs: Any) -> Any:
        count, rows = super().get_list(*args, **kwargs)
        if isinstance(rows, list) and (paid := [link.id for link in rows if link.payment_id]):
            found = select(PaymentLink.id).where(PaymentLink.id.in_(paid), words.OVERPAID)
            g.overpaid_links = set(db.session.scalars(found))
        return count, rows

    def found_by(self, words: str) -> list[Any]:
        return [
            PaymentLink.stripe_id == words,
            PaymentLink.slug == words.rpartition("/")[2],
            begins_with(PaymentLink.email, words.lower()),
            contains(PaymentLink.name, words),
            contains(PaymentLink.description, words),
        ]

    @expose("/details/")
    def details_view(self) -> ResponseReturnValue:
        link = self.record_or_404(request.args.get("id", ""))
        return self.render(
            self.details_template,
            model=link,
            address=words.short_address(link),
            target=words.target_name(link),
            badges=words.oddities(link, overpaid=words.is_overpaid(link)),
            notes=list(words.notes(link)),
            story=story_of(link.events, words.EVENTS, causes=f"payment_link:{link.token}:"),
            steps=next_steps(link),
            return_url=self.get_url(".index_view"),
        )

    @expose("/<int:record_id>/qr.svg")
    def show_qr(self, record_id: int) -> Response:
        """The short address as a picture: for a screen, a counter, or paper."""
        response = make_response(qr.svg(words.short_address(self.record_or_404(record_id))))
        response.headers["Content-Type"] = "image/svg+xml"
        return response
