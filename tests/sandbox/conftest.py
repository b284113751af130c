"""A sandbox without a socket, and Stripe's own library on it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import stripe

from sandbox import Sandbox, create_sandbox
from sandbox.client import SandboxClient
from tests.sandbox import checkout
from tests.sandbox.billed import Billed

RETURN_URL = "https://shop.example/return"


@pytest.fixture
def sandbox() -> Sandbox:
    return create_sandbox()


@pytest.fixture
def client(sandbox: Sandbox) -> stripe.StripeClient:
    """The official library with the version it pins."""
    return stripe.StripeClient("sk_test_sandbox", http_client=SandboxClient(sandbox))


@pytest.fixture
def api(client: stripe.StripeClient) -> Any:
    """`api.payment_intents.create({…})`."""
    return client.v1


@pytest.fixture
def billed(api: Any) -> Billed:
    """Customers with cards, and invoices in any state."""
    return Billed(api)


class Raw:
    """Requests as they come, for what the library would not send."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.http = SandboxClient(sandbox)

    def __call__(
        self, method: str, path: str, body: str = "", **headers: str
    ) -> tuple[int, Any, Any]:
        """Status, JSON and headers of an answer; `Authorization=""` sends no key."""
        sent = {"Authorization": "Bearer sk_test_sandbox"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        url = f"http://sandbox.example{path}"
        body_bytes, status, answered = self.http.request(method, url, sent, body)
        return status, json.loads(body_bytes), answered


@pytest.fixture
def raw(sandbox: Sandbox) -> Raw:
    return Raw(sandbox)


@pytest.fixture
def pay(api: Any) -> Callable[..., Any]:
    """`pay()` is a paid intent of 20 euros; any parameter can be changed."""

    def made(card: str = "pm_card_visa", **more: Any) -> Any:
        usual = {"amount": 2000, "currency": "eur", "confirm": True, "return_url": RETURN_URL}
        return api.payment_intents.create({**usual, "payment_method": card, **more})

    return made


@pytest.fixture
def opens(api: Any) -> Callable[..., Any]:
    """`opens()` is a Checkout Session over two books of 20 euros; any parameter can be changed."""
    return checkout.opens(api)


@pytest.fixture
def shopper(raw: Raw) -> checkout.Shopper:
    """`shopper.pays(session, "pm_card_visa")` is a customer who presses the button."""
    return checkout.Shopper(raw)


@pytest.fixture
def types(sandbox: Sandbox) -> Callable[[], list[str]]:
    """The types of the events since the last time this was asked, in order."""
    seen = 0

    def fresh() -> list[str]:
        nonlocal seen
        events = sandbox.events[seen:]
        seen += len(events)
        return [event["type"] for event in events]

    return fresh


@pytest.fixture
def received(sandbox: Sandbox) -> list[Any]:
    """What arrives at a webhook endpoint, verified by the official library."""
    events: list[Any] = []

    def send(url: str, body: bytes, headers: dict[str, str]) -> int:
        header = headers["Stripe-Signature"]
        events.append(stripe.Webhook.construct_event(body, header, "whsec_test"))
        return 200

    sandbox.deliver_to("https://shop.example/webhooks", "whsec_test", send)
    return events
