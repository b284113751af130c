"""What an invoice's page says: its state, what was billed, what came in."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from app import settings
from app.models import Collector, Invoice, InvoiceItem, InvoicePayment, InvoiceStatus, Payment
from app.money import format_money, minimum_charge
from app.store import payments_words
from app.store.order_words import Head

S = InvoiceStatus


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing billed; `tone` and `state` are empty for what Stripe collects as a whole."""

    description: str
    quantity: int
    amount: int
    due_at: datetime | None = None
    tone: str = ""
    state: str = ""


@dataclass(frozen=True, kw_only=True)
class Received:
    """What one payment brought for this invoice, and what of it went back."""

    at: datetime
    method: str
    amount: int
    reference: str
    tone: str
    state: str
    refunds: tuple[str, ...]

    @property
    def seen(self) -> tuple[object, ...]:
        return self.reference, self.amount, self.state, self.refunds


def badge(invoice: Invoice) -> tuple[str, str]:
    """(tone, words) for an invoice in a list."""
    if invoice.status == S.OPEN and invoice.past_due:
        return "bad", "Past due"
    if invoice.status == S.UNCOLLECTIBLE and invoice.is_sale:
        return "none", "Partly refunded" if invoice.paid_amount else "Refunded"
    if invoice.status == S.PAID and invoice.total_amount < 0:
        return "good", f"Credit of {_money(-invoice.total_amount, invoice)}"
    if _all_from_stripe_credit(invoice):
        return "good", "Paid from your credit"
    return {
        S.OPEN: ("wait", "Partly paid" if invoice.paid_amount else "Open"),
        S.PAID: ("good", "Paid"),
        S.VOID: ("none", "Void"),
        S.UNCOLLECTIBLE: ("none", "Written off"),
        S.DRAFT: ("none", "Draft"),
    }[invoice.status]


def head(invoice: Invoice, *, confirming: bool = False) -> Head:
    """The page's first words."""
    left = _money(invoice.due_amount, invoice)
    if confirming or (invoice.is_open and not invoice.due_amount):
        return Head("wait", "We are confirming your payment", "This takes a few seconds.")
    if invoice.status not in {S.OPEN, S.DRAFT}:
        return _closed(invoice)
    if _all_on_its_way(invoice):
        return Head("wait", "Your payment is on its way", "A bank debit takes a few working days.")
    if invoice.past_due:
        return Head("alert", f"{left} to pay", "Part of it should have been paid by now.")
    return Head("clock", f"{left} to pay", "Each line says until when.")


def too_little(amount: int, currency: str) -> str:
    """Why what is left cannot be paid online, though it is owed; empty when it can."""
    least = minimum_charge(currency)
    if not 0 < amount < least:
        return ""
    left, most = (_in_words(each, currency) for each in (amount, least))
    return (
        f"{left} is too little to be paid online: the smallest amount that can be paid by card is "
        f"{most}. Pay it with the next thing that you owe us, or write to us for another way."
    )


def _closed(invoice: Invoice) -> Head:
    if invoice.status == S.PAID and invoice.total_amount < 0:
        given = _money(-invoice.total_amount, invoice)
        return Head("tick", f"Credit of {given}", "It pays what Stripe bills you for next.")
    if _all_from_stripe_credit(invoice):
        return Head("tick", "This invoice is paid", "Paid from your credit at Stripe.")
    if invoice.status == S.PAID:
        return Head("tick", "This invoice is paid", "Thank you. There is nothing left to do.")
    if invoice.status == S.VOID:
        return Head("back", "This invoice is void", "Nothing is owed on it.")
    if invoice.status == S.UNCOLLECTIBLE and invoice.is_sale:
        return Head("back", "This was refunded", "Nothing is owed on it.")
    return Head("back", "This invoice was written off", "We do not wait for it any more.")


def lines(invoice: Invoice) -> list[Line]:
    if invoice.collector == Collector.STRIPE and invoice.lines:
        return [
            Line(
                description=str(line["description"]),
                quantity=int(line["quantity"]),
                amount=int(line["amount"]),
            )
            for line in invoice.lines
        ]
    return [_line(item, invoice) for item in invoice.items]


def received(invoice: Invoice) -> list[Received]:
    """Payments for it that brought money or will, oldest first; before them, what its customer's
    balance at Stripe has settled of it."""
    covers: dict[int, list[InvoicePayment]] = {}
    for item in invoice.items:
        for cover in item.payments:
            covers.setdefault(cover.payment_id, []).append(cover)
    found = [_received(group[0].payment, group) for _, group in sorted(covers.items())]
    return [*_settled_at_stripe(invoice), *(each for each in found if each is not None)]


def from_credit(invoice: Invoice) -> int:
    """What of it was paid with the customer's credit, in minor units."""
    applied = sum(cover.applied_amount for item in invoice.items for cover in item.payments)
    return max(invoice.paid_amount - applied, 0)


def _all_from_stripe_credit(invoice: Invoice) -> bool:
    return invoice.status == S.PAID and 0 < invoice.total_amount == invoice.from_stripe_credit


def _settled_at_stripe(invoice: Invoice) -> Iterator[Received]:
    """Credit that has paid or was kept; and what is too little to be charged is put off."""
    if invoice.status == S.VOID:
        return
    used = invoice.from_stripe_credit
    put_off = invoice.ending_balance - invoice.starting_balance - used
    if used:
        words = "Paid from your credit at Stripe" if used > 0 else "Kept as your credit at Stripe"
        yield _moved(invoice, used, words)
    if put_off:
        yield _moved(invoice, put_off, "Billed next time" if put_off > 0 else "From last time")


def _moved(invoice: Invoice, amount: int, words: str) -> Received:
    return Received(
        at=invoice.issued_at or invoice.created_at,
        method="",
        amount=amount,
        reference="",
        tone="good",
        state=words,
        refunds=(),
    )


def _received(payment: Payment, covers: list[InvoicePayment]) -> Received | None:
    if not (payment.succeeded or payment.processing):
        return None
    tone, state = payments_words.badge(payment)
    part = [c.amount if payment.processing else c.applied_amount for c in covers]
    return Received(
        at=payment.asked_at,
        method=payment.method,
        amount=sum(part),
        reference=payment.stripe_id or "",
        tone=tone,
        state=state,
        refunds=tuple(payments_words.refund_words(refund) for refund in payment.refunds),
    )


def _line(item: InvoiceItem, invoice: Invoice) -> Line:
    tone, state = next(_states(item, invoice))
    return Line(
        description=item.description,
        quantity=item.quantity,
        amount=item.total_amount,
        due_at=item.due_at,
        tone=tone,
        state=state,
    )


def _states(item: InvoiceItem, invoice: Invoice) -> Iterator[tuple[str, str]]:
    """The first that fits."""
    if item.due_amount <= 0:
        yield "good", "Paid"
    if invoice.status != S.OPEN:
        yield "none", "Not owed"
    if any(cover.payment.processing for cover in item.payments):
        yield "wait", "On its way"
    if item.past_due:
        yield "bad", "Past due"
    if item.paid_amount:
        yield "wait", f"{_money(item.due_amount, invoice)} left"
    yield "none", "Open"


def _all_on_its_way(invoice: Invoice) -> bool:
    unpaid = [item for item in invoice.items if item.due_amount > 0]
    return bool(unpaid) and all(
        any(cover.payment.processing for cover in item.payments) for item in unpaid
    )


def _money(amount: int, invoice: Invoice) -> str:
    return _in_words(amount, invoice.currency)


def _in_words(amount: int, currency: str) -> str:
    return format_money(amount, currency, locale=settings.current().shop_locale)
