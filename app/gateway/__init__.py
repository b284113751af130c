"""Everything the shop asks of Stripe: plain values in, plain values out."""

from app.gateway.disputes import RemoteDispute
from app.gateway.events import list_events
from app.gateway.payment_intents import (
    PaymentIntentRequest,
    RemotePaymentIntent,
    cancel_payment_intent,
    capture_payment_intent,
    create_payment_intent,
    find_payment_intent,
    retrieve_payment_intent,
)
from app.gateway.payments import RemotePayment, retrieve_payment
from app.gateway.refunds import (
    RefundRequest,
    RemoteRefund,
    create_refund,
    list_refunds,
    retrieve_refund,
)
from app.gateway.values import KEY_LIFETIME, Gone
from app.gateway.webhooks import VerifiedEvent, verify_event

__all__ = [
    "KEY_LIFETIME",
    "Gone",
    "PaymentIntentRequest",
    "RefundRequest",
    "RemoteDispute",
    "RemotePayment",
    "RemotePaymentIntent",
    "RemoteRefund",
    "VerifiedEvent",
    "cancel_payment_intent",
    "capture_payment_intent",
    "create_payment_intent",
    "create_refund",
    "find_payment_intent",
    "list_events",
    "list_refunds",
    "retrieve_payment_intent",
    "retrieve_payment",
    "retrieve_refund",
    "verify_event",
]
