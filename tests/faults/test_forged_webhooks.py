"""D3: ten thousand odd bodies and headers at the webhook door: no 500, and no change."""

import json
import random
import time
from collections import Counter

import pytest

from app.db import db
from app.models import WebhookEvent
from tests.dump import dump
from tests.events import SECRET, event, message, sign

SHORT = 1_000
LONG = 10_000

ODD_VALUES = [
    None,
    True,
    0,
    -1,
    1e308,
    10**30,
    "",
    "\x00",
    "\ud800",
    "é" * 300,
    [],
    [[]],
    {},
    {"a": 1},
]
ODD_HEADERS = [
    "",
    "t=,v1=",
    "t=abc,v1=def",
    "v1=0",
    "t=1",
    "t=99999999999999999999,v1=00",
    "t=-1,v1=00",
    "t=1,t=2,v1=a,v1=b",
    "\xe9t=1,v1=\xff",
    "=,=,=",
    "t=1,v1=" + "0" * 5_000,
    "a" * 8_000,
]


def test_no_odd_message_breaks_the_door_or_changes_anything(client):
    knock(client, times=SHORT)


@pytest.mark.drill
def test_ten_thousand_odd_messages_break_nothing_and_change_nothing(client):
    knock(client, times=LONG)


def test_a_well_signed_message_is_taken(client):
    body = message(event("plan.created", {"id": "plan_1", "object": "plan"}))

    assert post(client, body, sign(body)).status_code == 200
    assert db.session.scalar(db.select(db.func.count()).select_from(WebhookEvent)) == 1


def test_well_signed_nonsense_breaks_nothing(client):
    """What Stripe's secret signed may still be any JSON at all."""
    dice = random.Random(4)
    answers = Counter()
    for _ in range(SHORT):
        body = nonsense(dice)
        answers[post(client, body, sign(body)).status_code] += 1

    assert set(answers) <= {200, 400, 413}
    assert answers[400]


def knock(client, *, times):
    dice, before, answers = random.Random(3), dump(), Counter()
    for _ in range(times):
        body = nonsense(dice)
        answers[post(client, body, header(dice, body)).status_code] += 1

    assert set(answers) <= {400, 413}, answers
    assert dump() == before


def post(client, body, signature):
    return client.post(
        "/webhooks/stripe", data=body, environ_overrides={"HTTP_STRIPE_SIGNATURE": signature}
    )


def nonsense(dice):
    """An event with something odd in it, or no event at all."""
    kind = dice.randrange(8)
    if kind == 0:
        return dice.randbytes(dice.randrange(200))
    if kind == 1:
        return json.dumps(dice.choice(ODD_VALUES)).encode()
    if kind == 2:
        return b"[" * dice.randrange(1, 20_000)
    if kind == 3:
        return b'{"a":' * dice.randrange(1, 2_000)
    odd = event("refund.updated", {"id": "re_1", "object": "refund", "payment_intent": "pi_1"})
    place = dice.choice(["id", "type", "data", "api_version", "livemode", "account", "object"])
    if dice.random() < 0.5:
        odd[place] = dice.choice(ODD_VALUES)
    else:
        odd["data"]["object"][dice.choice(["id", "object", "payment_intent"])] = dice.choice(
            ODD_VALUES
        )
    body = json.dumps(odd).encode()
    return body[: dice.randrange(len(body))] if kind == 4 else body


def header(dice, body):
    """A signature that is none: of another secret, another body, another time."""
    return dice.choice(
        [
            dice.choice(ODD_HEADERS),
            sign(body, secret="whsec_other"),
            sign(body, secret=""),
            sign(body + b" "),
            sign(body, at=time.time() - 301),
            sign(body, at=time.time() + 360),  # still too early after a slow minute
            sign(body).replace("v1", "v0"),
            sign(body)[:-2],
            SECRET,
        ]
    )
