"""Keys, versions, errors, expansion: what every call has in common."""

from typing import Any

import pytest
import stripe

from sandbox import Sandbox, create_sandbox
from sandbox.client import SandboxClient

PINNED = "2026-10-28.endive"


def test_no_key_is_refused_in_stripes_words(raw: Any) -> None:
    status, body, _ = raw("GET", "/v1/customers", Authorization="")

    assert status == 401
    assert body["error"]["type"] == "invalid_request_error"
    assert body["error"]["message"].startswith("You did not provide an API key.")
    assert raw("GET", "/v1/customers")[0] == 200


@pytest.mark.parametrize("key", ["sk_live_abcdefgh", "rk_live_abcdefgh", "pk_live_abcdefgh"])
def test_live_keys_are_refused_and_told_why(raw: Any, key: str) -> None:
    status, body, _ = raw("GET", "/v1/customers", Authorization=f"Bearer {key}")

    assert status == 401
    assert "pretend Stripe" in body["error"]["message"]
    assert key not in str(body)


@pytest.mark.parametrize(
    "key", ["nonsense", "sk_test_", "sk_test_a b", "sk_prod_12345", "sk_test_ü"]
)
def test_a_malformed_key_is_refused_without_repeating_it(raw: Any, key: str) -> None:
    status, body, _ = raw("GET", "/v1/customers", Authorization=f"Bearer {key}")

    assert status == 401
    assert "API" in body["error"]["message"]


def test_a_key_may_come_as_the_user_of_basic_authentication(raw: Any) -> None:
    status, _, _ = raw("GET", "/v1/account", Authorization="Basic c2tfdGVzdF9zYW5kYm94Og==")

    assert status == 200


def test_a_publishable_key_opens_only_what_browsers_may(raw: Any, api: Any) -> None:
    intent = api.payment_intents.create({"amount": 1000, "currency": "eur"})
    pk = {"Authorization": "Bearer pk_test_browser"}

    status, body, _ = raw("GET", "/v1/customers", **pk)
    assert (status, body["error"]["code"]) == (401, "secret_key_required")
    status, body, _ = raw("GET", f"/v1/payment_intents/{intent.id}", **pk)
    assert (status, body["error"]["code"]) == (400, "parameter_missing")
    status, body, _ = raw("GET", f"/v1/payment_intents/{intent.id}?client_secret=pi_wrong", **pk)
    assert (status, body["error"]["param"]) == (400, "client_secret")
    secret = f"client_secret={intent.client_secret}"
    status, body, _ = raw("GET", f"/v1/payment_intents/{intent.id}?{secret}", **pk)
    assert (status, body["amount"], "customer" in body) == (200, 1000, False)


def test_an_answer_names_its_request_and_version(raw: Any) -> None:
    _, _, headers = raw("GET", "/v1/customers", Stripe_Version=PINNED)

    assert headers["Request-Id"].startswith("req_")
    assert headers["Stripe-Version"] == PINNED


def test_an_invalid_version_is_refused(raw: Any) -> None:
    status, body, _ = raw("GET", "/v1/customers", Stripe_Version="latest")

    assert status == 400
    assert body["error"]["message"] == "Invalid Stripe API version: latest"


def test_an_unknown_address_is_a_404_in_stripes_words(raw: Any) -> None:
    status, body, _ = raw("PUT", "/v1/customers")

    assert status == 404
    assert body["error"]["message"].startswith("Unrecognized request URL (PUT: /v1/customers).")
    assert raw("GET", "/v1/nonsense")[0] == 404


def test_an_unknown_id_is_a_404_as_object_and_a_400_as_parameter(api: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="No such customer: 'cus_1'") as missing:
        api.customers.retrieve("cus_1")
    assert (missing.value.http_status, missing.value.code) == (404, "resource_missing")

    with pytest.raises(stripe.InvalidRequestError, match="No such customer: 'cus_1'") as wrong:
        api.payment_intents.create({"amount": 1000, "currency": "eur", "customer": "cus_1"})
    assert (wrong.value.http_status, wrong.value.param) == (400, "customer")


def test_browsers_on_other_origins_may_ask(raw: Any, sandbox: Sandbox) -> None:
    answer = sandbox.test_client().options(
        "/v1/payment_intents/pi_1/confirm", headers={"Origin": "https://shop.example"}
    )

    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]
    assert raw("GET", "/v1/customers")[2]["Access-Control-Allow-Origin"] == "*"


def test_expand_puts_objects_where_ids_stand(pay: Any, api: Any) -> None:
    customer = api.customers.create({"name": "Ada"})
    intent = pay(
        customer=customer.id,
        expand=["customer", "latest_charge.balance_transaction", "payment_method"],
    )

    assert intent.customer.name == "Ada"
    assert intent.latest_charge.balance_transaction.fee == 55
    assert intent.payment_method.card.last4 == "4242"
    assert api.payment_intents.retrieve(intent.id).customer == customer.id


def test_expand_reaches_into_lists(pay: Any, api: Any) -> None:
    pay(customer=api.customers.create({"name": "Ada"}).id)

    page = api.payment_intents.list({"expand": ["data.customer", "data.latest_charge"]})

    assert page.data[0].customer.name == "Ada"
    assert page.data[0].latest_charge.amount == 2000


def test_what_cannot_be_expanded_is_refused_and_nothing_was_done(api: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        api.customers.create({"name": "Ada", "expand": ["name"]})
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        api.customers.create({"name": "Ada", "expand": ["nonsense"]})

    assert api.customers.list().data == []


def test_a_charge_shows_its_refunds_only_when_asked(pay: Any, api: Any) -> None:
    intent = pay()
    api.refunds.create({"payment_intent": intent.id, "amount": 500})

    plain = api.charges.retrieve(intent.latest_charge)
    full = api.charges.retrieve(intent.latest_charge, {"expand": ["refunds"]})

    assert plain.refunds is None
    assert [refund.amount for refund in full.refunds.data] == [500]


def test_metadata_merges_key_by_key_and_empties(api: Any) -> None:
    customer = api.customers.create({"metadata": {"a": "1", "b": "2"}})

    api.customers.update(customer.id, {"metadata": {"b": "", "c": "3"}})
    assert api.customers.retrieve(customer.id).metadata.to_dict() == {"a": "1", "c": "3"}
    api.customers.update(customer.id, {"metadata": ""})
    assert api.customers.retrieve(customer.id).metadata.to_dict() == {}


def test_ids_never_come_again_after_a_reset(sandbox: Sandbox, api: Any) -> None:
    before = {api.customers.create({}).id for _ in range(20)}
    sandbox.reset()

    assert api.customers.list().data == []
    assert not before & {api.customers.create({}).id for _ in range(20)}


def test_a_seed_repeats_its_ids_but_not_after_a_reset() -> None:
    def two(box: Sandbox) -> list[str]:
        api = stripe.StripeClient("sk_test_1", http_client=SandboxClient(box)).v1
        first = api.customers.create({}).id
        box.reset()
        return [first, api.customers.create({}).id]

    once, again = two(create_sandbox(seed=7)), two(create_sandbox(seed=7))
    assert once == again
    assert once[0] != once[1]
