"""Invoices of ours that Stripe Invoicing collects: remember it, write it there, record the answer."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import ColumnElement, select

from app import clock, gateway, settings
from app.db import reading, transaction
from app.errors import InvoiceLocked, KeyBurnt, Rejected, ShopError
from app.gateway import InvoiceRequest, RemoteLine
from app.jobs import job, minutes
from app.models import Collector, Invoice, InvoiceStatus
from app.services import (
    invoice_records,
    invoices,
    stripe_customers,
    stripe_tax_rates,
    subscriptions,
)
from app.services.locks import just_done

IN_FLIGHT = timedelta(minutes=1)  # somebody may still be waiting for the answer


@dataclass(frozen=True, kw_only=True)
class Known:
    """An invoice as plain values, so that nothing is open while Stripe is asked."""

    id: int
    request: InvoiceRequest
    tax_rate: Decimal | None  # None: it was written at another rate than today's


def give(invoice_id: int, *, actor: str) -> None:
    """Let Stripe collect a draft: it gets Stripe's number, letter and hosted page."""
    with transaction() as session:
        invoice = invoices.lock(session, invoice_id)
        if invoice.status != InvoiceStatus.DRAFT:
            raise InvoiceLocked(f"{invoice} was sent already: the shop’s own page collects it.")
        customer_id = invoice.customer_id
    stripe_customer = stripe_customers.living(customer_id)
    with transaction() as session:
        invoice = invoices.lock(session, invoice_id)
        if invoice.collector == Collector.SHOP:
            invoice.collector, invoice.asked_at = Collector.STRIPE, clock.now()
            invoice.repeats_every, invoice.repeat_at = "", None
            invoice.note_event("given_to_stripe", actor=actor)
            session.flush()
        known = _known(invoice, stripe_customer)
    _ask(known, actor=actor)


def sync(invoice_id: int, *, actor: str = "stripe") -> None:
    """Ask Stripe how an invoice that it collects really is."""
    with reading() as session:
        invoice = session.get_one(Invoice, invoice_id)
        subscription_id, stripe_id = invoice.subscription_id, invoice.stripe_id
    if subscription_id is not None:
        subscriptions.sync(subscription_id, actor=actor)
    elif stripe_id is not None:
        _record(stripe_id, actor=actor)
    else:
        for known in _load(Invoice.id == invoice_id):
            _ask(known, actor=actor)


def send(invoice_id: int, *, actor: str) -> None:
    """Let Stripe mail it once more; pressed again at the same moment, once."""
    with transaction() as session:
        invoice = invoices.lock(session, invoice_id)
        stripe_id = _id_at_stripe(invoice)
        if just_done(invoice.events, "sent", actor=actor):
            return
        invoice.note_event("sent", actor=actor, reason=invoice.customer.email)
    try:
        gateway.mail_invoice(stripe_id)
    except ShopError as error:
        with transaction() as session:
            invoices.lock(session, invoice_id).note_event(
                "not_sent", actor=actor, reason=str(error)
            )
        raise


def void(invoice_id: int, *, actor: str, reason: str) -> None:
    """It is not owed after all, here and at Stripe."""
    _close(invoice_id, InvoiceStatus.VOID, gateway.void_invoice, actor=actor, reason=reason)


def mark_uncollectible(invoice_id: int, *, actor: str, reason: str) -> None:
    """Nobody expects it to be paid any more; if it is, it counts."""
    ask = gateway.mark_invoice_uncollectible
    _close(invoice_id, InvoiceStatus.UNCOLLECTIBLE, ask, actor=actor, reason=reason)


@job(every=minutes(5))
def sweep() -> None:
    """Finish every invoice whose answer was lost; one that fails stops no other."""
    lost = clock.now() - IN_FLIGHT
    for known in _load(Invoice.asked_at < lost):
        with suppress(ShopError):
            _ask(known, actor="job")


def _close(
    invoice_id: int, status: InvoiceStatus, ask: Callable[[str], None], *, actor: str, reason: str
) -> None:
    """Asked again after a lost answer, Stripe refuses what it has done: then that is what counts."""
    with transaction() as session:
        invoice = invoices.lock(session, invoice_id)
        stripe_id = _id_at_stripe(invoice)
        if invoice.status == status:
            return
        invoice.note_event(f"{status}_asked", actor=actor, reason=reason)
    try:
        ask(stripe_id)
    except Rejected:
        _record(stripe_id, actor="stripe")
        with reading() as session:
            if session.get_one(Invoice, invoice_id).status != status:
                raise
    _record(stripe_id, actor="stripe")


