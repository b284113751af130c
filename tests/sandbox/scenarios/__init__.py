"""One of everything the sandbox can make, in as many states as it has.

Each module here with a `run(s: Scenario)` is the story of one room and is found by itself. It is
told in a sandbox of its own; then everything in it is read in every way. What takes things away
belongs into a function `end(s: Scenario)` beside it, told last.
"""

import pkgutil
from importlib import import_module
from types import ModuleType
from typing import Any

from sandbox import create_sandbox
from tests.sandbox.conftest import Raw
from tests.sandbox.scenarios.reading import read_all
from tests.sandbox.scenarios.scenario import Scenario

MOMENT = 1_800_000_000  # told at one moment, so that each telling is the same


def everything() -> list[dict[str, Any]]:
    """Every object of every story, as it was answered and as it was told of."""
    return [row for story in _stories() for row in _read(story).rows()]


def begun() -> list[Scenario]:
    """Every story in its sandbox, without its end."""
    return [_told(story) for story in _stories()]


def _stories() -> list[ModuleType]:
    modules = [
        import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)
    ]
    return [module for module in modules if hasattr(module, "run")]


def _told(story: ModuleType) -> Scenario:
    sandbox = create_sandbox(seed=1, at=MOMENT)
    sandbox.api.raises = True
    s = Scenario(sandbox, Raw(sandbox))
    story.run(s)
    return s


def _read(story: ModuleType) -> Scenario:
    s = _told(story)
    s.get("events?limit=100")
    read_all(s)
    if hasattr(story, "end"):
        story.end(s)
    return s
