"""What Stripe tells: asked for, recorded once, replayed and rehearsed at will."""

import pytest

from app import gateway, inbox
from app.db import db, transaction
from app.gateway import Gone
from app.inbox import registry
from app.models import EventStatus, Job, JobState, Order, OrderStatus, Payment, WebhookEvent
from app.services import payment_records
from tests.buying import buy
from tests.events import event

GHOST = {"id": "re_gone", "object": "refund", "payment_intent": "pi_gone"}


def test_an_event_is_recorded_once_however_often_it_comes(paid, send_event, run_jobs):
    for _ in range(2):
        assert send_event(paid).status_code == 200
    run_jobs()

    assert (stored(paid).status, stored(paid).attempts) == (EventStatus.HANDLED, 1)
    assert [e.to_status for e in order().events if e.kind == "status"] == ["paid"]


def test_an_object_without_an_id_is_no_trouble(send_event, run_jobs, monkeypatch):
    told = []
    handler = registry.Handler(gateway.retrieve_payment, lambda _, it: told.append(it))
    monkeypatch.setitem(registry.handlers, "balance.available", handler)

    assert send_event(event("balance.available", {"object": "balance"})).status_code == 200
    run_jobs()

    assert told == [Gone(None)]


def test_an_object_that_is_gone_is_an_answer(send_event, run_jobs):
    send_event(event("refund.updated", GHOST))
    run_jobs()

    assert db.session.get(WebhookEvent, "evt_1").status == EventStatus.HANDLED


def test_a_failure_is_kept_and_a_replay_mends_it(paid, send_event, run_jobs, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(payment_records, "record_all", lambda *_, **__: 1 / 0)
        send_event(paid)
        run_jobs()
    assert stored(paid).status == EventStatus.FAILED
    assert stored(paid).error == "ZeroDivisionError: division by zero"
    assert order().status == OrderStatus.PENDING

    inbox.replay(paid["id"])
    run_jobs()

    assert (stored(paid).status, stored(paid).error) == (EventStatus.HANDLED, "")
    assert order().status == OrderStatus.PAID


def test_a_replay_of_what_is_done_changes_nothing(paid, send_event, run_jobs, dump):
    send_event(paid)
    run_jobs()
    before = dump(without={"jobs", "webhook_events"})

    inbox.replay(paid["id"])
    run_jobs()

    assert dump(without={"jobs", "webhook_events"}) == before
    assert stored(paid).attempts == 2


def test_a_dry_run_shows_everything_and_keeps_nothing(paid, send_event, dump):
    send_event(paid)
    number = order().id
    before = dump()

    changes = {(c.row, c.field): (c.before, c.after) for c in inbox.dry_run(paid["id"])}

    assert changes[f"Order {number}", "status"] == ("pending", "paid")
    assert changes["Payment 1", "status"][1] == "succeeded"
    assert ("OrderEvent", "to_status") in {(row.split()[0], field) for row, field in changes}
    assert dump() == before


def test_a_dry_run_on_the_command_line(app, paid, send_event):
    send_event(paid)

    output = app.test_cli_runner().invoke(args=["dry-run", paid["id"]]).output

    assert "status pending → paid" in output
    assert order().status == OrderStatus.PENDING


def test_an_older_answer_never_lands_last(paid, send_event, run_jobs, overtake):
    asked = overtake(times=1)
    send_event(paid)
    run_jobs()

    assert len(asked) == 2
    assert stored(paid).status == EventStatus.HANDLED
    assert order().status == OrderStatus.PAID


def test_a_row_that_never_rests_fails_visibly(paid, send_event, run_jobs, overtake):
    asked = overtake(times=99)
    send_event(paid)
    run_jobs()

    assert len(asked) == 5
    assert stored(paid).status == EventStatus.FAILED
    job = db.session.query(Job).filter_by(name="inbox.handle.handle").one()
    assert (job.state, job.error.partition(":")[0]) == (JobState.WAITING, "RowMoved")


def stored(sent):
    db.session.rollback()
    return db.session.get(WebhookEvent, sent["id"])


def order():
    db.session.rollback()
    return db.session.query(Order).one()


@pytest.fixture
def paid(app, stripe_client):
    """Stripe's event about a payment that succeeded; the shop has not been told."""
    buy(stripe_client)
    listed = stripe_client.v1.events.list({"type": "payment_intent.succeeded"}).data
    return listed[0].to_dict()


@pytest.fixture
def overtake(monkeypatch):
    """Between our asking and our recording, somebody else writes to the row."""

    def start(*, times):
        asked = []

        def fetch(stripe_id):
            answer = gateway.retrieve_payment(stripe_id)
            asked.append(answer)
            if len(asked) <= times:
                with transaction() as session:
                    session.execute(db.update(Payment).values(version=Payment.version + 1))
            return answer

        for name, handler in registry.handlers.items():
            slow = registry.Handler(fetch, handler.record, handler.about)
            monkeypatch.setitem(registry.handlers, name, slow)
        return asked

    return start
