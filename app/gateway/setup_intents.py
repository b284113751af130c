"""SetupIntents at Stripe: cards that somebody leaves for later, and those that they left."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.errors import NotFound
from app.gateway.client import installation, stripe_call
from app.gateway.payment_intents import words_of_method
from app.gateway.values import Gone, Tag, our_token

if TYPE_CHECKING:
    from app.gateway.client import StripeSetupIntent

OPERATION = "card"
IN_USE = "in_use"  # in the metadata, once the subscription is paid with it


@dataclass(frozen=True, kw_only=True)
class RemoteSetupIntent:
    """`token` is that of the subscription whose card it changes, if this installation made it."""

    stripe_id: str
    token: str | None
    status: str
    payment_method_id: str
    in_use: bool
    client_secret: str = field(repr=False)


@dataclass(frozen=True)
class SavedCard:
    stripe_id: str
    words: str  # "Visa •••• 4242"


def create_setup_intent(customer_id: str, token: str, *, attempt: int) -> RemoteSetupIntent:
    """A way to leave a card; the same attempt is the same one."""
    tag = Tag(installation=installation(), token=token, operation=OPERATION, attempt=attempt)
    with stripe_call() as stripe:
        return _read(
            stripe.v1.setup_intents.create(
                {
                    "customer": customer_id,
                    "usage": "off_session",
                    "automatic_payment_methods": {"enabled": True},
                    "metadata": tag.metadata,
                },
                {"idempotency_key": tag.idempotency_key},
            )
        )


def list_setup_intents(customer_id: str, token: str) -> list[RemoteSetupIntent]:
    """Everything begun for one subscription, newest first."""
    with stripe_call() as stripe:
        page = stripe.v1.setup_intents.list({"customer": customer_id, "limit": 100})
        found = [_read(intent) for intent in page.auto_paging_iter()]
    return [intent for intent in found if intent.token == token]


def retrieve_setup_intent(stripe_id: str) -> RemoteSetupIntent | Gone:
    try:
        with stripe_call() as stripe:
            return _read(stripe.v1.setup_intents.retrieve(stripe_id))
    except NotFound:
        return Gone(stripe_id)


def mark_in_use(stripe_id: str) -> None:
    """Remember at Stripe that this card is charged now, so that nobody sets it again later."""
    with stripe_call() as stripe:
        stripe.v1.setup_intents.update(stripe_id, {"metadata": {IN_USE: "yes"}})


def list_cards(customer_id: str) -> list[SavedCard]:
    """What a customer can be charged with, newest first."""
    with stripe_call() as stripe:
        page = stripe.v1.customers.payment_methods.list(customer_id, {"limit": 100})
        return [SavedCard(method.id, words_of_method(method)) for method in page.data]


def offer_cards(customer_id: str) -> str:
    """The client secret with which the Payment Element offers what a customer has left; for a while."""
    with stripe_call() as stripe:
        session = stripe.v1.customer_sessions.create(
            {
                "customer": customer_id,
                "components": {
                    "payment_element": {
                        "enabled": True,
                        "features": {
                            "payment_method_redisplay": "enabled",
                            "payment_method_allow_redisplay_filters": [
                                "always",
                                "limited",
                                "unspecified",  # left by subscribing: nobody was asked a box
                            ],
                        },
                    }
                },
            }
        )
    return session.client_secret


def _read(intent: "StripeSetupIntent") -> RemoteSetupIntent:
    metadata = intent.metadata.to_dict() if intent.metadata else {}
    ours = metadata.get("operation") == OPERATION
    return RemoteSetupIntent(
        stripe_id=intent.id,
        token=our_token(metadata, installation=installation()) if ours else None,
        status=intent.status,
        payment_method_id=str(intent.payment_method or ""),
        in_use=IN_USE in metadata,
        client_secret=intent.client_secret or "",
    )