def _id_at_stripe(invoice: Invoice) -> str:
    if invoice.stripe_id is None or invoice.status == InvoiceStatus.DRAFT:
        raise InvoiceLocked(f"{invoice} has not been sent by Stripe yet.")
    return invoice.stripe_id


def _ask(known: Known, *, actor: str) -> None:
    try:
        stripe_id = _made(known)
        gateway.send_invoice(stripe_id)
    except Rejected as error:
        _take_back(known, reason=str(error))
        raise
    _record(stripe_id, actor=actor)


def _made(known: Known) -> str:
    if known.tax_rate is None:
        return gateway.find_invoice(known.request) or _refuse_old_tax()
    known = replace(known, request=_taxed(known.request, known.tax_rate))
    if known.request.asked_at > clock.now() - gateway.KEY_LIFETIME:
        with suppress(KeyBurnt):
            return gateway.create_invoice(known.request)
    return gateway.find_invoice(known.request) or gateway.create_invoice(_next_attempt(known))


def _taxed(request: InvoiceRequest, rate: Decimal) -> InvoiceRequest:
    """Its amounts have their tax in them, whatever the shop's prices have: so nothing is added."""
    return replace(request, tax_rate_id=stripe_tax_rates.ensure(rate, inclusive=True))


def _refuse_old_tax() -> str:
    raise Rejected(
        "The tax rate has changed since this draft was written. Save the draft once more: then its "
        "tax is that of today."
    )


def _next_attempt(known: Known) -> InvoiceRequest:
    with transaction() as session:
        invoice = invoices.lock(session, known.id)
        if invoice.attempt == known.request.attempt:
            invoice.attempt += 1
            invoice.asked_at = clock.now()
        return replace(
            known.request, attempt=invoice.attempt, asked_at=invoice.asked_at or clock.now()
        )


def _take_back(known: Known, *, reason: str) -> None:
    """Stripe refused: it is a draft of ours again, to be mended or collected here."""
    with transaction() as session:
        invoice = invoices.lock(session, known.id)
        if invoice.stripe_id is None and invoice.status == InvoiceStatus.DRAFT:
            invoice.collector, invoice.asked_at = Collector.SHOP, None
            invoice.attempt += 1
            invoice.note_event("refused_by_stripe", actor="stripe", reason=reason)


def _record(stripe_id: str, *, actor: str) -> None:
    remote = gateway.retrieve_invoice(stripe_id)
    with transaction() as session:
        invoice_records.record(session, remote, actor=actor)


def _load(condition: ColumnElement[bool]) -> list[Known]:
    waits = (
        Invoice.collector == Collector.STRIPE,
        Invoice._status == InvoiceStatus.DRAFT,
        Invoice.stripe_id.is_(None),
        Invoice.asked_at.is_not(None),
    )
    with reading() as session:
        found = session.scalars(select(Invoice).where(condition, *waits).limit(200))
        return [_known(row, str(row.customer.stripe_customer_id)) for row in found]


def _known(invoice: Invoice, stripe_customer: str) -> Known:
    asked_at = invoice.asked_at or clock.now()
    usual = asked_at + timedelta(days=settings.current().invoice_days)
    due = min((item.due_at for item in invoice.items if item.due_at), default=usual)
    return Known(
        id=invoice.id,
        tax_rate=invoices.tax_rate_of(invoice),
        request=InvoiceRequest(
            token=invoice.token,
            attempt=invoice.attempt,
            customer_id=stripe_customer,
            currency=invoice.currency,
            due_at=max(due, asked_at + timedelta(hours=1)),
            note=invoice.note,
            lines=tuple(
                RemoteLine(
                    description=_words(item.description, item.quantity),
                    amount=item.total_amount,
                    quantity=1,
                )
                for item in invoice.items
            ),
            asked_at=asked_at,
        ),
    )


def _words(description: str, quantity: int) -> str:
    return f"{quantity} × {description}" if quantity > 1 else description
