"""Test clocks: time that goes on only when somebody says so."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import stripe

from sandbox import create_sandbox
from sandbox.client import SandboxClient

DAY = 24 * 3600
START = 1_700_000_000
IBAN = "DE89370400440532013000"


@pytest.fixture
def clock(api: Any) -> Any:
    return api.test_helpers.test_clocks.create({"frozen_time": START, "name": "A year"})


@pytest.fixture
def customer(api: Any, clock: Any) -> Any:
    return api.customers.create({"name": "Ada", "test_clock": clock.id})


@pytest.fixture
def advance(api: Any, clock: Any) -> Callable[[int], Any]:
    return lambda moment: api.test_helpers.test_clocks.advance(clock.id, {"frozen_time": moment})


@pytest.fixture
def debit(api: Any, customer: Any) -> Any:
    """A payment that its bank will answer in five days."""
    who = {"name": "Ada", "email": "ada@example.com"}
    return api.payment_intents.create(
        {
            "amount": 2000,
            "confirm": True,
            "currency": "eur",
            "customer": customer.id,
            "mandate_data": {"customer_acceptance": {"type": "offline"}},
            "payment_method_data": {
                "type": "sepa_debit",
                "sepa_debit": {"iban": IBAN},
                "billing_details": who,
            },
            "return_url": "https://shop.example",
        }
    )


def test_a_clock_stands_still_at_the_time_it_was_given(api: Any, clock: Any) -> None:
    found = api.test_helpers.test_clocks.retrieve(clock.id)

    assert (found.frozen_time, found.status, found.name) == (START, "ready", "A year")
    assert found.deletes_after == found.created + 30 * DAY


def test_what_belongs_to_its_customer_is_made_at_its_time(api: Any, customer: Any) -> None:
    intent = api.payment_intents.create(
        {"amount": 2000, "currency": "eur", "customer": customer.id}
    )

    assert (customer.created, intent.created) == (START, START)
    assert api.payment_intents.create({"amount": 2000, "currency": "eur"}).created != START


def test_advancing_answers_at_its_beginning_and_is_over_when_looked_at(
    api: Any, clock: Any, advance: Callable[[int], Any], types: Callable[[], list[str]]
) -> None:
    types()

    begun = advance(START + DAY)

    assert (begun.status, begun.frozen_time) == ("advancing", START)
    assert begun.status_details.advancing.target_frozen_time == START + DAY
    over = api.test_helpers.test_clocks.retrieve(clock.id)
    assert (over.status, over.frozen_time) == ("ready", START + DAY)
    assert types() == ["test_helpers.test_clock.advancing", "test_helpers.test_clock.ready"]


def test_what_is_due_happens_at_its_own_moment(
    api: Any, debit: Any, advance: Callable[[int], Any]
) -> None:
    advance(START + 4 * DAY)
    assert api.payment_intents.retrieve(debit.id).status == "processing"

    advance(START + 30 * DAY)

    assert api.payment_intents.retrieve(debit.id).status == "succeeded"
    paid = api.events.list({"type": "payment_intent.succeeded"}).data[0]
    assert paid.created == START + 5 * DAY


def test_it_goes_along_with_the_sandboxs_own_clock(
    api: Any, clock: Any, debit: Any, sandbox: Any, types: Callable[[], list[str]]
) -> None:
    types()

    sandbox.advance(4 * DAY)

    assert api.payment_intents.retrieve(debit.id).status == "processing"
    assert api.test_helpers.test_clocks.retrieve(clock.id).frozen_time == START + 4 * DAY
    assert types() == ["test_helpers.test_clock.advancing", "test_helpers.test_clock.ready"]
    sandbox.advance(2 * DAY)
    assert api.payment_intents.retrieve(debit.id).status == "succeeded"
    paid = api.events.list({"type": "payment_intent.succeeded"}).data[0]
    assert paid.created == START + 5 * DAY


def test_put_back_the_sandboxs_own_clock_leaves_it_alone(
    api: Any, clock: Any, sandbox: Any
) -> None:
    http = sandbox.test_client()
    http.post("/_sandbox/clock", json={"advance": DAY})
    moved = api.test_helpers.test_clocks.retrieve(clock.id)
    assert moved.frozen_time == START + DAY

    http.post("/_sandbox/clock", json={"reset": True})

    assert api.test_helpers.test_clocks.retrieve(clock.id) == moved


def test_however_far_its_subscriptions_are_renewed_each_time(
    api: Any, customer: Any, sandbox: Any
) -> None:
    """Stripe lets a test clock go two intervals at once; the sandbox's own clock goes anywhere."""
    card = api.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    product = api.products.create({"name": "Support"})
    weekly = {"currency": "eur", "unit_amount": 500, "recurring": {"interval": "week"}}
    price = api.prices.create({**weekly, "product": product.id})
    wanted = {"customer": customer.id, "items": [{"price": price.id}]}
    kept = api.subscriptions.create({**wanted, "default_payment_method": card.id})

    sandbox.advance(60 * DAY)

    assert api.subscriptions.retrieve(kept.id).status == "active"
    paid = api.invoices.list({"subscription": kept.id, "status": "paid"}).data
    assert [invoice.created - START for invoice in reversed(paid)] == [
        7 * n * DAY for n in range(9)
    ]


