"""What may happen next to a dispute, and where something may not, why."""

from app.admin.steps import Step
from app.models import Dispute
from app.services import disputes


def next_steps(dispute: Dispute) -> list[Step]:
    reason = disputes.why_not_answerable(dispute)
    return [
        Step(
            label="Submit to the bank", door="submit", asks=True, why_not=reason, look="primary",
            effect="You see what is sent first. It is possible once.",
        ),
        Step(
            label="Accept the loss", door="accept", asks=True, why_not=reason, look="danger",
            effect="The customer keeps the money, and it is over.",
        ),
    ]  # fmt: skip
