"""Refunds: to look at. They are made on the page of what was paid."""

from typing import Any

from sqlalchemy import select

from app.admin import filters, states
from app.admin.cells import amount, badge, link_to, plain_amount
from app.admin.records import RecordView
from app.db import db
from app.models import Order, Payment, Refund, RefundStatus
from app.services import attention

ORDER = link_to("order.details_view", lambda o: f"#{o.number}", lambda row: row.order)
PAYMENT = link_to("payment.details_view", lambda p: p.description or str(p), lambda r: r.payment)


def _paid(view: Any, context: Any, row: Any, name: str) -> Any:
    """What the money was for: an order, or a payment of what was owed."""
    return (ORDER if row.order is not None else PAYMENT)(view, context, row, name)


class _OfAnOrder(RecordView):
    """Rows that hang on an order, and are found by its number or Stripe's id."""

    can_view_details = False
    can_export = True
    column_default_sort = ("id", True)
    searched_by = "Order number or Stripe’s id"
    column_formatters = {"order": _paid, "amount": amount, "status": badge}
    column_formatters_export = {"amount": plain_amount}
    state_column = "status"

    def found_by(self, words: str) -> list[Any]:
        order = select(Order.id).where(Order.number == words.lstrip("#"))
        return [self.model.stripe_id == words, self.model.order_id.in_(order)]


class RefundView(_OfAnOrder):
    one = "refund"
    lead = "Money on its way back, newest first. Refund from an order’s or a payment’s page."
    column_list = ["order", "amount", "status", "reason", "actor", "asked_at"]
    column_labels = {"order": "Of", "asked_at": "Asked", "status": "State", "actor": "By",
        "payment.currency": "Currency",
    }  # fmt: skip
    column_export_list = [
        "order",
        "payment.currency",
        "amount",
        "status",
        "reason",
        "actor",
        "asked_at",
    ]
    column_sortable_list = ["asked_at"]
    column_filters = [
        filters.Equals(Refund.status, "State", options=states.choices(RefundStatus)),
        filters.Condition(Refund.id, "Waiting for over a day", attention.refunds_slow),
        filters.Day(Refund.asked_at, "Day"),
        filters.Since(Refund.asked_at, "Asked"),
        filters.Until(Refund.asked_at, "Asked"),
        filters.Equals(Payment.currency, "Currency"),
        filters.Condition(Payment.matching, "Dismissed", attention.payments_dismissed),
    ]
    chip_states = ("pending", "succeeded", "failed")

    def attention(self) -> int:
        slow = select(Refund.id).where(attention.refunds_slow()).limit(100)
        return len(list(db.session.scalars(slow)))
