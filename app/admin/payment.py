"""Payments: what arrived, what it paid, what went back, and refunds of what was not an order."""

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from markupsafe import Markup
from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from app.admin import filters, states
from app.admin.billing_cells import OfCustomer, of_people, person
from app.admin.cells import amount, link_to, plain_amount
from app.admin.order_story import Happening
from app.admin.order_story import story as order_story
from app.admin.payment_next import next_steps
from app.admin.payment_refunding import PaymentRefunding
from app.admin.record_story import story_of
from app.admin.records import RecordView
from app.admin.steps import RecordSteps
from app.db import begins_with, db
from app.models import (
    Dispute,
    Invoice,
    InvoiceItem,
    InvoicePayment,
    Matching,
    Order,
    Payment,
    PaymentLink,
    PaymentStatus,
    Refund,
    RefundStatus,
)
from app.models.dispute import CLOSED
from app.services import allocation, attention, payments

EVENTS = {
    "asked": ("Asked for", "calm"),
    "payment_failed": ("A try failed", "bad"),
    "refund_asked": ("Refund asked for", "part"),
    "refunded": ("Refunded", "part"),
    "refund_failed": ("The refund failed", "bad"),
    "dispute": ("Disputed", "bad"),
    "assigned": ("Assigned to a customer", "good"),
    "dismissed": ("Dismissed", "calm"),
    "evidence_saved": ("Evidence saved", "calm"),
    "evidence_sent": ("Evidence sent to the bank", "info"),
    "evidence_refused": ("The bank refused the evidence", "bad"),
    "dispute_accepted": ("The dispute was accepted", "wait"),
}
REFUNDED = Payment.id.in_(select(Refund.payment_id).where(Refund.status == RefundStatus.SUCCEEDED))
DISPUTED = Payment.id.in_(select(Dispute.payment_id).where(Dispute.status.not_in(CLOSED)))


def _name(_view: Any, _context: Any, payment: Payment, _name: str) -> Markup:
    cell = link_to("payment.details_view", what_for)(None, None, payment, "")
    return Markup("{}<small>{}</small>").format(cell, payment.method)


def _who(_view: Any, _context: Any, payment: Payment, _name: str) -> Markup | str:
    if payment.order is not None:
        return payment.order.email
    return person(payment.customer) if payment.customer else payment.payer_email


def _state(_view: Any, _context: Any, payment: Payment, _name: str) -> Markup:
    return Markup(" ").join(map(states.badge, badges(payment)))


def badges(payment: Payment) -> list[str]:
    """Its state at Stripe, and what that does not say."""
    found = [str(payment.status)]
    back = sum(refund.amount for refund in payment.refunds if refund.succeeded)
    if back:
        found.append("refunded" if back >= payment.received_amount else "partially refunded")
    if any(dispute.is_open for dispute in payment.disputes):
        found.append("disputed")
    if payment.matching in {Matching.WAITING, Matching.DISMISSED}:
        found.append("unmatched" if payment.matching == Matching.WAITING else "dismissed")
    return found


def what_for(payment: Payment) -> str:
    if payment.order is not None:
        return f"Order #{payment.order.number}"
    return payment.description or "A payment"


