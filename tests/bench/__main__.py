"""`python -m tests.bench [rooms]`: measure, print one table; `--strict` fails for a missed goal."""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from tests import postgres
from tests.__main__ import get
from tests.bench import (
    billing,
    cart,
    checkout,
    memory,
    pages,
    places,
    sandbox,
    start,
    subscription_year,
    webhooks,
)
from tests.bench.compare import Result
from tests.bench.places import Place

FEW, MANY = 1_000, 10_000
ROOMS: dict[str, Callable[[Place], Iterator[Result]]] = {
    "pages": pages.measure,
    "cart": cart.measure,
    "checkout": checkout.measure,
    "webhooks": webhooks.measure,
    "memory": memory.measure,
    "start": start.measure,
    "billing": billing.measure,
    "sandbox": sandbox.measure,
    "subscriptions": subscription_year.measure,
}
GROWTH = "growth"
ONLY_ONCE = {"start", "sandbox", "subscriptions"}  # they need none of the shop's databases


def main(arguments: list[str]) -> int:
    wanted = _wanted(arguments)
    began, missed = time.monotonic(), 0
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="storekeeper-bench-")))
        if "postgresql" in wanted.databases and not _have_postgresql(stack):
            wanted.databases.remove("postgresql")
        for kind in wanted.databases:
            say(f"\n{kind:<40} {'goal':>7} {'ratio':>7}           {'shop':>12} {'reference':>14}")
            for result in _measure(kind, folder, wanted.rooms):
                missed += not result.met
                say(_line(result))
    say(f"\n{missed or 'No'} goals missed; {time.monotonic() - began:.0f} seconds.")
    return 1 if missed and wanted.strict else 0


def _measure(kind: str, folder: Path, rooms: list[str]) -> Iterator[Result]:
    with places.place(kind, folder, products=FEW) as place:
        if GROWTH in rooms:
            with places.place(kind, folder, products=MANY) as bigger:
                yield from pages.measure_growth(place, bigger)
        for room in rooms:
            if room in ROOMS and (room not in ONLY_ONCE or kind == "sqlite"):
                yield from ROOMS[room](place)


def _wanted(arguments: list[str]) -> argparse.Namespace:
    every = [*ROOMS, GROWTH]
    parser = argparse.ArgumentParser("python -m tests.bench", description=__doc__)
    parser.add_argument("rooms", nargs="*", metavar="room", help=f"some of: {' '.join(every)}")
    parser.add_argument("--database", dest="databases", action="append", choices=places.KINDS)
    parser.add_argument("--strict", action="store_true", help="fail when a goal is missed")
    found = parser.parse_args(arguments)
    if unknown := set(found.rooms) - set(every):
        parser.error(f"there is no room called {' or '.join(sorted(unknown))}")
    found.rooms = found.rooms or every
    found.databases = found.databases or list(places.KINDS)
    return found


def _have_postgresql(stack: ExitStack) -> bool:
    """A server that is there, or one of our own for as long as this takes."""
    if postgres.find():
        return True
    get("postgresql", there=bool(postgres.programs()))
    folder = postgres.programs()
    if not folder:
        say("PostgreSQL is not here: only SQLite is measured.")
        return False
    url = stack.enter_context(postgres.private_server(folder))
    os.environ["TEST_DATABASE_URL"] = url
    return True


def _line(result: Result) -> str:
    verdict = "" if result.goal is None else "met" if result.met else "NOT MET"
    goal = str(result.goal or "")
    return (
        f"  {result.name:<38} {goal:>7} {result.value:>7.2f}  {verdict:<8}"
        f" {result.subject:>12} {result.reference:>14}"
    )


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
