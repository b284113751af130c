"""What a payment that is not for an order pays for: items of invoices, and the rest is credit.

Called with the customer locked. It always computes anew from what was received and given back,
so it does not matter what is told first, twice, or never.
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.emails import overpayment_received
from app.models import (
    Collector,
    CreditEntry,
    Invoice,
    InvoiceItem,
    InvoicePayment,
    InvoiceStatus,
    Matching,
    Payment,
)
from app.services import other_ways

LOST_TO_THE_BANK = "the bank took it back"
GIVEN_BACK = "it was refunded"
SPENT = "it pays for what was owed"
LEFT_OVER = "more was paid than was owed"
PAYABLE = {InvoiceStatus.DRAFT, InvoiceStatus.OPEN, InvoiceStatus.UNCOLLECTIBLE, InvoiceStatus.PAID}


def apply(session: Session, payment: Payment, *, actor: str) -> None:
    """Spread what is left of a payment over the items it covers; nothing is guessed for strangers."""
    if payment.matching in {Matching.WAITING, Matching.DISMISSED}:
        return
    left, before = kept_of(payment), _applied(payment)
    for cover in payment.covers:
        left -= _spend(cover, left)
    session.flush()
    for invoice in {cover.item.invoice for cover in payment.covers}:
        count(invoice, actor=actor)
        other_ways.end(session, invoice_id=invoice.id)
    more = _credit(session, payment, left, actor=actor)
    if more > 0 and _applied(payment) >= before:  # else what it paid for is not owed any more
        overpayment_received.send(payment)


def kept_of(payment: Payment) -> int:
    """What was received and neither given back nor lost to a dispute, in minor units."""
    given_back = sum(refund.amount for refund in payment.refunds if refund.succeeded)
    lost = sum(dispute.amount for dispute in payment.disputes if dispute.lost)
    return max(payment.received_amount - given_back - lost, 0)


def count(invoice: Invoice, *, actor: str) -> None:
    """An invoice is paid when its items are, and open again when they no longer are."""
    invoice.paid_amount = sum(item.paid_amount for item in invoice.items)
    if invoice.collector == Collector.STRIPE:
        return  # Stripe says itself when it is paid
    unpaid = [item.due_at for item in invoice.items if item.due_amount > 0 and item.due_at]
    invoice.due_at = min(unpaid, default=None)
    everything = invoice.paid_amount >= invoice.total_amount
    if everything and invoice.may_become(InvoiceStatus.PAID):
        invoice.move_to(InvoiceStatus.PAID, actor=actor)
        invoice.paid_at = clock.now()
    elif not everything and invoice.status == InvoiceStatus.PAID:
        invoice.move_to(InvoiceStatus.OPEN, actor=actor, reason="money went back")
        invoice.paid_at = None
        if invoice.is_sale:
            reason = "nobody owes what was sold with a link"
            invoice.move_to(InvoiceStatus.UNCOLLECTIBLE, actor=actor, reason=reason)


def credit_of(session: Session, customer_id: int, currency: str) -> int:
    """What a customer has in credit, in minor units."""
    entries = select(func.coalesce(func.sum(CreditEntry.amount), 0)).where(
        CreditEntry.customer_id == customer_id, CreditEntry.currency == currency
    )
    return int(session.scalar(entries) or 0)


def credit_used_for(session: Session, item_id: int) -> int:
    """The sum of the credit ledger's entries for one item: below zero when credit pays for it."""
    entries = select(func.coalesce(func.sum(CreditEntry.amount), 0))
    return int(session.scalar(entries.where(CreditEntry.invoice_item_id == item_id)) or 0)


def enter_credit(
    session: Session, item: InvoiceItem, amount: int, *, actor: str, reason: str
) -> None:
    """Use credit for an item (below zero), or give it back (above)."""
    item.paid_amount -= amount
    session.add(
        CreditEntry(
            customer_id=item.invoice.customer_id,
            currency=item.invoice.currency,
            amount=amount,
            invoice_item_id=item.id,
            actor=actor,
            reason=reason,
        )
    )


def paid_from_credit(
    session: Session, customer_id: int, currency: str, amount: int
) -> list[tuple[InvoiceItem, int]]:
    """What is owed again, and how much of each, when a customer has `amount` less credit than they
    have now: what credit was used for last comes first, until nobody has less than none."""
    missing = amount - credit_of(session, customer_id, currency)
    used = func.sum(-CreditEntry.amount)
    uses = (
        select(CreditEntry.invoice_item_id, used)
        .where(
            CreditEntry.customer_id == customer_id,
            CreditEntry.currency == currency,
            CreditEntry.invoice_item_id.is_not(None),
        )
        .group_by(CreditEntry.invoice_item_id)
        .having(used > 0)
        .order_by(func.max(CreditEntry.id).desc())
    )
    found = []
    for item_id, paid in session.execute(uses) if missing > 0 else ():
        part = min(int(paid), missing)
        missing -= part
        if part:
            found.append((session.get_one(InvoiceItem, item_id), part))
    return found


def _spend(cover: InvoicePayment, left: int) -> int:
    """Apply to an item what it still needs, at most what is left; how much that is now."""
    item = cover.item
    needed = _needed_of(item, cover) if item.invoice.status in PAYABLE else 0
    applied = max(min(cover.amount, left, needed), 0)
    item.paid_amount += applied - cover.applied_amount
    cover.applied_amount = applied
    return applied


def _applied(payment: Payment) -> int:
    return sum(cover.applied_amount for cover in payment.covers)


def _needed_of(item: InvoiceItem, cover: InvoicePayment) -> int:
    return item.total_amount - (item.paid_amount - cover.applied_amount)


def _credit(session: Session, payment: Payment, left: int, *, actor: str) -> int:
    """The payment's entries in the credit ledger sum up to what it does not pay for; how much
    credit this is more than before, or less."""
    if payment.customer_id is None:
        return 0
    entries = select(func.coalesce(func.sum(CreditEntry.amount), 0)).where(
        CreditEntry.payment_id == payment.id, CreditEntry.invoice_item_id.is_(None)
    )
    difference = left - int(session.scalar(entries) or 0)
    if difference:
        session.add(
            CreditEntry(
                customer_id=payment.customer_id,
                currency=payment.currency,
                amount=difference,
                payment_id=payment.id,
                actor=actor,
                reason=LEFT_OVER if difference > 0 else _why_less(payment),
            )
        )
    if difference < 0:
        session.flush()
        _reopen(session, payment.customer_id, payment.currency, actor=actor)
    return difference


def _reopen(session: Session, customer_id: int, currency: str, *, actor: str) -> None:
    """Credit that is gone pays for nothing any more."""
    for item, amount in paid_from_credit(session, customer_id, currency, 0):
        reason = f"{item.invoice} is owed again: the credit went back"
        enter_credit(session, item, amount, actor=actor, reason=reason)
        count(item.invoice, actor=actor)


def _why_less(payment: Payment) -> str:
    if any(dispute.lost for dispute in payment.disputes):
        return LOST_TO_THE_BANK
    return GIVEN_BACK if any(refund.succeeded for refund in payment.refunds) else SPENT
