"""Every call that the SDK knows is here, or it is said that it is not."""

import re
from pathlib import Path

import stripe

from sandbox import exceptions
from sandbox.objects import load
from sandbox.routes import ROUTES

load()
CALL = re.compile(r'_request\(\s*"(\w+)",\s*"(/v1/[^"]+)"')
Calls = set[tuple[str, str]]


def test_each_call_of_the_sdk_is_here_or_listed_as_missing() -> None:
    known = {call for call in _declared() if not _of_a_family(call[1])}

    missing = {f"{method} {path}" for method, path in known - _played()}
    assert missing == set(exceptions.NO_ROUTE)


def test_nothing_of_a_family_that_is_said_to_be_missing_is_here() -> None:
    assert [call for call in _played() if _of_a_family(call[1])] == []
    for family in exceptions.NO_FAMILY:
        assert any(f"{path}/".startswith(f"/v1/{family}/") for _, path in _declared()), family


def _declared() -> Calls:
    """What the SDK's own services ask for."""
    services = Path(stripe.__file__).parent.rglob("*_service.py")
    found = [call for file in services for call in CALL.findall(file.read_text())]
    return {(method.upper(), re.sub(r"{\w+}", "<>", path)) for method, path in found}


def _played() -> Calls:
    return {(route.method, re.sub(r"<\w+>", "<>", route.path)) for route in ROUTES}


def _of_a_family(path: str) -> bool:
    return any(f"{path}/".startswith(f"/v1/{family}/") for family in exceptions.NO_FAMILY)
