"""Intents, charges, refunds and disputes are one story: that of a payment.

Whichever of them an event is about, the whole story is fetched and recorded, always in
the same order. So it makes no difference which event comes first, twice, or never.
"""

from typing import Any

from sqlalchemy.orm import Session

from app.gateway import Gone, RemotePayment
from app.inbox.registry import Subject
from app.services import payment_records


def its_payment(thing: dict[str, Any]) -> Subject:
    """The PaymentIntent that a charge, refund or dispute belongs to."""
    payment_intent = thing.get("payment_intent")
    return Subject("payment_intent", payment_intent if isinstance(payment_intent, str) else None)


def record_payment(session: Session, payment: RemotePayment | Gone) -> None:
    if isinstance(payment, RemotePayment):
        payment_records.record_all(session, payment, actor="stripe")
