"""Every resource of the sandbox through Stripe's own program: get, post, delete, and by name."""

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox import create_sandbox
from sandbox.params import checker
from sandbox.routes import ROUTES
from tests.sandbox import official
from tests.sandbox.official import Cli
from tests.sandbox.programs import Program, started

MAKES_ALL = """
credit_note.created charge.refunded charge.dispute.created checkout.session.completed
customer.source.created customer.subscription.created invoice.payment_failed invoiceitem.created
payment_link.created payout.created promotion_code.created quote.created setup_intent.setup_failed
subscription_schedule.created tax_rate.created test_helpers.test_clock.created
billing_portal.session.created
"""
MADE_BY_HAND = {
    "/v1/shipping_rates": ("display_name=Post", "type=fixed_amount", "fixed_amount[amount]=500",
                           "fixed_amount[currency]=eur"),
    "/v1/tax_ids": ("type=eu_vat", "value=DE123456789"),
    "/v1/webhook_endpoints": ("url=https://shop.example/hook", "enabled_events[]=*"),
}  # fmt: skip
SINGLE = {"/v1/balance", "/v1/balance_settings"}
LAST = ("/v1/subscription_items",)  # listed only of another object
IN_BROWSERS = {"/v1/elements/sessions"}
# The program has none for these, or one that takes its customer's id in another place.
NO_RESOURCE_COMMAND = {"/v1/account", "/v1/invoices/upcoming", "/v1/tax_ids"}


def test_everything_can_be_read_one_by_one(cli: Cli, full: dict[str, str]) -> None:
    one_by_one = [path for path in full if f"{path}/<>" in _addresses("GET", one=True)]

    for path in one_by_one:
        assert json.loads(cli.run("get", f"{path}/{full[path]}"))["id"] == full[path]

    assert len(one_by_one) > 30


def test_what_has_no_command_can_be_read_by_its_address(cli: Cli, full: dict[str, str]) -> None:
    for path in set(_addresses("GET")) - IN_BROWSERS - set(_with_command()):
        assert "object" in json.loads(cli.run("get", path, *_needed(path, full))), path


def test_whatever_takes_metadata_can_be_changed(cli: Cli, full: dict[str, str]) -> None:
    changes = [route for route in ROUTES if route.method == "POST" and route.path[-1] == ">"]
    taking = [route.path for route in changes if "metadata" in checker(route.params).fields]
    changed = [path for path in full if f"{path}/<>" in map(_without_name, taking)]

    for path in changed:
        answer = json.loads(cli.run("post", f"{path}/{full[path]}", "-d", "metadata[judged]=yes"))
        assert answer["metadata"]["judged"] == "yes", path

    assert len(changed) > 20


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/v1/coupons", ["percent_off=20"]),
        ("/v1/customers", ["name=Ada"]),
        ("/v1/plans", ["currency=eur", "interval=month", "amount=1", "product[name]=Tea"]),
        ("/v1/products", ["name=Tea"]),
        ("/v1/tax_ids", ["type=eu_vat", "value=DE123456789"]),
        ("/v1/test_helpers/test_clocks", ["frozen_time=1577836800"]),
        ("/v1/webhook_endpoints", ["url=https://shop.example/", "enabled_events[]=*"]),
    ],
)
def test_what_was_made_can_be_deleted(
    cli: Cli, program: Program, path: str, fields: list[str]
) -> None:
    made = _asked(program, "post", path, fields)

    gone = json.loads(cli.run("delete", f"{path}/{made['id']}", "--confirm"))

    assert (gone["id"], gone["deleted"]) == (made["id"], True)


def test_what_belongs_to_a_bill_can_be_deleted(cli: Cli, full: dict[str, str]) -> None:
    for path in ("/v1/invoiceitems", "/v1/subscriptions"):
        address = f"{path}/{full[path]}"
        gone = json.loads(cli.run("delete", address, "--confirm"))
        assert gone.get("deleted") or gone["status"] == "canceled"


def test_each_resource_has_a_command_of_its_own(cli: Cli, full: dict[str, str]) -> None:
    for path in _with_command():
        words = path.removeprefix("/v1/").split("/")
        verb = "retrieve" if path in SINGLE else "list"
        answer = json.loads(cli.run(*words, verb, *_needed(path, full)))
        assert "object" in answer, path


def _with_command() -> list[str]:
    every = set(_addresses("GET")) - IN_BROWSERS - NO_RESOURCE_COMMAND
    return sorted(path for path in every if "search" not in path and "preview" not in path)


def _addresses(method: str, *, one: bool = False) -> list[str]:
    """The addresses without any id; or those that end with one."""
    paths = {route.path for route in ROUTES if route.method == method}
    if one:
        return [_without_name(path) for path in paths if path.count("<") == 1]
    return sorted(path for path in paths if "<" not in path)


def _without_name(path: str) -> str:
    return f"{path.rpartition('/')[0]}/<>"


def _needed(path: str, full: dict[str, str]) -> list[str]:
    return _fields(_parameters(path, full))


def _parameters(path: str, full: dict[str, str]) -> list[str]:
    known = {
        "/v1/credit_notes/preview": [f"invoice={full['open invoice']}", "amount=100"],
        "/v1/credit_notes/preview/lines": [f"invoice={full['open invoice']}", "amount=100"],
        "/v1/invoices/upcoming": [f"subscription={full.get('/v1/subscriptions')}"],
        "/v1/setup_attempts": [f"setup_intent={full.get('/v1/setup_intents')}"],
        "/v1/subscription_items": [f"subscription={full.get('/v1/subscriptions')}"],
    }
    return ["query=created>0"] if path.endswith("search") else known.get(path, [])


def _asked(program: Program, method: str, path: str, fields: list[str]) -> Any:
    """The same as the program would ask, without it: it takes a third of a second to start."""
    params = dict(field.split("=", 1) for field in fields)
    return program.client().raw_request(method, path, **params).data


def _fields(fields: list[str]) -> list[str]:
    return [word for field in fields for word in ("-d", field)]


@pytest.fixture(scope="module")
def program() -> Iterator[Program]:
    create_sandbox()  # registers the routes here, too
    running = started()
    yield running
    running.kill()


@pytest.fixture(scope="module")
def cli(program: Program, tmp_path_factory: pytest.TempPathFactory) -> Cli:
    return Cli(official.cli_program(), program.url, tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def full(cli: Cli, program: Program) -> dict[str, str]:
    """One of everything: the newest id at each list's address."""
    for trigger in MAKES_ALL.split():
        cli.run("trigger", trigger)
    for path, fields in MADE_BY_HAND.items():
        _asked(program, "post", path, list(fields))
    api: Any = program.client().v1
    receipt = io.BytesIO(b"%PDF-1.4 a receipt")
    file = api.files.create({"purpose": "dispute_evidence", "file": receipt})
    api.file_links.create({"file": file.id})
    (invoice,) = api.invoices.list({"limit": 1, "status": "open"}).data
    found = {"open invoice": invoice.id}
    singles = {one.rpartition("/")[0] for one in _addresses("GET", one=True)}
    for path in sorted(singles & set(_addresses("GET")), key=LAST.__contains__):
        listed = _asked(program, "get", path, ["limit=1", *_parameters(path, found)])["data"]
        assert listed, f"nothing at {path}"
        found[path] = listed[0]["id"]
    return found
