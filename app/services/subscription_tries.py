"""Under which key Stripe is asked for a change: one change at a time, and each of them once.

Whoever asks next takes the same key, so of two at the same moment Stripe refuses the second. A try
whose answer was lost keeps its key: asked again, Stripe repeats what it said.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.gateway import ChangeRequest
from app.models import RecordEvent, Subscription

MADE = ("changed", "now_changed")
OVER = ("change_failed", "change_given_up", "change_over")
UNANSWERED = "change_unanswered"


def key_for(session: Session, subscription: Subscription, wish: str) -> str:
    """The key for a wish, in the words of `wish_of`."""
    decided, unanswered = 0, list[str]()
    told = select(RecordEvent.kind, RecordEvent.reason).where(
        RecordEvent.subscription_id == subscription.id,
        RecordEvent.kind.in_([*MADE, *OVER, UNANSWERED]),
    )
    for kind, reason in session.execute(told.order_by(RecordEvent.id)):
        if kind != UNANSWERED:
            decided, unanswered = decided + 1, []
        elif reason not in unanswered:
            unanswered.append(reason)
    place = unanswered.index(wish) if wish in unanswered else len(unanswered)
    return f"{subscription.token}:change:{decided}:{place}"


def wish_of(request: ChangeRequest, price_id: int) -> str:
    """What tells one wish from another, in the history too."""
    who = "" if request.on_session else ", by the shop"
    return f"{request.quantity} × price {price_id}, as of {request.proration_date}{who}"
