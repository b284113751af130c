"""Stripe's own command-line program, an independent judge, is content with the sandbox."""

import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.needs import missing
from tests.sandbox.programs import Program, started

VERSION = "1.52.0"
CACHE = Path(__file__).parents[2] / ".cache" / "stripe-cli"
KEY = "sk_test_123456789012345"
TRIGGERS = """
payment_intent.created payment_intent.succeeded payment_intent.processing
payment_intent.payment_failed payment_intent.canceled payment_intent.requires_action
payment_intent.amount_capturable_updated
charge.succeeded charge.failed charge.captured charge.refunded charge.refund.updated
charge.dispute.created charge.dispute.updated charge.dispute.closed
customer.created customer.updated customer.deleted customer.source.created
customer.source.updated
payment_method.attached payment_method.detached payment_method.updated
setup_intent.created setup_intent.succeeded setup_intent.canceled setup_intent.requires_action
setup_intent.setup_failed
product.created product.updated product.deleted price.created price.updated
"""


@pytest.fixture(scope="session")
def stripe_cli() -> Path:
    """The program from npm, installed once."""
    npm = shutil.which("npm")
    if npm is None:
        missing("Node.js with npm is not installed, so the official Stripe CLI cannot judge")
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        program = CACHE / "node_modules" / ".bin" / "stripe"
        if not program.exists():
            _install(npm)
    return program


def _install(npm: str) -> None:
    (CACHE / "package.json").write_text("{}")
    done = subprocess.run(  # noqa: S603
        [npm, "install", "--no-audit", "--no-fund", f"@stripe/cli@{VERSION}"],
        cwd=CACHE, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    if done.returncode:
        missing(f"npm could not install @stripe/cli {VERSION}")


@pytest.fixture(scope="session")
def program() -> Iterator[Program]:
    running = started()
    yield running
    running.kill()


@pytest.fixture
def run(stripe_cli: Path, program: Program, tmp_path: Path) -> Any:
    """`run("get", "/v1/customers")` is what the CLI prints; it must succeed."""

    def ran(*arguments: str) -> str:
        done = subprocess.run(  # noqa: S603
            [stripe_cli, *arguments, "--api-base", program.url],
            env={**os.environ, "STRIPE_API_KEY": KEY, "HOME": str(tmp_path)},
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return ran


@pytest.mark.parametrize("event", TRIGGERS.split())
def test_a_trigger_succeeds_and_emits_its_event(run: Any, program: Program, event: str) -> None:
    seen = {row.id for row in program.client().v1.events.list({"type": event, "limit": 100}).data}

    printed = run("trigger", event)

    assert "Trigger succeeded" in printed
    now = program.client().v1.events.list({"type": event, "limit": 100}).data
    assert {row.id for row in now} - seen


def test_objects_can_be_made_read_and_deleted(run: Any) -> None:
    made = json.loads(run("post", "/v1/customers", "-d", "name=Ada", "-d", "metadata[a]=1"))
    assert json.loads(run("get", f"/v1/customers/{made['id']}"))["name"] == "Ada"
    assert json.loads(run("customers", "list", "--limit", "1"))["data"][0]["id"] == made["id"]

    gone = json.loads(run("delete", f"/v1/customers/{made['id']}", "--confirm"))

    assert gone["deleted"] is True
