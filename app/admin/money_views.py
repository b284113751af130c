"""Refunds, disputes and coupons: to look at. They change through orders, Stripe and verbs."""

from typing import Any

from markupsafe import Markup
from sqlalchemy import or_, select

from app.admin import filters, states
from app.admin.cells import amount, badge, link_to, plain_amount
from app.admin.lookups import contains
from app.admin.records import RecordView
from app.db import db
from app.models import Coupon, Dispute, Order, Refund, RefundStatus
from app.models.dispute import CLOSED

ORDER = link_to("order.details_view", lambda o: f"#{o.number}", lambda row: row.order)
DISPUTES = (
    "needs_response", "under_review", "warning_needs_response", "warning_under_review",
    "won", "lost", "warning_closed", "prevented",
)  # fmt: skip


class _OfAnOrder(RecordView):
    """Rows that hang on an order, and are found by its number or Stripe's id."""

    can_view_details = False
    can_export = True
    column_default_sort = ("id", True)
    column_searchable_list = ["stripe_id"]
    column_formatters = {"order": ORDER, "amount": amount, "status": badge}
    column_formatters_export = {"amount": plain_amount}
    state_column = "status"

    def _apply_search(
        self, query: Any, count_query: Any, joins: Any, count_joins: Any, search: str
    ) -> tuple[Any, Any, Any, Any]:
        order = select(Order.id).where(Order.number == search.lstrip("#"))
        found = or_(self.model.stripe_id == search, self.model.order_id.in_(order))
        return query.filter(found), count_query, joins, count_joins

    def search_placeholder(self) -> str:
        return "Order number or Stripe’s id"


class RefundView(_OfAnOrder):
    one = "refund"
    lead = "Money on its way back, newest first. Refund from an order’s page."
    column_list = ["order", "amount", "status", "reason", "actor", "asked_at"]
    column_labels = {"asked_at": "Asked", "status": "State", "actor": "By"}
    column_sortable_list = ["asked_at"]
    column_filters = [
        filters.Equals(Refund.status, "State", options=states.choices(RefundStatus)),
        filters.Day(Refund.asked_at, "Day"),
    ]
    chip_states = ("pending", "succeeded", "failed")

    def attention(self) -> int:
        failed = select(Refund.id).where(Refund.status == RefundStatus.PENDING).limit(100)
        return len(list(db.session.scalars(failed)))


class DisputeView(_OfAnOrder):
    one = "dispute"
    lead = "A customer’s bank wants the money back. Answer in Stripe’s dashboard before it is due."
    column_list = ["order", "amount", "status", "reason", "evidence_due_at", "created_at"]
    column_labels = {"evidence_due_at": "Answer until", "status": "State", "created_at": "Opened"}
    column_sortable_list = ["created_at"]
    column_filters = [
        filters.Equals(Dispute.status, "State", options=states.choices(DISPUTES)),
        filters.Day(Dispute.created_at, "Day"),
    ]
    chip_states = ("needs_response", "under_review", "won", "lost")

    def attention(self) -> int:
        found = select(Dispute.id).where(Dispute.status.not_in(CLOSED)).limit(100)
        return len(list(db.session.scalars(found)))


def _off(_view: Any, _context: Any, coupon: Coupon, _name: str) -> Markup | str:
    if coupon.percent_off is not None:
        return f"{coupon.percent_off / 100:g} %"
    return amount(None, None, coupon, "amount_off")


def _uses(_view: Any, _context: Any, coupon: Coupon, _name: str) -> str:
    return f"{coupon.uses} of {coupon.max_uses}" if coupon.max_uses else str(coupon.uses)


class CouponView(RecordView):
    one = "coupon"
    lead = "Codes that take something off."
    can_view_details = False
    column_list = ["code", "amount_off", "minimum_amount", "uses", "ends_at", "active"]
    column_labels = {"amount_off": "Off", "minimum_amount": "From", "ends_at": "Until"}
    column_formatters = {"amount_off": _off, "minimum_amount": amount, "uses": _uses}
    column_searchable_list = ["code"]
    column_sortable_list = ["code", "ends_at"]
    column_filters = [filters.Contains(Coupon.code, "Code")]

    def _apply_search(
        self, query: Any, count_query: Any, joins: Any, count_joins: Any, search: str
    ) -> tuple[Any, Any, Any, Any]:
        return query.filter(contains(Coupon.code, search)), count_query, joins, count_joins
