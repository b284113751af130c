"""Reminds a customer of what falls due, or should have been paid."""

from datetime import date
from typing import Any

from sqlalchemy import select

from app.db import reading
from app.emails import letters
from app.jobs import enqueue, job
from app.models import Invoice


def cause(invoice_token: str, due: date, days: int) -> str:
    """One letter for each due date of an invoice and each step of `reminder_days`."""
    return f"payment_reminder:{invoice_token}:{due.isoformat()}:{days}"


def send(invoice: Invoice, *, due: date, days: int, item_ids: list[int]) -> None:
    """Write the letter once this transaction commits; `days` after the due date, negative before."""
    enqueue(deliver, invoice_token=invoice.token, due=due.isoformat(), days=days, item_ids=item_ids)


@job()
def deliver(invoice_token: str, due: str, days: int, item_ids: list[int]) -> None:
    with reading() as session:
        invoice = session.scalars(select(Invoice).filter_by(token=invoice_token)).one()
        items = [item for item in invoice.items if item.id in item_ids and item.due_amount > 0]
        if not items or not invoice.is_open:
            return  # paid meanwhile
        context: dict[str, Any] = {
            "number": invoice.number,
            "currency": invoice.currency,
            "amount": sum(item.due_amount for item in items),
            "items": [
                {"description": item.description, "amount": item.due_amount} for item in items
            ],
            "due_at": items[0].due_at or invoice.issued_at,
            "days": days,
            "url": letters.link(f"/invoices/{invoice.token}"),
        }
        to, customer_id = invoice.customer.email, invoice.customer_id
    letters.write(
        "payment_reminder",
        cause=cause(invoice_token, date.fromisoformat(due), days),
        to=to,
        subject=_subject(context["number"], days),
        customer_id=customer_id,
        **context,
    )


def _subject(number: str | None, days: int) -> str:
    name = f"Invoice {number}" if number else "Your invoice"
    if days < 0:
        return f"{name} is due soon"
    return f"{name} is due today" if days == 0 else f"{name} is past due"
