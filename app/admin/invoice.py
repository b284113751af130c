"""Invoices: what was billed to whom, what came in, and what may happen next."""

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from markupsafe import Markup
from sqlalchemy import literal_column, select
from sqlalchemy.orm import joinedload, selectinload

from app import settings
from app.admin import filters, states
from app.admin.billing_cells import Late, OfCustomer, Since, Until, customer_cell, of_people
from app.admin.cells import amount, day, money, plain_amount, plain_day
from app.admin.invoice_closing import InvoiceClosing
from app.admin.invoice_form import InvoiceForms
from app.admin.invoice_next import next_steps
from app.admin.invoice_paper import InvoicePapers
from app.admin.invoice_steps import InvoiceSteps
from app.admin.record_story import Words, story_of
from app.admin.records import RecordView, capped
from app.db import db
from app.models import (
    Collector,
    Invoice,
    InvoiceItem,
    InvoicePayment,
    InvoiceStatus,
    Payment,
    RecordEvent,
)
from app.services import allocation, attention, credit

STORY: Words = {
    "drafted": ("Drafted", "calm"),
    "edited": ("Edited", "calm"),
    "sent": ("Sent", "info"),
    "not_sent": ("Not sent after all", "bad"),
    "repeats": ("Repeats every month", "info"),
    "repeats_no_longer": ("Repeats no longer", "calm"),
    "credit_used": ("Paid from credit", "good"),
    "credit_given_back": ("Credit given back", "part"),
    "given_to_stripe": ("Stripe collects it", "info"),
    "void_asked": ("To be voided at Stripe", "wait"),
    "uncollectible_asked": ("To be written off at Stripe", "wait"),
    "refused_by_stripe": ("Stripe refused it", "bad"),
}
COLLECTORS = [(Collector.SHOP, "The shop’s page"), (Collector.STRIPE, "Stripe Invoicing")]
NOTHING: Any = literal_column("''")  # not a parameter: only so its index is known to fit
PAST_DUE = {"flt0_past_due_equals": "yes"}


def number_cell(view: Any, _context: Any, row: Invoice, _name: str) -> Markup:
    url = view.get_url(".details_view", id=row.id)
    more = "Stripe collects it" if row.collector == Collector.STRIPE else ""
    more = "Every month" if row.repeats_every else more
    link = Markup('<a class="strong" href="{}">{}</a>').format(url, row.number or "Draft")
    return link + (Markup("<small>{}</small>").format(more) if more else "")


def state_cell(_view: Any, _context: Any, row: Invoice, _name: str) -> Markup:
    return states.badge("past due" if row.past_due else str(row.status))


def due_cell(_view: Any, _context: Any, row: Invoice, _name: str) -> Markup | str:
    if not row.due_amount:
        return ""
    return Markup('<span class="num">{}</span>').format(money(row.due_amount, row.currency))


