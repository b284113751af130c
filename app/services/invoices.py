"""What staff bill: drafted, finalised with a number without gaps, voided, written off, copied."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import clock, money, plugins, settings
from app.db import transaction
from app.emails import invoice_issued
from app.errors import InvalidInvoice, InvoiceLocked, UnknownInvoice
from app.jobs import hours, job
from app.models import (
    Collector,
    Customer,
    Invoice,
    InvoiceItem,
    InvoicePayment,
    InvoiceStatus,
    NumberSeries,
    Payment,
)
from app.models.invoice import SALE
from app.services import allocation, intents, payment_links
from app.services.locks import A_MOMENT, just_done, lock_customer

SERIES = "invoice"
MOST_ITEMS = 100
MONTH = "month"


@dataclass(frozen=True, kw_only=True)
class NewItem:
    """One line; `unit_amount` in minor units, with or without tax as the shop's prices are."""

    description: str
    unit_amount: int
    quantity: int = 1
    due_at: datetime | None = None  # None: as many days after finalising as the shop says


@dataclass(frozen=True, kw_only=True)
class NewInvoice:
    customer_id: int
    currency: str
    items: tuple[NewItem, ...]
    note: str = ""
    repeats_every: str = ""  # "" or "month"


def draft(wanted: NewInvoice, *, actor: str) -> int:
    """Write an invoice down without sending it; its id."""
    _require_sensible(wanted)
    with transaction() as session:
        if session.get(Customer, wanted.customer_id) is None:
            raise InvalidInvoice("There is no such customer. Nothing was written.")
        invoice = Invoice(customer_id=wanted.customer_id, currency=wanted.currency)
        session.add(invoice)
        _write(invoice, wanted)
        invoice.note_event("drafted", actor=actor)
        session.flush()
        return invoice.id


def edit(invoice_id: int, wanted: NewInvoice, *, actor: str) -> None:
    """Change a draft; what was finalised stays as it was sent."""
    _require_sensible(wanted)
    with transaction() as session:
        invoice = lock(session, invoice_id)
        if invoice.status != InvoiceStatus.DRAFT or invoice.customer_id != wanted.customer_id:
            raise InvoiceLocked(f"{invoice} was sent already: void it and write another one.")
        _write(invoice, wanted)
        invoice.note_event("edited", actor=actor)


def finalize(invoice_id: int, *, actor: str, send: bool = False) -> None:
    """Give it its number: from now on it is owed. Twice is once, and one letter."""
    with transaction() as session:
        invoice = lock(session, invoice_id)
        _require_ours(invoice)
        if invoice.status != InvoiceStatus.DRAFT:
            return
        _finalize(session, invoice, actor=actor)
        if send:
            _send(invoice, actor=actor)
            invoice.sent_at = invoice.issued_at  # that was no sending of its own: see _just_sent


def send(invoice_id: int, *, actor: str) -> None:
    """Mail it, once more if it was mailed before. Pressed again at once it is mailed once."""
    with transaction() as session:
        invoice = lock(session, invoice_id)
        if invoice.status == InvoiceStatus.DRAFT:
            raise InvoiceLocked("A draft has no number yet. Finalise it first.")
        if not _just_sent(invoice, actor=actor):
            _send(invoice, actor=actor)


def void(invoice_id: int, *, actor: str, reason: str) -> None:
    """It is not owed after all. What was paid of it becomes credit."""
    _close(invoice_id, InvoiceStatus.VOID, actor=actor, reason=reason)


def mark_uncollectible(invoice_id: int, *, actor: str, reason: str) -> None:
    """Nobody expects it to be paid any more; if it is, it counts."""
    _close(invoice_id, InvoiceStatus.UNCOLLECTIBLE, actor=actor, reason=reason)


def delete_draft(invoice_id: int) -> None:
    """A draft was never owed, so it may vanish."""
    with transaction() as session:
        invoice = lock(session, invoice_id)
        if invoice.status != InvoiceStatus.DRAFT:
            raise InvoiceLocked(f"{invoice} was sent already: it can only be voided.")
        for event in list(invoice.events):
            session.delete(event)
        session.delete(invoice)


