"""The sandbox's own time: the machine's, moved forward as somebody asks."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Held(threading.local):
    """The moment at which one thread sees time stand still."""

    moment: int | None = None


class Clock:
    """Seconds since 1970 plus what it was moved by; held still while due things are run. One that
    stands `at` a moment goes on only when it is moved."""

    def __init__(self, at: int | None = None) -> None:
        self.moved_by = 0
        self._at = at
        self._held = Held()

    def now(self) -> int:
        """The sandbox's time, whole seconds."""
        held = self._held.moment
        return held if held is not None else self.own()

    def own(self) -> int:
        """The same, whatever moment is held."""
        return self._unmoved() + self.moved_by

    def advance(self, seconds: int) -> None:
        """Move forward."""
        self.moved_by += seconds

    def set(self, moment: int) -> None:
        """Show this moment now."""
        self.moved_by = moment - self._unmoved()

    def reset(self) -> None:
        """Show the time again that it began with."""
        self.moved_by = 0

    def _unmoved(self) -> int:
        return int(time.time()) if self._at is None else self._at

    @contextmanager
    def held_at(self, moment: int) -> Iterator[None]:
        """Show one moment while something that was due then is done, to this thread alone."""
        before, self._held.moment = self._held.moment, moment
        try:
            yield
        finally:
            self._held.moment = before
