"""What two preloaded workers hold after a day's mix of requests, in short."""

from collections.abc import Iterator
from pathlib import Path

from app.demo import catalog as demo
from tests import events
from tests.bench import goods, places, visits
from tests.bench.compare import Goal, Result
from tests.bench.places import Place
from tests.bench.shopper import Shopper
from tests.bench.visits import Connection
from tests.servers import Server

GOAL = Goal(50, at_most=True)  # MB of proportional set size
WORKERS = 2
REQUESTS = 1_000
PATHS = ("/", "/products", "/products?kind=physical&price=low", "/cart", "/suggestions?q=mug")


def measure(place: Place) -> Iterator[Result]:
    with places.shop(place, processes=WORKERS) as shop:
        before = _largest(shop)
        _visit(shop, REQUESTS)
        after = _largest(shop)
        yield Result(
            name="MB per worker after 1,000 requests",
            goal=GOAL,
            value=after,
            subject=f"{after:.1f} MB",
            reference=f"{before:.1f} MB at first",
        )


def _visit(shop: Server, requests: int) -> None:
    """Many short visits, so that both workers get their share."""
    port, done = places.port_of(shop), 0
    while done < requests:
        with Connection(port) as connection:
            shopper = Shopper(connection)
            shopper.add(1)
            for path in (*PATHS, _product(done), "/account/sign-in"):
                visits.require(connection.ask(visits.get(path, shopper.cookie)), 200)
            shopper.add(1, with_script=True)
            _send_event(connection, done)
        done += len(PATHS) + 6


def _product(number: int) -> str:
    shown = [p for p in demo.PRODUCTS if p.status == "active" and not p.coming_soon]
    sold = [p for p in shown if p.kind != "license"]
    return f"/products/{goods.slug(number + 1, sold[number % len(sold)])}"


def _send_event(connection: Connection, number: int) -> None:
    thing = {"id": f"pi_{number}", "object": "payment_intent"}
    body = events.message(events.event("payment_intent.created", thing, id=f"evt_{number}"))
    headers = {"Stripe-Signature": events.sign(body)}
    visits.require(connection.ask(visits.post("/webhooks/stripe", body, headers)), 200)


def _largest(shop: Server) -> float:
    """PSS of the larger worker, in MB."""
    tasks = Path(f"/proc/{shop.pid}/task/{shop.pid}/children").read_text().split()
    return max(_pss(pid) for pid in tasks)


def _pss(pid: str) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"process {pid} does not say how large it is")
