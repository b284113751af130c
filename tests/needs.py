"""What some tests need from the machine; when it is missing, that is said aloud."""

import os
import shutil
from collections import Counter
from functools import cache
from typing import NoReturn

import pytest

PREFIX = "cannot run here: "
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def missing(what: str) -> NoReturn:
    """Skip the test; where everything has to run (CI=true), fail it."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{PREFIX}{what}", pytrace=False)
    pytest.skip(f"{PREFIX}{what}")


@cache
def chromium_path() -> str:
    """$CHROMIUM, or chromium on the PATH."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    return path or missing("Chromium is not installed (Debian: apt-get install chromium)")


@cache
def redis_server_path() -> str:
    path = shutil.which("redis-server")
    return path or missing("Redis is not installed (Debian: apt-get install redis-server)")


def explain(skipped: list[str]) -> list[str]:
    """One line per thing that was missing, with the number of tests it cost."""
    reasons = Counter(text.partition(PREFIX)[2] for text in skipped if PREFIX in text)
    return [f"{count} tests {PREFIX}{reason}" for reason, count in reasons.items()]
