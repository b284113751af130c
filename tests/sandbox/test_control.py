"""The control API and chaos."""

import json
import time
from typing import Any

import pytest
import stripe

from sandbox import Sandbox, create_sandbox


def test_the_clock_moves_and_comes_back(sandbox: Sandbox, api: Any) -> None:
    http = sandbox.test_client()

    moved = http.post("/_sandbox/clock", json={"advance": 3600}).json
    assert moved["moved_by"] == 3600
    assert api.customers.create({}).created >= time.time() + 3500
    assert http.post("/_sandbox/clock", data={"set": "2000000000"}).json["now"] == 2_000_000_000
    assert abs(http.post("/_sandbox/clock", json={"reset": True}).json["now"] - time.time()) < 5
    for wrong in ({}, {"advance": "soon"}, {"advance": -5}, {"set": 10**30}):
        assert http.post("/_sandbox/clock", json=wrong).status_code == 400


def test_a_page_of_another_site_may_not_control_the_sandbox(sandbox: Sandbox) -> None:
    http = sandbox.test_client()

    foreign = http.post("/_sandbox/reset", headers={"Origin": "https://evil.example"})
    own = http.post("/_sandbox/reset", headers={"Origin": "http://localhost"})

    assert (foreign.status_code, own.status_code) == (403, 200)


def test_reset_forgets_all_but_the_endpoints_given_at_the_start(
    sandbox: Sandbox, received: list[Any], api: Any
) -> None:
    api.customers.create({})
    sandbox.advance(100)

    assert sandbox.test_client().post("/_sandbox/reset").status_code == 200

    assert (api.customers.list().data, sandbox.events) == ([], [])
    assert sandbox.account.clock.moved_by == 0
    api.customers.create({})
    assert sandbox.deliver_due() == 1


@pytest.mark.parametrize(
    ("fault", "error", "status"),
    [
        ("429", stripe.RateLimitError, 429),
        ("409", stripe.APIError, 409),
        ("500", stripe.APIError, 500),
    ],
)
def test_requests_can_be_refused_for_a_while(
    sandbox: Sandbox, api: Any, fault: str, error: type[Exception], status: int
) -> None:
    sandbox.test_client().post("/_sandbox/chaos", json={"fault": fault, "count": 1})

    with pytest.raises(error) as caught:
        api.customers.create({})
    assert caught.value.http_status == status
    assert api.customers.create({}).id
    assert len(api.customers.list().data) == 1


@pytest.mark.parametrize("answer", ["cut", "500"])
def test_an_answer_can_be_lost_after_the_work_was_done(
    sandbox: Sandbox, api: Any, answer: str
) -> None:
    sandbox.account.chaos.add(fault="lost_answer", answer=answer, count=1, method="POST")
    options = stripe.RequestOptions(idempotency_key="k1")

    with pytest.raises((stripe.APIConnectionError, stripe.APIError)):
        api.customers.create({"name": "Ada"}, options)

    assert [row.name for row in api.customers.list().data] == ["Ada"]
    if answer == "cut":
        assert api.customers.create({"name": "Ada"}, options).name == "Ada"
    else:
        with pytest.raises(stripe.APIError):
            api.customers.create({"name": "Ada"}, options)
    assert len(api.customers.list().data) == 1


def test_slow_is_slow_and_hanging_ends_in_a_cut(sandbox: Sandbox, api: Any) -> None:
    sandbox.account.chaos.add(fault="slow", seconds=0.05, count=1)
    started = time.monotonic()
    api.customers.create({})
    assert time.monotonic() - started >= 0.05

    sandbox.account.chaos.add(fault="hang", seconds=0.05, count=1)
    with pytest.raises(stripe.APIConnectionError):
        api.customers.create({})
    assert len(api.customers.list().data) == 1


def test_a_rule_can_mean_one_path_one_method_one_key(sandbox: Sandbox, api: Any, raw: Any) -> None:
    rule = {"fault": "429", "path": "^/v1/refunds", "method": "post", "key": "sk_test_sand"}
    sandbox.test_client().post("/_sandbox/chaos", json=rule)

    assert raw("POST", "/v1/refunds")[0] == 429
    assert raw("GET", "/v1/refunds")[0] == 200
    assert raw("POST", "/v1/customers")[0] == 200
    assert raw("POST", "/v1/refunds", Authorization="Bearer sk_test_other")[0] == 400


