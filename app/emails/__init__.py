"""One file per message. Services enqueue them; the wording is in templates/emails."""

from app.emails import (
    debt_payment_failed,
    invoice_issued,
    license_issued,
    order_confirmation,
    order_shipped,
    overpayment_received,
    payment_failed,
    payment_link,
    payment_reminder,
    payment_request,
    refund_issued,
    subscription_begun,
    subscription_changed,
)
from app.emails.letters import resend

__all__ = [
    "debt_payment_failed",
    "invoice_issued",
    "license_issued",
    "order_confirmation",
    "order_shipped",
    "overpayment_received",
    "payment_failed",
    "payment_link",
    "payment_reminder",
    "payment_request",
    "refund_issued",
    "resend",
    "subscription_begun",
    "subscription_changed",
]
