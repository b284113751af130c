"""Brings somebody a way to pay that staff made for them."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.db import reading
from app.emails import letters
from app.jobs import enqueue, job
from app.models import PaymentLink


def send(link: PaymentLink, *, time: int, reminder: bool = False) -> None:
    """Write the letter once this transaction commits; `time` tells the second from the first."""
    enqueue(deliver, link_token=link.token, time=time, reminder=reminder)


def subject_of(link: PaymentLink, *, reminder: bool = False) -> str:
    return f"{'A reminder' if reminder else 'To pay'}: {link.description}"


def context_of(link: PaymentLink, *, reminder: bool = False) -> dict[str, Any]:
    """What the letter says; a preview shows the same."""
    return {
        "reminder": reminder,
        "name": link.name,
        "description": link.description,
        "words": link.message,
        "amount": link.amount,
        "currency": link.currency,
        "last_day": link.expires_at - timedelta(seconds=1) if link.expires_at else None,
        "url": letters.link(f"/l/{link.slug}"),
    }


@job()
def deliver(link_token: str, time: int, reminder: bool = False) -> None:
    with reading() as session:
        link = session.scalars(select(PaymentLink).filter_by(token=link_token)).one()
        if not link.is_live:
            return
        context, subject = context_of(link, reminder=reminder), subject_of(link, reminder=reminder)
        to, customer_id, order_id = link.email, link.customer_id, link.order_id
    letters.write(
        "payment_link",
        cause=f"payment_link:{link_token}:{time}",
        to=to,
        subject=subject,
        customer_id=customer_id,
        order_id=order_id,
        **context,
    )
