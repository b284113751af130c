"""Stripe says that somebody left a card."""

from sqlalchemy.orm import Session

from app import gateway
from app.gateway import Gone, RemoteSetupIntent
from app.inbox.registry import on
from app.jobs import enqueue
from app.services import subscription_cards


@on("setup_intent.succeeded", fetch=gateway.retrieve_setup_intent)
def record_card(_session: Session, intent: RemoteSetupIntent | Gone) -> None:
    """Putting it in use asks Stripe again, so it waits until this is written down."""
    if isinstance(intent, RemoteSetupIntent) and intent.token is not None:
        enqueue(subscription_cards.finish, token=intent.token)
