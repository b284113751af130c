"""Products and prices."""

from typing import Any

import pytest
import stripe


def test_a_product_comes_with_its_first_price(api: Any, types: Any) -> None:
    product = api.products.create(
        {"name": "Mug", "default_price_data": {"currency": "eur", "unit_amount": 1200}}
    )

    price = api.prices.retrieve(product.default_price)
    assert (price.product, price.unit_amount, price.type) == (product.id, 1200, "one_time")
    assert str(price.unit_amount_decimal) == "1200"
    assert types() == ["product.created", "price.created", "product.updated"]


def test_prices_repeat_are_found_and_never_change_their_amount(api: Any) -> None:
    product = api.products.create({"name": "Club"})
    monthly = api.prices.create(
        {
            "product": product.id,
            "currency": "eur",
            "unit_amount": 900,
            "recurring": {"interval": "month"},
            "lookup_key": "club",
        }
    )
    once = api.prices.create(
        {"product_data": {"name": "Mug"}, "currency": "eur", "unit_amount_decimal": "12.5"}
    )

    assert (monthly.recurring.interval, monthly.recurring.interval_count) == ("month", 1)
    assert (once.unit_amount, str(once.unit_amount_decimal)) == (None, "12.5")

    def found(**filters: Any) -> list[str]:
        return [row.id for row in api.prices.list(filters).data]

    assert found(lookup_keys=["club"]) == [monthly.id]
    assert found(product=product.id) == [monthly.id]
    assert found(type="one_time") == [once.id]
    assert found(recurring={"interval": "year"}) == []
    with pytest.raises(stripe.InvalidRequestError, match="unknown parameter: unit_amount"):
        api.prices.update(monthly.id, {"unit_amount": 5})
    assert api.prices.update(monthly.id, {"active": False}).active is False


def test_a_lookup_key_belongs_to_one_price(api: Any) -> None:
    params = {"product_data": {"name": "Mug"}, "currency": "eur", "unit_amount": 5}
    first = api.prices.create({**params, "lookup_key": "mug"})

    with pytest.raises(stripe.InvalidRequestError, match="already uses that lookup key"):
        api.prices.create({**params, "lookup_key": "mug"})
    second = api.prices.create({**params, "lookup_key": "mug", "transfer_lookup_key": True})

    assert api.prices.retrieve(first.id).lookup_key is None
    assert second.lookup_key == "mug"


def test_a_product_with_prices_stays(api: Any, types: Any) -> None:
    bare = api.products.create({"name": "Idea", "id": "idea"})
    sold = api.products.create(
        {"name": "Mug", "default_price_data": {"currency": "eur", "unit_amount": 1200}}
    )
    types()

    assert bare.id == "idea"
    assert api.products.delete("idea").deleted is True
    assert types() == ["product.deleted"]
    with pytest.raises(stripe.InvalidRequestError, match="cannot be deleted"):
        api.products.delete(sold.id)
    with pytest.raises(stripe.InvalidRequestError, match="No such product"):
        api.products.retrieve("idea")


def test_a_change_says_what_was_before(api: Any, sandbox: Any) -> None:
    product = api.products.create({"name": "Mug", "metadata": {"a": "1"}})

    api.products.update(product.id, {"name": "Cup", "metadata": {"b": "2"}})

    event = sandbox.events[-1]
    assert event["type"] == "product.updated"
    assert event["data"]["object"]["name"] == "Cup"
    assert event["data"]["previous_attributes"]["name"] == "Mug"
    assert event["data"]["previous_attributes"]["metadata"] == {"b": None}
    assert [row.id for row in api.products.list({"ids": [product.id]}).data] == [product.id]
    assert api.products.list({"active": False}).data == []
