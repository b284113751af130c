"""The one pretend Stripe account: what its objects' verbs stand on."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sandbox.agenda import Agenda
from sandbox.chaos import Chaos
from sandbox.clock import Clock
from sandbox.errors import no_such
from sandbox.ids import Ids
from sandbox.kinds import KINDS
from sandbox.listening import Listening
from sandbox.retention import forget_old
from sandbox.shapes import Row, blank
from sandbox.store import Store, copied

VERSION = "2026-10-28.endive"
Listener = Callable[["Account", Row], None]
LISTENERS: dict[str, list[Listener]] = {}


def on(*types: str) -> Callable[[Listener], Listener]:
    """Registers what follows inside the sandbox from an event, right after it: `@on("invoice.paid")`.
    The function gets the row as the running transaction has it."""

    def registered(listener: Listener) -> Listener:
        for kind in types:
            LISTENERS.setdefault(kind, []).append(listener)
        return listener

    return registered


def public(row: Row) -> Row:
    """A row without what only the sandbox knows (`_…`)."""
    return {key: value for key, value in row.items() if key[0] != "_"}


class Account:
    """Rows, clock, ids and events of one account."""

    def __init__(
        self, *, state: Path | None = None, seed: int | None = None, at: int | None = None
    ) -> None:
        self.store = Store(state)
        self.clock = Clock(at)
        self.chaos = Chaos(seed)
        self.listening = Listening()
        self.request: dict[str, str | None] = {"id": None, "idempotency_key": None}
        self.base_url = "http://127.0.0.1:12111"  # where it was last called: for links to its pages
        self.test_clock: str | None = None
        self._remember_start()
        self.ids = Ids(seed, starts=self.memory["starts"])
        self.agenda = Agenda(self)

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
        known = KINDS[kind]
        row["id"] = values.pop("id", None) or self.ids.new(known.prefix, known.length)
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
            "event",
            type=kind,
            api_version=VERSION,
            data=data,
            request=dict(self.request),
            _written=self.clock.own(),
        )
        event["pending_webhooks"] = self._queue_deliveries(event)
        for listener in LISTENERS.get(kind, ()):
            listener(self, row)
        return event

    def emit_update(self, kind: str, row: Row, *, before: Row | None = None) -> Row:
        """An event that also says what the changed fields were before: before this transaction,
        or in the given earlier version."""
        before = before or self.store.before(row["id"]) or {}
        return self.emit(kind, row, previous=copied(_difference(before, row)))

    def _queue_deliveries(self, event: Row) -> int:
        endpoints = self.store.table("webhook_endpoint").rows.values()
        wanted = [row["id"] for row in endpoints if listens(row, event["type"])]
        wanted += self.listening.hearing()
        for endpoint in wanted:
            for wait in self.chaos.delivery_delays(event["type"]):
                self.queue_delivery(event, endpoint, wait)
        return len(wanted)

    def queue_delivery(self, event: Row, endpoint: str, wait: float = 0.0) -> Row:
        """An event on its way to a webhook endpoint, or to a program that listens."""
        return self.store.add(
            {
                "id": self.ids.new("whd"),
                "object": "_delivery",
                "event": event["id"],
                "endpoint": endpoint,
                "state": "pending",
                "next_at": time.time() + wait,
                "attempts": [],
            }
        )

    def later(self, seconds: int, verb: str, target: str) -> None:
        """Do something to an object when the clock has moved on so far."""
        self.agenda.at(self.now + seconds, verb, target)

    def run_due(self) -> int:
        """Do everything whose time has come on the sandbox's own clock; how many things."""
        forget_old(self)
        return self.agenda.run(self.clock.own())

    @contextmanager
    def on_clock(self, test_clock: str | None) -> Iterator[None]:
        """Inside, the time is a test clock's, and so is what is put off until later."""
        before, row = self.test_clock, self.find(test_clock, "test_helpers.test_clock")
        if row is None or before == test_clock:
            yield
            return
        self.test_clock = test_clock
        try:
            with self.clock.held_at(row["frozen_time"]):
                yield
        finally:
            self.test_clock = before

    def clock_of(self, *names: Any) -> str | None:
        """The test clock behind the first of these ids that has one: a customer's, or that of the
        customer to whom an object belongs."""
        if not self.store.table("test_helpers.test_clock").rows:
            return None
        for name in names:
            row = self.find(name) if isinstance(name, str) else None
            above = self.find(row.get("subscription"), "subscription") if row else None
            owner = self.find((row or {}).get("customer"), "customer")
            for known in (row, owner, above):
                if known is not None and known.get("test_clock"):
                    return str(known["test_clock"])
        return None

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
            self.agenda.load()
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
