"""Nonsense of every kind gets an answer, never a 500."""

import json
import random
from collections import Counter
from typing import Any

import pytest

from sandbox import Sandbox
from sandbox.client import SandboxClient
from tests.sandbox.fuzzing import ODD_VALUES, Fuzz, shortened
from tests.sandbox.scenarios import begun

DAY = 24 * 3600


def test_two_thousand_odd_requests_and_not_one_500() -> None:
    statuses = _asked(2_000, seed=20261028)

    assert {400, 401, 404} <= statuses.keys()
    assert statuses[200] > 300


@pytest.mark.drill
def test_ten_thousand_odd_requests_and_not_one_500() -> None:
    assert _asked(10_000, seed=7)[200] > 1_500


def _asked(requests: int, *, seed: int) -> Counter[int]:
    """How often each status came, in the sandboxes that the stories leave behind."""
    stories, statuses = begun(), Counter[int]()
    for story in stories:
        share = -(-requests // len(stories))
        statuses += _asked_one(story.sandbox, Fuzz(story.sandbox, seed), share)
    return statuses


def _asked_one(sandbox: Sandbox, fuzz: Fuzz, requests: int) -> Counter[int]:
    """The same for one of them; time goes on meanwhile."""
    http, statuses = SandboxClient(sandbox), Counter[int]()
    for number in range(requests):
        if number % 25 == 0:
            sandbox.advance(fuzz.dice.randrange(10 * DAY))
        method, path, body = fuzz.request()
        headers = fuzz.headers()
        try:
            _, status, _ = http.request(method, f"http://sandbox.example{path}", headers, body)
        except Exception as error:
            raise AssertionError(shortened(f"{method} {path} {body} {headers}")) from error
        statuses[status] += 1
    return statuses


def test_the_control_api_survives_nonsense_too(sandbox: Sandbox) -> None:
    http, dice = sandbox.test_client(), random.Random(7)
    paths = ("reset", "clock", "chaos", "events/x/resend", "disputes/x/close", "nonsense",
             "payment_intents/x/settle", "intents/x/authentication", "deliveries", "settings",
             "test_clocks/x/advance")  # fmt: skip
    for _ in range(300):
        keys = dice.sample(["advance", "set", "rules", "fault", "status", "outcome", "path"], 2)
        body = {key: dice.choice([*ODD_VALUES, 1, -1, None, [], {}, [1], 1e300]) for key in keys}
        given: Any = dice.choice([json.dumps(body), "[]", "null", "{", "ü"])

        answer = http.post(
            f"/_sandbox/{dice.choice(paths)}", data=given, content_type="application/json"
        )

        assert answer.status_code < 500, (answer.request.path, given)
