"""Tries every declared parameter alone on calls as they are made, and undoes each try; one that
a call already has is left out for once.

A try runs the call's own handler on the state as it is, with the same clock and the same dice as
the call without the parameter. So whatever differs, the parameter has done it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from sandbox import protocol
from sandbox.exceptions import NOT_PLAYED
from tests.sandbox.examples import examples
from tests.sandbox.parameters import Field, parameters
from tests.sandbox.trying import Outcome, Trying, with_value, without

MOST_BASES = 25  # calls of one kind on which a parameter may show what it does
KEYS = (0, "usd", "key")  # where one of several stands in for all
Path = tuple[str | int, ...]


class Probes:
    """What was seen of each parameter of each call: it `changed` something, nothing was different
    (`same`), it was `refused`."""

    def __init__(self) -> None:
        self.seen: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self.bases: Counter[str] = Counter()
        self.shapes: set[Any] = set()
        self.rows: list[dict[str, Any]] = []

    def watch(self, asked: protocol.Asked) -> None:
        """Probe with this call as the base, unless enough of its like were."""
        name = asked.route.params
        if self.bases[name] >= MOST_BASES:
            return
        with Trying(asked) as trying:
            base = trying.outcome(asked.given)
            shape = (asked.route.path, frozenset(asked.given), _state(base.answer))
            if not base.refused and shape not in self.shapes:
                self.shapes.add(shape)
                self.bases[name] += 1
                probe = Probe(trying, self.seen[name], self.rows)
                probe.each_left_out(asked.given, base)
                probe.all_of(parameters(name), (), asked.given, base)


class Probe:
    """One call with one parameter more or less, for each parameter."""

    def __init__(self, trying: Trying, seen: dict[str, set[str]], rows: list[Any]) -> None:
        self.trying = trying
        self.seen = seen
        self.rows = rows

    def all_of(self, fields: dict[str, Field], path: Path, given: Any, base: Outcome) -> None:
        """Everything that may stand in one hash."""
        for field in fields.values():
            if field.name in NOT_PLAYED:
                continue
            if field.hash:
                self._hash(field, (*path, field.name), given, base)
            elif "changed" not in self.seen[bracketed((*path, field.name))]:
                self._leaf(field, (*path, field.name), given, base)

    def each_left_out(self, given: Any, base: Outcome) -> None:
        """The call without one of what it has."""
        for path in _leaves(given):
            if self.trying.outcome(without(given, path)).differs_from(base):
                self.seen[bracketed(path)].add("changed")

    def _leaf(self, field: Field, path: Path, given: Any, base: Outcome) -> None:
        for value in examples(field, self.trying.account, base.answer):
            if "changed" in self.seen[bracketed(path)]:
                return
            self._try(field, path, given, base, value)

    def _hash(self, field: Field, path: Path, given: Any, base: Outcome) -> None:
        """The least that may be sent of it first, then all that may be in it."""
        below = (*path, 0) if field.listed else (*path, _key(field.name)) if field.keyed else path
        if _given_there(given, below):
            self.all_of(field.fields, below, given, base)
            return
        for least in self._least(field, base):
            found = self._try(field, path, given, base, least) if least else base
            if not found.refused:
                inner = with_value(given, below, least) if least else given
                self.all_of(field.fields, below, inner, found)
                return

    def _try(self, field: Field, path: Path, given: Any, base: Outcome, value: Any) -> Outcome:
        if field.listed:
            value = [value]
        elif field.keyed:
            value = {_key(field.name): value}
        found = self.trying.outcome(with_value(given, path, value))
        word = "refused" if found.refused else "changed" if found.differs_from(base) else "same"
        self.seen[bracketed(path)].add(word)
        self.rows += found.objects if word == "changed" else []
        return found

    def _least(self, field: Field, base: Outcome) -> Iterator[dict[str, Any]]:
        """The required parameters of a hash, once for each kind it may be of."""
        required = [inner for inner in field.fields.values() if inner.required]
        least = {inner.name: self._first(inner, base) for inner in required}
        kinds = next((inner for inner in required if inner.words and not inner.hash), None)
        for word in [word for word in kinds.words if word] if kinds else [None]:
            yield {**least, kinds.name: word} if kinds else least

    def _first(self, field: Field, base: Outcome) -> Any:
        if field.hash:
            value: Any = next(self._least(field, base))
        else:
            value = next(examples(field, self.trying.account, base.answer))
        return [value] if field.listed else {_key(field.name): value} if field.keyed else value


def _state(answer: Any) -> Any:
    return answer.get("status"), bool(answer.get("data"))


def bracketed(path: Path) -> str:
    """`line_items[][price]`, `currency_options[][unit_amount]`."""
    return f"{path[0]}" + "".join(f"[{'' if step in KEYS else step}]" for step in path[1:])


def _leaves(given: Any, path: Path = ()) -> Iterator[Path]:
    """Where a call's own parameters are; of several in a list the first."""
    if isinstance(given, dict):
        for name, value in given.items():
            yield from _leaves(value, (*path, name))
    elif isinstance(given, list) and given and isinstance(given[0], dict):
        yield from _leaves(given[0], (*path, 0))
    else:
        yield path


def _key(name: str) -> str:
    return "usd" if name == "currency_options" else "key"


def _given_there(given: Any, path: Path) -> bool:
    for step in path:
        if isinstance(step, int):
            given = given[step] if isinstance(given, list) and len(given) > step else None
        else:
            given = given.get(step) if isinstance(given, dict) else None
    return isinstance(given, dict)
