"""A customer's credit with us: given by staff, used for an invoice, and given back when it is void."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, money
from app.db import transaction
from app.errors import InvalidAmount, InvoiceLocked, NothingDue
from app.models import Collector, CreditEntry, Invoice
from app.services import allocation, intents, invoices, payment_links
from app.services.locks import A_MOMENT, lock_customer


def give(customer_id: int, amount: int, *, currency: str, actor: str, reason: str) -> None:
    """Let a customer owe us less next time; no money moves. The same again at once is one."""
    if not 0 < amount <= money.LARGEST:
        raise InvalidAmount("An amount above zero, please.")
    with transaction() as session:
        lock_customer(session, customer_id)
        values = {"currency": currency, "amount": amount, "actor": actor, "reason": reason}
        just_given = select(CreditEntry.id).where(
            CreditEntry.created_at > clock.now() - A_MOMENT, CreditEntry.payment_id.is_(None)
        )
        just_given = just_given.filter_by(customer_id=customer_id, **values)
        if session.scalar(just_given.limit(1)) is None:
            session.add(CreditEntry(customer_id=customer_id, **values))


def use(invoice_id: int, *, actor: str) -> int:
    """Pay an invoice with what its customer has in credit, item by item; how much that was.

    Other ways to pay it are ended first, so that nothing is paid twice.
    """
    with transaction() as session:
        _require_usable(session, invoices.lock(session, invoice_id))
    for known in invoices.open_ways_to_pay(invoice_id):
        intents.cancel(known, actor=actor)
    with transaction() as session:
        invoice = invoices.lock(session, invoice_id)
        _require_usable(session, invoice)
        invoices.require_nothing_on_its_way(session, invoice_id)
        used = _spend(session, invoice, actor=actor)
        words = money.format_money(used, invoice.currency)
        invoice.note_event("credit_used", actor=actor, reason=words)
        allocation.count(invoice, actor=actor)
        payment_links.no_longer_needed(session, invoice_id=invoice_id)
        return used


def give_back(invoice_id: int, *, actor: str, reason: str) -> None:
    """Undo what credit paid of an invoice: it is owed again, and its customer has it back."""
    with transaction() as session:
        invoice = invoices.lock(session, invoice_id)
        used = paid_by_credit(session, invoice)
        if not used:
            raise NothingDue(f"No credit pays for {invoice}.")
        words = f"{money.format_money(used, invoice.currency)}, {reason}"
        invoice.note_event("credit_given_back", actor=actor, reason=words)
        invoices.give_credit_back(session, invoice, f"given back: {reason}", actor=actor)


def paid_by_credit(session: Session, invoice: Invoice) -> int:
    """How much of an invoice its customer's credit pays, in minor units."""
    return -sum(allocation.credit_used_for(session, item.id) for item in invoice.items)


def usable(session: Session, invoice: Invoice) -> int:
    """How much of an invoice its customer's credit could pay now, in minor units."""
    if invoice.collector != Collector.SHOP or not invoice.is_open:
        return 0
    has = allocation.credit_of(session, invoice.customer_id, invoice.currency)
    return max(min(has, invoice.due_amount), 0)


def _require_usable(session: Session, invoice: Invoice) -> None:
    if invoice.collector != Collector.SHOP:
        raise InvoiceLocked(f"Stripe collects {invoice}: our credit does not count there.")
    if not invoice.due_amount:
        raise NothingDue(f"There is nothing left to pay of {invoice}.")
    if not usable(session, invoice):
        raise NothingDue(f"{invoice.customer.email} has no credit in {invoice.currency.upper()}.")


def _spend(session: Session, invoice: Invoice, *, actor: str) -> int:
    left = spent = usable(session, invoice)
    for item in sorted(
        invoice.items, key=lambda item: (item.due_at or invoice.created_at, item.id)
    ):
        part = min(item.due_amount, left)
        if part > 0:
            left -= part
            reason = f"used for {invoice}"
            allocation.enter_credit(session, item, -part, actor=actor, reason=reason)
    return spent - left
