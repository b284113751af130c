"""Taking in signed events, beside a POST that the same shop answers without doing anything."""

import json
import secrets
from collections.abc import Callable, Iterator

from tests import events
from tests.bench import places, visits
from tests.bench.compare import Goal, Result, compare
from tests.bench.places import Place
from tests.bench.visits import Connection, Visit

GOAL = Goal(0.35)
INTENT = {
    "id": "pi_3RnQ2eLkdIwHu7ix0Xq9vT5b",
    "object": "payment_intent",
    "amount": 4290,
    "amount_capturable": 0,
    "amount_details": {"tip": {}},
    "amount_received": 4290,
    "automatic_payment_methods": {"allow_redirects": "always", "enabled": True},
    "capture_method": "automatic_async",
    "client_secret": "pi_3RnQ2eLkdIwHu7ix0Xq9vT5b_secret_bench",
    "confirmation_method": "automatic",
    "created": 1795230000,
    "currency": "eur",
    "customer": "cus_TQ0mWcd4bYyP2A",
    "latest_charge": "ch_3RnQ2eLkdIwHu7ix0Qm3Yh1Z",
    "livemode": False,
    "metadata": {"order": "1001", "payment": "f3bGgP2o0Qm1sYk0", "installation": "inst-bench"},
    "payment_method": "pm_1RnQ2fLkdIwHu7ixk2Jd9yVb",
    "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
    "payment_method_types": ["card", "link", "sepa_debit"],
    "shipping": {
        "address": {"city": "Berlin", "country": "DE", "line1": "Hauptstr. 1", "line2": None},
        "name": "Eve Example",
    },
    "status": "succeeded",
}


def measure(place: Place) -> Iterator[Result]:
    with places.shop(place) as shop:
        port = places.port_of(shop)
        yield compare(
            "webhook: verified, stored, queued",
            GOAL,
            _speed(port, "/webhooks/stripe"),
            _speed(port, "/nothing"),
        )


def _speed(port: int, path: str) -> Callable[[], float]:
    """The same signed messages to either address, each with an id of its own."""
    event = events.event("payment_intent.succeeded", INTENT, id="EVENT")
    template = json.dumps(event).encode()

    def come() -> Visit:
        def visit(connection: Connection) -> None:
            body = template.replace(b"EVENT", b"evt_" + secrets.token_hex(12).encode())
            headers = {
                "Content-Type": "application/json; charset=utf-8",
                "Stripe-Signature": events.sign(body, secret=events.SECRET),
            }
            visits.require(connection.ask(visits.post(path, body, headers)), 200)

        return visit

    visits.rate(port, come, seconds=0.3)
    return lambda: visits.rate(port, come)
