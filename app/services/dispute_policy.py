"""What a dispute closes, by the shop's own setting; a win opens it again."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from app import settings
from app.models import (
    Collector,
    Dispute,
    Invoice,
    InvoiceItem,
    InvoicePayment,
    InvoiceStatus,
    License,
    LicenseStatus,
    Order,
    OrderStatus,
)

TAKEN = {"needs_response", "under_review"}  # an inquiry (`warning_…`) takes no money yet


@dataclass(frozen=True, kw_only=True)
class Stake:
    """What hangs on a disputed payment: what it opened, and what it paid of our own invoices."""

    downloads: bool
    licenses: tuple[License, ...]
    invoices: tuple[Invoice, ...]


def closes_access(dispute: Dispute) -> bool:
    """Whether downloads and licenses that were paid with this money are closed."""
    policy = settings.current().disputes_close_access
    if policy == "never":
        return False
    return dispute.lost or (policy == "opened" and dispute.status in TAKEN)


def closes_order(order: Order) -> bool:
    return any(closes_access(dispute) for dispute in order.disputes)


def closes_subscription(session: Session, subscription_id: int) -> bool:
    """Whether what paid its latest period is in dispute; the next one that is paid counts anew."""
    about = (
        select(Dispute)
        .join(InvoicePayment, InvoicePayment.payment_id == Dispute.payment_id)
        .join(InvoicePayment.item)
        .join(InvoiceItem.invoice)
        .where(Invoice.subscription_id == subscription_id, _is_latest_paid())
    )
    return any(closes_access(dispute) for dispute in session.scalars(about))


def at_stake(session: Session, dispute: Dispute) -> Stake:
    """What the shop's setting may close, and what is owed again when it is lost."""
    order = dispute.order
    covered = (
        select(InvoiceItem.invoice_id)
        .join(InvoiceItem.payments)
        .where(InvoicePayment.payment_id == dispute.payment_id)
    )
    latest = select(Invoice.subscription_id).where(Invoice.id.in_(covered), _is_latest_paid())
    follow = select(License).where(
        License.subscription_id.in_(latest),
        License.kept_by_staff.is_(False),
        License._status != LicenseStatus.REVOKED,
    )
    paid = select(Invoice).where(
        Invoice.id.in_(covered),
        Invoice.collector == Collector.SHOP,
        Invoice._status == InvoiceStatus.PAID,
    )
    return Stake(
        downloads=order is not None
        and order.status != OrderStatus.REFUNDED
        and any(line.download_file for line in order.goods),
        licenses=tuple(session.scalars(follow.order_by(License.id))),
        invoices=tuple(session.scalars(paid.order_by(Invoice.id))),
    )


def _is_latest_paid() -> ColumnElement[bool]:
    """Condition: the invoice of a subscription's latest period that was paid."""
    later = aliased(Invoice)
    latest = (
        select(func.max(later.id))
        .where(
            later.subscription_id == Invoice.subscription_id, later._status == InvoiceStatus.PAID
        )
        .correlate(Invoice)
        .scalar_subquery()
    )
    return Invoice.id == latest
