"""With a file the sandbox survives its own death."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import stripe

from sandbox import create_sandbox
from sandbox.client import SandboxClient
from sandbox.clock import Clock
from tests.sandbox.conftest import RETURN_URL
from tests.sandbox.programs import LateShop, Program, started


def api_of(state: Path, **more: Any) -> tuple[Any, Any]:
    box = create_sandbox(state=state, **more)
    return box, stripe.StripeClient("sk_test_1", http_client=SandboxClient(box)).v1


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Program]]:
    """Start `python -m sandbox` as often as a test likes."""
    running: list[Program] = []

    def begin(*arguments: str) -> Program:
        running.append(started(*arguments))
        return running[-1]

    yield begin
    for program in running:
        program.kill()


@pytest.fixture
def late_shop() -> Iterator[LateShop]:
    shop = LateShop()
    yield shop
    shop.close()


def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    state = tmp_path / "deep" / "state.db"
    box, api = api_of(state)
    box.deliver_to("https://shop.example", "whsec_1", lambda *_: 500)
    customer = api.customers.create({"name": "Ada"}, {"idempotency_key": "k1"})
    card = {"amount": 1000, "currency": "eur", "confirm": True, "return_url": RETURN_URL}
    pending = api.payment_intents.create({**card, "payment_method": "pm_card_pendingRefund"})
    refund = api.refunds.create({"payment_intent": pending.id})
    box.deliver_due()
    box.advance(60)
    box.account.store.close()

    box, api = api_of(state)

    assert api.customers.retrieve(customer.id).name == "Ada"
    assert api.customers.create({"name": "Ada"}, {"idempotency_key": "k1"}).id == customer.id
    assert [row.id for row in api.payment_intents.list().data] == [pending.id]
    assert box.account.clock.moved_by == 60
    arrived: list[str] = []
    box.deliver_to("https://shop.example", "whsec_1", lambda *_: arrived.append("") or 200)
    assert box.deliver_due(ahead=10) == len(box.events) == len(arrived)
    box.advance(2 * 24 * 3600)
    assert api.refunds.retrieve(refund.id).status == "succeeded"
    box.account.store.close()


def test_a_seed_does_not_repeat_ids_after_a_restart(tmp_path: Path) -> None:
    ids = set()
    for _ in range(3):
        box, api = api_of(tmp_path / "state.db", seed=7)
        ids |= {api.customers.create({}).id for _ in range(5)}
        box.account.store.close()

    assert len(ids) == 15


def test_a_killed_sandbox_forgets_nothing_it_answered(
    tmp_path: Path, start: Callable[..., Program]
) -> None:
    state = str(tmp_path / "state.db")
    answered: list[str] = []
    for _ in range(2):
        program = start("--state", state)
        client = program.client()
        until = time.monotonic() + 0.4
        while time.monotonic() < until:
            answered.append(client.v1.customers.create({"name": "x"}).id)
        program.kill()

    known = start("--state", state).client().v1.customers
    found = {row.id for row in known.list({"limit": 100}).auto_paging_iter()}

    assert len(answered) > 20
    assert set(answered) == found


def test_it_leaves_when_told(start: Callable[..., Program]) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        program = start()
        program.client().v1.customers.create({})
        program.process.send_signal(number)

        assert program.process.wait(30) == 0


def test_a_taken_port_is_said_plainly(start: Callable[..., Program]) -> None:
    port = str(start().port)

    second = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "sandbox", "--port", port],
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert second.returncode == 1
    assert f"Port {port} is taken" in second.stderr


def test_help_explains_itself() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "sandbox", "--help"], capture_output=True, text=True, timeout=60
    ).stdout

    for word in ("pretend Stripe", "--state", "--webhook", "--chaos", "4242", "/_sandbox/reset"):
        assert word in shown


def test_chaos_cuts_real_connections_after_the_work(start: Callable[..., Program]) -> None:
    program = start("--chaos", "lost_answer")

    with pytest.raises(stripe.APIConnectionError):
        program.client().v1.customers.create({"name": "Ada"})

    program.control("chaos", rules=[])
    assert [row.name for row in program.client().v1.customers.list().data] == ["Ada"]


def test_events_arrive_over_http_even_at_a_shop_that_starts_late(
    start: Callable[..., Program], late_shop: LateShop
) -> None:
    program = start("--webhook", late_shop.url, "--webhook-secret", "whsec_late")
    program.client().v1.customers.create({"name": "Ada"})
    time.sleep(0.3)
    assert late_shop.received == []

    late_shop.open()

    body, header = late_shop.wait_for_one()
    event = stripe.Webhook.construct_event(body, header, "whsec_late")
    assert (event.type, json.loads(body)["data"]["object"]["name"]) == ("customer.created", "Ada")


def test_time_stands_still_only_for_who_holds_it() -> None:
    clock = Clock()
    seen: list[int] = []

    with clock.held_at(1_000):
        here = clock.now()
        other = Thread(target=lambda: seen.append(clock.now()))
        other.start()
        other.join()

    assert here == 1_000
    assert seen[0] > 1_000
