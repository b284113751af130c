"""What may happen next to a payment of which nobody knows whose it is, and why not."""

from app.admin.steps import Step
from app.models import Matching, Payment, PaymentStatus
from app.services.payment_records import NOTHING_CAME


def next_steps(payment: Payment) -> list[Step]:
    reason = why_not(payment)
    return [
        Step(
            label="Assign", door="assign", asks=True, why_not=reason,
            effect="To a customer you choose; you see what it pays first.",
        ),
        Step(
            label="New customer", door="create_customer", asks=True, why_not=reason,
            effect="Write the payer down, and give them their payment.",
        ),
        Step(
            label="Dismiss", door="dismiss", asks=True, why_not=reason, look="danger",
            effect="It is none of the shop’s; the reason is kept.",
        ),
    ]  # fmt: skip


def why_not(payment: Payment) -> str:
    if payment.matching == Matching.WAITING:
        return ""
    if payment.status == PaymentStatus.CANCELED:
        return NOTHING_CAME
    return "It has found its customer." if payment.customer_id else "It was dismissed."
