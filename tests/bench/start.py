"""From nothing to the first answer, beside a program that only imports the same libraries."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

from tests.bench.compare import Goal, Result, compare
from tests.bench.places import Place
from tests.servers import ROOT

GOAL = Goal(1.3, at_most=True)
SHOP = """
from wsgi import app
assert app.test_client().get("/healthz", headers={"Host": "127.0.0.1"}).status_code == 200
"""
PAGE = SHOP.replace("/healthz", "/")
NAMES = """
import sys
print(*(name for name, module in sys.modules.items()
        if "site-packages" in (getattr(module, "__file__", "") or "") and "__" not in name))
"""
LIBRARIES = """
import importlib
for name in {names!r}.split():
    importlib.import_module(name)
from flask import Flask
app = Flask("bare")
app.add_url_rule("/", view_func=lambda: "")
assert app.test_client().get("/").status_code == 200
"""


def measure(place: Place) -> Iterator[Result]:
    """The shop's first answer says that it lives; its first page has compiled its templates, too."""
    names = _run(place, SHOP + NAMES)
    libraries = _write(place, LIBRARIES.format(names=names))
    libraries()
    yield compare("start to first answer", GOAL, _write(place, SHOP), libraries, unit="s", rounds=3)
    yield compare("start to first page", None, _write(place, PAGE), libraries, unit="s", rounds=3)


def _write(place: Place, program: str) -> Callable[[], float]:
    def run() -> float:
        started = time.perf_counter()
        _run(place, program)
        return time.perf_counter() - started

    return run


def _run(place: Place, program: str) -> str:
    environment = os.environ | place.environment | {"LOG_LEVEL": "WARNING", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", program]
    done = subprocess.run(  # noqa: S603 - our own programs
        command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()
