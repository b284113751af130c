"""Discounts: coupons that somebody has, and for how long."""

from typing import Any

import pytest
import stripe

from sandbox import Sandbox

DAY = 24 * 3600


@pytest.fixture
def give(raw: Any) -> Any:
    """`give(customer, coupon)`: only older versions put a coupon on a customer."""

    def given(customer: str, coupon: str) -> tuple[int, Any]:
        status, answer, _ = raw("POST", f"/v1/customers/{customer}", f"coupon={coupon}")
        return status, answer

    return given


@pytest.fixture
def ada(api: Any) -> str:
    return str(api.customers.create({"name": "Ada"}).id)


def subscribed(api: Any, customer: str, **more: Any) -> Any:
    price = api.prices.create(
        {"currency": "eur", "unit_amount": 3000, "recurring": {"interval": "month"},
         "product_data": {"name": "Club"}}
    )  # fmt: skip
    wish = {"customer": customer, "items": [{"price": price.id}], "expand": ["latest_invoice"]}
    return api.subscriptions.create({**wish, "payment_behavior": "default_incomplete", **more})


def test_a_customer_has_one_discount(api: Any, ada: str, give: Any, types: Any) -> None:
    for name in ("TEN", "FIFTH"):
        api.coupons.create({"id": name, "percent_off": 10})
    types()

    give(ada, "TEN")
    give(ada, "FIFTH")

    found = api.customers.retrieve(ada).discount
    assert (found.source.coupon, found.source.type, found.end) == ("FIFTH", "coupon", None)
    assert types() == ["customer.discount.created", "customer.updated",
                       "customer.discount.updated", "customer.updated"]  # fmt: skip
    assert api.coupons.retrieve("TEN").times_redeemed == 1


def test_a_customer_without_a_discount_has_none_to_lose(api: Any, ada: str, give: Any) -> None:
    api.coupons.create({"id": "TEN", "percent_off": 10})
    give(ada, "TEN")

    gone = api.customers.delete_discount(ada)

    assert (gone.deleted, gone.customer) == (True, ada)
    assert api.customers.retrieve(ada).discount is None
    with pytest.raises(stripe.InvalidRequestError, match=f"No active discount for customer: {ada}"):
        api.customers.delete_discount(ada)


def test_a_discount_for_some_months_ends_with_them(
    api: Any, ada: str, give: Any, sandbox: Sandbox
) -> None:
    terms = {"percent_off": 10, "duration": "repeating", "duration_in_months": 1}
    api.coupons.create({"id": "MONTH", **terms})
    give(ada, "MONTH")

    sandbox.advance(27 * DAY)
    before = api.customers.retrieve(ada).discount
    sandbox.advance(5 * DAY)

    assert before is not None
    assert api.customers.retrieve(ada).discount is None
    assert sandbox.events[-1]["type"] == "customer.discount.deleted"


def test_a_discount_outlives_its_coupon(api: Any, ada: str) -> None:
    api.coupons.create({"id": "HALF", "percent_off": 50, "duration": "forever"})
    subscribed(api, ada, discounts=[{"coupon": "HALF"}])

    api.coupons.delete("HALF")

    again = subscribed(api, ada)
    held = api.subscriptions.list({"customer": ada, "status": "all"}).data[-1]
    assert again.latest_invoice.total == 3000
    preview = api.invoices.create_preview({"customer": ada, "subscription": held.id})
    assert preview.total == 1500


def test_what_counts_once_counts_once(api: Any, ada: str, types: Any) -> None:
    api.coupons.create({"id": "HALF", "percent_off": 50, "duration": "once"})

    subscription = subscribed(api, ada, discounts=[{"coupon": "HALF"}])

    assert subscription.latest_invoice.total == 1500
    assert api.subscriptions.retrieve(subscription.id).discounts == []
    told = types()
    assert told.index("customer.discount.created") < told.index("customer.discount.deleted")


def test_a_used_up_coupon_is_refused(api: Any, ada: str) -> None:
    api.coupons.create({"id": "ONE", "percent_off": 50, "max_redemptions": 1})
    subscribed(api, ada, discounts=[{"coupon": "ONE"}])

    with pytest.raises(stripe.InvalidRequestError) as refused:
        subscribed(api, ada, discounts=[{"coupon": "ONE"}])

    assert refused.value.code == "coupon_expired"
    assert refused.value.param == "discounts[0][coupon]"
    assert refused.value.user_message == "Coupon ONE is used up and cannot be applied."
    assert not api.coupons.retrieve("ONE").valid


def test_a_coupon_of_another_currency_is_refused(api: Any, ada: str) -> None:
    api.coupons.create({"id": "USD", "amount_off": 500, "currency": "usd"})
    api.coupons.create({"id": "EUR", "amount_off": 500, "currency": "eur"})

    with pytest.raises(stripe.InvalidRequestError, match="cannot be applied to an amount in eur"):
        subscribed(api, ada, discounts=[{"coupon": "USD"}])
    right = subscribed(api, ada, discounts=[{"coupon": "EUR"}])

    assert right.latest_invoice.total == 2500


def test_the_same_coupon_does_not_count_twice(api: Any, ada: str) -> None:
    for name in ("TEN", "FIFTH"):
        api.coupons.create({"id": name, "percent_off": 10})

    with pytest.raises(stripe.InvalidRequestError, match="the same coupon more than once"):
        subscribed(api, ada, discounts=[{"coupon": "TEN"}, {"coupon": "TEN"}])
    both = subscribed(api, ada, discounts=[{"coupon": "TEN"}, {"coupon": "FIFTH"}])

    assert both.latest_invoice.total == 2430


def test_a_subscription_loses_its_discount(api: Any, ada: str) -> None:
    api.coupons.create({"id": "TEN", "percent_off": 10, "duration": "forever"})
    subscription = subscribed(api, ada, discounts=[{"coupon": "TEN"}])

    gone = api.subscriptions.delete_discount(subscription.id)

    assert (gone.deleted, gone.subscription) == (True, subscription.id)
    assert api.subscriptions.retrieve(subscription.id).discounts == []
