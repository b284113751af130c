"""Promotion codes: one coupon, many ways to let people have it."""

from typing import Any

import pytest
import stripe

from sandbox import Sandbox
from sandbox.billing.redeeming import code_named

DAY = 24 * 3600


@pytest.fixture
def coupon(api: Any) -> str:
    return str(api.coupons.create({"percent_off": 10}).id)


@pytest.fixture
def promote(api: Any, coupon: str) -> Any:
    """`promote(code="SAVE")` makes a code for the coupon."""

    def made(**params: Any) -> Any:
        promotion = {"type": "coupon", "coupon": coupon}
        return api.promotion_codes.create({"promotion": promotion, **params})

    return made


def refusal(verb: Any, *given: Any, **params: Any) -> Any:
    """The error that a call is refused with."""
    with pytest.raises(stripe.InvalidRequestError) as refused:
        verb(*given, **params)
    return refused.value


def buy(api: Any, code: str, **more: Any) -> Any:
    """A draft invoice with this code."""
    customer = more.pop("customer", None) or api.customers.create().id
    wish = {"customer": customer, "currency": "eur", "discounts": [{"promotion_code": code}]}
    return api.invoices.create(wish | more)


def test_a_code_is_given_or_made_up(promote: Any, coupon: str, types: Any) -> None:
    given, made_up = promote(code="Save10"), promote()

    assert (given.code, given.promotion.coupon, given.active) == ("Save10", coupon, True)
    assert len(made_up.code) == 8
    assert made_up.code == made_up.code.upper()
    assert types()[-2:] == ["promotion_code.created", "promotion_code.created"]


def test_a_code_is_found_in_any_case(api: Any, promote: Any, coupon: str) -> None:
    code = promote(code="Save10")
    promote(code="OTHER")

    assert [row.id for row in api.promotion_codes.list({"code": "SAVE10"}).data] == [code.id]
    assert len(api.promotion_codes.list({"coupon": coupon}).data) == 2


def test_an_active_code_is_there_once(api: Any, promote: Any) -> None:
    first = promote(code="SAVE")

    error = refusal(promote, code="save")
    api.promotion_codes.update(first.id, {"active": False})

    words = "An active promotion code with `code: save` already exists."
    assert error.user_message == words
    assert promote(code="save").active


def test_two_customers_may_have_the_same_code(api: Any, promote: Any, sandbox: Sandbox) -> None:
    ada, bob = (api.customers.create({"name": name}) for name in ("Ada", "Bob"))

    of_ada, of_bob = (promote(code="HELLO", customer=one.id) for one in (ada, bob))

    found = code_named(sandbox.account, " hello ", bob.id)
    assert found is not None
    assert found["id"] == of_bob.id != of_ada.id
    assert code_named(sandbox.account, "hello") is None
    assert "already exists" in refusal(promote, code="HELLO").user_message


@pytest.mark.parametrize(
    ("params", "param", "words"),
    [
        ({"code": "no spaces"}, "code", "This value must match the regex pattern."),
        ({"expires_at": 1_000_000_000}, "expires_at", "which is in the past"),
        ({"expires_at": 9_000_000_000}, "expires_at", "no more than five years in the future"),
        ({"restrictions": {"minimum_amount": 500}}, "restrictions[minimum_amount_currency]",
         "Missing required param"),
        ({"promotion": {"type": "coupon"}}, "promotion.coupon",
         "You must pass promotion.coupon when passing promotion"),
        ({"promotion": {"type": "coupon", "coupon": "no"}}, "promotion[coupon]",
         "No such coupon: 'no'"),
    ],
)  # fmt: skip
def test_codes_that_make_no_sense_are_refused(
    promote: Any, params: Any, param: str, words: str
) -> None:
    error = refusal(promote, **params)

    assert error.param == param
    assert words in error.user_message


def test_a_code_cannot_do_more_than_its_coupon(api: Any, sandbox: Sandbox) -> None:
    last = sandbox.account.now + DAY
    coupon = api.coupons.create({"percent_off": 5, "redeem_by": last, "max_redemptions": 2}).id
    promotion = {"type": "coupon", "coupon": coupon}

    plain = api.promotion_codes.create({"promotion": promotion})

    assert plain.expires_at == last
    for more in ({"expires_at": last + 1}, {"max_redemptions": 3}):
        refusal(api.promotion_codes.create, {"promotion": promotion, **more})


def test_a_code_is_redeemed_so_often_and_no_more(api: Any, promote: Any) -> None:
    code = promote(max_redemptions=1)

    buy(api, code.id)
    error = refusal(buy, api, code.id)

    used = api.promotion_codes.retrieve(code.id)
    assert (used.times_redeemed, used.active) == (1, False)
    assert error.param == "discounts[0][promotion_code]"
    assert "used the maximum number of times" in error.user_message
    assert "cannot be reactivated" in refusal(
        api.promotion_codes.update, code.id, {"active": True}
    ).user_message  # fmt: skip


def test_a_code_expires(api: Any, promote: Any, sandbox: Sandbox) -> None:
    code = promote(expires_at=sandbox.account.now + DAY)

    buy(api, code.id)
    sandbox.advance(2 * DAY)

    assert not api.promotion_codes.retrieve(code.id).active
    assert "has expired" in refusal(buy, api, code.id).user_message


def test_a_code_for_the_first_purchase_is_not_for_the_second(
    api: Any, promote: Any, pay: Any
) -> None:
    code = promote(restrictions={"first_time_transaction": True})
    customer = api.customers.create().id

    buy(api, code.id, customer=customer)
    pay(customer=customer)
    error = refusal(buy, api, code.id, customer=customer)

    assert error.user_message == (
        "This promotion code cannot be redeemed because the associated customer has prior "
        "transactions."
    )


def test_one_customers_code_is_nobody_elses(api: Any, promote: Any) -> None:
    ada = api.customers.create().id
    code = promote(customer=ada)

    error = refusal(buy, api, code.id)

    assert error.user_message == f"No such promotion code: '{code.id}'"
    assert len(buy(api, code.id, customer=ada).discounts) == 1


def test_the_codes_of_a_coupon_that_is_over_are_off(api: Any, promote: Any, coupon: str) -> None:
    code = promote()

    api.coupons.delete(coupon)

    assert not api.promotion_codes.retrieve(code.id).active
    refusal(api.promotion_codes.update, code.id, {"active": True})


def test_older_versions_name_the_coupon_alone(raw: Any, coupon: str) -> None:
    old, answer, _ = raw("POST", "/v1/promotion_codes", f"coupon={coupon}")
    pinned, error, _ = raw(
        "POST", "/v1/promotion_codes", f"coupon={coupon}", Stripe_Version="2026-10-28.endive"
    )

    assert (old, answer["promotion"]["coupon"]) == (200, coupon)
    assert (pinned, error["error"]["code"]) == (400, "parameter_unknown")
