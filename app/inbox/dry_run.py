"""Show what an event would change, and change nothing."""

from app.db import rehearsal
from app.inbox.changes import Change, watch
from app.inbox.registry import handlers
from app.inbox.stored import load


def dry_run(event_id: str) -> list[Change]:
    """Fetch and record as ever, tell what changed, roll it all back."""
    event = load(event_id)
    if event.type not in handlers:
        return []
    handler = handlers[event.type]
    answer = handler.ask(handler.about(event.thing))
    with rehearsal() as session, watch(session) as changes:
        handler.record(session, answer)
        session.flush()
    return changes
