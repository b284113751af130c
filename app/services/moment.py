"""What the shop window remembers for a moment, so that a busy page asks the database once.

Every commit of this process forgets all of it; what another process wrote is seen after `TTL`.
Nothing that decides about money or stock may come from here.
"""

from collections.abc import Callable
from functools import wraps
from time import monotonic
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import event
from sqlalchemy.orm import Session

from app.db import db

TTL = 2.0  # seconds
MOST = 1000

P = ParamSpec("P")
R = TypeVar("R")

_kept: dict[Any, tuple[float, Any]] = {}


def remembered(ask: Callable[P, R]) -> Callable[P, R]:
    """For reading that takes hashable arguments and returns frozen values."""

    @wraps(ask)
    def answer(*args: P.args, **kwargs: P.kwargs) -> R:
        key = (db.engine, ask, args, tuple(kwargs.items()))
        kept = _kept
        expires_at, known = kept.get(key, (0.0, None))
        if monotonic() < expires_at:
            return known
        found = ask(*args, **kwargs)
        if len(kept) >= MOST:
            kept.clear()
        kept[key] = (monotonic() + TTL, found)  # into the dict of before, if it was dropped
        return found

    return answer


@event.listens_for(Session, "after_commit")
def _forget(_session: Session) -> None:
    """A new dict, so that who is still asking cannot bring back what was true before."""
    global _kept
    _kept = {}
