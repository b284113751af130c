"""What is forgotten in time, as Stripe forgets: events after 30 days, idempotency keys after one.

Age is counted on the sandbox's own clock from when a row was written, whatever time its object
shows: the past that a test clock plays is not old.
"""

from typing import TYPE_CHECKING

from sandbox.shapes import Row
from sandbox.store import Store

if TYPE_CHECKING:
    from sandbox.account import Account

DAY = 24 * 60 * 60
KEPT = {"event": 30 * DAY, "_idempotency": 2 * DAY}
AT_ONCE = 500  # how many go in one transaction, so that nobody waits for long


def forget_old(account: "Account") -> int:
    """Drop what is too old, the oldest first; how many events and keys that were."""
    with account.store.lock:
        return sum(_forget(account, kind, seconds) for kind, seconds in KEPT.items())


def _forget(account: "Account", kind: str, seconds: int) -> int:
    store, before, done = account.store, account.clock.own() - seconds, 0
    table = store.table(kind)
    while table.order and _written(table.at(table.order[0])) < before:
        with store.transaction():
            old = [table.at(place) for place in table.order[:AT_ONCE]]
            gone = [row for row in old if _written(row) < before and not _waited_for(store, row)]
            for row in gone:
                _drop(store, row)
        done += len(gone)
        if len(gone) < AT_ONCE:
            break
    return done


def _written(row: Row) -> int:
    return int(row.get("_written", 0))


def _waited_for(store: Store, row: Row) -> bool:
    """Whether a delivery of this event is still under way."""
    return any(known["state"] == "pending" for known in _deliveries(store, row))


def _drop(store: Store, row: Row) -> None:
    for delivery in _deliveries(store, row):
        store.drop(delivery)
    store.drop(row)


def _deliveries(store: Store, row: Row) -> list[Row]:
    table = store.table("_delivery")
    return [table.at(place) for place in table.places_where("event", row["id"])]
