"""Ids: random, or from a seed, and never the same one twice."""

import random
import secrets
import string

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
LETTERS = bytes(ord(ALPHABET[byte % len(ALPHABET)]) for byte in range(256))


class Ids:
    """Draws ids; a seed makes a run repeatable, `starts` keeps a restarted run from repeating."""

    def __init__(self, seed: int | None = None, *, starts: int = 0) -> None:
        self._random: random.Random = (
            secrets.SystemRandom() if seed is None else random.Random(f"{seed}/{starts}")  # noqa: S311
        )

    def text(self, length: int) -> str:
        """So many letters and digits."""
        return self._random.randbytes(length).translate(LETTERS).decode()

    def new(self, prefix: str, length: int = 24) -> str:
        """`new("pi")` → `pi_3kTz…`."""
        return f"{prefix}_{self.text(length)}"
