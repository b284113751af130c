"""Orders: what was sold, to whom, where the money is, and what may happen next."""

from typing import Any

from flask import Response, abort, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from app.admin import filters, states
from app.admin.cells import amount, plain_amount
from app.admin.lookups import contains
from app.admin.order_changes import OrderChanges
from app.admin.order_steps import OrderSteps
from app.admin.order_story import customer_cell, name_of, number_cell, state_cell, story
from app.admin.records import RecordView, capped
from app.admin.refunding import Refunding
from app.db import begins_with, db
from app.models import Coupon, CouponUse, Customer, Dispute, Order, OrderStatus, Payment
from app.models.dispute import CLOSED
from app.services import attention, orders

DISPUTED = Order.id.in_(select(Dispute.order_id).where(Dispute.status.not_in(CLOSED)))


class WithCode(filters.Equals):
    """Orders that keep a use of the coupon with this code."""

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:
        used = select(CouponUse.order_id).join(CouponUse.coupon)
        used = used.where(CouponUse.given_back_at.is_(None), Coupon.code == value.strip().upper())
        return query.filter(Order.id.in_(used))


class OrderView(OrderSteps, Refunding, OrderChanges, RecordView):
    one = "order"
    lead = "Everything sold, newest first."
    creates = edits = can_export = True
    details_template = "admin/order.html"
    create_template = edit_template = "admin/order_form.html"
    column_list = ["number", "customer", "status", "total_amount", "refunded_amount", "created_at"]
    column_export_list = [
        "number", "created_at", "status", "email", "currency", "subtotal_amount",
        "discount_amount", "shipping_amount", "tax_amount", "total_amount", "paid_amount",
        "refunded_amount", "tracking",
    ]  # fmt: skip
    column_labels = {
        "number": "Order",
        "status": "State",
        "created_at": "Placed",
        "total_amount": "Total",
        "refunded_amount": "Refunded",
    }
    column_default_sort = ("id", True)
    column_sortable_list = ["created_at", "total_amount"]
    searched_by = "Number, e-mail, name or payment id"
    column_formatters = {
        "number": number_cell,
        "customer": customer_cell,
        "status": state_cell,
        "total_amount": amount,
        "refunded_amount": lambda v, c, o, n: amount(v, c, o, n) if o.refunded_amount else "",
    }
    column_formatters_export = {
        name: plain_amount for name in column_export_list if name.endswith("_amount")
    }
    column_filters = [
        filters.Equals(Order._status, "State", options=states.choices(OrderStatus)),
        filters.Condition(Order.id, "Needs attention", attention.orders_odd),
        filters.Condition(Order.id, "Disputed", DISPUTED),
        filters.Condition(Order.id, "Paid", Order.paid_amount > 0),
        filters.Day(Order.created_at, "Day"),
        filters.Since(Order.created_at, "Placed"),
        filters.Until(Order.created_at, "Placed"),
        filters.AtLeast(Order.total_amount, "Total"),
        filters.AtMost(Order.total_amount, "Total"),
        WithCode(Order.id, "Code"),
        filters.Equals(
            Order.currency, "Currency", options=[("eur", "EUR"), ("usd", "USD"), ("gbp", "GBP")]
        ),
    ]
    state_column = "status"
    chip_states = ("pending", "failed", "paid", "fulfilling", "fulfilled", "refunded", "canceled")
    saved = [
        ("Waiting to be sent", {"flt0_state_equals": "paid"}),
        ("Over 100 and paid", {"flt0_state_equals": "paid", "flt1_total_at_least": "100"}),
        ("Disputed", {"flt0_disputed_equals": "yes"}),
    ]

    def attention(self) -> int:
        return waiting()

    def chips(self) -> list[dict[str, Any]]:
        chosen = request.args.get("flt0_needs_attention_equals") == "yes"
        chip = {
            "label": "Needs attention",
            "count": capped(select(1).select_from(Order).where(attention.orders_odd())),
            "on": chosen,
            "url": self.get_url(".index_view", flt0_needs_attention_equals="yes"),
        }
        chips = super().chips()
        chips[0]["on"] = chips[0]["on"] and not chosen
        return [*chips, chip]

    def get_query(self) -> Any:
        """Badges need payments and disputes: one query each for a whole page, not per row."""
        return db.session.query(Order).options(
            selectinload(Order.payments), selectinload(Order.disputes)
        )

    def found_by(self, words: str) -> list[Any]:
        """What an index can answer: a number, a payment's id, the start of an address, a name."""
        words = words.lstrip("#")
        if words.startswith(("pi_", "ch_", "py_")):
            paid_so = or_(Payment.stripe_id == words, Payment.charge_id == words)
            return [Order.id.in_(select(Payment.order_id).where(paid_so))]
        people = select(Customer.id).where(contains(Customer.name, words)).limit(200)
        return [
            Order.number == words,
            begins_with(Order.email, words.lower()),
            Order.customer_id.in_(people),
        ]

    @expose("/details/")
    def details_view(self) -> ResponseReturnValue:
        order = self.order_or_404(request.args.get("id", ""))
        return self.render(
            self.details_template,
            model=order,
            name=name_of(order),
            story=story(order),
            steps=orders.next_steps(order),
            return_url=self.get_url(".index_view"),
        )

    def order_or_404(self, order_id: object) -> Order:
        order: Order | None = self.get_one(order_id)
        return order if order is not None else abort(404)

    def back_to(self, order_id: int) -> Response:
        return redirect(self.get_url(".details_view", id=order_id), 303)  # type: ignore[return-value]


def waiting() -> int:
    """Orders that somebody has to look at."""
    found = select(Order.id).where(attention.orders_odd()).limit(100)
    return len(list(db.session.scalars(found)))
