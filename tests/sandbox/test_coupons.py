"""Coupons: what they may be, when they are over, and what is left of them."""

from typing import Any

import pytest
import stripe

from sandbox import Sandbox

DAY = 24 * 3600


def refusal(api: Any, **params: Any) -> Any:
    """The error a coupon of these terms is refused with."""
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.coupons.create(params)
    return refused.value


def test_a_coupon_has_its_own_name_or_is_given_one(api: Any, types: Any) -> None:
    named = api.coupons.create({"id": "SPRING", "percent_off": 12.5, "name": "Spring"})
    unnamed = api.coupons.create({"amount_off": 500, "currency": "EUR"})

    assert (named.id, named.percent_off, named.duration) == ("SPRING", 12.5, "once")
    assert (named.valid, named.times_redeemed) == (True, 0)
    assert (len(unnamed.id), unnamed.currency, unnamed.amount_off) == (8, "eur", 500)
    assert types() == ["coupon.created", "coupon.created"]


@pytest.mark.parametrize(
    ("params", "code", "param", "words"),
    [
        ({}, "parameter_missing", None, "Must provide percent_off or amount_off."),
        ({"percent_off": 5, "amount_off": 5, "currency": "eur"}, None, None,
         "Received both percent_off and amount_off parameters. Please pass in only one."),
        ({"amount_off": 5}, None, "currency", "You must pass currency when passing amount_off"),
        ({"amount_off": 5, "currency": "xxx"}, None, "currency", "Invalid currency: xxx"),
        ({"percent_off": 0}, None, "percent_off",
         "This value must be greater than or equal to 0.01 (it currently is '0.0')."),
        ({"percent_off": 100.5}, None, "percent_off",
         "This value must be less than or equal to 100 (it currently is '100.5')."),
        ({"percent_off": 33.333}, None, "percent_off",
         "Invalid decimal: 33.333; must contain at maximum two decimal places."),
        ({"percent_off": 5, "duration": "repeating"}, None, "duration",
         "The duration_in_months param must be set when creating a coupon with a repeating"),
        ({"percent_off": 5, "redeem_by": 1_000_000_000}, None, "redeem_by",
         "You specified the value `1000000000` which is in the past."),
        ({"percent_off": 5, "currency_options": {"usd": {"amount_off": 5}}}, None,
         "currency_options", "You may only specify one of these parameters"),
        ({"percent_off": 5, "applies_to": {"products": ["prod_no"]}}, "resource_missing",
         "applies_to[products][0]", "No such product: 'prod_no'"),
    ],
)  # fmt: skip
def test_terms_that_make_no_sense_are_refused(
    api: Any, params: Any, code: str | None, param: str | None, words: str
) -> None:
    error = refusal(api, **params)

    assert (error.code, error.param) == (code, param)
    assert words in error.user_message


def test_a_name_is_free_again_when_its_coupon_is_gone(api: Any) -> None:
    api.coupons.create({"id": "SPRING", "percent_off": 10})
    taken = refusal(api, id="SPRING", percent_off=20)

    api.coupons.delete("SPRING")

    assert (taken.code, taken.user_message) == ("resource_already_exists", "Coupon already exists.")
    assert api.coupons.create({"id": "SPRING", "percent_off": 20}).percent_off == 20


def test_a_deleted_coupon_is_not_there_any_more(api: Any, types: Any) -> None:
    api.coupons.create({"id": "SPRING", "percent_off": 10})

    assert api.coupons.delete("SPRING").deleted

    with pytest.raises(stripe.InvalidRequestError, match="No such coupon: 'SPRING'"):
        api.coupons.retrieve("SPRING")
    assert api.coupons.list().data == []
    assert types() == ["coupon.created", "coupon.deleted"]


def test_only_its_name_other_currencies_and_metadata_change(api: Any) -> None:
    api.coupons.create({"id": "FIVE", "amount_off": 500, "currency": "eur"})

    api.coupons.update("FIVE", {"name": "Five", "currency_options": {"usd": {"amount_off": 600}}})

    changed = api.coupons.retrieve("FIVE", {"expand": ["currency_options"]})
    assert changed.name == "Five"
    assert changed.currency_options.to_dict() == {
        "eur": {"amount_off": 500}, "usd": {"amount_off": 600},
    }  # fmt: skip
    with pytest.raises(stripe.InvalidRequestError, match="unknown parameter: percent_off"):
        api.coupons.update("FIVE", {"percent_off": 5})


def test_a_coupon_is_valid_until_its_last_day(api: Any, sandbox: Sandbox) -> None:
    last = sandbox.account.now + DAY
    api.coupons.create({"id": "SOON", "percent_off": 10, "redeem_by": last})

    before = api.coupons.retrieve("SOON").valid
    sandbox.advance(2 * DAY)

    assert (before, api.coupons.retrieve("SOON").valid) == (True, False)
