"""How much of the tests' time is spent in the sandbox, in this process and its threads."""

import threading
import time
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from sandbox import Sandbox

GOAL = 0.15
PROPERTY = "seconds in the sandbox"


class Stopwatch:
    """Seconds inside watched functions; one that calls another counts once."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._inside = threading.local()

    def watch(self, owner: Any, name: str) -> None:
        """Time a method from now on."""
        setattr(owner, name, self._timed(getattr(owner, name)))

    def taken(self) -> float:
        """The seconds since this was last asked."""
        seconds, self.seconds = self.seconds, 0.0
        return seconds

    def _timed(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def timed(*args: Any, **kwargs: Any) -> Any:
            if getattr(self._inside, "now", False):
                return function(*args, **kwargs)
            self._inside.now, began = True, time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                self.seconds += time.perf_counter() - began
                self._inside.now = False

        return timed


WATCH = Stopwatch()


def begin() -> None:
    """Watch what a test has to wait for: calls, the clock, a new sandbox, a reset."""
    for name in ("__init__", "wsgi_app", "advance", "reset"):
        WATCH.watch(Sandbox, name)


def in_words(reports: Iterable[Any]) -> str:
    """The share of all reported phases, and of those outside the sandbox's own tests."""
    every = [report for report in reports if hasattr(report, "duration")]
    others = [report for report in every if not report.nodeid.startswith("tests/sandbox/")]
    return (
        f"The sandbox took {_share(every):.0%} of the tests' time, "
        f"{_share(others):.0%} outside its own tests (goal: ≤ {GOAL:.0%})."
    )


def _share(reports: list[Any]) -> float:
    whole = sum(report.duration for report in reports)
    inside = sum(
        seconds for report in reports if report.when == "teardown"
        for name, seconds in report.user_properties if name == PROPERTY
    )  # fmt: skip
    return inside / whole if whole else 0.0
