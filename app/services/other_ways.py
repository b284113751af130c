"""What is paid, on its way or not owed any more must not be paid once more in another way.

Whatever makes a debt smaller says so here. Once its transaction commits, the links to the debt end,
and so do our own payments that somebody still has open: a PaymentIntent, or a page at Stripe.
"""

from datetime import timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, aliased

from app import clock
from app.jobs import enqueue
from app.jobs.schedule import function_named
from app.models import (
    Collector,
    Invoice,
    InvoiceItem,
    InvoicePayment,
    InvoiceStatus,
    Order,
    OrderStatus,
    Payment,
    PaymentLink,
    PaymentStatus,
)
from app.models.payment import PAYABLE
from app.services import payment_links

GIVE_UP = "services.intents.give_up"  # by name: it records what Stripe says, so it stands above us
PAGE_IS_OVER = timedelta(hours=2)  # a page ends by itself long before that
ON_ITS_WAY = [PaymentStatus.PROCESSING, PaymentStatus.REQUIRES_CAPTURE]
UNPAID = [OrderStatus.PENDING, OrderStatus.FAILED]


def end(session: Session, *, invoice_id: int | None = None, order_id: int | None = None) -> None:
    """Let go of every other way to pay a debt, as far as it is not owed any more."""
    payment_links.no_longer_needed(session, invoice_id=invoice_id, order_id=order_id)
    still_open = superfluous(invoice_id=invoice_id, order_id=order_id)
    if session.scalar(select(Payment.id).where(still_open).limit(1)) is not None:
        enqueue(function_named(GIVE_UP), invoice_id=invoice_id, order_id=order_id)


def superfluous(
    *, invoice_id: int | None = None, order_id: int | None = None
) -> ColumnElement[bool]:
    """Our own payments that would bring more than is owed; of every debt when none is named."""
    found = []
    if invoice_id is None:
        found.append(_of_orders(order_id))
    if order_id is None:
        found.append(_of_debts(invoice_id))
    of_a_link = select(PaymentLink.id).where(PaymentLink.payment_id == Payment.id)
    return and_(
        Payment.status.in_(sorted(PAYABLE)),
        Payment.is_external.is_(False),
        ~of_a_link.correlate(Payment).exists(),  # one that failed: nobody can try it again
        or_(Payment.hosted.is_(False), Payment.asked_at > clock.now() - PAGE_IS_OVER),
        or_(*found),
    )


def _of_orders(order_id: int | None) -> ColumnElement[bool]:
    """For an order that is not waiting for money any more, or to which some is on its way."""
    other = aliased(Payment)
    on_its_way = select(other.id).where(
        other.order_id == Payment.order_id, other.status.in_(ON_ITS_WAY)
    )
    settled = Payment.order.has(Order._status.not_in(UNPAID))
    these = Payment.order_id.is_not(None) if order_id is None else Payment.order_id == order_id
    return and_(these, or_(settled, on_its_way.correlate(Payment).exists()))


def _of_debts(invoice_id: int | None) -> ColumnElement[bool]:
    """For more of an item than it still needs, or for one that a bank debit on its way pays."""
    cover, debit = aliased(InvoicePayment), aliased(Payment)
    on_its_way = (
        select(cover.id)
        .join(debit, debit.id == cover.payment_id)
        .where(
            cover.invoice_item_id == InvoiceItem.id,
            debit.status == PaymentStatus.PROCESSING,
        )
    )
    too_much = (
        select(InvoicePayment.payment_id)
        .join(InvoicePayment.item)
        .join(InvoiceItem.invoice)
        .where(
            Invoice.collector == Collector.SHOP,
            or_(
                Invoice._status != InvoiceStatus.OPEN,
                InvoiceItem.total_amount - InvoiceItem.paid_amount < InvoicePayment.amount,
                on_its_way.correlate(InvoiceItem).exists(),
            ),
        )
    )
    if invoice_id is not None:
        too_much = too_much.where(Invoice.id == invoice_id)
    return and_(Payment.order_id.is_(None), Payment.id.in_(too_much))
