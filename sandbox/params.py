"""Checks a request against the SDK's own parameter types and turns its strings into values.

The TypedDicts in `stripe/params` are generated from Stripe's OpenAPI description; each is compiled
once, on first use, into a tree of small checkers.
"""

import re
import typing
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from importlib import import_module
from typing import Any, NotRequired, Required

from stripe import RequestOptions
from stripe._stripe_object import UntypedStripeObject
from typing_extensions import is_typeddict

from sandbox.errors import ParameterRefused
from sandbox.form import Items
from sandbox.values import SCALARS, anything, metadata, missing, string, within

Check = Callable[[Any, str], Any]
NO_LONGER = (
    "The payment_method_types parameter is no longer supported in this API version. Use dynamic "
    "payment methods, or allowed_payment_method_types or excluded_payment_method_types instead."
)
OPTIONS = frozenset(RequestOptions.__annotations__)
NOT_TYPED = {"Any": Any, "Decimal": Decimal, "StripeStreamResponse": Any}


@cache
def checker(name: str, legacy: tuple[tuple[str, Any], ...] = ()) -> "Hash":
    """The checker for one parameter class, say `PaymentIntentCreateParams`; `legacy` adds names
    that an older API version still took; one that is required now may be missing if it is there."""
    words = re.findall(r"[A-Z][a-z0-9]*", name.rpartition(".")[2])
    package = name.rpartition(".")[0]
    prefix = f"stripe.params.{package}." if package else "stripe.params."
    module = import_module(prefix + "_" + "_".join(word.lower() for word in words))
    hashed = _hash(getattr(module, name.rpartition(".")[2]))
    for key, annotation in legacy:
        hashed = _with(hashed, key.split("."), compiled(annotation, {}))
    return hashed


def _with(hashed: "Hash", steps: list[str], more: Check) -> "Hash":
    """A checker that takes one name more, which may be deep inside (`phases.iterations`)."""
    first, *rest = steps
    known = hashed.fields.get(first)
    if rest and isinstance(known, List) and isinstance(known.item, Lazy):
        more = List(_with(_hash(known.item.typed_dict), rest, more))
    return Hash(hashed.fields | {first: more}, hashed.required - {first})


class Hash:
    """A hash with known fields."""

    def __init__(self, fields: dict[str, Check], required: frozenset[str]) -> None:
        self.fields = fields
        self.required = required

    def __call__(self, value: Any, path: str = "") -> dict[str, Any]:
        given = as_hash(value, path)
        unknown = [within(path, key) for key in given if key not in self.fields]
        if unknown:
            plural = "s" if len(unknown) > 1 else ""
            names = ", ".join(key[:100] for key in unknown[:10])
            raise ParameterRefused(
                f"Received unknown parameter{plural}: {names}",
                code="parameter_unknown",
                param=unknown[0][:100],
            )
        for key in self.required:
            if key not in given:
                self._missing(given, path)
        return {key: self.fields[key](item, within(path, key)) for key, item in given.items()}

    def _missing(self, given: Mapping[str, Any], path: str) -> None:
        first = next(key for key in self.fields if key in self.required and key not in given)
        name = within(path, first)
        raise missing(name)


def refuse_types(given: Mapping[str, Any]) -> None:
    """The pinned version does not take `payment_method_types`."""
    if "payment_method_types" in given:
        raise ParameterRefused(
            NO_LONGER,
            code="payment_method_types_no_longer_supported",
            param="payment_method_types",
        )


def as_hash(value: Any, path: str) -> dict[str, Any]:
    """A hash, or Stripe's words for something that is none."""
    if isinstance(value, Items):
        return value.as_hash
    if not isinstance(value, dict):
        raise ParameterRefused("Invalid object", param=path)
    return value


def _hash(typed_dict: Any) -> Hash:
    scope = vars(import_module(typed_dict.__module__))
    names = {key: note for key, note in typed_dict.__annotations__.items() if key not in OPTIONS}
    fields = {key: compiled(note, scope) for key, note in names.items()}
    fields.setdefault("expand", List(string))
    return Hash(fields, typed_dict.__required_keys__ - OPTIONS)


