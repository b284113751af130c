"""What a payment link is for, when it is in the books: an order, or an invoice."""

from dataclasses import dataclass
from typing import Any

from flask import abort, url_for

from app.admin.lookups import id_of
from app.db import db
from app.models import Collector, Invoice, Order
from app.services import payment_links


@dataclass(frozen=True, kw_only=True)
class Target:
    """What a link is for, when it is in the books: then nobody types who and how much."""

    email: str
    name: str
    description: str
    amount: int
    currency: str
    url: str
    customer_id: int | None = None
    order_id: int | None = None
    invoice_id: int | None = None
    why_not: str = ""


def target_of(given: Any) -> Target | None:
    """The order or invoice that a link is for."""
    if given.get("order"):
        return _of_order(db.session.get(Order, id_of(given["order"]) or 0) or abort(404))
    if given.get("invoice"):
        return _of_invoice(db.session.get(Invoice, id_of(given["invoice"]) or 0) or abort(404))
    return None


def _of_order(order: Order) -> Target:
    name = order.customer.name if order.customer else ""
    return Target(
        email=order.email,
        name=name or (order.shipping_address.name if order.shipping_address else ""),
        description=f"Order {order.number}",
        amount=order.total_amount if order.is_payable else 0,
        currency=order.currency,
        customer_id=order.customer_id,
        order_id=order.id,
        url=url_for("order.details_view", id=order.id),
        why_not=payment_links.ON_ITS_WAY
        if order.processing
        else ("" if order.is_payable else "There is nothing left to pay on this order."),
    )


def _of_invoice(invoice: Invoice) -> Target:
    by_stripe = "Stripe collects this invoice on a page of its own."
    nothing = "There is nothing left to pay on this invoice."
    why_not = "" if invoice.due_amount else nothing
    return Target(
        email=invoice.customer.email,
        name=invoice.customer.name,
        description=str(invoice),
        amount=invoice.due_amount,
        currency=invoice.currency,
        customer_id=invoice.customer_id,
        invoice_id=invoice.id,
        url=url_for("invoice.details_view", id=invoice.id),
        why_not=by_stripe
        if invoice.collector == Collector.STRIPE
        else (payment_links.ON_ITS_WAY if invoice.processing else why_not),
    )
