"""Answers are as the SDK declares them, and the lists of exceptions are exact."""

import pytest

from sandbox import exceptions
from sandbox.routes import ROUTES
from tests.sandbox.findings import Findings

WRITE = "python -m tests.sandbox.findings writes down what was found"


@pytest.fixture(scope="module")
def found() -> Findings:
    return Findings()


def test_the_stories_make_every_call_there_is(found: Findings) -> None:
    assert {(route.method, route.path) for route in ROUTES} - found.calls == set()


def test_every_declared_field_is_there_with_its_type(found: Findings) -> None:
    wrong = [pair for pair in found.complaints if pair[0] != "missing"]
    missing = [path for kind, path in found.complaints if kind == "missing" and not excepted(path)]
    assert (sorted(wrong), sorted(missing)) == ([], [])


def test_each_exception_for_a_hash_is_needed(found: Findings) -> None:
    paths = [path for _, path in found.complaints]

    unneeded = [hashed for hashed in exceptions.ONLY_WHAT_APPLIES
                if not any(path.startswith(f"{hashed}.") for path in paths)]  # fmt: skip
    assert unneeded == []


def test_the_fields_that_are_always_null_are_listed_exactly(found: Findings) -> None:
    assert found.always_null == listed(exceptions.ALWAYS_NULL), WRITE


def test_the_parameters_without_effect_are_listed_exactly(found: Findings) -> None:
    assert found.no_effect == listed(exceptions.NO_EFFECT), WRITE


def test_the_parameters_that_are_never_taken_are_listed_exactly(found: Findings) -> None:
    assert found.never_taken == listed(exceptions.NEVER_TAKEN), WRITE


def excepted(path: str) -> bool:
    return any(path.startswith(f"{hashed}.") for hashed in exceptions.ONLY_WHAT_APPLIES)


def listed(names: dict[str, tuple[str, ...]]) -> dict[str, set[str]]:
    return {key: set(value) for key, value in names.items()}
