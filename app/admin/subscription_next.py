"""What may happen next to a subscription, and where something may not, why."""

from app.admin.steps import Step
from app.db import db
from app.models import Subscription
from app.services import subscription_changes, subscription_desk

ENDED = "It has ended."
NOT_BEGUN = "It has not begun: its first payment is still open."


def next_steps(row: Subscription) -> list[Step]:
    """Every step staff could take, with the reason where one is not allowed."""
    nothing = why_nothing_to_pay(row)
    return [
        Step(
            label="Send a way to pay",
            door="create_payment_letter",
            effect="A letter to them, with Stripe’s page for it.",
            why_not=nothing,
            look="primary",
        ),
        Step(
            label="Charge a card on file",
            door="new_charge",
            effect="One that this customer has left with Stripe.",
            why_not=nothing,
            asks=True,
        ),
        Step(
            label="Change plan or seats",
            door="new_change",
            effect="You see what Stripe would charge first.",
            why_not=why_not_change(row),
            asks=True,
        ),
        Step(
            label="Let it go on",
            door="new_resumption",
            effect="It no longer ends, or is billed again.",
            why_not=why_not_resume(row),
            asks=True,
        ),
        Step(
            label="Pause",
            door="new_pause",
            effect="Nothing is billed meanwhile; the license stays.",
            why_not=why_not_pause(row),
            asks=True,
        ),
        Step(
            label="Open the portal",
            door="create_portal_visit",
            effect="Stripe’s own page for this customer: cards, invoices.",
        ),
        Step(
            label="Cancel",
            door="new_cancellation",
            effect="Now, or when its period runs out.",
            why_not=why_not_cancel(row),
            asks=True,
            look="danger",
        ),
    ]


def why_not_change(row: Subscription) -> str:
    if row.is_running and row.price is None:
        return "Its plan was made at Stripe: change it there."
    return _why_not_running(row) or subscription_changes.why_not_change(row)


def why_not_cancel(row: Subscription) -> str:
    return _why_not_running(row)


def why_not_pause(row: Subscription) -> str:
    if row.collection_paused:
        return "It is paused already."
    return _why_not_running(row)


def why_not_resume(row: Subscription) -> str:
    if row.cancel_at is None and not row.collection_paused:
        return _why_not_running(row) or "It is neither paused nor ending."
    return _why_not_running(row)


def _why_not_running(row: Subscription) -> str:
    if row.is_running:
        return ""
    return ENDED if row.ended else NOT_BEGUN


def why_nothing_to_pay(row: Subscription) -> str:
    return subscription_desk.why_nothing_to_pay(db.session(), row)