def copy(invoice_id: int, *, actor: str) -> int:
    """A new draft with the same lines, due as usual; its id. Pressed again at once it is one."""
    with transaction() as session:
        invoice = lock(session, invoice_id)
        known = _just_copied(session, invoice, actor=actor)
        return (known or _copy(session, invoice, actor=actor)).id


def set_repeat(invoice_id: int, every: str, *, actor: str) -> None:
    """Write the same invoice again every month from its own day on, or no longer ("")."""
    if every not in {"", MONTH}:
        raise InvalidInvoice("An invoice repeats every month, or not at all.")
    with transaction() as session:
        invoice = lock(session, invoice_id)
        _require_ours(invoice)
        if invoice.status not in {InvoiceStatus.DRAFT, InvoiceStatus.OPEN, InvoiceStatus.PAID}:
            raise InvoiceLocked(f"{invoice} is {invoice.status}: copy it instead.")
        if every == invoice.repeats_every:
            return
        invoice.repeats_every, invoice.repeat_at = every, None
        if every and invoice.issued_at:
            invoice.repeat_at = _next_month(invoice.issued_at)
        invoice.note_event("repeats" if every else "repeats_no_longer", actor=actor)


@job(every=hours(1))
def repeat() -> None:
    """Finalise and mail the next invoice of every series that is due."""
    due = (Invoice.repeats_every != "") & (Invoice.repeat_at <= clock.now())
    with transaction() as session:
        ids = list(session.scalars(select(Invoice.id).where(due).order_by(Invoice.id).limit(200)))
    for invoice_id in ids:
        _repeat(invoice_id)


def tax_rate_of(invoice: Invoice) -> Decimal | None:
    """The rate at which its tax was counted, if that still is today's."""
    rate = _tax_rate()
    inside = [money.tax_inside(item.total_amount, rate) for item in invoice.items]
    return rate if inside == [item.tax_amount for item in invoice.items] else None


def bill_sale(
    session: Session, customer_id: int, *, description: str, amount: int, currency: str, actor: str
) -> Invoice:
    """What was sold and paid at once, at a price with its tax inside. Inside a transaction, with the
    customer locked; its payment is the caller's to apply."""
    shop = settings.current()
    rate = plugins.tax().rate(country=shop.shop_country, tax_category="standard")
    tax = money.tax_inside(amount, rate)
    item = InvoiceItem(
        description=description,
        unit_amount=amount if shop.prices_include_tax else amount - tax,
        tax_amount=tax,
        total_amount=amount,
        paid_amount=0,
        due_at=clock.now(),
    )
    invoice = Invoice(
        customer_id=customer_id,
        currency=currency,
        billing_reason=SALE,
        items=[item],
        total_amount=amount,
        tax_amount=tax,
    )
    session.add(invoice)
    session.flush()
    _finalize(session, invoice, actor=actor)
    session.flush()
    return invoice


def lock(session: Session, invoice_id: int) -> Invoice:
    """Lock the customer who owes it, then read the invoice and its items anew."""
    customer_id = session.scalar(select(Invoice.customer_id).where(Invoice.id == invoice_id))
    if customer_id is None:
        raise UnknownInvoice("There is no such invoice any more.")
    lock_customer(session, customer_id)
    invoice = session.get_one(Invoice, invoice_id, populate_existing=True)
    session.expire(invoice, ["items"])
    return invoice


def _require_sensible(wanted: NewInvoice) -> None:
    if not 0 < len(wanted.items) <= MOST_ITEMS:
        raise InvalidInvoice(f"An invoice has between one and {MOST_ITEMS} lines.")
    if wanted.repeats_every not in {"", MONTH}:
        raise InvalidInvoice("An invoice repeats every month, or not at all.")
    for item in wanted.items:
        _require_sensible_item(item)
    if sum(item.unit_amount * item.quantity for item in wanted.items) > money.LARGEST:
        raise InvalidInvoice("That is more than can be paid at once.")


