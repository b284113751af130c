"""One key, one answer."""

import threading
from typing import Any

import pytest
import stripe

from sandbox import Sandbox

BODY = "amount=1000&currency=eur"


def test_a_repeated_request_gets_the_same_answer_and_does_nothing(
    raw: Any, types: Any, api: Any
) -> None:
    first = raw("POST", "/v1/payment_intents", BODY, Idempotency_Key="k1")
    again = raw("POST", "/v1/payment_intents", BODY, Idempotency_Key="k1")

    assert first[1] == again[1]
    assert "Idempotent-Replayed" not in first[2]
    assert again[2]["Idempotent-Replayed"] == "true"
    assert again[2]["Original-Request"] == first[2]["Request-Id"]
    assert types() == ["payment_intent.created"]
    assert len(api.payment_intents.list().data) == 1


def test_a_replay_shows_the_past_not_the_present(api: Any) -> None:
    options = stripe.RequestOptions(idempotency_key="k1")
    intent = api.payment_intents.create({"amount": 1000, "currency": "eur"}, options)
    api.payment_intents.cancel(intent.id)

    again = api.payment_intents.create({"amount": 1000, "currency": "eur"}, options)

    assert (again.id, again.status) == (intent.id, "requires_payment_method")


def test_a_key_with_other_parameters_is_refused(raw: Any) -> None:
    raw("POST", "/v1/payment_intents", BODY, Idempotency_Key="k1")

    status, body, _ = raw("POST", "/v1/payment_intents", BODY + "0", Idempotency_Key="k1")
    assert (status, body["error"]["type"]) == (400, "idempotency_error")
    assert raw("POST", "/v1/customers", BODY, Idempotency_Key="k1")[0] == 400


def test_refusals_after_the_start_are_replayed_too(raw: Any, api: Any) -> None:
    body = f"{BODY}&confirm=true&payment_method=pm_card_chargeDeclined&payment_method_types[]=card"

    first = raw("POST", "/v1/payment_intents", body, Idempotency_Key="k1")
    again = raw("POST", "/v1/payment_intents", body, Idempotency_Key="k1")

    assert first[0] == again[0] == 402
    assert first[1] == again[1]
    assert len(api.payment_intents.list().data) == 1


def test_refusals_before_the_start_are_not_kept(raw: Any) -> None:
    assert raw("POST", "/v1/payment_intents", "amount=1000", Idempotency_Key="k1")[0] == 400
    assert raw("POST", "/v1/payment_intents", BODY, Idempotency_Key="k1")[0] == 200


def test_a_500_is_replayed_for_a_day_and_then_forgotten(
    sandbox: Sandbox, raw: Any, api: Any
) -> None:
    sandbox.account.chaos.add(fault="500", count=1)

    assert raw("POST", "/v1/payment_intents", BODY, Idempotency_Key="k1")[0] == 500
    sandbox.advance(23 * 3600)
    assert raw("POST", "/v1/payment_intents", BODY, Idempotency_Key="k1")[0] == 500
    assert api.payment_intents.list().data == []
    sandbox.advance(2 * 3600)
    assert raw("POST", "/v1/payment_intents", BODY, Idempotency_Key="k1")[0] == 200


def test_the_same_key_at_the_same_time_is_a_conflict(sandbox: Sandbox, raw: Any, api: Any) -> None:
    slow = threading.Event()
    going_on = threading.Event()
    statuses: list[int] = []
    run_due = sandbox.account.run_due

    def waiting() -> int:
        going_on.set()
        slow.wait(5)
        return run_due()

    sandbox.account.run_due = waiting  # type: ignore[method-assign]
    ask = lambda: statuses.append(  # noqa: E731
        raw("POST", "/v1/payment_intents", BODY, Idempotency_Key="k1")[0]
    )
    first = threading.Thread(target=ask)
    first.start()
    going_on.wait(5)
    status, body, _ = raw("POST", "/v1/payment_intents", BODY, Idempotency_Key="k1")
    slow.set()
    first.join(5)

    assert (status, body["error"]["code"]) == (409, "idempotency_key_in_use")
    assert statuses == [200]
    assert len(api.payment_intents.list().data) == 1


def test_fifty_threads_with_one_key_make_one_object(raw: Any, api: Any) -> None:
    statuses: list[int] = []

    def ask() -> None:
        statuses.append(raw("POST", "/v1/payment_intents", BODY, Idempotency_Key="k1")[0])

    threads = [threading.Thread(target=ask) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(statuses) <= {200, 409}
    assert 200 in statuses
    assert len(api.payment_intents.list().data) == 1


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_a_key_has_a_length(raw: Any, key: str) -> None:
    assert raw("POST", "/v1/payment_intents", BODY, Idempotency_Key=key)[0] == 400
    assert raw("POST", "/v1/payment_intents", BODY, Idempotency_Key="k" * 255)[0] == 200
