"""What may be done with an object from its page."""

from dataclasses import dataclass

from sandbox.shapes import Row

OPEN_DISPUTES = (
    "needs_response",
    "under_review",
    "warning_needs_response",
    "warning_under_review",
)


@dataclass(frozen=True)
class Step:
    """A button: what it says, where and what it posts, and what it will mean."""

    label: str
    action: str
    fields: dict[str, str]
    meaning: str


def next_steps(row: Row) -> list[Step]:
    """The buttons an object has in its present state."""
    kind, status = row["object"], row.get("status")
    if kind == "payment_intent" and status == "processing":
        return _settling(f"payment_intents/{row['id']}/settle")
    if kind in ("payment_intent", "setup_intent") and status == "requires_action":
        return _answering(f"intents/{row['id']}/authentication")
    if kind == "dispute" and status in OPEN_DISPUTES:
        return _closing(f"disputes/{row['id']}/close")
    return []


def _settling(action: str) -> list[Step]:
    return [
        Step("Settle", action, {"outcome": "succeeded"}, "The bank pays: the payment succeeds."),
        Step("Fail", action, {"outcome": "failed"}, "The bank returns it: the payment fails."),
    ]


def _answering(action: str) -> list[Step]:
    return [
        Step("Complete", action, {"outcome": "complete"}, "The customer proves who they are."),
        Step("Fail", action, {"outcome": "fail"}, "The customer does not: another card is needed."),
    ]


def _closing(action: str) -> list[Step]:
    return [
        Step("Close as won", action, {"status": "won"}, "The money comes back to the shop."),
        Step("Close as lost", action, {"status": "lost"}, "The customer keeps the money."),
    ]
