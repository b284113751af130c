"""What the stories show of the sandbox's gaps; `python -m tests.sandbox.findings` writes them down.

The lists in `sandbox/exceptions.py` that are found and not decided: look at what has changed there
before it is kept.
"""

import re
import textwrap
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sandbox import exceptions, protocol
from sandbox.shapes import Row, resource_class
from tests.sandbox.declared import complaints
from tests.sandbox.parameters import Field, parameters
from tests.sandbox.probes import Probes, bracketed
from tests.sandbox.scenarios import everything

Lists = dict[str, set[str]]
Complaints = set[tuple[str, str]]


class Findings:
    """One of everything, and each parameter tried."""

    def __init__(self) -> None:
        self.calls: set[tuple[str, str]] = set()
        self.probes = Probes()
        work = protocol.Protocol._work

        def watched(self_: protocol.Protocol, asked: protocol.Asked) -> Any:
            self.calls.add((asked.route.method, asked.route.path))
            self.probes.watch(asked)
            return work(self_, asked)

        with patch.object(protocol.Protocol, "_work", watched):
            rows = everything() + self.probes.rows
        self.rows = list({repr(row): row for row in rows}.values())  # most come again and again

    @cached_property
    def complaints(self) -> Complaints:
        """What is not as the SDK declares it: kind of complaint and path."""
        rows = (row for row in self.rows if row["object"] != "account")
        return {pair for row in rows for pair in complaints(row)}

    @property
    def no_effect(self) -> Lists:
        """Parameters class → what was accepted, and nothing was different."""
        return self._parameters("same")

    @property
    def never_taken(self) -> Lists:
        """Parameters class → what was refused whatever it was."""
        return self._parameters("refused")

    def _parameters(self, verdict: str) -> Lists:
        found = {name: set(_of(verdict, self.probes.seen[name], parameters(name), ()))
                 for name in sorted(self.probes.seen)}  # fmt: skip
        return {name: paths for name, paths in found.items() if paths}

    @property
    def always_null(self) -> Lists:
        """Kind of object → fields that no answer ever had anything in."""
        filled: dict[str, dict[str, bool]] = defaultdict(dict)
        for row in self.rows:
            for kind, path, value in _values(row, row["object"], ""):
                filled[kind][path] = filled[kind].get(path, False) or value is not None
        found = {kind: {path for path, ever in paths.items() if not ever}
                 for kind, paths in sorted(filled.items())}  # fmt: skip
        return {kind: paths for kind, paths in found.items() if paths}


def _of(
    verdict: str, seen: dict[str, set[str]], fields: dict[str, Field], path: tuple[str, ...]
) -> Iterator[str]:
    for field in fields.values():
        here = (*path, field.name)
        if field.name not in exceptions.NOT_PLAYED:
            whole = _verdicts(seen, field, here)
            if whole == {verdict}:
                yield bracketed(here)
            elif field.hash:
                yield from _of(verdict, seen, field.fields, _inside(field, here))


def _verdicts(seen: dict[str, set[str]], field: Field, path: tuple[str, ...]) -> set[str]:
    """What is true of a parameter and of all in it: one verdict, or several."""
    own = seen.get(bracketed(path), set())
    found = {"changed" if "changed" in own or len(own) > 1 else word for word in own}
    for inner in field.fields.values():
        if inner.name not in exceptions.NOT_PLAYED:
            found |= _verdicts(seen, inner, (*_inside(field, path), inner.name))
    return found


def _inside(field: Field, path: tuple[str, ...]) -> tuple[str, ...]:
    return (*path, "") if field.listed or field.keyed else path


def _values(row: Row, kind: str, path: str) -> Iterator[tuple[str, str, Any]]:
    for name, value in row.items():
        here = f"{path}.{name}" if path else name
        if name in exceptions.NOT_PLAYED and "payment_method" in f"{kind}.{path}":
            continue
        yield kind, here, value
        for below in value if isinstance(value, list) else [value]:
            if isinstance(below, dict):
                yield from _below(below, kind, f"{here}[]" if below is not value else here)


def _below(value: Row, kind: str, path: str) -> Iterator[tuple[str, str, Any]]:
    if resource_class(str(value.get("object"))):
        yield from _values(value, value["object"], "")
    elif path.rpartition(".")[2] not in ("metadata", "previous_attributes"):
        yield from _values(value, kind, path)


def write(findings: Findings, file: Path) -> None:
    """Put what was found into its places in the file."""
    text = file.read_text()
    for name in ("always_null", "no_effect", "never_taken"):
        blocks = [_block(key, names) for key, names in getattr(findings, name).items()]
        fresh = f"_{name.upper()} = {{\n{''.join(blocks)}}}\n"
        known = re.compile(rf"^_{name.upper()} = {{\n.*?^}}\n", re.MULTILINE | re.DOTALL)
        before, after = known.split(text)
        text = before + fresh + after
    file.write_text(text)


def _block(key: str, names: set[str]) -> str:
    line = f'    "{key}": "{" ".join(sorted(names))}",\n'
    if len(line) <= 100:
        return line
    words = textwrap.fill(
        " ".join(sorted(names)), 99, initial_indent=" " * 8, subsequent_indent=" " * 8,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
    return f'    "{key}": """\n{words}\n    """,\n'


if __name__ == "__main__":
    write(Findings(), Path(str(exceptions.__file__)))
