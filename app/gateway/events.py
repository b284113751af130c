"""Stripe's own list of events: what a lost webhook would have told."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from app.gateway.client import stripe_call
from app.gateway.webhooks import VerifiedEvent, read_event


def list_events(types: Iterable[str], *, since: datetime) -> Iterator[list[VerifiedEvent]]:
    """Pages of events of these types, newest first; Stripe keeps them for 30 days."""
    wanted, last = frozenset(types), None
    while True:
        page = _page(since, after=last)
        yield [read_event(event) for event in page["data"] if event["type"] in wanted]
        if not page["has_more"]:
            return
        last = page["data"][-1]["id"]


def _page(since: datetime, *, after: str | None) -> dict[str, Any]:
    with stripe_call() as stripe:
        if after:
            page = stripe.v1.events.list(
                {"created": {"gte": int(since.timestamp())}, "limit": 100, "starting_after": after}
            )
        else:
            page = stripe.v1.events.list({"created": {"gte": int(since.timestamp())}, "limit": 100})
    return page.to_dict(for_json=True)  # the inbox keeps it as JSON, which knows no Decimal
