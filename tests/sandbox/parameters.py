"""What the SDK declares about a call's parameters, as a tree, read from its TypedDicts alone."""

import re
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from importlib import import_module
from typing import Any, NotRequired, Required

from stripe import RequestOptions
from stripe._stripe_object import UntypedStripeObject
from typing_extensions import is_typeddict

UNION = (typing.Union, type(int | str))
SCALAR = (str, int, bool, float, Decimal)
NAMES = dict.fromkeys(("StripeContext", "StripeStreamResponse"), Any) | {
    "Mapping": Mapping,
    "Decimal": Decimal,
    "UntypedStripeObject": dict,
}


@dataclass
class Field:
    """One parameter: the words, kinds of scalar and hashes it may be; `listed` ones come in lists,
    `keyed` ones under names of the caller's own."""

    name: str
    required: bool = False
    words: list[str] = field(default_factory=list)
    scalars: list[type] = field(default_factory=list)
    hash: type | None = None
    listed: bool = False
    keyed: bool = False

    @property
    def fields(self) -> dict[str, "Field"]:
        """What is inside, if it is a hash or a list of them."""
        return fields_of(self.hash) if self.hash else {}


def parameters(name: str) -> dict[str, Field]:
    """The parameters of `PaymentIntentCreateParams` or `checkout.SessionCreateParams`."""
    package, _, last = name.rpartition(".")
    words = [word.lower() for word in re.findall(r"[A-Z][a-z0-9]*", last)]
    module = import_module(
        ".".join(filter(None, ("stripe.params", package, "_" + "_".join(words))))
    )
    return fields_of(getattr(module, last))


@cache
def fields_of(declared: Any) -> dict[str, Field]:
    """The fields of one TypedDict."""
    notes = typing.get_type_hints(declared, localns=NAMES, include_extras=True)
    own = {name: note for name, note in notes.items() if name not in RequestOptions.__annotations__}
    return {
        name: _read(Field(name, required=name in declared.__required_keys__), note)
        for name, note in own.items()
        if name != "expand"
    }


def _read(found: Field, note: Any) -> Field:
    origin, parts = typing.get_origin(note), typing.get_args(note)
    if origin is typing.Literal:
        found.words += [str(word) for word in parts]
    elif origin in (NotRequired, Required, *UNION):
        for part in parts:
            _read(found, part)
    elif origin in (list, typing.Sequence):
        found.listed = True
        _read(found, parts[0])
    elif origin in (dict, UntypedStripeObject):
        found.keyed = True
        _read(found, parts[-1])
    elif is_typeddict(note):
        found.hash = note
    elif note in SCALAR:
        found.scalars.append(note)
    return found