def _require_sensible_item(item: NewItem) -> None:
    if not item.description.strip():
        raise InvalidInvoice("Each line says what it is for.")
    if item.unit_amount <= 0 or item.quantity <= 0:
        raise InvalidInvoice(f"{item.description}: the amount and the quantity are above zero.")
    if item.due_at is not None and item.due_at < clock.now():
        raise InvalidInvoice(f"{item.description}: that due date has passed.")


def _write(invoice: Invoice, wanted: NewInvoice) -> None:
    invoice.currency, invoice.note = wanted.currency, wanted.note
    invoice.repeats_every = wanted.repeats_every
    invoice.items = [_item(number, item) for number, item in enumerate(wanted.items)]
    invoice.total_amount = sum(item.total_amount for item in invoice.items)
    invoice.tax_amount = sum(item.tax_amount for item in invoice.items)


def _item(position: int, wanted: NewItem) -> InvoiceItem:
    shop, amount = settings.current(), wanted.unit_amount * wanted.quantity
    rate = _tax_rate()
    inside = shop.prices_include_tax
    tax = money.tax_inside(amount, rate) if inside else money.share(amount, rate)
    return InvoiceItem(
        position=position,
        description=wanted.description.strip(),
        quantity=wanted.quantity,
        unit_amount=wanted.unit_amount,
        tax_amount=tax,
        total_amount=amount if inside else amount + tax,
        paid_amount=0,
        due_at=wanted.due_at,
    )


def _tax_rate() -> Decimal:
    country = settings.current().shop_country
    return plugins.tax().rate(country=country, tax_category="standard")


def _require_ours(invoice: Invoice) -> None:
    if invoice.collector != Collector.SHOP:
        raise InvoiceLocked(f"Stripe collects {invoice}: change it there.")


def _finalize(session: Session, invoice: Invoice, *, actor: str) -> None:
    usual = clock.now() + timedelta(days=settings.current().invoice_days)
    for item in invoice.items:
        item.due_at = max(item.due_at, clock.now()) if item.due_at else usual
    invoice.number = _next_number(session)
    invoice.issued_at = clock.now()
    invoice.move_to(InvoiceStatus.OPEN, actor=actor, reason=invoice.number)
    if invoice.repeats_every:
        invoice.repeat_at = _a_month_after(invoice.issued_at)
    allocation.count(invoice, actor=actor)


def _next_number(session: Session) -> str:
    series = session.get(NumberSeries, SERIES, with_for_update=True, populate_existing=True)
    if series is None:
        series = NumberSeries(name=SERIES, next_number=1)
        session.add(series)
    number = series.next_number
    series.next_number += 1
    session.flush()
    return f"{settings.current().invoice_prefix}{number:05}"


def _next_month(issued_at: datetime) -> datetime:
    """The first monthly day of an invoice that is still to come: what was missed stays unwritten."""
    months = 1
    while (day := _months_after(issued_at, months)) <= clock.now():
        months += 1
    return day


def _a_month_after(moment: datetime) -> datetime:
    """The same day of the next month, or its last one."""
    return _months_after(moment, 1)


