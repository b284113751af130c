"""One payment with all that became of it: its intent, refunds and disputes."""

from dataclasses import dataclass

from app.gateway.disputes import RemoteDispute, list_disputes
from app.gateway.payment_intents import RemotePaymentIntent, retrieve_payment_intent
from app.gateway.refunds import RemoteRefund, list_refunds
from app.gateway.values import Gone


@dataclass(frozen=True, kw_only=True)
class RemotePayment:
    """Refunds and disputes oldest first."""

    intent: RemotePaymentIntent
    refunds: tuple[RemoteRefund, ...] = ()
    disputes: tuple[RemoteDispute, ...] = ()


def retrieve_payment(payment_intent_id: str) -> RemotePayment | Gone:
    """Everything Stripe knows of a payment; what cannot be there yet is not asked for."""
    intent = retrieve_payment_intent(payment_intent_id)
    if isinstance(intent, Gone):
        return intent
    refunds = list_refunds(payment_intent_id) if intent.charge_id else []
    disputes = list_disputes(payment_intent_id) if intent.disputed else []
    return RemotePayment(
        intent=intent, refunds=tuple(reversed(refunds)), disputes=tuple(reversed(disputes))
    )
