"""What npm's @stripe/stripe-js declares, read out of its TypeScript declarations."""

import re
from functools import cache
from pathlib import Path

from tests.sandbox.official import installed

STRIPE_JS = "@stripe/stripe-js@10.2.1"
METHOD = re.compile(r"^  (\w+)(?:<\w+>)?(?:\(|: \()", re.MULTILINE)
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)


@cache
def package() -> Path:
    """Its folder."""
    return installed("stripe-js", STRIPE_JS) / "node_modules/@stripe/stripe-js"


def methods(file: str, name: str) -> set[str]:
    """The methods of an interface, or of a type that is a hash of them."""
    return set(METHOD.findall(_body(file, name)))


def events(file: str, name: str) -> set[str]:
    """The events that can be listened to."""
    return set(re.findall(r"eventType: '(\w+)'", _body(file, name)))


def element_types() -> set[str]:
    """The names of all Elements."""
    found = re.search(r"type StripeElementType =([^;]*);", _text("elements-group"))
    assert found
    return set(re.findall(r"'(\w+)'", found[1]))


def _body(file: str, name: str) -> str:
    start = re.search(rf"(?:interface {name}|type {name} =[^{{;]*) ?\{{\n", _text(file))
    assert start, name
    return _text(file)[start.end() :].split("\n}", 1)[0]


@cache
def _text(file: str) -> str:
    path = package() / f"dist/stripe-js/{file}.d.ts"
    return COMMENT.sub("", path.read_text())
