"""The table of calls: an object's file says which address does what with which parameters."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sandbox.account import Account
from sandbox.answers import Document
from sandbox.shapes import Row

Handler = Callable[..., Row | Document]
Some = TypeVar("Some", bound=Handler)


@dataclass
class Call:
    """One request on its way to an object: who asks, with what."""

    account: Account
    params: dict[str, Any]
    pinned: bool = True  # whether it asks for the SDK's own API version
    publishable: bool = False  # whether it comes from a browser
    base_url: str = ""
    url: str = ""


@dataclass(frozen=True)
class Route:
    """One address of the API."""

    method: str
    path: str
    params: str
    handler: Handler
    legacy: dict[str, Any] = field(default_factory=dict)
    publishable: bool = False
    browser: dict[str, Any] = field(default_factory=dict)


ROUTES: list[Route] = []
BY_RESOURCE: dict[tuple[str, str, int], list[tuple[tuple[str, ...], Route]]] = {}


def find(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The route of an address and what its placeholders stand for; words win over placeholders."""
    steps = path.split("/")
    best: tuple[Route, dict[str, str]] | None = None
    for pattern, known in BY_RESOURCE.get((method, "".join(steps[2:3]), len(steps)), ()):
        named = _matched(pattern, steps)
        if named is not None and (best is None or len(named) < len(best[1])):
            best = (known, named)
    return best


def _matched(pattern: tuple[str, ...], steps: list[str]) -> dict[str, str] | None:
    named: dict[str, str] = {}
    for wanted, step in zip(pattern, steps, strict=True):
        if wanted[:1] == "<" and step:
            named[wanted[1:-1]] = step
        elif wanted != step:
            return None
    return named


def route(
    method: str,
    path: str,
    params: str,
    *,
    legacy: dict[str, Any] | None = None,
    publishable: bool = False,
    browser: dict[str, Any] | None = None,
) -> Callable[[Some], Some]:
    """Registers the function below it. `params` is the SDK's class of parameters, `legacy` what
    older API versions took besides, `publishable` whether a browser may call it, `browser` what
    only Stripe.js sends."""

    def registered(handler: Some) -> Some:
        steps = tuple(path.split("/"))
        known = Route(method, path, params, handler, legacy or {}, publishable, browser or {})
        ROUTES.append(known)
        BY_RESOURCE.setdefault((method, steps[2], len(steps)), []).append((steps, known))
        return handler

    return registered
