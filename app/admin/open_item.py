"""Open items: everything that customers owe, due first at the top, with its sum."""

from typing import Any

from flask import request, url_for
from markupsafe import Markup
from sqlalchemy import and_
from sqlalchemy.orm import contains_eager

from app import clock
from app.admin import filters, frame, states
from app.admin.billing_cells import OfCustomer, customer_cell, of_people
from app.admin.cells import day, money, plain_amount, plain_day
from app.admin.records import MOST, RecordView
from app.db import db
from app.models import Collector, Invoice, InvoiceItem, InvoiceStatus

PAST_DUE = {"flt0_past_due_equals": "yes"}


def owed() -> Any:
    """Items of which something is still to be paid; without a due date something waits for it."""
    return (
        Invoice._status == InvoiceStatus.OPEN,
        Invoice.due_at.is_not(None),
        InvoiceItem.paid_amount < InvoiceItem.total_amount,
    )


def past_due() -> Any:
    """The invoice's own day is that of its item due first."""
    now = clock.now()
    return and_(Invoice.due_at < now, InvoiceItem.due_at < now)


def item_cell(_view: Any, _context: Any, row: InvoiceItem, _name: str) -> Markup:
    url = url_for("invoice.details_view", id=row.invoice_id)
    by_stripe = ", Stripe collects it" if row.invoice.collector == Collector.STRIPE else ""
    return Markup('<a class="strong" href="{}">{}</a><small>{}{}</small>').format(
        url, row.description, row.invoice.number, by_stripe
    )


def state_cell(_view: Any, _context: Any, row: InvoiceItem, _name: str) -> Markup:
    return states.badge("past due" if row.past_due else "open")


def due_cell(_view: Any, _context: Any, row: InvoiceItem, _name: str) -> Markup:
    words = money(row.due_amount, row.invoice.currency)
    return Markup('<span class="num">{}</span>').format(words)


class OpenItemView(RecordView):
    one = "open item"
    lead = "What customers owe, due first at the top."
    can_view_details = False
    can_export = True
    list_template = "admin/invoice_open_items.html"
    column_list = ["description", "customer", "state", "due_amount", "due_at"]
    column_export_list = [
        "invoice.number", "invoice.customer", "description", "due_at", "invoice.currency",
        "total_amount", "paid_amount",
    ]  # fmt: skip
    column_labels = {
        "description": "For what",
        "due_amount": "To pay",
        "due_at": "Due",
        "invoice.number": "Invoice",
        "invoice.customer": "Customer",
        "invoice.currency": "Currency",
    }
    column_sortable_list: list[str] = []
    searched_by = "Invoice number, e-mail or name"
    column_formatters = {
        "description": item_cell,
        "customer": lambda v, c, row, n: customer_cell(v, c, row.invoice, n),
        "state": state_cell,
        "due_amount": due_cell,
        "due_at": day,
    }
    column_formatters_export = {
        "total_amount": plain_amount, "paid_amount": plain_amount, "due_at": plain_day,
    }  # fmt: skip
    column_filters = [
        filters.Condition(InvoiceItem.id, "Past due", past_due),
        OfCustomer(InvoiceItem.id, Invoice.customer_id),
        filters.Since(InvoiceItem.due_at, "Due"),
        filters.Until(InvoiceItem.due_at, "Due"),
    ]
    saved = [("Past due", PAST_DUE)]

    def get_query(self) -> Any:
        whose = contains_eager(InvoiceItem.invoice).joinedload(Invoice.customer)
        return (
            db.session.query(InvoiceItem).join(InvoiceItem.invoice).filter(*owed()).options(whose)
        )

    def chips(self) -> list[dict[str, Any]]:
        late = request.args.get("flt0_past_due_equals") == "yes"
        return [
            {"label": "All", "count": "", "on": not late, "url": self.get_url(".index_view")},
            {
                "label": "Past due",
                "count": "",
                "on": late,
                "url": self.get_url(".index_view", **PAST_DUE),
            },
        ]

    def sums(self) -> list[tuple[str, bool]]:
        """What the list as it is filtered adds up to, by currency; exact as far as it is cheap.
        The two sums that everybody looks at may be some seconds old, as counts in the menu are."""
        chosen = request.args.to_dict()
        if chosen in ({}, PAST_DUE):
            found: list[tuple[str, bool]] = frame.remembered(f"owed:{len(chosen)}", self._sums)
            return found
        return self._sums()

    def _sums(self) -> list[tuple[str, bool]]:
        args = self._get_list_extra_args()
        _, query = self.get_list(
            0, None, False, args.search, args.filters, execute=False, page_size=MOST + 1
        )
        columns = query.with_entities(
            Invoice.currency, InvoiceItem.total_amount - InvoiceItem.paid_amount
        )
        rows = list(columns.all())
        sums: dict[str, int] = {}
        for currency, amount in rows[:MOST]:
            sums[currency] = sums.get(currency, 0) + amount
        more = len(rows) > MOST
        return [(money(amount, currency), more) for currency, amount in sorted(sums.items())]

    def _apply_sorting(self, query: Any, joins: Any, *_sort: Any) -> tuple[Any, Any]:
        """The invoice of which something is due first, and its items after one another."""
        return query.order_by(Invoice.due_at, Invoice.id, InvoiceItem.due_at), joins

    def found_by(self, words: str) -> list[Any]:
        return [Invoice.number == words.upper(), of_people(Invoice.customer_id, words)]