def compiled(note: Any, scope: Mapping[str, Any]) -> Check:
    """The checker of one annotation."""
    note = _resolved(note, scope)
    origin, parts = typing.get_origin(note), typing.get_args(note)
    if origin in (NotRequired, Required):
        return compiled(parts[0], scope)
    if note in SCALARS:
        return SCALARS[note]
    if origin is typing.Literal:
        return Choice([], parts, is_open=False)
    if origin in (list, typing.Sequence):
        return List(compiled(parts[0], scope))
    if origin in (dict, UntypedStripeObject):
        return Mapped(compiled(parts[-1], scope))
    if is_typeddict(note):
        return Lazy(note)
    if parts:
        return _choice([_resolved(part, scope) for part in parts], scope)
    return anything


def _resolved(note: Any, scope: Mapping[str, Any]) -> Any:
    if isinstance(note, typing.ForwardRef):
        note = note.__forward_arg__
    if not isinstance(note, str):
        return note
    try:
        return eval(note, {**vars(typing), **NOT_TYPED, **scope})  # noqa: S307 (the SDK's own text)
    except NameError:
        return Any


def _choice(parts: list[Any], scope: Mapping[str, Any]) -> Check:
    literals = [
        word for part in parts if typing.get_origin(part) is typing.Literal
        for word in typing.get_args(part)
    ]  # fmt: skip
    rest = [part for part in parts if typing.get_origin(part) is not typing.Literal]
    is_open = str in rest and not any(literals)
    others = [compiled(part, scope) for part in rest if part not in (str, type(None))]
    return Choice(others, literals, is_open=is_open)


class Lazy:
    """A nested hash, compiled when somebody first sends it."""

    def __init__(self, typed_dict: Any) -> None:
        self.typed_dict = typed_dict
        self.hash: Hash | None = None

    def __call__(self, value: Any, path: str) -> Any:
        if self.hash is None:
            self.hash = _hash(self.typed_dict)
        return self.hash(value, path)


class List:
    """A list of one kind of thing."""

    def __init__(self, item: Check) -> None:
        self.item = item

    def __call__(self, value: Any, path: str) -> list[Any]:
        if value == "":
            return []
        if not isinstance(value, list):
            raise ParameterRefused("Invalid array", param=path)
        return [self.item(item, f"{path}[{place}]") for place, item in enumerate(value)]


class Mapped:
    """A hash with any keys, above all metadata."""

    def __init__(self, item: Check) -> None:
        self.item = item

    def __call__(self, value: Any, path: str) -> dict[str, Any]:
        given = as_hash(value, path)
        if path.endswith(("metadata", "metadata]")):
            return metadata(given, path)
        return {key: self.item(item, within(path, key)) for key, item in given.items()}


class Choice:
    """One of several kinds: words from a list, an empty string that unsets, a hash, a number."""

    def __init__(self, others: list[Check], words: Any, *, is_open: bool) -> None:
        self.words = [word for word in words if word not in ("", None)]
        self.clears = "" in words
        self.is_open = is_open
        self.others = others

    def __call__(self, value: Any, path: str) -> Any:
        if value == "" and self.clears:
            return ""
        if isinstance(value, str) and value in self.words:
            return value
        if isinstance(value, (dict, list)):
            return self._nested(value, path)
        for other in self.others:
            if not isinstance(other, (Lazy, List, Mapped)):
                return other(value, path)
        if self.is_open:
            return string(value, path)
        raise self._refusal(value, path)

    def _nested(self, value: Any, path: str) -> Any:
        wants = List if isinstance(value, list) else (Lazy, Mapped)
        for other in self.others:
            if isinstance(other, wants):
                return other(value, path)
        for other in self.others:
            if isinstance(other, (Lazy, Mapped, List)):
                return other(value, path)
        raise ParameterRefused(f"Invalid string: {str(value)[:100]}", param=path)

    def _refusal(self, value: Any, path: str) -> ParameterRefused:
        if not self.words:
            return ParameterRefused("Invalid object", param=path)
        words = [str(word) for word in self.words]
        listed = words[0] if len(words) == 1 else ", ".join(words[:-1]) + f", or {words[-1]}"
        if len(words) == 2:
            listed = " or ".join(words)
        return ParameterRefused(f"Invalid {path}: must be one of {listed}", param=path)
