"""The one pretend Stripe account: what its objects' verbs stand on."""

import heapq
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sandbox.chaos import Chaos
from sandbox.clock import Clock
from sandbox.errors import no_such
from sandbox.ids import Ids
from sandbox.shapes import Row, blank
from sandbox.store import Store, copied

VERSION = "2026-10-28.endive"
PREFIXES = {
    "balance_transaction": "txn",
    "charge": "ch",
    "customer": "cus",
    "customer_balance_transaction": "cbtxn",
    "dispute": "du",
    "event": "evt",
    "mandate": "mandate",
    "payment_intent": "pi",
    "payment_method": "pm",
    "price": "price",
    "product": "prod",
    "refund": "re",
    "setup_attempt": "setatt",
    "setup_intent": "seti",
    "token": "tok",
    "webhook_endpoint": "we",
}
SHORT = {"customer": 14, "product": 14}
Verb = Callable[["Account", str], None]
DUE: dict[str, Verb] = {}


def when_due(name: str) -> Callable[[Verb], Verb]:
    """Registers what `account.later(name, …)` will do."""

    def registered(verb: Verb) -> Verb:
        DUE[name] = verb
        return verb

    return registered


def public(row: Row) -> Row:
    """A row without what only the sandbox knows (`_…`)."""
    return {key: value for key, value in row.items() if key[0] != "_"}


