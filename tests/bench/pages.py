"""The list and a product's page, beside rendering them from memory; and how they grow."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.demo import catalog as demo
from tests.bench import goods, places, references, visits
from tests.bench.compare import Goal, Result, compare
from tests.bench.places import Place
from tests.bench.shopper import Shopper
from tests.servers import Server

GOALS = {"sqlite": Goal(0.45), "postgresql": Goal(0.35)}
GROWTH = Goal(1.5, at_most=True)


@dataclass(frozen=True)
class Page:
    name: str
    path: str


PAGES = (
    Page("product list", "/products"),
    Page("product page", f"/products/{goods.slug(1, demo.PRODUCTS[0])}"),
)


def measure(place: Place) -> Iterator[Result]:
    with places.shop(place) as shop:
        cookie = a_visit(shop)
        remembered = json.dumps({page.path: cookie for page in PAGES})
        with places.reference("pages", place, **{references.PAGES: remembered}) as memory:
            for page in PAGES:
                _require_same(shop, memory, page, cookie)
                yield compare(
                    page.name,
                    GOALS[place.kind],
                    _speed(shop, page, cookie),
                    _speed(memory, page, cookie),
                )


def measure_growth(place: Place, bigger: Place) -> Iterator[Result]:
    """Time per request with ten times the products."""
    with places.shop(place) as shop, places.shop(bigger) as big:
        for page in PAGES:
            cookie, other = a_visit(shop), a_visit(big)
            yield compare(
                f"{page.name}, 10 × the products",
                GROWTH,
                _time(big, page, other),
                _time(shop, page, cookie),
                unit="ms",
            )


def a_visit(shop: Server) -> str:
    """The cookies of somebody with a session and something in the cart."""
    with visits.Connection(places.port_of(shop)) as connection:
        shopper = Shopper(connection)
        shopper.add(1)
        return shopper.cookie


def _speed(server: Server, page: Page, cookie: str) -> Callable[[], float]:
    port, visitor = places.port_of(server), visits.reading(visits.get(page.path, cookie))
    visits.rate(port, visitor, seconds=0.3)  # templates are compiled, statements known
    return lambda: visits.rate(port, visitor)


def _time(server: Server, page: Page, cookie: str) -> Callable[[], float]:
    speed = _speed(server, page, cookie)
    return lambda: 1000 / speed()


def _require_same(shop: Server, memory: Server, page: Page, cookie: str) -> None:
    """Both send the same page, but for its nonces and tokens."""
    bodies = []
    for server in (shop, memory):
        with visits.Connection(places.port_of(server)) as connection:
            answer = visits.require(connection.ask(visits.get(page.path, cookie)), 200)
            bodies.append(len(answer.body.split()))
    if bodies[0] != bodies[1]:
        raise RuntimeError(f"{page.path} has {bodies[0]} words, from memory {bodies[1]}")
