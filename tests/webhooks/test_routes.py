"""Stripe's door: what it signed within five minutes is stored once, nothing else is."""

import json
import time

import pytest

from app import create_app
from app.db import db
from app.models import EventStatus, Job, WebhookEvent
from app.webhooks.routes import LONGEST
from config import testing as settings_for_tests
from tests.events import SECRET, event, message, sign

PLAN = {"id": "plan_1", "object": "plan"}
REFUND = {"id": "re_1", "object": "refund", "payment_intent": "pi_1"}
DEEP = b'{"a":' * 100_000


def test_a_good_signature_is_taken(send_event):
    assert send_event(event("plan.created", PLAN)).status_code == 200
    assert stored() == [("evt_1", "plan.created", EventStatus.IGNORED)]


def test_what_somebody_handles_waits_with_its_job(send_event):
    assert send_event(event("refund.updated", REFUND)).status_code == 200

    assert stored() == [("evt_1", "refund.updated", EventStatus.RECEIVED)]
    assert db.session.query(Job).one().arguments == {"event_id": "evt_1"}


def test_the_same_event_twice_is_stored_once_and_answered_twice(send_event):
    answers = [send_event(event("refund.updated", REFUND)).status_code for _ in range(2)]

    assert answers == [200, 200]
    assert db.session.query(WebhookEvent).count() == db.session.query(Job).count() == 1


@pytest.mark.parametrize("body", [b"{}", b"[]", b"null", b"\xff", b""])
@pytest.mark.parametrize("signature", ["", "t=1,v1=x", "é", "t=,v1=", "t=1", "v1=" + "0" * 64])
def test_a_bad_signature_is_refused(client, body, signature):
    headers = {"Stripe-Signature": signature}

    assert client.post("/webhooks/stripe", data=body, headers=headers).status_code == 400
    assert stored() == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"{",
        b"[]",
        b"null",
        b"1",
        b'"text"',
        b"{}",
        DEEP,
        b"NaN",
        message({"id": "evt_1"}),
        message(event("plan.created", PLAN) | {"id": 7}),
        message(event("plan.created", PLAN) | {"id": ""}),
        message(event("plan.created", PLAN) | {"id": "e" * 300}),
        message(event("plan.created", PLAN) | {"type": None}),
        message(event("plan.created", PLAN) | {"data": []}),
        message(event("plan.created", PLAN) | {"data": {"object": "plan_1"}}),
        message(event("plan.created", {"id": ["plan_1"], "object": "plan"})),
        message(event("plan.created", PLAN | {"name": "a\x00b"})),
        message(event("plan.created", PLAN | {"name": "\ud800"})),
        message(event("plan.created", PLAN | {"\udfff": "key"})),
        message(event("plan.created", PLAN | {"amount": 10**30})),
        message(event("plan.created", PLAN)).replace(b'"plan_1"', b"9" * 5000),
        message(event("plan.created", PLAN)).replace(b'"plan_1"', b"1e999"),
        message(event("plan.created", PLAN)).replace(b'"plan_1"', b"Infinity"),
    ],
    ids=lambda body: body[:40],
)
def test_what_is_signed_but_no_event_is_refused(client, body):
    headers = {"Stripe-Signature": sign(body)}

    assert client.post("/webhooks/stripe", data=body, headers=headers).status_code == 400
    assert stored() == []


def test_odd_but_honest_text_is_kept_as_it_is(send_event):
    odd = PLAN | {"name": "😀 \\u0000 \\ud800 é", "amount": 999_999_999_999, "rate": 0.5}

    assert send_event(event("plan.created", odd)).status_code == 200
    assert db.session.get(WebhookEvent, "evt_1").payload["data"]["object"] == odd


@pytest.mark.parametrize(("seconds", "status"), [(-310, 400), (310, 400), (-200, 200), (200, 200)])
def test_only_what_was_sent_within_five_minutes_is_taken(send_event, seconds, status):
    at = time.time() + seconds

    assert send_event(event("plan.created", PLAN), at=at).status_code == status


def test_a_body_over_a_megabyte_is_too_large(client):
    padding = "x" * LONGEST
    body = message(event("plan.created", PLAN | {"name": padding}))

    answer = client.post("/webhooks/stripe", data=body, headers={"Stripe-Signature": sign(body)})

    assert answer.status_code == 413
    assert stored() == []


def test_without_a_secret_there_is_no_such_page(database):
    shop = create_app(settings_for_tests(database_url=database, stripe_webhook_secret=()))

    assert shop.test_client().post("/webhooks/stripe").status_code == 404


def test_old_and_new_secret_open_the_door_while_one_replaces_the_other(database):
    shop = create_app(
        settings_for_tests(database_url=database, stripe_webhook_secret="whsec_new,whsec_old")
    )
    body = message(event("plan.created", PLAN))

    def answer(secret):
        headers = {"Stripe-Signature": sign(body, secret=secret)}
        return shop.test_client().post("/webhooks/stripe", data=body, headers=headers).status_code

    assert [answer(s) for s in ("whsec_new", "whsec_old", "whsec_other")] == [200, 200, 400]
    with shop.app_context():
        db.engine.dispose()


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"livemode": True}, "for live mode"),
        ({"account": "acct_other"}, "for another account"),
    ],
)
def test_what_is_meant_for_others_is_kept_and_ignored(send_event, fields, reason):
    assert send_event(event("refund.updated", REFUND, **fields)).status_code == 200

    (row,) = db.session.query(WebhookEvent)
    assert (row.status, row.error) == (EventStatus.IGNORED, reason)
    assert db.session.query(Job).count() == 0


def test_while_the_database_is_away_stripe_is_asked_to_come_again(tmp_path):
    away = "postgresql://nobody@127.0.0.1:1/none"
    shop = create_app(settings_for_tests(database_url=away, var_folder=tmp_path))
    body = message(event("plan.created", PLAN))

    answer = shop.test_client().post(
        "/webhooks/stripe", data=body, headers={"Stripe-Signature": sign(body)}
    )

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0


def test_the_answer_says_no_more_than_it_must(client):
    answer = client.post("/webhooks/stripe", data=b"{}", headers={"Stripe-Signature": "t=1,v1=0"})

    assert set(answer.json) == {"error", "request_id"}
    assert SECRET not in answer.text
    assert json.loads(answer.text)["error"] == "bad signature"


def stored():
    return [(row.id, row.type, row.status) for row in db.session.query(WebhookEvent)]
