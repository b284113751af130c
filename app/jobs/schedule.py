"""Which functions may run later, and which of them run by the clock."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from app import clock

F = TypeVar("F", bound=Callable[..., None])

_functions: dict[str, Callable[..., None]] = {}
_recurring: dict[str, timedelta] = {}


def job(*, every: timedelta | None = None) -> Callable[[F], F]:
    """Let a function run later. Its dotted name is what the outbox stores."""

    def register(function: F) -> F:
        _functions[name_of(function)] = function
        if every:
            _recurring[name_of(function)] = every
        return function

    return register


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def hours(count: int) -> timedelta:
    return timedelta(hours=count)


def name_of(function: Callable[..., None]) -> str:
    return f"{function.__module__}.{function.__qualname__}".removeprefix("app.")


def function_named(name: str) -> Callable[..., Any]:
    if name not in _functions:
        raise LookupError(f"{name} is not a @job()")
    return _functions[name]


def recurring() -> dict[str, timedelta]:
    """Each job that runs by the clock, and how often."""
    return dict(sorted(_recurring.items()))


def current_slots() -> dict[str, str]:
    """Each recurring job's present slot of time, the same on every machine."""
    now = clock.now().timestamp()
    return {
        f"{name}@{int(now // every.total_seconds())}": name for name, every in _recurring.items()
    }
