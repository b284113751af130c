"""What an event is about when that is not the object it carries."""

from typing import Any

from app.inbox.registry import Subject


def its_payment(thing: dict[str, Any]) -> Subject:
    """Charges, refunds and disputes are part of the story of one PaymentIntent."""
    payment_intent = thing.get("payment_intent")
    return Subject("payment_intent", payment_intent if isinstance(payment_intent, str) else None)
