"""The sessions of `stripe listen` and `stripe logs tail`: what is said, and what an answer does."""

import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
import stripe

from sandbox import Sandbox
from sandbox.listening import COMES_BACK_WITHIN
from tests.sandbox.conftest import Raw


def test_a_session_is_told_every_event_with_its_signature(cli: Any, api: Any) -> None:
    customer = api.customers.create({"name": "Ada"})
    api.customers.delete(customer.id)

    told = cli.told()

    assert [event.type for event in told] == ["customer.created", "customer.deleted"]


def test_each_event_is_told_for_the_usual_and_for_the_latest_version(cli: Any, pay: Any) -> None:
    pay()

    cli.told()

    versions = {frame["endpoint"]["api_version"] for frame in cli.frames}
    assert versions == {None, "2026-10-28.endive"}


def test_what_is_acknowledged_is_delivered(sandbox: Sandbox, cli: Any, api: Any) -> None:
    api.customers.create({})
    frame = cli.next()

    cli.says("event_ack", frame)

    (delivery,) = sandbox.account.store.table("_delivery").rows.values()
    assert (delivery["state"], delivery["attempts"][0]["error"]) == ("delivered", None)
    assert api.events.list().data[0].pending_webhooks == 0


@pytest.mark.parametrize(("status", "state"), [(200, "delivered"), (500, "failed")])
def test_the_shops_answer_is_written_down(
    sandbox: Sandbox, cli: Any, api: Any, status: int, state: str
) -> None:
    api.customers.create({})
    frame = cli.next()
    cli.says("event_ack", frame)

    cli.says("webhook_response", frame, status=status, body="thanks")

    (delivery,) = sandbox.account.store.table("_delivery").rows.values()
    assert delivery["state"] == state
    assert delivery["attempts"][0]["status"] == status
    assert delivery["attempts"][0]["body"] == "thanks"


def test_what_nobody_acknowledged_is_told_again(sandbox: Sandbox, cli: Any, api: Any) -> None:
    api.customers.create({})
    first = cli.next()
    assert sandbox.deliver_due() == 0

    sandbox.deliver_due(ahead=20)

    again = [frame["event_payload"] for frame in cli.frames]
    assert again.count(first["event_payload"]) == 4  # two versions, twice


def test_a_session_that_comes_back_hears_what_it_missed(
    sandbox: Sandbox, cli: Any, api: Any
) -> None:
    cli.leaves()
    api.customers.create({})
    sandbox.deliver_due()
    assert cli.frames == []

    cli.connects()
    sandbox.deliver_due(ahead=2)

    assert json.loads(cli.frames[0]["event_payload"])["type"] == "customer.created"


def test_a_session_that_stays_away_is_forgotten(sandbox: Sandbox, cli: Any, api: Any) -> None:
    cli.leaves()
    cli.session.seen = time.monotonic() - COMES_BACK_WITHIN - 1

    api.customers.create({})

    assert list(sandbox.account.store.table("_delivery").rows) == []


def test_nobody_else_may_answer_for_a_session(
    sandbox: Sandbox, cli: Any, listen: Callable[..., Any], api: Any
) -> None:
    other = listen()
    api.customers.create({})
    frame = cli.next()

    other.says("webhook_response", frame, status=200)

    delivery = sandbox.account.get("_delivery", frame["webhook_conversation_id"])
    assert delivery["state"] == "pending"


@pytest.mark.parametrize("text", ["", "no json", '{"type": "event_ack"}'])
def test_nonsense_changes_nothing(sandbox: Sandbox, cli: Any, api: Any, text: str) -> None:
    api.customers.create({})
    frame = cli.next()

    sandbox.deliveries.heard(cli.session, text)

    delivery = sandbox.account.get("_delivery", frame["webhook_conversation_id"])
    assert delivery["state"] == "pending"


def test_a_device_keeps_its_secret(listen: Callable[..., Any]) -> None:
    assert listen(device="laptop").secret == listen(device="laptop").secret
    assert listen(device="laptop").secret != listen(device="server").secret


def test_sessions_outlive_a_reset(sandbox: Sandbox, cli: Any, api: Any) -> None:
    sandbox.reset()

    api.customers.create({})

    assert [event.type for event in cli.told()] == ["customer.created"]


