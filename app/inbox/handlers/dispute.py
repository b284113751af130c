"""Stripe says something about a dispute."""

from sqlalchemy.orm import Session

from app import gateway
from app.gateway import Gone, RemotePayment
from app.inbox.handlers.about import its_payment
from app.inbox.registry import on
from app.services import payments


@on(
    "charge.dispute.closed",
    "charge.dispute.created",
    "charge.dispute.funds_reinstated",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.updated",
    fetch=gateway.retrieve_payment,
    about=its_payment,
)
def record_dispute(session: Session, payment: RemotePayment | Gone) -> None:
    if isinstance(payment, RemotePayment):
        payments.record_all(session, payment, actor="stripe")
