"""Stripe says something about a payment at a hosted page."""

from sqlalchemy.orm import Session

from app import gateway
from app.gateway import Gone, RemoteSession
from app.inbox.registry import on
from app.services import external_payments


@on(
    "checkout.session.async_payment_failed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.completed",
    "checkout.session.expired",
    fetch=gateway.retrieve_session,
)
def record_session(session: Session, remote: RemoteSession | Gone) -> None:
    external_payments.record(session, remote, actor="stripe")
