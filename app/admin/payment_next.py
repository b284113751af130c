"""What may happen next to a payment, and where something may not, why."""

from app.admin.steps import Step
from app.models import Payment
from app.services import refunds


def next_steps(payment: Payment) -> list[Step]:
    return [
        Step(
            label="Refund",
            door="refund",
            effect="You see first what becomes of what it had paid.",
            why_not=refunds.why_not_refundable(payment),
            asks=True,
        ),
        Step(
            label="Ask Stripe",
            door="create_sync",
            effect="What Stripe says of it now is written down.",
            why_not="" if payment.stripe_id else "Stripe does not know it yet.",
        ),
    ]
