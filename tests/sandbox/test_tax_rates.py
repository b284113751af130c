"""Tax rates, and the ids that authorities give."""

from typing import Any

import pytest
import stripe

from sandbox import Sandbox

VAT = {"display_name": "VAT", "percentage": 19, "inclusive": True, "country": "DE"}


@pytest.fixture
def ada(api: Any) -> str:
    return str(api.customers.create({"name": "Ada", "address": {"city": "Ulm"}}).id)


def refusal(verb: Any, *given: Any) -> Any:
    """The error that a call is refused with."""
    with pytest.raises(stripe.InvalidRequestError) as refused:
        verb(*given)
    return refused.value


def test_a_rate_keeps_its_percentage(api: Any, types: Any) -> None:
    rate = api.tax_rates.create(VAT)

    changed = api.tax_rates.update(rate.id, {"display_name": "MwSt", "active": False})

    assert (rate.percentage, rate.effective_percentage, rate.rate_type) == (19, 19, "percentage")
    assert (changed.display_name, changed.active, changed.inclusive) == ("MwSt", False, True)
    with pytest.raises(stripe.InvalidRequestError, match="unknown parameter: percentage"):
        api.tax_rates.update(rate.id, {"percentage": 20})
    assert types() == ["tax_rate.created", "tax_rate.updated"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"percentage": 101}, "This value must be less than or equal to 100."),
        ({"percentage": -1}, "This value must be greater than or equal to 0."),
        ({"percentage": 7.12345}, "must contain at maximum four decimal places."),
        ({"country": "Germany"}, "Country 'Germany' is unknown."),
    ],
)
def test_rates_that_make_no_sense_are_refused(api: Any, wrong: Any, words: str) -> None:
    error = refusal(api.tax_rates.create, VAT | wrong)

    assert error.param == next(iter(wrong))
    assert words in error.user_message


def test_rates_are_listed_by_what_they_are(api: Any) -> None:
    inclusive = api.tax_rates.create(VAT)
    exclusive = api.tax_rates.create(VAT | {"inclusive": False, "active": False})

    def found(**filters: Any) -> list[str]:
        return [rate.id for rate in api.tax_rates.list(filters).data]

    assert found(inclusive=True) == [inclusive.id]
    assert found(active=False) == [exclusive.id]


def test_an_inactive_rate_is_put_on_nothing_new(api: Any, ada: str) -> None:
    rate = api.tax_rates.create(VAT)
    bill = {"customer": ada, "currency": "eur", "default_tax_rates": [rate.id]}

    assert api.invoices.create(bill).default_tax_rates[0].id == rate.id
    api.tax_rates.update(rate.id, {"active": False})

    assert "is not active" in refusal(api.invoices.create, bill).user_message


def test_an_unknown_rate_is_refused(api: Any, ada: str) -> None:
    bill = {"customer": ada, "currency": "eur", "default_tax_rates": ["txr_no"]}

    error = refusal(api.invoices.create, bill)

    assert (error.code, error.user_message) == ("resource_missing", "No such tax rate: 'txr_no'")


def test_a_vat_number_is_looked_up(api: Any, ada: str, sandbox: Sandbox, types: Any) -> None:
    types()
    given = api.customers.tax_ids.create(ada, {"type": "eu_vat", "value": "de 123456789"})

    sandbox.advance(120)

    found = api.customers.tax_ids.retrieve(ada, given.id)
    assert (given.country, given.value, given.verification.status) == (
        "DE", "DE 123456789", "pending",
    )  # fmt: skip
    assert (found.verification.status, found.verification.verified_name) == ("verified", "Ada")
    assert types() == ["customer.tax_id.created", "customer.tax_id.updated"]


@pytest.mark.parametrize(
    ("value", "status"),
    [("000000000", "verified"), ("111111111", "unverified"), ("222222222", "pending")],
)
def test_the_magic_numbers_decide(
    api: Any, ada: str, sandbox: Sandbox, value: str, status: str
) -> None:
    given = api.customers.tax_ids.create(ada, {"type": "gb_vat", "value": value})

    sandbox.advance(120)

    assert api.tax_ids.retrieve(given.id).verification.status == status


def test_a_number_that_cannot_be_is_refused(api: Any, ada: str) -> None:
    wrong = {"type": "eu_vat", "value": "DE12345678"}

    error = refusal(api.customers.tax_ids.create, ada, wrong)

    assert (error.code, error.param) == ("tax_id_invalid", "value")
    assert error.user_message == "Invalid value for eu_vat."
    right = wrong | {"value": "DE123456789"}
    assert api.customers.tax_ids.create(ada, right).owner.customer == ada


def test_where_nobody_can_be_asked_it_is_said(api: Any, ada: str) -> None:
    given = api.customers.tax_ids.create(ada, {"type": "us_ein", "value": "12-3456789"})

    assert (given.country, given.verification.status) == ("US", "unavailable")


def test_the_shops_own_ids_are_apart_from_its_customers(api: Any, ada: str) -> None:
    own = api.tax_ids.create({"type": "eu_vat", "value": "DE123456789"})
    owner = {"type": "customer", "customer": ada}
    hers = api.tax_ids.create({"type": "eu_vat", "value": "ATU12345678", "owner": owner})

    assert [row.id for row in api.tax_ids.list().data] == [own.id]
    assert [row.id for row in api.tax_ids.list({"owner": owner}).data] == [hers.id]
    customer = api.customers.retrieve(ada, {"expand": ["tax_ids"]})
    assert [row.id for row in customer.tax_ids.data] == [hers.id]


def test_a_tax_id_goes(api: Any, ada: str, types: Any) -> None:
    given = api.customers.tax_ids.create(ada, {"type": "us_ein", "value": "12-3456789"})
    types()

    assert api.customers.tax_ids.delete(ada, given.id).deleted

    assert api.customers.tax_ids.list(ada).data == []
    assert types() == ["customer.tax_id.deleted"]
    assert refusal(api.tax_ids.retrieve, given.id).code == "resource_missing"
