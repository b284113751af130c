"""One file per message. Services enqueue them; the wording is in templates/emails."""

from app.emails import (
    order_confirmation,
    order_shipped,
    payment_failed,
    payment_request,
    refund_issued,
)
from app.emails.letters import resend

__all__ = [
    "order_confirmation",
    "order_shipped",
    "payment_failed",
    "payment_request",
    "refund_issued",
    "resend",
]
