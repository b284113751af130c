"""The sandbox's own time: the machine's, moved forward as somebody asks."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Clock:
    """Seconds since 1970 plus what it was moved by; held still while due things are run."""

    def __init__(self) -> None:
        self.moved_by = 0
        self._held: int | None = None

    def now(self) -> int:
        """The sandbox's time, whole seconds."""
        return self._held if self._held is not None else int(time.time()) + self.moved_by

    def advance(self, seconds: int) -> None:
        """Move forward."""
        self.moved_by += seconds

    def set(self, moment: int) -> None:
        """Show this moment now."""
        self.moved_by = moment - int(time.time())

    def reset(self) -> None:
        """Show the machine's time again."""
        self.moved_by = 0

    @contextmanager
    def held_at(self, moment: int) -> Iterator[None]:
        """Show one moment while something that was due then is done."""
        self._held = moment
        try:
            yield
        finally:
            self._held = None