def _months_after(moment: datetime, months: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    first = moment.replace(year=year, month=month + 1, day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(moment.day, last.day))


def _send(invoice: Invoice, *, actor: str) -> None:
    invoice.sent_at = clock.now()
    invoice.note_event("sent", actor=actor, reason=invoice.customer.email)
    times = sum(event.kind == "sent" for event in invoice.events)
    invoice_issued.send(invoice, time=times)


def _just_sent(invoice: Invoice, *, actor: str) -> bool:
    """Whether somebody presses again. What left with its number was asked for in another step."""
    by_itself = invoice.sent_at != invoice.issued_at
    return by_itself and just_done(invoice.events, "sent", actor=actor)


def _close(invoice_id: int, status: InvoiceStatus, *, actor: str, reason: str) -> None:
    """End every open way to pay it first; while one cannot be ended, it stays as it is."""
    for known in open_ways_to_pay(invoice_id):
        intents.cancel(known, actor=actor)
    with transaction() as session:
        invoice = lock(session, invoice_id)
        _require_ours(invoice)
        require_nothing_on_its_way(session, invoice_id)
        invoice.move_to(status, actor=actor, reason=reason)
        invoice.repeats_every, invoice.repeat_at = "", None
        if status == InvoiceStatus.VOID:
            give_credit_back(session, invoice, f"{invoice} is not owed any more", actor=actor)
        payment_links.no_longer_needed(session, invoice_id=invoice_id)
        for payment in _payments_of(session, invoice_id):
            allocation.apply(session, payment, actor=actor)


def open_ways_to_pay(invoice_id: int) -> Sequence[intents.Known]:
    """The PaymentIntents with which somebody could pay it now."""
    covers = select(InvoicePayment.payment_id).join(InvoiceItem)
    its = covers.where(InvoiceItem.invoice_id == invoice_id)
    return intents.load(Payment.id.in_(its), Payment.status.in_(intents.OPEN))


def require_nothing_on_its_way(session: Session, invoice_id: int) -> None:
    """Refuse to settle an invoice in another way while money for it may come."""
    if any(p.payable or p.processing for p in _payments_of(session, invoice_id)):
        raise InvoiceLocked("A payment of it is on its way. Wait for its outcome, please.")


def give_credit_back(session: Session, invoice: Invoice, reason: str, *, actor: str) -> None:
    """What credit had paid of it is credit again. Inside a transaction, with the customer locked."""
    for item in invoice.items:
        used = -allocation.credit_used_for(session, item.id)
        if used > 0:
            allocation.enter_credit(session, item, used, actor=actor, reason=reason)
    allocation.count(invoice, actor=actor)


def _payments_of(session: Session, invoice_id: int) -> Sequence[Payment]:
    covers = select(InvoicePayment.payment_id).join(InvoiceItem)
    ids = covers.where(InvoiceItem.invoice_id == invoice_id)
    return session.scalars(select(Payment).where(Payment.id.in_(ids)).order_by(Payment.id)).all()


def _just_copied(session: Session, invoice: Invoice, *, actor: str) -> Invoice | None:
    """The copy that the same person made a moment ago and has not touched since."""
    fresh = select(Invoice).where(
        Invoice.copied_from_id == invoice.id, Invoice.created_at > clock.now() - A_MOMENT
    )
    copies = session.scalars(fresh.order_by(Invoice.id.desc())).all()
    return next((each for each in copies if just_done(each.events, "drafted", actor=actor)), None)


def _copy(session: Session, invoice: Invoice, *, actor: str) -> Invoice:
    again = Invoice(
        customer_id=invoice.customer_id,
        currency=invoice.currency,
        note=invoice.note,
        copied_from_id=invoice.id,
    )
    again.items = [
        InvoiceItem(
            position=item.position,
            description=item.description,
            quantity=item.quantity,
            unit_amount=item.unit_amount,
            tax_amount=item.tax_amount,
            total_amount=item.total_amount,
            paid_amount=0,
        )
        for item in invoice.items
    ]
    again.total_amount, again.tax_amount = invoice.total_amount, invoice.tax_amount
    session.add(again)
    again.note_event("drafted", actor=actor, reason=f"a copy of {invoice}")
    session.flush()
    return again


def _repeat(invoice_id: int) -> None:
    """The series goes on with the new invoice; whoever takes it off the old one first makes it."""
    with transaction() as session:
        former = lock(session, invoice_id)
        mine = (Invoice.id == invoice_id) & (Invoice.repeat_at <= clock.now())
        taken = update(Invoice).where(mine).values(repeat_at=None).returning(Invoice.id)
        if session.scalar(taken) is None:
            return
        every, former.repeats_every = former.repeats_every, ""
        again = _copy(session, former, actor="job")
        again.repeats_every = every
        _finalize(session, again, actor="job")
        _send(again, actor="job")
