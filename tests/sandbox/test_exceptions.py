"""Answers are as the SDK declares them, and the list of exceptions is exact."""

from collections import defaultdict
from typing import Any

import pytest

from sandbox import Sandbox, create_sandbox, exceptions, protocol
from sandbox.params import checker
from sandbox.routes import ROUTES
from tests.sandbox.conftest import Raw
from tests.sandbox.declared import complaints
from tests.sandbox.scenario import Scenario
from tests.sandbox.watched import Watched

# Read only in a situation that the scenario does not bring about.
SOMETIMES = {
    "error_on_requires_action",
    "mandate_data",
    "use_stripe_sdk",
    "transfer_lookup_key",
}


class Seen:
    """What the scenario answered, and which parameters anybody looked at."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.read: dict[str, set[str]] = defaultdict(set)
        self.calls: set[tuple[str, str]] = set()


@pytest.fixture(scope="module")
def seen() -> Seen:
    """One of everything."""
    found = Seen()
    sandbox: Sandbox = create_sandbox()
    checked = protocol._checked

    def watched(asked: protocol.Asked) -> Watched:
        found.calls.add((asked.route.method, asked.route.path))
        return Watched(checked(asked), found.read[asked.route.params])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(protocol, "_checked", watched)
        found.rows = Scenario(sandbox, Raw(sandbox)).run()
    return found


def test_the_scenario_makes_every_call_there_is(seen: Seen) -> None:
    assert {(route.method, route.path) for route in ROUTES} - seen.calls == set()


def test_every_declared_field_is_there_with_its_type(seen: Seen) -> None:
    found = {pair for row in seen.rows if row["object"] != "account" for pair in complaints(row)}

    wrong = [pair for pair in found if pair[0] != "missing"]
    missing = [path for kind, path in found if kind == "missing" and not excepted(path)]
    assert (sorted(wrong), sorted(missing)) == ([], [])


def test_each_exception_for_a_hash_is_needed(seen: Seen) -> None:
    found = {path for row in seen.rows if row["object"] != "account" for _, path in complaints(row)}

    unneeded = [hashed for hashed in exceptions.ONLY_WHAT_APPLIES
                if not any(path.startswith(f"{hashed}.") for path in found)]  # fmt: skip
    assert unneeded == []


def test_the_fields_that_are_always_null_are_listed_exactly(seen: Seen) -> None:
    null: dict[str, set[str]] = {}
    for row in seen.rows:
        if not row.get("deleted"):
            empty = {name for name, value in row.items() if value is None}
            null[row["object"]] = null.get(row["object"], empty) & empty
    null["payment_method"] -= set(exceptions.NOT_PLAYED)

    assert {kind: names for kind, names in null.items() if names} == {
        kind: set(names) for kind, names in exceptions.ALWAYS_NULL.items()
    }


def test_the_parameters_without_effect_are_listed_exactly(seen: Seen) -> None:
    unread: dict[str, set[str]] = {}
    for route in ROUTES:
        read = seen.read[route.params]
        names = set(checker(route.params).fields) - read - SOMETIMES - {"expand"}
        if route.params == "PaymentMethodCreateParams":
            names -= {*exceptions.NOT_PLAYED, "card", "us_bank_account"}
        if names and "*" not in read:
            unread[route.params] = names

    assert unread == {params: set(names) for params, names in exceptions.NO_EFFECT.items()}


def excepted(path: str) -> bool:
    return any(path.startswith(f"{hashed}.") for hashed in exceptions.ONLY_WHAT_APPLIES)
