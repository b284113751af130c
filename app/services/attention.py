"""What waits for a person: conditions that lists, counts and the dashboard share."""

from datetime import timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select

from app import clock
from app.models import (
    CreditEntry,
    Dispute,
    Invoice,
    InvoiceStatus,
    Matching,
    Order,
    Payment,
    PaymentLink,
    PaymentLinkStatus,
    Refund,
    RefundStatus,
)
from app.models.dispute import NEEDS_ANSWER

FRESH = timedelta(days=14)  # for as long an overpayment waits to be looked at
SLOW = timedelta(minutes=10)  # Stripe should have made a link by then
UNANSWERED = timedelta(days=1)  # a refund should have been answered by then


def orders_odd() -> Any:
    """Orders about whose money or goods something is odd, until somebody has looked."""
    return Order.attention != ""


def refunds_slow() -> Any:
    """Refunds that were asked for, and have no answer for over a day."""
    asked = Refund.asked_at < clock.now() - UNANSWERED
    return and_(Refund.status == RefundStatus.PENDING, asked)


def links_waiting() -> Any:
    """Links that were sent and can be paid."""
    return PaymentLink._status == PaymentLinkStatus.ACTIVE


def links_failed() -> Any:
    """Links that Stripe refused, or did not make for a long time: nobody got a letter."""
    unmade = PaymentLink._status == PaymentLinkStatus.NEW
    return or_(
        PaymentLink._status == PaymentLinkStatus.REJECTED,
        and_(unmade, PaymentLink.created_at < clock.now() - SLOW),
    )


def payments_unmatched() -> Any:
    """Payments of which nobody knows whose they are."""
    return Payment.matching == Matching.WAITING


def payments_dismissed() -> Any:
    """Payments of which staff said that they are none of the shop's money."""
    return Payment.matching == Matching.DISMISSED


def payments_overpaid() -> Any:
    """Payments of the last days of which something was more than was owed, and is credit now:
    refunded it is dealt with, and after a while everybody has seen it."""
    entries = (
        select(CreditEntry.payment_id)
        .where(CreditEntry.payment_id.is_not(None), CreditEntry.invoice_item_id.is_(None))
        .group_by(CreditEntry.payment_id)
        .having(func.sum(CreditEntry.amount) > 0)
    )
    return and_(Payment.id.in_(entries), Payment.asked_at > clock.now() - FRESH)


def disputes_due() -> Any:
    """Disputes that are lost unless somebody answers."""
    return Dispute.status.in_(sorted(NEEDS_ANSWER))


def invoices_past_due() -> Any:
    """Invoices of which something should have been paid by now."""
    return and_(Invoice._status == InvoiceStatus.OPEN, Invoice.due_at < clock.now())
