"""The pretend Stripe: a payment against a route that does nothing, a full one against an empty one."""

import json
import time
from collections.abc import Callable, Iterator

from flask import Flask, Response

from sandbox import create_sandbox
from sandbox.client import _environ
from tests.bench.compare import Goal, Measure, Result, compare
from tests.bench.places import Place

CREATE = Goal(5, at_most=True)  # times a Flask route with the same answer from a constant
GROWN = Goal(1.5, at_most=True)  # times the same call with a few objects
FEW, MANY = 100, 100_000
CUSTOMERS = 50
CALLS = 150
HEADERS = {
    "Authorization": "Bearer sk_test_bench",
    "Stripe-Version": "2026-10-28.endive",
    "Content-Type": "application/x-www-form-urlencoded",
}
Ask = Callable[[str, str, str], bytes]
PAYMENT = "amount=2000&currency=eur&customer={}&metadata[order]=7&description=Order"


def measure(place: Place) -> Iterator[Result]:
    yield _create()
    yield from _growth()


def _create() -> Result:
    """Requests per second the other way round: how often one is as long as the other."""
    ask = _asking(create_sandbox())
    customer = json.loads(ask("POST", "/v1/customers", "name=Ada"))["id"]
    body = PAYMENT.format(customer)
    constant = ask("POST", "/v1/payment_intents", body)
    plain = Flask("plain")

    @plain.post("/v1/payment_intents")
    def answer() -> Response:
        return Response(constant, mimetype="application/json")

    return compare(
        "PaymentIntent create",
        CREATE,
        _long(ask, "POST", "/v1/payment_intents", body),
        _long(_asking(plain), "POST", "/v1/payment_intents", body),
        unit="µs",
        rounds=9,
    )


def _growth() -> Iterator[Result]:
    """The same calls with a hundred objects and with a hundred thousand."""
    few, many = Filled(FEW), Filled(MANY)
    for name, calls in few.calls().items():
        subject = _long(many.ask, *many.calls()[name])
        yield compare(f"{name}, full", GROWN, subject, _long(few.ask, *calls), unit="µs", rounds=7)


class Filled:
    """A sandbox with so many objects; payments of a few customers, and their events."""

    def __init__(self, objects: int) -> None:
        self.sandbox = create_sandbox()
        self.ask = _asking(self.sandbox)
        names = (f"name=C{number}&email=c{number}@example.com" for number in range(CUSTOMERS // 2))
        self.customers = [self._made("customers", name) for name in names]
        self._fill(objects)
        self.payment = self._made("payment_intents", PAYMENT.format(self.customers[0]))
        self.begun = self.sandbox.account.now

    def _made(self, resource: str, body: str) -> str:
        return str(json.loads(self.ask("POST", f"/v1/{resource}", body))["id"])

    def _fill(self, objects: int) -> None:
        """Like the calls, without the way to them."""
        account = self.sandbox.account
        for number in range(max(1, (objects - CUSTOMERS) // 2)):
            customer = self.customers[number % len(self.customers)]
            with account.transaction():
                row = account.add("payment_intent", amount=2000, currency="eur", customer=customer,
                                  status="requires_payment_method", metadata={})  # fmt: skip
                account.emit("payment_intent.created", row)

    def calls(self) -> dict[str, tuple[str, str, str]]:
        """What is asked, by name."""
        customer, payment = self.customers[0], self.payment
        listing = "/v1/payment_intents?limit=10"
        found = "/v1/payment_intents/search?query="
        return {
            "create": ("POST", "/v1/payment_intents", PAYMENT.format(customer)),
            "retrieve": ("GET", f"/v1/payment_intents/{payment}", ""),
            "update": ("POST", f"/v1/payment_intents/{payment}", "metadata[a]=1"),
            "list": ("GET", listing, ""),
            "list by customer": ("GET", f"{listing}&customer={customer}", ""),
            "list by time": ("GET", f"{listing}&created[gte]={self.begun}", ""),
            "list of events by type": ("GET", "/v1/events?type=customer.created", ""),
            "search by customer": ("GET", f"{found}customer:'{customer}'", ""),
            "search by status": ("GET", f"{found}status:'succeeded'", ""),
        }


def _asking(app: Flask) -> Ask:
    """Calls of an application in this process; what it answers is read, and must be no refusal."""

    def ask(method: str, path: str, body: str) -> bytes:
        answered: list[str] = []
        environ = _environ(method, f"http://sandbox.example{path}", HEADERS, body)
        text = b"".join(app.wsgi_app(environ, lambda status, _, *more: answered.append(status)))
        if answered != ["200 OK"]:
            raise RuntimeError(f"{answered} to {method} {path}: {text[:500]!r}")
        return text

    return ask


def _long(ask: Ask, *call: str) -> Measure:
    """Microseconds a call."""

    def measured() -> float:
        began = time.perf_counter()
        for _ in range(CALLS):
            ask(*call)
        return (time.perf_counter() - began) / CALLS * 1e6

    return measured
