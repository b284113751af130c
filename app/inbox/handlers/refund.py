"""Stripe says something about a refund."""

from sqlalchemy.orm import Session

from app import gateway
from app.gateway import Gone, RemotePayment
from app.inbox.handlers.about import its_payment
from app.inbox.registry import on
from app.services import payments


@on(
    "charge.refund.updated",
    "refund.created",
    "refund.failed",
    "refund.updated",
    fetch=gateway.retrieve_payment,
    about=its_payment,
)
def record_refund(session: Session, payment: RemotePayment | Gone) -> None:
    if isinstance(payment, RemotePayment):
        payments.record_all(session, payment, actor="stripe")
