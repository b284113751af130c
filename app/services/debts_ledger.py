"""What a customer sees of their debts: what is open, what was paid, what is in credit."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from app.db import db, reading
from app.models import (
    CreditEntry,
    Invoice,
    InvoiceItem,
    InvoicePayment,
    InvoiceStatus,
    Order,
    Payment,
    PaymentStatus,
    Subscription,
)
from app.services import debts
from app.services.subscription_records import OWING

BROUGHT_MONEY = (PaymentStatus.SUCCEEDED, PaymentStatus.PROCESSING, PaymentStatus.REQUIRES_CAPTURE)


@dataclass(frozen=True, kw_only=True)
class Debt:
    """One open item as a page shows it; `amount` is what is still to be paid of it."""

    item_id: int
    invoice_token: str
    invoice_number: str
    description: str
    due_at: datetime | None
    past_due: bool
    on_its_way: bool
    amount: int
    currency: str
    pay_url: str = ""  # where it is paid, when not with what else is owed


def owed_by(customer_id: int, *, invoice_id: int | None = None) -> tuple[Debt, ...]:
    """What a customer can pay with us, of one invoice or of all of them, due soonest first."""
    with reading() as session:
        items = debts.open_items(session, customer_id)
        return tuple(_debt(item) for item in items if invoice_id in {None, item.invoice_id})


def owed_at_stripe(customer_id: int) -> tuple[Debt, ...]:
    """What a customer owes that Stripe collects, each with the page where it is paid."""
    with reading() as session:
        items = debts.items_at_stripe(session, customer_id)
        return tuple(replace(_debt(item), pay_url=_page_of(item.invoice)) for item in items)


def past_due_of(customer_id: int) -> list[tuple[int, str]]:
    """What should have been paid by now: an amount in each currency that has any."""
    amounts: dict[str, int] = {}
    for debt in (*owed_by(customer_id), *owed_at_stripe(customer_id)):
        if debt.past_due and not debt.on_its_way:
            amounts[debt.currency] = amounts.get(debt.currency, 0) + debt.amount
    return [(amount, currency) for currency, amount in amounts.items()]


def paid_by(customer_id: int, *, limit: int, before: int | None = None) -> Sequence[Payment]:
    """Payments that brought money or will, for orders and for invoices, newest first."""
    theirs = (Payment.customer_id == customer_id) | (Order.customer_id == customer_id)
    found = select(Payment).outerjoin(Payment.order).where(theirs)
    found = found.where(Payment.status.in_(BROUGHT_MONEY))
    if before is not None:
        found = found.where(Payment.id < before)
    covered = selectinload(Payment.covers).joinedload(InvoicePayment.item)
    found = found.options(
        covered.joinedload(InvoiceItem.invoice),
        selectinload(Payment.order),
        selectinload(Payment.refunds),
        selectinload(Payment.disputes),
    )
    return db.session.scalars(found.order_by(Payment.id.desc()).limit(limit)).all()


def invoices_of(customer_id: int, *, limit: int, before: int | None = None) -> Sequence[Invoice]:
    """What was billed, without drafts, newest first."""
    found = select(Invoice).where(
        Invoice.customer_id == customer_id, Invoice._status != InvoiceStatus.DRAFT
    )
    if before is not None:
        found = found.where(Invoice.id < before)
    return db.session.scalars(found.order_by(Invoice.id.desc()).limit(limit)).all()


def find_invoice(token: str) -> Invoice | None:
    """An invoice by its unguessable public name; a draft is nobody's business yet."""
    found = select(Invoice).where(Invoice.token == token, Invoice._status != InvoiceStatus.DRAFT)
    covered = selectinload(Invoice.items).selectinload(InvoiceItem.payments)
    paid = covered.joinedload(InvoicePayment.payment)
    return db.session.scalars(
        found.options(paid.selectinload(Payment.refunds), selectinload(Invoice.customer))
    ).first()


def stripe_page_of(subscription_token: str) -> str:
    """Stripe's own page for what is open of a subscription; empty when nothing is."""
    unpaid = (
        select(Invoice.hosted_url)
        .join(Invoice.subscription)
        .where(Subscription.token == subscription_token, Invoice._status == InvoiceStatus.OPEN)
    )
    with reading() as session:
        return session.scalar(unpaid.order_by(Invoice.id.desc()).limit(1)) or ""


def credit_of(customer_id: int) -> list[tuple[int, str]]:
    """What a customer has in credit: an amount in each currency that has any."""
    total = func.sum(CreditEntry.amount)
    entries = select(total, CreditEntry.currency).where(CreditEntry.customer_id == customer_id)
    with reading() as session:
        rows = session.execute(entries.group_by(CreditEntry.currency).having(total > 0))
        return [(int(amount), currency) for amount, currency in rows]


def _page_of(invoice: Invoice) -> str:
    """A subscription that goes on is paid on its own page; anything else on Stripe's."""
    subscription = invoice.subscription
    if subscription is not None and subscription.status in OWING:
        return f"/account/subscriptions/{subscription.token}"
    return invoice.hosted_url or f"/invoices/{invoice.token}"


def _debt(item: InvoiceItem) -> Debt:
    return Debt(
        item_id=item.id,
        invoice_token=item.invoice.token,
        invoice_number=item.invoice.number or "",
        description=item.description,
        due_at=item.due_at,
        past_due=item.past_due,
        on_its_way=debts.on_its_way(item),
        amount=item.due_amount,
        currency=item.invoice.currency,
    )
