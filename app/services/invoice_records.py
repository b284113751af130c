"""Writing down what Stripe says of an invoice that it collects. Being told twice changes nothing."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.gateway import Gone, RemoteInvoice, RemoteLine, RemotePayment
from app.models import (
    Collector,
    Customer,
    Invoice,
    InvoiceItem,
    InvoicePayment,
    InvoiceStatus,
    Payment,
    Price,
    Subscription,
    SubscriptionStatus,
)
from app.services import allocation, payment_records
from app.services.locks import lock_customer

CHANGE = "subscription_update"  # the billing reason of another plan or number of seats
NOT_BEGUN = {
    SubscriptionStatus.NEW,
    SubscriptionStatus.INCOMPLETE,
    SubscriptionStatus.INCOMPLETE_EXPIRED,
    SubscriptionStatus.REJECTED,
}


def record(session: Session, remote: RemoteInvoice | Gone, *, actor: str) -> Invoice | None:
    """Write down an invoice with its payments; None when its customer is not ours."""
    if isinstance(remote, Gone):
        _forget_draft(session, remote, actor=actor)
        return None
    customer_id = _customer_of(session, remote)
    if customer_id is None:
        return None
    lock_customer(session, customer_id)
    invoice = _find(session, remote) or _adopt(session, remote, customer_id)
    if remote.status == InvoiceStatus.DRAFT and remote.token == invoice.token:
        return invoice  # we are still writing it there
    invoice.subscription_id = _subscription_of(session, remote) or invoice.subscription_id
    invoice.move_to(InvoiceStatus(remote.status), actor=actor, reason=remote.billing_reason)
    session.flush()
    _copy(remote, invoice)
    _write_item(invoice, remote, _what_for(session, remote))
    session.flush()
    for payment in remote.payments:
        _record_payment(session, payment, invoice, actor=actor)
    return invoice


def _customer_of(session: Session, remote: RemoteInvoice) -> int | None:
    """Who has it at Stripe; what is known already stays theirs when they were deleted there."""
    theirs = select(Customer.id).where(Customer.stripe_customer_id == remote.customer_id)
    known = select(Invoice.customer_id).where(*_is(remote))
    return session.scalar(theirs) or session.scalar(known)


def _find(session: Session, remote: RemoteInvoice) -> Invoice | None:
    found = select(Invoice).where(*_is(remote))
    return session.scalars(found.execution_options(populate_existing=True)).first()


def _is(remote: RemoteInvoice) -> tuple[ColumnElement[bool], ...]:
    unasked = Invoice.stripe_id.is_(None) & (Invoice.token == remote.token)
    known = (Invoice.stripe_id == remote.stripe_id) | unasked
    return known, Invoice.collector == Collector.STRIPE


def _adopt(session: Session, remote: RemoteInvoice, customer_id: int) -> Invoice:
    invoice = Invoice(
        customer_id=customer_id,
        collector=Collector.STRIPE,
        currency=remote.currency,
        created_at=remote.created_at,
    )
    session.add(invoice)
    return invoice


def _subscription_of(session: Session, remote: RemoteInvoice) -> int | None:
    if remote.subscription_id is None:
        return None
    its = select(Subscription.id).where(Subscription.stripe_id == remote.subscription_id)
    return session.scalar(its)


def _copy(remote: RemoteInvoice, invoice: Invoice) -> None:
    invoice.stripe_id = remote.stripe_id
    invoice.number = remote.number if remote.status != InvoiceStatus.DRAFT else None
    invoice.total_amount, invoice.tax_amount = remote.total_amount, remote.tax_amount
    invoice.starting_balance = remote.starting_balance
    invoice.ending_balance = remote.ending_balance
    invoice.billing_reason = remote.billing_reason
    invoice.issued_at, invoice.paid_at = remote.issued_at, remote.paid_at
    invoice.due_at, invoice.next_attempt_at = _due_at(remote, invoice), remote.next_attempt_at
    invoice.hosted_url, invoice.pdf_url = remote.hosted_url, remote.pdf_url
    invoice.lines = [asdict(line) for line in remote.lines]


def _due_at(remote: RemoteInvoice, invoice: Invoice) -> datetime | None:
    """What Stripe charges by itself is due as soon as it is open; None for what is not owed, since
    only the beginning of a subscription, or a change of it, waits for it."""
    if remote.due_at or remote.status != InvoiceStatus.OPEN:
        return remote.due_at
    subscription = invoice.subscription
    if subscription is not None and (
        subscription.status in NOT_BEGUN or subscription.wanted_invoice_id == remote.stripe_id
    ):
        return None
    return remote.issued_at


def _what_for(session: Session, remote: RemoteInvoice) -> str:
    """What its payments are called. Of a change, what was changed to; where one is billed with the
    next period, that period."""
    if remote.billing_reason == CHANGE:
        to = next((line for line in reversed(remote.lines) if line.amount >= 0), None)
        return f"Change of plan: {_plan_of(session, to)}" if to else "Change of plan"
    plain = [line for line in remote.lines if not line.is_proration] or remote.lines
    return plain[0].description if plain else "Nothing"


def _plan_of(session: Session, line: RemoteLine) -> str:
    """In our words; of a price that only Stripe knows, in theirs."""
    its_price = select(Price).where(Price.stripe_price_id == line.price_id)
    price = session.scalars(its_price).first() if line.price_id else None
    if price is None:
        return line.description
    seats = "1 seat" if line.quantity == 1 else f"{line.quantity} seats"
    return f"{price.variant.product.name}, {seats} every {price.every}"


def _write_item(invoice: Invoice, remote: RemoteInvoice, what_for: str) -> None:
    """One item: what had to be paid once Stripe had used the customer's balance there."""
    if len(invoice.items) != 1:  # ours has as many as we wrote, until Stripe has made it one
        invoice.items = [InvoiceItem(description="", unit_amount=0, total_amount=0, paid_amount=0)]
    (item,) = invoice.items
    item.description = what_for[:500]
    item.unit_amount = item.total_amount = max(remote.due_amount, 0)
    item.tax_amount, item.due_at = remote.tax_amount, invoice.due_at


def _record_payment(
    session: Session, remote: RemotePayment, invoice: Invoice, *, actor: str
) -> None:
    """Its PaymentIntents were made by Stripe: our rows for them are made here."""
    intent = remote.intent
    payment = session.scalar(select(Payment).where(Payment.stripe_id == intent.stripe_id))
    if payment is None:
        payment = Payment(
            stripe_id=intent.stripe_id,
            customer_id=invoice.customer_id,
            amount=intent.amount,
            currency=intent.currency,
        )
        session.add(payment)
    if payment.order_id is None and not payment.covers:
        (item,) = invoice.items
        payment.covers = [InvoicePayment(invoice_item_id=item.id, amount=intent.amount)]
    payment.description = str(invoice)[:300]
    session.flush()
    payment_records.record_all(session, remote, actor=actor)
    allocation.apply(session, payment, actor=actor)


def _forget_draft(session: Session, gone: Gone, *, actor: str) -> None:
    """A draft that was deleted at Stripe was never owed."""
    found = select(Invoice).where(Invoice.stripe_id == gone.stripe_id)
    invoice = session.scalars(found).first()
    if invoice is not None and invoice.status == InvoiceStatus.DRAFT:
        invoice.move_to(InvoiceStatus.VOID, actor=actor, reason="deleted at Stripe")
