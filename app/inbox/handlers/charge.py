"""Stripe says something about a charge; what counts is the payment it belongs to."""

from sqlalchemy.orm import Session

from app import gateway
from app.gateway import Gone, RemotePayment
from app.inbox.handlers.about import its_payment
from app.inbox.registry import on
from app.services import payments


@on(
    "charge.captured",
    "charge.expired",
    "charge.failed",
    "charge.pending",
    "charge.refunded",
    "charge.succeeded",
    "charge.updated",
    fetch=gateway.retrieve_payment,
    about=its_payment,
)
def record_charge(session: Session, payment: RemotePayment | Gone) -> None:
    if isinstance(payment, RemotePayment):
        payments.record_all(session, payment, actor="stripe")
