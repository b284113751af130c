"""Events and their delivery."""

import time
from typing import Any

import pytest
import stripe

from sandbox import Sandbox
from sandbox.deliveries import RETRY_AFTER
from sandbox.retention import DAY


def test_an_event_is_a_snapshot_with_its_request(raw: Any, api: Any) -> None:
    _, customer, headers = raw("POST", "/v1/customers", "name=Ada", Idempotency_Key="k1")
    api.customers.update(customer["id"], {"name": "Bob"})

    created = api.events.list({"type": "customer.created"}).data[0]

    assert created.data.object["name"] == "Ada"
    assert created.request.to_dict() == {"id": headers["Request-Id"], "idempotency_key": "k1"}
    assert (created.api_version, created.livemode) == ("2026-10-28.endive", False)
    assert api.events.retrieve(created.id).id == created.id
    both = api.events.list({"types": ["customer.created", "customer.updated"]})
    assert [row.type for row in both.data] == ["customer.updated", "customer.created"]


def test_a_delivery_is_signed_as_the_official_library_wants_it(
    sandbox: Sandbox, received: list[Any], api: Any
) -> None:
    api.customers.create({"name": "Ä€😀"})
    assert sandbox.events[-1]["pending_webhooks"] == 1

    assert sandbox.deliver_due() == 1
    assert [(event.type, event.data.object["name"]) for event in received] == [
        ("customer.created", "Ä€😀")
    ]
    assert sandbox.deliver_due() == 0
    assert sandbox.events[-1]["pending_webhooks"] == 0
    body, headers = sandbox.signed(sandbox.events[-1])
    assert stripe.Webhook.construct_event(body, headers["Stripe-Signature"], "whsec_test")
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body, headers["Stripe-Signature"], "whsec_other")


def test_a_refused_delivery_is_tried_again_later(sandbox: Sandbox, api: Any) -> None:
    answers = [500, 404, 204]
    sandbox.deliver_to("https://shop.example/", "whsec_1", lambda *_: answers.pop(0))
    api.customers.create({})

    assert sandbox.deliver_due() == 0
    assert sandbox.deliver_due() == 0
    assert len(answers) == 2
    assert sandbox.deliver_due(ahead=RETRY_AFTER[0]) == 0
    assert sandbox.deliver_due(ahead=sum(RETRY_AFTER[:2])) == 1
    delivery = sandbox.test_client().get("/_sandbox/deliveries").json["data"][0]
    assert delivery["state"] == "delivered"
    assert [attempt["status"] for attempt in delivery["attempts"]] == [500, 404, 204]


def test_a_dead_endpoint_is_given_up_in_the_end(sandbox: Sandbox, api: Any) -> None:
    def unreachable(*_: Any) -> int:
        raise ConnectionRefusedError("nobody there")

    sandbox.deliver_to("https://shop.example/", "whsec_1", unreachable)
    api.customers.create({})
    for _ in range(len(RETRY_AFTER) + 3):
        sandbox.deliver_due(ahead=10**6)

    delivery = sandbox.test_client().get("/_sandbox/deliveries").json["data"][0]
    assert delivery["state"] == "failed"
    assert len(delivery["attempts"]) == len(RETRY_AFTER) + 1
    assert delivery["attempts"][0]["error"] == "nobody there"


def test_an_endpoint_gets_what_it_asked_for(sandbox: Sandbox, api: Any) -> None:
    endpoint = api.webhook_endpoints.create(
        {"url": "http://127.0.0.1:1/hook", "enabled_events": ["customer.deleted"]}
    )
    assert endpoint.secret.startswith("whsec_")
    assert api.webhook_endpoints.retrieve(endpoint.id).secret is None
    customer = api.customers.create({})
    api.customers.delete(customer.id)

    assert [event["pending_webhooks"] for event in sandbox.events] == [0, 1]
    api.webhook_endpoints.update(endpoint.id, {"disabled": True})
    api.customers.create({})
    assert sandbox.events[-1]["pending_webhooks"] == 0
    assert api.webhook_endpoints.delete(endpoint.id).deleted is True
    assert api.webhook_endpoints.list().data == []


@pytest.mark.parametrize(
    "url", ["ftp://x.example", "nonsense", "http://", "http://[", "http://a b"]
)
def test_an_endpoint_needs_an_address(api: Any, url: str) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="Invalid URL"):
        api.webhook_endpoints.create({"url": url, "enabled_events": ["*"]})


def test_unknown_event_types_are_refused(api: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="must be one of"):
        api.webhook_endpoints.create({"url": "http://x.example", "enabled_events": ["nonsense"]})


def test_an_event_can_be_sent_again(sandbox: Sandbox, received: list[Any], api: Any) -> None:
    api.customers.create({})
    sandbox.deliver_due()
    event = sandbox.events[-1]["id"]

    answer = sandbox.test_client().post(f"/_sandbox/events/{event}/resend")
    sandbox.deliver_due()

    assert answer.json == {"event": event, "queued": 1}
    assert [row.id for row in received] == [event, event]


def test_the_signature_carries_the_real_time_whatever_the_clock_says(
    sandbox: Sandbox, received: list[Any], api: Any
) -> None:
    sandbox.advance(10**6)
    api.customers.create({})

    sandbox.deliver_due()

    assert received[0].created > time.time() + 10**5


def test_events_are_forgotten_after_thirty_days_and_their_deliveries_with_them(
    sandbox: Sandbox, received: list[Any], api: Any
) -> None:
    old = api.customers.create({"name": "Ada"})
    sandbox.deliver_due()
    sandbox.advance(29 * DAY)
    assert [event.type for event in api.events.list()] == ["customer.created"]

    sandbox.advance(2 * DAY)

    assert api.events.list().data == []
    assert api.customers.retrieve(old.id).name == "Ada"
    assert sandbox.test_client().get("/_sandbox/deliveries").json["data"] == []


def test_an_event_that_nobody_has_heard_of_yet_is_kept_however_old(
    sandbox: Sandbox, received: list[Any], api: Any
) -> None:
    api.customers.create({"name": "Ada"})

    sandbox.advance(60 * DAY)

    assert sandbox.deliver_due() == 1
    assert [event["type"] for event in received] == ["customer.created"]
    assert api.events.list().data == []


def test_a_delivery_remembers_what_was_sent_and_what_was_answered(
    sandbox: Sandbox, api: Any
) -> None:
    answers = [(500, "x" * 5_000), (200, "thanks")]
    sandbox.deliver_to("https://shop.example", "whsec_1", lambda *_: answers.pop(0))
    api.customers.create({})
    sandbox.deliver_due()
    sandbox.deliver_due(ahead=2)

    [delivery] = sandbox.test_client().get("/_sandbox/deliveries").json["data"]

    first, second = delivery["attempts"]
    assert (first["status"], len(first["body"])) == (500, 4_096)
    assert (second["status"], second["body"]) == (200, "thanks")
    assert "v1=" in second["headers"]["Stripe-Signature"]