class PaymentView(PaymentRefunding, RecordSteps, RecordView):
    one = "payment"
    lead = "Money on its way in, newest first: what it paid, and what went back of it."
    can_export = True
    details_template = "admin/payment.html"
    column_list = ["description", "payer_email", "status", "amount", "received_amount", "asked_at"]
    column_export_list = [
        "asked_at", "description", "payer_email", "status", "currency", "amount",
        "received_amount", "fee_amount", "method", "is_external", "matching", "stripe_id",
        "charge_id",
    ]  # fmt: skip
    column_labels = {
        "description": "For",
        "payer_email": "From",
        "status": "State",
        "received_amount": "Received",
        "asked_at": "When",
        "fee_amount": "Stripe’s fee",
        "is_external": "Made at Stripe",
    }
    column_default_sort = ("id", True)
    column_sortable_list = ["amount", "asked_at"]
    searched_by = "E-mail, order number, or Stripe’s id"
    column_formatters = {
        "description": _name,
        "payer_email": _who,
        "status": _state,
        "amount": amount,
        "received_amount": lambda v, c, p, n: amount(v, c, p, n) if p.received_amount else "",
    }
    column_formatters_export = {
        "description": lambda v, c, p, n: what_for(p),
        "amount": plain_amount,
        "received_amount": plain_amount,
        "fee_amount": plain_amount,
    }
    column_filters = [
        filters.Equals(Payment.status, "State", options=states.choices(PaymentStatus)),
        filters.Condition(Payment.id, "For an order", Payment.order_id.is_not(None)),
        filters.Condition(Payment.id, "Made at Stripe", Payment.is_external),
        filters.Condition(Payment.id, "Refunded", REFUNDED),
        filters.Condition(Payment.id, "Disputed", DISPUTED),
        filters.Condition(Payment.id, "Dismissed", attention.payments_dismissed),
        filters.Condition(Payment.id, "More than was owed", attention.payments_overpaid),
        OfCustomer(Payment.customer_id),
        filters.Day(Payment.asked_at, "Day"),
        filters.Since(Payment.asked_at, "When"),
        filters.Until(Payment.asked_at, "When"),
        filters.AtLeast(Payment.amount, "Amount"),
        filters.AtMost(Payment.amount, "Amount"),
        filters.Equals(Payment.currency, "Currency"),
    ]
    state_column = "status"
    chip_states = (
        "succeeded", "processing", "requires_capture", "requires_payment_method",
        "requires_action", "canceled",
    )  # fmt: skip
    saved = [
        ("Not for an order", {"flt0_for_an_order_equals": "no"}),
        ("Made at Stripe", {"flt0_made_at_stripe_equals": "yes"}),
        ("Refunded", {"flt0_refunded_equals": "yes"}),
    ]

    def get_query(self) -> Any:
        """Whatever the cells show of other records, in one query each for a whole page."""
        shown = (Payment.order, Payment.customer, Payment.refunds, Payment.disputes)
        return db.session.query(Payment).options(*(selectinload(each) for each in shown))

    def found_by(self, words: str) -> list[Any]:
        """What an index can answer: Stripe's ids, an order's number, an address, a name."""
        words = words.lstrip("#")
        if words.startswith(("pi_", "ch_", "py_")):
            return [Payment.stripe_id == words, Payment.charge_id == words]
        email = words.lower()
        theirs = begins_with(Order.email, email)
        return [
            Payment.order_id.in_(select(Order.id).where(or_(Order.number == words, theirs))),
            begins_with(Payment.payer_email, email),
            of_people(Payment.customer_id, words),
        ]

    @expose("/details/")
    def details_view(self) -> ResponseReturnValue:
        payment: Payment = self.record_or_404(request.args.get("id", ""))
        order = payment.order
        return self.render(
            self.details_template,
            model=payment,
            name=what_for(payment),
            badges=badges(payment),
            invoices=_covered(payment),
            credit=credit_from(payment),
            link=db.session.scalar(select(PaymentLink).filter_by(payment_id=payment.id)),
            story=order_story(order) if order else story(payment),
            steps=next_steps(payment),
            return_url=self.get_url(".index_view"),
        )

    @expose("/<int:record_id>/syncs", methods=["POST"])
    def create_sync(self, record_id: int) -> ResponseReturnValue:
        return self.take(
            self.record_or_404(record_id),
            lambda who: payments.sync_each(Payment.id == record_id, actor="stripe"),
            action="asked Stripe",
            said="This is what Stripe says now.",
        )


def story(payment: Payment) -> list[Happening]:
    """What happened to a payment that is not an order's, newest first."""
    who = "the payer" if payment.is_external else "the customer"
    arrived = "Paid at Stripe" if payment.is_external else "Begun"
    begun = Happening(at=payment.asked_at, title=arrived, who=who, tone="calm")
    return [*story_of(payment.events, EVENTS), begun]


def credit_from(payment: Payment) -> int:
    """What of it is its customer's credit: it was more than they owed."""
    spent = sum(cover.applied_amount for cover in payment.covers)
    unclaimed = payment.order_id is not None or payment.customer_id is None
    return 0 if unclaimed else allocation.kept_of(payment) - spent


def _covered(payment: Payment) -> list[tuple[Invoice, list[InvoicePayment]]]:
    """What it pays for, invoice by invoice."""
    found = (
        select(InvoicePayment)
        .where(InvoicePayment.payment_id == payment.id)
        .options(selectinload(InvoicePayment.item).selectinload(InvoiceItem.invoice))
        .order_by(InvoicePayment.id)
    )
    by_invoice: dict[Invoice, list[InvoicePayment]] = {}
    for cover in db.session.scalars(found):
        by_invoice.setdefault(cover.item.invoice, []).append(cover)
    return list(by_invoice.items())
