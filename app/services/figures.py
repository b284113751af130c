"""Numbers about what is owed and what comes in again and again, in minor units of one currency."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from app import clock
from app.models import (
    Dispute,
    Invoice,
    InvoiceItem,
    InvoiceStatus,
    PaymentLink,
    Subscription,
    SubscriptionStatus,
)
from app.services import attention

# How many of an interval make a month.
MONTHS = {
    "day": Decimal(365) / 12,
    "week": Decimal(52) / 12,
    "month": Decimal(1),
    "year": Decimal(1) / 12,
}
AT_ONCE = 1000


def recurring() -> Any:
    """Condition: subscriptions that are paid for now, or should be; trials bring nothing yet."""
    paying = [SubscriptionStatus.ACTIVE, SubscriptionStatus.PAST_DUE]
    return Subscription._status.in_(paying) & Subscription.collection_paused.is_(False)


def per_month(subscription: Subscription) -> int:
    """What a subscription brings in a month, before discounts; the year's twelfth for a yearly, and
    nothing for one that only Stripe can reckon."""
    plan, amount = subscription.price or subscription.foreign_plan, subscription.amount
    if plan is None or amount is None or not plan.interval:
        return 0
    each = Decimal(amount) * MONTHS[plan.interval]
    return int((each / plan.interval_count).quantize(Decimal(1), ROUND_HALF_UP))


def monthly_recurring(session: Session, currency: str) -> int:
    """MRR: the sum of `per_month`, so that it is what the list of subscriptions adds up to."""
    found = select(Subscription).where(recurring(), Subscription.currency == currency)
    rows = session.scalars(
        found.options(joinedload(Subscription.price)).execution_options(yield_per=AT_ONCE)
    )
    return sum(per_month(row) for row in rows)


def past_due(session: Session, currency: str) -> int:
    """What should have been paid by now, whoever collects it."""
    late = (
        select(func.coalesce(func.sum(InvoiceItem.total_amount - InvoiceItem.paid_amount), 0))
        .join(InvoiceItem.invoice)
        .where(
            InvoiceItem.paid_amount < InvoiceItem.total_amount,
            InvoiceItem.due_at < clock.now(),
            Invoice._status == InvoiceStatus.OPEN,
            Invoice.due_at.is_not(None),
            Invoice.currency == currency,
        )
    )
    return int(session.scalar(late) or 0)


def links_waiting(session: Session, currency: str) -> int:
    """What payment links that were sent may still bring."""
    return _sum(session, PaymentLink.amount, attention.links_waiting(), PaymentLink, currency)


def disputes_due(session: Session, currency: str) -> int:
    """What is lost unless somebody answers."""
    return _sum(session, Dispute.amount, attention.disputes_due(), Dispute, currency)


def _sum(session: Session, column: Any, condition: Any, model: Any, currency: str) -> int:
    found = select(func.coalesce(func.sum(column), 0)).where(condition, model.currency == currency)
    return int(session.scalar(found) or 0)