def test_a_fourth_customer_finds_no_room(api: Any, clock: Any) -> None:
    for _ in range(3):
        api.customers.create({"test_clock": clock.id})

    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.customers.create({"test_clock": clock.id})

    assert refused.value.param == "test_clock"
    assert len(api.customers.list({"test_clock": clock.id}).data) == 3


def test_customers_of_a_clock_are_listed_only_under_its_name(
    api: Any, clock: Any, customer: Any
) -> None:
    other = api.customers.create({"name": "Grace"})

    assert [row.id for row in api.customers.list().data] == [other.id]
    assert [row.id for row in api.customers.list({"test_clock": clock.id}).data] == [customer.id]


def test_a_clock_can_begin_with_a_known_customer(api: Any) -> None:
    known = api.customers.create({"name": "Grace"})

    made = api.test_helpers.test_clocks.create({"frozen_time": START, "customer": known.id})

    assert api.customers.retrieve(known.id).test_clock == made.id


def test_a_customer_lives_by_one_clock_only(api: Any, customer: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="already attached"):
        api.test_helpers.test_clocks.create({"frozen_time": START, "customer": customer.id})


@pytest.mark.parametrize("moment", [START, START - 1, START + 800 * DAY])
def test_it_goes_neither_back_nor_too_far_at_once(
    advance: Callable[[int], Any], moment: int
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        advance(moment)

    assert refused.value.param == "frozen_time"
    assert advance(START + 1).status == "advancing"


def test_a_clock_begins_within_five_years(api: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="five years"):
        api.test_helpers.test_clocks.create({"frozen_time": 4_000_000_000})


def test_a_deleted_clock_takes_its_customers_along(
    api: Any, clock: Any, customer: Any, types: Callable[[], list[str]]
) -> None:
    types()

    gone = api.test_helpers.test_clocks.delete(clock.id)

    assert gone.deleted is True
    assert types() == ["customer.deleted", "test_helpers.test_clock.deleted"]
    assert api.customers.retrieve(customer.id).deleted is True
    with pytest.raises(stripe.InvalidRequestError, match="No such"):
        api.test_helpers.test_clocks.retrieve(clock.id)


def test_after_thirty_days_a_clock_deletes_itself(tmp_path: Path) -> None:
    """Those that went by; those that the sandbox's clock was moved by are given back to it."""
    state = tmp_path / "state.db"
    begun, api = _at(state, START)
    clock = api.test_helpers.test_clocks.create({"frozen_time": START})
    begun.advance(31 * DAY)
    assert api.test_helpers.test_clocks.retrieve(clock.id).deletes_after == START + 61 * DAY
    begun.account.store.close()

    early, api = _at(state, START + 30 * DAY - 1)
    assert [row.id for row in api.test_helpers.test_clocks.list().data] == [clock.id]
    early.account.store.close()

    _, api = _at(state, START + 30 * DAY)
    assert api.test_helpers.test_clocks.list().data == []


def _at(state: Path, moment: int) -> tuple[Any, Any]:
    box = create_sandbox(state=state, at=moment)
    return box, stripe.StripeClient("sk_test_1", http_client=SandboxClient(box)).v1
