"""Parameters are checked against the SDK's own types."""

from typing import Any

import pytest
import stripe

from sandbox.form import decode
from sandbox.objects import load
from sandbox.params import checker
from sandbox.routes import ROUTES

load()


def refusal(api: Any, **params: Any) -> Any:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        api.payment_intents.create(params)
    assert api.payment_intents.list().data == []
    return caught.value


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_every_call_has_parameters_in_the_sdk(route: Any) -> None:
    known = checker(route.params, tuple(route.legacy.items()))

    assert "expand" in known.fields


def test_unknown_parameters_are_refused_by_name(api: Any) -> None:
    error = refusal(api, amount=1000, currency="eur", colour="red")
    assert (error.code, error.param) == ("parameter_unknown", "colour")
    assert "Received unknown parameter: colour" in str(error)

    nested = refusal(api, amount=1000, currency="eur", shipping={"colour": 1, "name": "x"})
    assert nested.param == "shipping[colour]"


def test_missing_parameters_are_named(api: Any) -> None:
    error = refusal(api, currency="eur")
    assert (error.code, error.param) == ("parameter_missing", "amount")
    assert "Missing required param: amount." in str(error)

    nested = refusal(api, amount=1000, currency="eur", shipping={"name": "x"})
    assert nested.param == "shipping[address]"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("amount", "ten", "Invalid integer: ten"),
        ("amount", "10.5", "Invalid integer: 10.5"),
        ("amount", 0, "greater than or equal to 1"),
        ("amount", -1, "greater than or equal to 1"),
        ("amount", 10**30, "Invalid integer"),
        ("amount", 49, "Amount must be at least €0.50 eur"),
        ("amount", 100_000_000, "Amount must be no more than €999,999.99 eur"),
        ("currency", "xyz", "Invalid currency: xyz"),
        ("currency", "", "You passed an empty string for 'currency'"),
        ("confirm", "perhaps", "Invalid boolean: perhaps"),
        ("capture_method", "later", "must be one of automatic, automatic_async, or manual"),
        ("shipping", "home", "Invalid"),
        ("expand", "customer", "Invalid array"),
        ("metadata", "text", "Invalid"),
    ],
)
def test_wrong_values_are_refused_in_stripes_words(
    api: Any, field: str, value: Any, words: str
) -> None:
    error = refusal(api, **{"amount": 1000, "currency": "eur", field: value})

    assert error.http_status == 400
    assert words in str(error)


@pytest.mark.parametrize(
    "metadata",
    [
        {"k" * 41: "v"},
        {"k": "v" * 501},
        {f"k{number}": "v" for number in range(51)},
    ],
)
def test_metadata_has_stripes_limits(api: Any, metadata: dict[str, str]) -> None:
    assert refusal(api, amount=1000, currency="eur", metadata=metadata).http_status == 400
    allowed = {"k" * 40: "v" * 500}
    assert api.payment_intents.create({"amount": 1000, "currency": "eur", "metadata": allowed})


def test_payment_method_types_are_refused_in_this_version_and_taken_without(
    api: Any, raw: Any
) -> None:
    error = refusal(api, amount=1000, currency="eur", payment_method_types=["card"])
    assert error.code == "payment_method_types_no_longer_supported"
    with pytest.raises(stripe.InvalidRequestError):
        api.setup_intents.create({"payment_method_types": ["card"]})

    body = "amount=1000&currency=eur&payment_method_types[]=card"
    status, intent, _ = raw("POST", "/v1/payment_intents", body)
    assert (status, intent["payment_method_types"]) == (200, ["card"])
    assert raw("POST", "/v1/payment_intents", body + "&colour=red")[0] == 400


def test_brackets_make_hashes_and_lists() -> None:
    assert decode("a[b][c]=1&d[]=x&d[]=y&e[1]=q&e[0]=p&f=%20z") == {
        "a": {"b": {"c": "1"}},
        "d": ["x", "y"],
        "e": ["p", "q"],
        "f": " z",
    }
    assert decode("i[][a]=1&i[][b]=2&i[][a]=3") == {"i": [{"a": "1", "b": "2"}, {"a": "3"}]}


def test_metadata_may_have_numbers_for_keys(api: Any) -> None:
    customer = api.customers.create({"metadata": {"7": "seven", "9": "nine"}})

    assert customer.metadata.to_dict() == {"7": "seven", "9": "nine"}
