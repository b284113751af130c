"""Stripe says something about a payment."""

from sqlalchemy.orm import Session

from app import gateway
from app.gateway import Gone, RemotePayment
from app.inbox.registry import on
from app.services import payments


@on(
    "payment_intent.created",
    "payment_intent.amount_capturable_updated",
    "payment_intent.canceled",
    "payment_intent.partially_funded",
    "payment_intent.payment_failed",
    "payment_intent.processing",
    "payment_intent.requires_action",
    "payment_intent.succeeded",
    fetch=gateway.retrieve_payment,
)
def record_payment(session: Session, payment: RemotePayment | Gone) -> None:
    if isinstance(payment, RemotePayment):
        payments.record_all(session, payment, actor="stripe")
