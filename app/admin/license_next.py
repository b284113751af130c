"""What may happen next to a license, and where something may not, why."""

from app.admin.steps import Step
from app.models import License, LicenseStatus

L = LicenseStatus
DONE = {L.REVOKED: "revoked", L.SUSPENDED: "suspended", L.ACTIVE: "kept active"}


def next_steps(row: License) -> list[Step]:
    """Every step staff could take, with the reason where one is not allowed."""
    return [
        Step(
            label="Keep active",
            door="new_reprieve",
            effect="Valid without an end, whatever is paid.",
            why_not=why_not(row, L.ACTIVE),
            asks=True,
        ),
        Step(
            label="Suspend",
            door="new_suspension",
            effect="Refused until somebody takes it back.",
            why_not=why_not(row, L.SUSPENDED),
            asks=True,
        ),
        Step(
            label="Revoke",
            door="new_revocation",
            effect="Refused from now on.",
            why_not=why_not(row, L.REVOKED),
            asks=True,
            look="danger",
        ),
        Step(
            label="Follow the subscription",
            door="new_following",
            effect="Take back what staff decided.",
            why_not=why_not_follow(row),
            asks=True,
        ),
        Step(
            label="Change the seats",
            door="new_seats",
            effect="Never fewer than are in use.",
            why_not=why_not_seats(row),
            asks=True,
        ),
    ]


def why_not(row: License, status: LicenseStatus) -> str:
    """Why staff cannot decide this now; empty when they can."""
    if status == row.status and (row.kept_by_staff or status != L.ACTIVE):
        return f"It is {DONE[status]} already."
    if status != row.status and not row.may_become(status):
        return f"It is {row.status}: keep it active first."
    return ""


def why_not_follow(row: License) -> str:
    if row.subscription is None:
        return "It has no subscription."
    return "" if row.kept_by_staff else "It does already."


def why_not_seats(row: License) -> str:
    if row.subscription is not None and not row.subscription.ended:
        return "Its subscription says how many: change that."
    return ""