def test_an_event_can_be_resent_to_those_who_listen(cli: Any, api: Any, raw: Raw) -> None:
    api.customers.create({})
    (event,) = cli.told()
    cli.frames.clear()

    status, answer, _ = raw("POST", f"/v1/events/{event.id}/retry", "for_stripecli=true")

    assert (status, answer["id"]) == (200, event.id)
    assert [again.id for again in cli.told()] == [event.id]


def test_an_event_can_be_resent_to_one_endpoint(api: Any, raw: Raw, sandbox: Sandbox) -> None:
    first, second = (
        sandbox.deliver_to(f"https://shop.example/{name}", "whsec_1", lambda *sent: 200)
        for name in ("first", "second")
    )
    event = api.events.list().data[0] if api.customers.create({}) else None
    sandbox.deliver_due()

    raw("POST", f"/v1/events/{event.id}/retry", f"webhook_endpoint={second}")
    sandbox.deliver_due()

    rows = sandbox.account.where("_delivery", "event", event.id)
    assert sorted(row["endpoint"] for row in rows) == sorted([first, second, second])


def test_requests_are_told_to_those_who_tail_the_log(
    listen: Callable[..., Any], api: Any, pay: Any
) -> None:
    tail = listen(feature="request_logs")

    api.customers.create({})
    with pytest.raises(stripe.CardError):
        pay("pm_card_chargeDeclined")

    fine, refused = tail.lines()
    assert (fine["method"], fine["url"], fine["status"]) == ("POST", "/v1/customers", 200)
    assert refused["error"]["decline_code"] == "generic_decline"


def test_the_log_can_be_filtered(listen: Callable[..., Any], api: Any) -> None:
    wanted = {"filter_http_method": ["GET"], "filter_status_code_type": ["2XX"]}
    tail = listen(feature="request_logs", filters=json.dumps(wanted))

    api.customers.create({})
    api.customers.list()

    assert [(line["method"], line["status"]) for line in tail.lines()] == [("GET", 200)]


def test_an_unknown_feature_is_refused(raw: Raw) -> None:
    status, answer, _ = raw("POST", "/v1/stripecli/sessions", "websocket_features[]=magic")

    assert (status, answer["error"]["param"]) == (400, "websocket_features[0]")


class Cli:
    """What the program does at its end of the websocket."""

    def __init__(self, sandbox: Sandbox, answer: Any) -> None:
        self.sandbox = sandbox
        self.secret = answer["secret"]
        self.id = answer["websocket_id"]
        self.frames: list[Any] = []
        self.connects()

    def connects(self) -> None:
        self.session = self.sandbox.account.listening.connect(self.id, self._hear)

    def leaves(self) -> None:
        self.sandbox.account.listening.leave(self.session, self._hear)

    def next(self) -> Any:
        self.sandbox.deliver_due()
        return self.frames[0]

    def told(self) -> list[stripe.Event]:
        """The events of the usual version, verified by the official library."""
        self.sandbox.deliver_due()
        usual = [one for one in self.frames if one["endpoint"]["api_version"] is None]
        return [_verified(frame, self.secret) for frame in usual]

    def lines(self) -> list[Any]:
        return [json.loads(frame["event_payload"]) for frame in self.frames]

    def says(self, kind: str, frame: Any, **more: Any) -> None:
        names = ("webhook_id", "webhook_conversation_id")
        said = {"type": kind, **{name: frame[name] for name in names}, **more}
        self.sandbox.deliveries.heard(self.session, json.dumps(said))

    def _hear(self, text: str) -> None:
        self.frames.append(json.loads(text))


def _verified(frame: Any, secret: str) -> stripe.Event:
    header = frame["http_headers"]["Stripe-Signature"]
    return stripe.Webhook.construct_event(frame["event_payload"], header, secret)


@pytest.fixture
def listen(sandbox: Sandbox, raw: Raw) -> Callable[..., Cli]:
    """`listen(feature="request_logs")` starts a session and connects."""

    def started(*, device: str = "laptop", feature: str = "webhooks", filters: str = "") -> Cli:
        given = {"device_name": device, "websocket_features[]": feature}
        given |= {"filters": filters} if filters else {}
        status, answer, _ = raw("POST", "/v1/stripecli/sessions", urlencode(given))
        assert status == 200, answer
        return Cli(sandbox, answer)

    return started


@pytest.fixture
def cli(listen: Callable[..., Cli]) -> Cli:
    return listen()
