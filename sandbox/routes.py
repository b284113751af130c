"""The table of calls: an object's file says which address does what with which parameters."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.account import Account
from sandbox.shapes import Row

Handler = Callable[..., Row]


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


ROUTES: list[Route] = []


def route(
    method: str,
    path: str,
    params: str,
    *,
    legacy: dict[str, Any] | None = None,
    publishable: bool = False,
) -> Callable[[Handler], Handler]:
    """Registers the function below it. `params` is the SDK's class of parameters, `legacy` what
    older API versions took besides, `publishable` whether a browser may call it."""

    def registered(handler: Handler) -> Handler:
        ROUTES.append(Route(method, path, params, handler, legacy or {}, publishable))
        return handler

    return registered