class InvoiceView(InvoiceForms, InvoicePapers, InvoiceSteps, InvoiceClosing, RecordView):
    one = "invoice"
    lead = "What customers were billed, newest first."
    creates = edits = deletes = can_export = True
    column_display_actions = False  # what may be done stands on each one’s page
    details_template = "admin/invoice.html"
    column_list = [
        "number", "customer", "status", "total_amount", "due_amount", "due_at", "issued_at",
    ]  # fmt: skip
    column_export_list = [
        "number", "customer", "status", "collector", "currency", "total_amount", "tax_amount",
        "paid_amount", "issued_at", "due_at", "sent_at", "paid_at",
    ]  # fmt: skip
    column_labels = {
        "number": "Invoice",
        "status": "State",
        "total_amount": "Total",
        "due_amount": "To pay",
        "due_at": "Due",
        "issued_at": "Issued",
    }
    column_default_sort = ("id", True)
    column_sortable_list = ["due_at", "issued_at", "total_amount"]
    searched_by = "Number, e-mail, name or Stripe’s id"
    column_formatters = {
        "number": number_cell,
        "customer": customer_cell,
        "status": state_cell,
        "total_amount": amount,
        "due_amount": due_cell,
        "due_at": day,
    }
    column_formatters_export = {
        name: plain_amount for name in column_export_list if name.endswith("_amount")
    } | {"due_at": plain_day}
    column_filters = [
        filters.Equals(Invoice._status, "State", options=states.choices(InvoiceStatus)),
        Late(Invoice.due_at, "Past due", attention.invoices_past_due),
        OfCustomer(Invoice.customer_id),
        filters.Equals(Invoice.collector, "Collected by", options=COLLECTORS),
        filters.Condition(Invoice.id, "Every month", Invoice.repeats_every != NOTHING),
        filters.Day(Invoice.due_at, "Due"),
        Since(Invoice.due_at, "Due"),
        Until(Invoice.due_at, "Due"),
        Since(Invoice.issued_at, "Issued"),
        Until(Invoice.issued_at, "Issued"),
        filters.AtLeast(Invoice.total_amount, "Total"),
        filters.AtMost(Invoice.total_amount, "Total"),
    ]
    state_column = "_status"
    chip_states = ("draft", "open", "paid", "void", "uncollectible")
    saved = [
        ("Past due", PAST_DUE),
        ("Drafts", {"flt0_state_equals": "draft"}),
        ("Written every month", {"flt0_every_month_equals": "yes"}),
    ]

    def attention(self) -> int:
        late = select(Invoice.id).where(attention.invoices_past_due()).limit(100)
        return len(list(db.session.scalars(late)))

    def chips(self) -> list[dict[str, Any]]:
        chosen = request.args.get("flt0_past_due_equals") == "yes"
        chip = {
            "label": "Past due",
            "count": capped(select(1).select_from(Invoice).where(attention.invoices_past_due())),
            "on": chosen,
            "url": self.get_url(".index_view", **PAST_DUE),
        }
        chips = super().chips()
        chips[0]["on"] = chips[0]["on"] and not chosen
        return [*chips, chip]

    def get_query(self) -> Any:
        return db.session.query(Invoice).options(joinedload(Invoice.customer))

    def found_by(self, words: str) -> list[Any]:
        """What an index can answer: a number, Stripe's id, the start of an address, a name."""
        words = words.lstrip("#")
        if words.startswith("in_"):
            return [Invoice.stripe_id == words]
        return [Invoice.number == words.upper(), of_people(Invoice.customer_id, words)]

    @expose("/details/")
    def details_view(self) -> ResponseReturnValue:
        row: Invoice = self.record_or_404(request.args.get("id", ""))
        return self.render(
            self.details_template,
            model=row,
            name=name_of(row),
            payments=_payments(row.id),
            credit=allocation.credit_of(db.session(), row.customer_id, row.currency),
            from_credit=credit.paid_by_credit(db.session(), row),
            page=public_page(row),
            story=story_of(_events(row.id), STORY, causes=f"invoice_issued:{row.token}:"),
            steps=next_steps(row),
            return_url=self.get_url(".index_view"),
        )


def name_of(row: Invoice) -> str:
    return f"Invoice {row.number}" if row.number else "Draft invoice"


def public_page(row: Invoice) -> str:
    """Where its customer sees and pays it; nothing for a draft."""
    if row.status == InvoiceStatus.DRAFT:
        return ""
    return row.hosted_url or f"{settings.current().public_url}/invoices/{row.token}"


def _payments(invoice_id: int) -> list[Payment]:
    """Everything that was, or is to be, paid for it."""
    covers = select(InvoicePayment.payment_id).join(InvoicePayment.item)
    its = covers.where(InvoiceItem.invoice_id == invoice_id)
    found = select(Payment).where(Payment.id.in_(its)).order_by(Payment.id.desc()).limit(50)
    return list(db.session.scalars(found.options(selectinload(Payment.refunds))))


def _events(invoice_id: int) -> list[RecordEvent]:
    its = select(RecordEvent).where(RecordEvent.invoice_id == invoice_id)
    return list(db.session.scalars(its.order_by(RecordEvent.id.desc()).limit(100)))
