"""Holds an answer against what the SDK declares: fields missing, fields too many, wrong types."""

import typing
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any

from stripe import ListObject, StripeObject
from stripe._stripe_object import UntypedStripeObject

from sandbox.shapes import optional, resource_class


def complaints(row: dict[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """(`missing` | `undeclared` | `wrong type`, path) for all that is not as declared."""
    kind = row["object"]
    declared = resource_class(kind)
    assert declared is not None, kind
    yield from _hash(row, declared, path or kind)


@cache
def _fields(declared: type) -> dict[str, Any]:
    notes = declared.__dict__.get("__annotations__", {})
    return {
        name: note
        for name, note in notes.items()
        if not name.startswith("_") and typing.get_origin(note) is not typing.ClassVar
    }


def _hash(row: dict[str, Any], declared: type, path: str) -> Iterator[tuple[str, str]]:
    fields = _fields(declared)
    for name in fields.keys() - row.keys() - {"deleted"}:
        yield "missing", f"{path}.{name}"
    for name in row.keys() - fields.keys():
        yield "undeclared", f"{path}.{name}"
    for name in row.keys() & fields.keys():
        yield from _value(row[name], fields[name], f"{path}.{name}")


def _value(value: Any, note: Any, path: str) -> Iterator[tuple[str, str]]:
    choices = typing.get_args(note) if typing.get_origin(note) is typing.Union else (note,)
    if value is None:
        fine = optional(note)
    elif isinstance(value, dict):
        yield from _nested(value, choices, path)
        return
    elif isinstance(value, list):
        items = [typing.get_args(c)[0] for c in choices if typing.get_origin(c) is list]
        fine = bool(items)
        for row in value if items else []:
            yield from _value(row, items[0], f"{path}[]")
    else:
        fine = _plain(value, choices)
    if not fine:
        yield "wrong type", path


def _nested(
    value: dict[str, Any], choices: tuple[Any, ...], path: str
) -> Iterator[tuple[str, str]]:
    objects = [c for c in choices if isinstance(c, type) and issubclass(c, StripeObject)]
    origins = [typing.get_origin(choice) for choice in choices]
    if objects:
        yield from _hash(value, objects[0], path)
    elif "object" not in value and not {UntypedStripeObject, ListObject} & set(origins):
        yield "wrong type", path


def _plain(value: Any, choices: tuple[Any, ...]) -> bool:
    if isinstance(value, str):
        words = [word for c in choices if typing.get_origin(c) is typing.Literal
                 for word in typing.get_args(c)]  # fmt: skip
        if words:
            return value in words
        return str in choices or Decimal in choices
    if isinstance(value, bool):
        return bool in choices or any(value in typing.get_args(choice) for choice in choices)
    return type(value) in choices or (isinstance(value, int) and float in choices)
