"""What will be done when the time has come: on the sandbox's clock, or on a test clock."""

import heapq
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from sandbox.errors import StripeError
from sandbox.shapes import Row

if TYPE_CHECKING:
    from sandbox.account import Account

Verb = Callable[["Account", str], None]
DUE: dict[str, Verb] = {}
log = logging.getLogger("sandbox")


def when_due(name: str) -> Callable[[Verb], Verb]:
    """Registers what `account.later(…, name, …)` will do."""

    def registered(verb: Verb) -> Verb:
        DUE[name] = verb
        return verb

    return registered


class Agenda:
    """Things to do, soonest first; each test clock has a list of its own."""

    def __init__(self, account: "Account") -> None:
        self.account = account
        self.heaps: dict[str | None, list[tuple[int, int, str]]] = {}
        self.number = 0
        self.load()

    def load(self) -> None:
        """Take up what a state file (or nothing) holds."""
        self.heaps = {}
        for row in self.account.store.table("_due").rows.values():
            self._push(row)

    def __len__(self) -> int:
        return sum(map(len, self.heaps.values()))

    def at(self, moment: int, verb: str, target: str) -> None:
        """Do something to an object at a moment of the clock that runs now."""
        if verb not in DUE:
            raise KeyError(verb)
        account = self.account
        due_id, clock = account.ids.new("due"), account.test_clock
        row = {"id": due_id, "object": "_due", "at": moment, "verb": verb, "target": target}
        self._push(account.store.add(row | {"clock": clock}))

    def _push(self, row: Row) -> None:
        self.number += 1  # what is due at one moment is done in the order it was asked for
        heap = self.heaps.setdefault(row.get("clock"), [])
        heapq.heappush(heap, (row["at"], self.number, row["id"]))

    def forget(self, clock: str) -> None:
        """Nothing will be done on this test clock any more."""
        self.heaps.pop(clock, None)
        for row in self.account.where("_due", "clock", clock):
            self.account.store.drop(row)

    def run(self, until: int, clock: str | None = None) -> int:
        """Do everything due until a moment, each thing at its own; how many things that were."""
        done = 0
        with self.account.store.lock:
            heap = self.heaps.get(clock, [])
            while heap and heap[0][0] <= until:
                moment, _, row_id = heapq.heappop(heap)
                with self.account.on_clock(clock), self.account.clock.held_at(moment):
                    done += self._run_one(row_id)
        return done

    def _run_one(self, row_id: str) -> int:
        account = self.account
        with account.transaction():
            row = account.store.find(row_id)
            if row is None:
                return 0
            try:
                DUE[row["verb"]](account, row["target"])
            except StripeError as error:  # time goes on, as after a refused request
                account.store.undo()
                log.warning("%s, due for %s: %s", row["verb"], row["target"], error)
            account.store.drop(row)
        return 1
