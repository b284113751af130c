"""Putting things into carts, beside one bare insert."""

from collections.abc import Callable, Iterator
from itertools import count

from tests.bench import places, visits
from tests.bench.compare import Goal, Result, compare
from tests.bench.places import Place
from tests.bench.shopper import Shopper
from tests.bench.visits import Connection, Visit

GOAL = Goal(0.5)
THINGS = 4  # different ones that go into each cart


def measure(place: Place) -> Iterator[Result]:
    """The goal is for the cart itself; what the drawer costs on top is only told."""
    with places.shop(place) as shop, places.reference("insert", place) as bare:
        port, other = places.port_of(shop), places.port_of(bare)
        buyable = _buyable(port)
        message = visits.post("/cart/items", b"", {"Content-Type": "text/plain"})
        insert = _speed(other, visits.reading(message))
        yield compare("add to cart", GOAL, _speed(port, _buyer(buyable)), insert)
        drawer = _buyer(buyable, with_script=True)
        yield compare("add to cart, and draw the drawer", None, _speed(port, drawer), insert)


def _buyer(buyable: list[int], *, with_script: bool = False) -> Callable[[], Visit]:
    """Each visitor fills one cart after the other."""

    def come() -> Visit:
        shoppers: list[Shopper] = []
        numbers = count()

        def visit(connection: Connection) -> None:
            if not shoppers:
                shoppers.append(Shopper(connection))
            number = next(numbers)
            if number % THINGS == 0:
                shoppers[0].leave_the_cart()
            shoppers[0].add(buyable[number % len(buyable)], with_script=with_script)

        return visit

    return come


def _buyable(port: int) -> list[int]:
    """The demo's ways of selling differ; take what goes into a cart without questions."""
    with Connection(port) as connection:
        shopper = Shopper(connection)
        return [number for number in range(1, 31) if shopper.accepts(number)]


def _speed(port: int, visitor: Callable[[], Visit]) -> Callable[[], float]:
    visits.rate(port, visitor, seconds=0.3)
    return lambda: visits.rate(port, visitor)
