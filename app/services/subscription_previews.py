"""What a change would cost, as somebody was shown it: sealed, and good for a while.

The seal says when we showed it. Stripe chooses as of when it is prorated, since its clock may be
another than ours.
"""

from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeTimedSerializer

from app import settings
from app.errors import PreviewExpired
from app.gateway import ChangePreview

LASTS = 30 * 60  # seconds


@dataclass(frozen=True, kw_only=True)
class SealedPreview(ChangePreview):
    """`seal` comes back with the yes to it: no other change, amount or moment is agreed to."""

    seal: str


def sealed(preview: ChangePreview, subscription_id: int, *wish: int) -> SealedPreview:
    """A preview of a wish: price and quantity."""
    agreed = [subscription_id, *wish, preview.proration_date, preview.due_amount]
    return SealedPreview(**vars(preview), seal=_signer().dumps(agreed))


def require_fresh(
    seal: str, subscription_id: int, *wish: int, proration_date: int, due_amount: int
) -> None:
    """Raise unless exactly this was shown within the last half hour."""
    try:
        shown = _signer().loads(seal, max_age=LASTS)
    except BadSignature:
        shown = None
    if shown != [subscription_id, *wish, proration_date, due_amount]:
        raise PreviewExpired("This preview is too old. Look at the new one, please.")


def _signer() -> URLSafeTimedSerializer:
    """The newest key signs; the ones before it are still understood."""
    ours = settings.current()
    return URLSafeTimedSerializer([*ours.secret_key_fallbacks, ours.secret_key], salt="change")
