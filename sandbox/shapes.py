"""What an object looks like before anything is known: every field the SDK declares, mostly null."""

import typing
from functools import cache
from typing import Any

from stripe import StripeObject
from stripe._object_classes import OBJECT_CLASSES, get_object_class

Row = dict[str, Any]


@cache
def resource_class(kind: str) -> type[StripeObject] | None:
    """The SDK's class for `payment_intent`, or None."""
    return get_object_class("V1", kind) if kind in OBJECT_CLASSES else None


@cache
def fields(kind: str) -> dict[str, Any]:
    """Field name → annotation, as the SDK declares them."""
    found = resource_class(kind)
    return dict(_annotations(found)) if found else {}


def _annotations(of: type) -> dict[str, Any]:
    return {
        name: note
        for name, note in of.__dict__.get("__annotations__", {}).items()
        if not name.startswith("_") and typing.get_origin(note) is not typing.ClassVar
    }


def optional(note: Any) -> bool:
    """Whether null is a declared value."""
    return type(None) in typing.get_args(note)


@cache
def _template(kind: str) -> tuple[Row, tuple[str, ...]]:
    notes = fields(kind)
    row: Row = {"id": None, "object": kind}
    for name in sorted(notes):
        if name not in row and name != "deleted":
            row[name] = _empty(notes[name])
    mutable = tuple(name for name, value in row.items() if isinstance(value, (dict, list)))
    return row, mutable


def blank(kind: str) -> Row:
    """A new row of this kind with every declared field."""
    template, mutable = _template(kind)
    row = template.copy()
    for name in mutable:
        row[name] = type(row[name])(row[name])
    return row


def _empty(note: Any) -> Any:
    if optional(note) or note is Any:
        return None
    origin = typing.get_origin(note)
    if origin is list:
        return []
    if note is bool:
        return False
    if isinstance(note, type) and issubclass(note, StripeObject):
        return nested(note)
    if origin is not None and isinstance(origin, type) and issubclass(origin, StripeObject):
        return {}
    return None


def nested(of: type) -> Row:
    """A nested object with every field it declares."""
    return {name: _empty(note) for name, note in sorted(_annotations(of).items())}


@cache
def _part_template(path: str) -> Row:
    steps = path.split(".")
    classes = [step for step in steps if step[0].isupper()]
    found: Any = resource_class(".".join(steps[: -len(classes)]))
    for name in classes:
        found = getattr(found, name)
    return nested(found)


def part(path: str, **values: Any) -> Row:
    """A nested object by its class path, `part("charge.Outcome", type="authorized")`."""
    return {**_part_template(path), **values}


def declared_options(kind: str, given: Row) -> Row:
    """`payment_method_options` as they are shown: what is only sent (a `cryptogram`) is left out."""
    methods = _annotations(vars(resource_class(kind))["PaymentMethodOptions"])
    return {
        method: {name: value for name, value in options.items() if name in _declared(methods[method])}
        for method, options in given.items()
        if method in methods
    }  # fmt: skip


def _declared(note: Any) -> set[str]:
    """The fields of the hash in an annotation."""
    choices = [note, *typing.get_args(note)]
    return {
        name
        for choice in choices
        if isinstance(choice, type) and issubclass(choice, StripeObject)
        for name in _annotations(choice)
    }