class Account:
    """Rows, clock, ids and events of one account."""

    def __init__(self, *, state: Path | None = None, seed: int | None = None) -> None:
        self.store = Store(state)
        self.clock = Clock()
        self.chaos = Chaos(seed)
        self.request: dict[str, str | None] = {"id": None, "idempotency_key": None}
        self.due: list[tuple[int, str]] = []
        self._remember_start()
        self.ids = Ids(seed, starts=self.memory["starts"])
        self._queue_due()

    def _remember_start(self) -> None:
        with self.store.transaction():
            known = self.store.find("memory") or {"id": "memory", "object": "_memory", "starts": 0}
            memory = self.store.edit(known)
            memory["starts"] += 1
        self.clock.moved_by = memory.get("moved_by", 0)

    @property
    def memory(self) -> Row:
        """What outlives a reset: how often this state was started, and the account's own id."""
        return self.store.find("memory") or {}

    @property
    def id(self) -> str:
        """The account's id, `acct_…`."""
        return "acct_1Sandbox0Pretend0"

    @property
    def now(self) -> int:
        """The sandbox's time."""
        return self.clock.now()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Changes asked for by nobody's request (the clock, the control API)."""
        with self.store.transaction():
            self.request = {"id": None, "idempotency_key": None}
            yield

    def add(self, kind: str, **values: Any) -> Row:
        """A new object with every declared field; the values replace the empty ones."""
        row = blank(kind)
        row["id"] = values.pop("id", None) or self.ids.new(PREFIXES[kind], SHORT.get(kind, 24))
        if "created" in row:
            row["created"] = self.now
        if "livemode" in row:
            row["livemode"] = False
        row.update(values)
        return self.store.add(row)

    def get(self, kind: str, row_id: str, *, param: str = "id") -> Row:
        """An object to read; 404 in Stripe's words when there is none."""
        row = self.store.find(row_id, kind)
        if row is None:
            raise no_such(kind, row_id, param=param)
        return row

    def living(self, kind: str, row_id: str, *, param: str = "id") -> Row:
        """An object that was not deleted."""
        row = self.get(kind, row_id, param=param)
        if row.get("deleted"):
            raise no_such(kind, row_id, param=param)
        return row

    def find(self, row_id: str | None, kind: str | None = None) -> Row | None:
        """An object to read, or None."""
        return self.store.find(row_id, kind) if row_id else None

    def edit(self, kind: str, row_id: str, *, param: str = "id") -> Row:
        """An object to change."""
        return self.store.edit(self.get(kind, row_id, param=param))

    def where(self, kind: str, field: str, value: Any) -> list[Row]:
        """The committed and the just made objects with this value, oldest first."""
        table = self.store.table(kind)
        known = [table.ids[place] for place in table.places_where(field, value)]
        fresh = [row_id for row_id in self.store.working if row_id not in table.places]
        rows = (self.store.find(row_id, kind) for row_id in [*known, *fresh])
        return [row for row in rows if row is not None and row.get(field) == value]

    def emit(self, kind: str, row: Row, *, previous: Row | None = None) -> Row:
        """An event with the object as it is now; its deliveries are queued with it."""
        data: Row = {"object": copied(public(row))}
        if previous is not None:
            data["previous_attributes"] = previous
        event = self.add(
            "event", type=kind, api_version=VERSION, data=data, request=dict(self.request)
        )
        event["pending_webhooks"] = self._queue_deliveries(event)
        return event

    def emit_update(self, kind: str, row: Row) -> Row:
        """An event that also says what the changed fields were before."""
        before = self.store.before(row["id"]) or {}
        return self.emit(kind, row, previous=copied(_difference(before, row)))

    def _queue_deliveries(self, event: Row) -> int:
        endpoints = self.store.table("webhook_endpoint").rows.values()
        wanted = [row for row in endpoints if listens(row, event["type"])]
        for endpoint in wanted:
            for number, wait in enumerate(self.chaos.delivery_delays(event["type"])):
                self.store.add(
                    {
                        "id": f"whd_{event['id'][4:]}_{endpoint['id'][3:]}_{number}",
                        "object": "_delivery",
                        "event": event["id"],
                        "endpoint": endpoint["id"],
                        "state": "pending",
                        "next_at": time.time() + wait,
                        "attempts": [],
                    }
                )
        return len(wanted)

    def later(self, seconds: int, verb: str, target: str) -> None:
        """Do something to an object when the clock has moved on so far."""
        at, due_id = self.now + seconds, self.ids.new("due")
        self.store.add({"id": due_id, "object": "_due", "at": at, "verb": verb, "target": target})
        heapq.heappush(self.due, (at, due_id))

    def _queue_due(self) -> None:
        rows = self.store.table("_due").rows.values()
        self.due = [(row["at"], row["id"]) for row in rows]
        heapq.heapify(self.due)

    def run_due(self) -> int:
        """Do everything whose time has come, each at its own moment; how many things that were."""
        done = 0
        with self.store.lock:
            while self.due and self.due[0][0] <= self.clock.now():
                at, row_id = heapq.heappop(self.due)
                with self.clock.held_at(at):
                    done += self._run_one(row_id)
        return done

    def _run_one(self, row_id: str) -> int:
        with self.transaction():
            row = self.store.find(row_id)
            if row is None:
                return 0
            DUE[row["verb"]](self, row["target"])
            self.store.drop(row)
        return 1

    def moved(self) -> None:
        """Remember by how much the clock was moved, then do what became due."""
        with self.transaction():
            self.store.edit(self.memory)["moved_by"] = self.clock.moved_by
        self.run_due()

    def reset(self) -> None:
        """Forget every object, event and delivery, and show the machine's time."""
        with self.store.lock:
            self.store.clear()
            self.clock.reset()
            self.due = []
            self.moved()


def listens(endpoint: Row, event_type: str) -> bool:
    """Whether a webhook endpoint wants this type of event."""
    if endpoint["status"] != "enabled":
        return False
    return "*" in endpoint["enabled_events"] or event_type in endpoint["enabled_events"]


def _difference(before: Row, after: Row) -> Row:
    changed: Row = {}
    for key, value in after.items():
        old = before.get(key)
        if key[0] == "_" or old == value:
            continue
        if isinstance(old, dict) and isinstance(value, dict):
            changed[key] = _difference(old, value) | {new: None for new in value if new not in old}
        else:
            changed[key] = old
    for key, old in before.items():
        if key not in after and key[0] != "_":
            changed[key] = old
    return changed
