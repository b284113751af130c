"""What may happen next to an invoice, and where something may not, why."""

from app.admin.cells import money
from app.admin.dates import words as moment_words
from app.admin.steps import Step
from app.db import db
from app.models import Collector, Invoice, InvoiceStatus
from app.services import allocation, credit

S = InvoiceStatus
AT_STRIPE = "Stripe collects it, by its own rules."


def next_steps(row: Invoice) -> list[Step]:
    """Every step staff could take, with the reason where one is not allowed."""
    return [
        Step(
            label="Finalise",
            door="new_finalization",
            effect="It gets its number and is owed; mail it at once, or later.",
            why_not=why_not_finalize(row),
            asks=True,
            look="primary",
        ),
        Step(
            label="Let Stripe collect it",
            door="new_handover",
            effect="Stripe Invoicing sends it with its own hosted page.",
            why_not=why_not_finalize(row),
            asks=True,
        ),
        Step(
            label="Send it again" if row.sent_at else "Send",
            door="create_sending",
            effect=_send_words(row),
            why_not=why_not_send(row),
        ),
        Step(
            label="Pay from credit",
            door="new_credit_use",
            effect=f"They have {_credit_words(row)}.",
            why_not=why_not_credit(row),
            asks=True,
        ),
        Step(
            label="Give the credit back",
            door="new_credit_return",
            effect="What credit paid of it is owed again.",
            why_not=why_not_credit_return(row),
            asks=True,
        ),
        Step(
            label="Stop repeating" if row.repeats_every else "Repeat every month",
            door="new_repetition",
            effect=_repeat_words(row),
            why_not=why_not_repeat(row),
            asks=True,
        ),
        Step(label="Copy", door="create_copy", effect="A new draft with the same lines."),
        Step(
            label="Uncollectible",
            door="new_write_off",
            effect="Nobody expects it to be paid any more.",
            why_not=why_not_close(row, S.UNCOLLECTIBLE),
            asks=True,
        ),
        Step(
            label="Void",
            door="new_voiding",
            effect="It is not owed after all.",
            why_not=why_not_close(row, S.VOID),
            asks=True,
            look="danger",
        ),
        Step(
            label="Delete the draft",
            door="new_removal",
            effect="It was never owed.",
            why_not=why_not_delete(row),
            asks=True,
            look="danger",
        ),
    ]


def why_not_finalize(row: Invoice) -> str:
    if row.collector == Collector.STRIPE:
        return AT_STRIPE
    return "" if row.status == S.DRAFT else "It has its number already."


def why_not_send(row: Invoice) -> str:
    if row.status == S.DRAFT:
        return "A draft has no number yet: finalise it first."
    if row.collector == Collector.STRIPE and not row.is_open:
        return "Stripe only mails what is open."
    return "It is void." if row.status == S.VOID else ""


def why_not_close(row: Invoice, status: InvoiceStatus) -> str:
    if row.status == S.DRAFT:
        return AT_STRIPE if row.stripe_id else "It is a draft: delete it instead."
    if row.may_become(status):
        return ""
    if row.status != S.PAID:
        return _already(row)
    by_credit = credit.paid_by_credit(db.session(), row) == row.paid_amount
    return f"It is paid: {'give the credit back' if by_credit else 'refund its payment'} instead."


def why_not_credit(row: Invoice) -> str:
    if row.collector == Collector.STRIPE:
        return "Stripe collects it: our credit does not count there."
    if not row.due_amount:
        return "There is nothing to pay."
    if not credit.usable(db.session(), row):
        return f"They have no credit in {row.currency.upper()}."
    return ""


def why_not_credit_return(row: Invoice) -> str:
    return "" if credit.paid_by_credit(db.session(), row) else "No credit pays for it."


def why_not_repeat(row: Invoice) -> str:
    if row.collector == Collector.STRIPE:
        return AT_STRIPE
    closed = row.status in {S.VOID, S.UNCOLLECTIBLE}
    return f"It is {row.status}: copy it instead." if closed else ""


def why_not_delete(row: Invoice) -> str:
    return "" if row.status == S.DRAFT else "It was sent: it can only be voided."


def _already(row: Invoice) -> str:
    return f"It is {row.status} already."


def _credit_words(row: Invoice) -> str:
    has = allocation.credit_of(db.session(), row.customer_id, row.currency)
    return f"{money(has, row.currency)} in credit"


def _send_words(row: Invoice) -> str:
    if row.collector == Collector.STRIPE:
        return "Stripe mails its hosted page once more."
    return "A letter to them, with the page where they pay."


def _repeat_words(row: Invoice) -> str:
    if row.repeat_at:
        return f"The next one is written {moment_words(row.repeat_at)}."
    return "Once it is final." if row.repeats_every else "The same invoice, mailed by itself."
