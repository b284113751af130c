"""Stripe's own command-line program, an independent judge, is content with the sandbox."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import stripe

from tests.sandbox import official
from tests.sandbox.official import Cli
from tests.sandbox.programs import LateShop, Program, started
from tests.sandbox.triggers import OUT_OF_SCOPE, SUPPORTED, event_of

SETTLED_LATER = {
    "checkout.session.async_payment_failed",
    "checkout.session.async_payment_succeeded",
}
DEBITS_SETTLE = 5  # seconds


@pytest.mark.parametrize("trigger", SUPPORTED)
def test_a_trigger_succeeds_and_emits_its_event(cli: Cli, program: Program, trigger: str) -> None:
    before = _newest(program, event_of(trigger))

    printed = cli.run("trigger", trigger)
    if trigger in SETTLED_LATER:
        program.control("clock", advance=DEBITS_SETTLE)

    assert "Trigger succeeded" in printed
    assert _newest(program, event_of(trigger)) != before


def test_no_trigger_is_forgotten(cli: Cli) -> None:
    listed = re.findall(
        r"^  ([a-z0-9_]+\.[a-z0-9_.]+)$", cli.run("trigger", "--help"), re.MULTILINE
    )

    assert sorted(listed) == sorted(SUPPORTED + OUT_OF_SCOPE)
    assert (len(SUPPORTED), len(OUT_OF_SCOPE)) == (96, 27)


def test_objects_can_be_made_read_and_deleted(cli: Cli) -> None:
    made = json.loads(cli.run("post", "/v1/customers", "-d", "name=Ada", "-d", "metadata[a]=1"))
    assert json.loads(cli.run("get", f"/v1/customers/{made['id']}"))["name"] == "Ada"
    assert json.loads(cli.run("customers", "list", "--limit", "1"))["data"][0]["id"] == made["id"]

    gone = json.loads(cli.run("delete", f"/v1/customers/{made['id']}", "--confirm"))

    assert gone["deleted"] is True


def test_what_happens_is_forwarded_signed_and_its_answer_noted(
    cli: Cli, program: Program, shop: LateShop
) -> None:
    with cli.started("listen", "--events", "customer.created", "--forward-to", shop.url) as told:
        customer = program.client().v1.customers.create({"name": "Ada"})
        body, signature = shop.wait_for_one()

        event = stripe.Webhook.construct_event(body, signature, told.secret)
        assert (event.type, event.data.object["id"]) == ("customer.created", customer.id)
        delivery = _delivery(program, event.id)
        assert (delivery["state"], delivery["attempts"][0]["status"]) == ("delivered", 200)


def test_only_the_wanted_types_are_forwarded(cli: Cli, program: Program, shop: LateShop) -> None:
    with cli.started("listen", "--events", "customer.deleted", "--forward-to", shop.url):
        customers = program.client().v1.customers
        customers.delete(customers.create({}).id)

        body, _ = shop.wait_for_one()

        assert json.loads(body)["type"] == "customer.deleted"
        assert len(shop.received) == 1


def test_the_events_of_registered_endpoints_are_forwarded(
    cli: Cli, program: Program, shop: LateShop
) -> None:
    client = program.client()
    registered = client.v1.webhook_endpoints.create(
        {"url": "https://shop.example/hooks", "enabled_events": ["customer.updated"]}
    )
    host = shop.url.removesuffix("/webhooks")
    given = ("--use-configured-webhooks", "--all-snapshot", "--forward-to", host)
    with cli.started("listen", *given) as told:
        customer = client.v1.customers.create({})
        client.v1.customers.update(customer.id, {"name": "Ada"})

        body, _ = shop.wait_for_one()
        answered = told.wait_for("[200]")

    client.v1.webhook_endpoints.delete(registered.id)
    assert json.loads(body)["type"] == "customer.updated"
    assert f"{host}/hooks" in answered


def test_events_of_the_latest_version_are_printed_as_json(cli: Cli, program: Program) -> None:
    with cli.started("listen", "--all-snapshot", "--latest", "--format", "JSON") as told:
        customer = program.client().v1.customers.create({})

        printed = json.loads(told.wait_for(customer.id))

    assert (printed["type"], printed["api_version"]) == ("customer.created", "2026-10-28.endive")


def test_an_event_is_resent(cli: Cli, program: Program) -> None:
    program.client().v1.customers.create({})
    event = program.client().v1.events.list({"type": "customer.created"}).data[0]
    with cli.started("listen", "--all-snapshot") as told:
        cli.run("events", "resend", event.id)

        told.wait_for(event.id)


def test_requests_are_tailed(cli: Cli, program: Program) -> None:
    with cli.started("logs", "tail", "--filter-http-method", "POST") as told:
        client = program.client()
        client.v1.customers.list()
        client.v1.customers.create({})

        assert "/v1/customers" in told.wait_for("POST")

    assert not any("GET" in line for line in told.lines)


def _newest(program: Program, kind: str) -> list[str]:
    return [row.id for row in program.client().v1.events.list({"type": kind, "limit": 1}).data]


def _delivery(program: Program, event: str) -> Any:
    """That of an event, as soon as its answer has come back."""
    until = time.monotonic() + official.PATIENCE
    while time.monotonic() < until:
        (row,) = [row for row in program.look("deliveries")["data"] if row["event"] == event]
        if row["attempts"] and row["attempts"][-1]["status"]:
            return row
    raise AssertionError(f"the delivery of {event} was never answered")


@pytest.fixture(scope="session")
def program() -> Iterator[Program]:
    running = started()
    yield running
    running.kill()


@pytest.fixture
def cli(program: Program, tmp_path: Path) -> Cli:
    return Cli(official.cli_program(), program.url, tmp_path)


@pytest.fixture
def shop() -> Iterator[LateShop]:
    shop = LateShop()
    shop.open()
    yield shop
    shop.close()
