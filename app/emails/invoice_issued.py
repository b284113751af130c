"""Brings a customer an invoice, with a way to pay it."""

from typing import Any

from sqlalchemy import select

from app.db import reading
from app.emails import letters
from app.jobs import enqueue, job
from app.models import Invoice


def send(invoice: Invoice, *, time: int) -> None:
    """Write the letter once this transaction commits; `time` tells a second one from the first."""
    enqueue(deliver, invoice_token=invoice.token, time=time)


@job()
def deliver(invoice_token: str, time: int) -> None:
    with reading() as session:
        invoice = session.scalars(select(Invoice).filter_by(token=invoice_token)).one()
        context = _context(invoice)
        to, customer_id = invoice.customer.email, invoice.customer_id
    letters.write(
        "invoice_issued",
        cause=f"invoice_issued:{invoice_token}:{time}",
        to=to,
        subject=_subject(context),
        customer_id=customer_id,
        **context,
    )


def preview(invoice: Invoice) -> tuple[str, str, str]:
    """Subject, text and HTML of the letter as it would be now; nothing is written."""
    context = _context(invoice)
    return (_subject(context), *letters.render("invoice_issued", subject="", **context))


def _context(invoice: Invoice) -> dict[str, Any]:
    return {
        "number": invoice.number or "(its number)",
        "currency": invoice.currency,
        "total_amount": invoice.total_amount,
        "due_amount": invoice.due_amount,
        "items": [
            {
                "description": item.description,
                "total_amount": item.total_amount,
                "due_at": item.due_at,
            }
            for item in invoice.items
        ],
        "note": invoice.note,
        "url": letters.link(f"/invoices/{invoice.token}"),
    }


def _subject(context: dict[str, Any]) -> str:
    return f"Invoice {context['number']}"