def test_deliveries_can_be_dropped_doubled_and_delayed(
    sandbox: Sandbox, received: list[Any], api: Any
) -> None:
    def delivered(**rule: Any) -> int:
        sandbox.account.chaos.replace([rule])
        api.customers.create({})
        return sandbox.deliver_due()

    assert delivered(fault="drop") == 0
    assert delivered(fault="duplicate") == 2
    assert delivered(fault="delay", seconds=60) == 0
    assert sandbox.deliver_due(ahead=61) == 1
    assert delivered(fault="drop", path="^refund") == 1


def test_shuffled_deliveries_repeat_with_their_seed() -> None:
    def order(seed: int) -> list[str]:
        box = create_sandbox()
        box.account.chaos.replace([{"fault": "shuffle", "seconds": 60}], seed=seed)
        arrived: list[str] = []

        def send(url: str, body: bytes, headers: dict[str, str]) -> int:
            arrived.append(json.loads(body)["data"]["object"]["id"])
            return 200

        box.deliver_to("https://shop.example", "whsec_1", send)
        with box.account.transaction():
            for number in range(10):
                box.account.emit("customer.created", {"id": f"cus_{number}", "object": "customer"})
        box.deliver_due(ahead=61)
        return arrived

    assert order(1) == order(1) != order(2)
    assert sorted(order(1)) == [f"cus_{number}" for number in range(10)]


def test_one_seed_and_the_same_calls_give_the_same_faults() -> None:
    assert _faults_met(seed=7) == _faults_met(seed=7)
    assert _faults_met(seed=7) != _faults_met(seed=8)


def test_after_a_reset_a_seed_begins_again() -> None:
    box = create_sandbox(seed=7)
    box.account.chaos.add(fault="429", probability=0.5)
    first = [_status(box) for _ in range(30)]

    box.reset()

    assert [_status(box) for _ in range(30)] == first
    assert set(first) == {200, 429}


def _faults_met(*, seed: int) -> tuple[list[Any], list[str]]:
    """What sixty calls are answered, with which ids, and which events arrive in which order."""
    box, arrived = create_sandbox(seed=seed), []

    def send(url: str, body: bytes, headers: dict[str, str]) -> int:
        arrived.append(json.loads(body)["id"])
        return 200

    box.deliver_to("https://shop.example", "whsec_1", send)
    for fault in ("429", "409", "500", "lost_answer", "drop", "duplicate", "delay", "shuffle"):
        box.account.chaos.add(fault=fault, probability=0.2, seconds=30)
    box.account.chaos.add(fault="429", probability=0.5, key="sk_test_other")
    met = [_status(box, key) for key in ("sk_test_1", "sk_test_other") * 30]
    box.deliver_due(ahead=90)
    return met, arrived


def _status(box: Sandbox, key: str = "sk_test_1") -> int:
    headers = {"Authorization": f"Bearer {key}"}
    answer = box.test_client().post("/v1/customers", headers=headers)
    return 0 if "X-Sandbox-Cut" in answer.headers else answer.status_code


@pytest.mark.parametrize(
    "wrong",
    [{"fault": "nonsense"}, {"fault": "drop", "path": "("}, {"fault": "drop", "colour": 1},
     {"rules": "drop"}, {"fault": "lost_answer", "answer": "maybe"}],
)  # fmt: skip
def test_a_wrong_rule_is_refused(sandbox: Sandbox, wrong: dict[str, Any]) -> None:
    http = sandbox.test_client()

    assert http.post("/_sandbox/chaos", json=wrong).status_code == 400
    assert http.get("/_sandbox/chaos").json["rules"] == []
    assert http.post("/_sandbox/chaos", json={"rules": [{"fault": "drop"}]}).status_code == 200


def test_the_requests_of_late_are_listed(sandbox: Sandbox, raw: Any) -> None:
    _, _, headers = raw("GET", "/v1/account")

    newest = sandbox.test_client().get("/_sandbox/requests").json["data"][0]

    assert (newest["id"], newest["path"]) == (headers["Request-Id"], "/v1/account")
