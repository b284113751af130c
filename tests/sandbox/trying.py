"""A call tried as often as one likes: each try begins with the state, clock and dice as they were."""

from dataclasses import dataclass, replace
from typing import Any, Self

from sandbox import protocol
from sandbox.account import Account, public
from sandbox.errors import CardError, StripeError
from sandbox.store import Store
from sandbox.table import Index, Table

PAGES = ("list", "search_result", "event")
NAMELESS = ("balance_settings", "customer_session")  # kept by an id that no answer shows


@dataclass(frozen=True)
class Outcome:
    """What a call did: its answer and every row it wrote, or its refusal."""

    answer: Any
    rows: Any = None
    refused: bool = False

    @property
    def objects(self) -> list[Any]:
        """What it would have answered and told."""
        written = [public(row) for row in self.rows[0].values()
                   if row["object"][0] != "_" and row["object"] not in NAMELESS]  # fmt: skip
        answered = [public(self.answer)] if "object" in self.answer else []
        return [row for row in [*answered, *written] if row["object"] not in PAGES]

    def differs_from(self, other: "Outcome") -> bool:
        """Whether anything came out differently."""
        return (self.answer, self.rows) != (other.answer, other.rows)


class Trying:
    """Undoes what each try of a call has done, also what it has committed on its way."""

    def __init__(self, asked: protocol.Asked) -> None:
        self.asked = asked
        self.account: Account = asked.call.account

    def __enter__(self) -> Self:
        account, store = self.account, self.account.store
        self.was_held = account.clock._held.moment
        self.dice = account.ids._random.getstate()
        self.moved_by, self.now = account.clock.moved_by, account.now
        self.heaps = {clock: list(heap) for clock, heap in account.agenda.heaps.items()}
        self.tables, self.kinds, self.last_place = _copied(store), store.kinds, store.last_place
        self.committed = True
        store._commit = self._commit  # type: ignore[method-assign]
        return self

    def __exit__(self, *problem: object) -> None:
        self._begin_again()
        self.account.clock._held.moment = self.was_held
        del self.account.store._commit

    def _commit(self) -> None:
        self.committed = True
        Store._commit(self.account.store)

    def outcome(self, given: dict[str, Any]) -> Outcome:
        """What the call would do with these raw parameters."""
        self._begin_again()
        call = replace(self.asked.call, params={})
        asked = replace(self.asked, call=call, given=given)
        try:
            call.params = protocol._checked(asked)
            answer: Any = asked.route.handler(call, **asked.path)
            shown = answer if isinstance(answer, dict) else {"document": answer}
            return Outcome(shown, self._written())
        except CardError as error:
            return Outcome(error.body, self._written())
        except StripeError as error:
            return Outcome(error.body, refused=True)
        except Exception as error:
            raise AssertionError(f"{asked.route.path} breaks with {given}") from error

    def _written(self) -> Any:
        """Every row of the transaction; of what was committed before its end, how much it was."""
        store = self.account.store
        rows = {key: row for key, row in store.working.items() if row["object"] != "_delivery"}
        return rows, set(store.dropped), store.last_place

    def _begin_again(self) -> None:
        account, store = self.account, self.account.store
        if self.committed:
            store.tables = _copied(self)
            store.kinds, store.last_place = dict(self.kinds), self.last_place
            self.committed = False
        store.working, store.dropped = {}, set()
        account.ids._random.setstate(self.dice)
        account.agenda.heaps = {clock: list(heap) for clock, heap in self.heaps.items()}
        account.clock.moved_by, account.clock._held.moment = self.moved_by, self.now


def _copied(of: Any) -> dict[str, Table]:
    """The tables as they are; rows never change, so they are shared."""
    return {kind: _copy(table) for kind, table in of.tables.items()}


def _copy(table: Table) -> Table:
    found = Table(())
    found.rows, found.places = dict(table.rows), dict(table.places)
    found.order, found.ids = list(table.order), dict(table.ids)
    found.indexes = {name: _copy_index(index) for name, index in table.indexes.items()}
    found.in_time = table.in_time
    return found


def _copy_index(index: Index) -> Index:
    found = Index(index.value_of)
    found.places = {value: list(places) for value, places in index.places.items()}
    return found


def with_value(given: Any, path: tuple[str | int, ...], value: Any) -> Any:
    """The raw parameters with one more in its place; a number in the path is a place in a list."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        items = list(given) if isinstance(given, list) else []
        first = with_value(items[0] if items else None, rest, value)
        return [first, *items[1:]]
    known = given if isinstance(given, dict) else {}
    return {**known, step: with_value(known.get(step), rest, value)}


def without(given: Any, path: tuple[str | int, ...]) -> Any:
    """The raw parameters with one of them less."""
    step, rest = path[0], path[1:]
    if isinstance(given, list):
        return [without(given[0], rest), *given[1:]]
    left = {name: value for name, value in given.items() if name != step}
    return {**left, step: without(given[step], rest)} if rest else left
