"""A subscription's items: what is subscribed to, until when, and what was billed for it."""

from collections.abc import Sequence

from sandbox.account import Account, on, public
from sandbox.billing import discounts, plan_view, taxes
from sandbox.billing.amounts import line_amount
from sandbox.errors import InvalidRequest, no_such
from sandbox.lists import page_of
from sandbox.shapes import Row
from sandbox.values import missing

MOST = 20


def of(account: Account, subscription: Row) -> list[Row]:
    """Its items, the oldest first."""
    return account.where("subscription_item", "subscription", subscription["id"])


def show(account: Account, subscription: Row) -> None:
    """The items as they are now, inside the subscription."""
    url = f"/v1/subscription_items?subscription={subscription['id']}"
    subscription["items"] = page_of(of(account, subscription), url)


def add(account: Account, subscription: Row, given: Row, *, param: str) -> Row:
    """One item more, from `{price | price_data | plan, quantity, …}`; its period comes later."""
    price = _priced(account, subscription, given, param)
    item = account.add(
        "subscription_item",
        subscription=subscription["id"],
        metadata=dict(given.get("metadata") or {}),
        tax_rates=[],
        _billed=[],
    )
    put_price(item, price)
    item["quantity"] = _quantity(price, given.get("quantity", 1), param)
    write(account, subscription, item, given, param=param)
    return item


def put_price(item: Row, price: Row) -> None:
    """From now on the item has this price."""
    item["price"], item["plan"] = public(price), plan_view.of(price)


@on("price.updated")
def _follow(account: Account, price: Row) -> None:
    """Subscriptions show their prices as they are."""
    for row in list(account.store.table("subscription_item").rows.values()):
        if row["price"]["id"] == price["id"] and account.find(row["id"]):
            put_price(account.store.edit(row), price)
            subscription = account.find(row["subscription"], "subscription")
            if subscription is not None:
                show(account, account.store.edit(subscription))


def write(account: Account, subscription: Row, item: Row, given: Row, *, param: str) -> None:
    """The taxes, discounts and threshold of an item, as far as they are given."""
    if "billing_thresholds" in given:
        item["billing_thresholds"] = dict(given["billing_thresholds"] or {}) or None
    if "tax_rates" in given:
        ids = taxes.checked(account, given["tax_rates"] or [], param=f"{param}[tax_rates]")
        item["tax_rates"] = [public(account.get("tax_rate", one)) for one in ids]
    if "discounts" in given:
        item["discounts"] = discounts.given(
            account,
            given["discounts"] or [],
            customer=subscription["customer"],
            subscription=subscription["id"],
            subscription_item=item["id"],
            currency=subscription["currency"],
            param=f"{param}[discounts]",
        )


def price_given(account: Account, given: Row, param: str) -> Row:
    """The price that parameters name or describe."""
    if data := given.get("price_data"):
        from sandbox.objects import prices

        where = f"{param}[price_data][product]"
        return prices.new(account, data, account.living("product", data["product"], param=where))
    name = given.get("price") or given.get("plan")
    if not name:
        raise missing(f"{param}[price]")
    price = plan_view.price_of(account, name)
    if price is None:
        kind = "price" if given.get("price") else "plan"
        raise no_such(kind, name, param=f"{param}[{kind}]")
    return price


def _priced(account: Account, subscription: Row, given: Row, param: str) -> Row:
    price = price_given(account, given, param)
    check_price(price, param)
    fits_currency(price, subscription["currency"], param)
    return price


def check_price(price: Row, param: str) -> None:
    """Only what recurs, and is still sold, can be subscribed to."""
    if price["type"] != "recurring":
        raise InvalidRequest(
            "The price specified is set to `type=one_time` but this field only accepts prices with "
            "`type=recurring`.",
            param=f"{param}[price]",
        )
    if not price["active"]:
        raise InvalidRequest(
            "The price specified is inactive. This field only accepts active prices.",
            param=f"{param}[price]",
        )


def fits_currency(price: Row, currency: str, param: str) -> None:
    """A subscription has one currency."""
    if currency not in (price["currency"], *(price.get("_currency_options") or {})):
        raise InvalidRequest(
            f"The price specified only supports `{price['currency']}`. This doesn't match the "
            f"expected currency: `{currency}`.",
            param=f"{param}[price]",
        )


def _quantity(price: Row, quantity: int, param: str) -> int | None:
    if price["recurring"]["usage_type"] == "metered":
        return None
    return checked_quantity(quantity, param)


def checked_quantity(quantity: int, param: str) -> int:
    """None is fine, less is not."""
    if quantity < 0:
        raise InvalidRequest(
            "This value must be greater than or equal to 0.",
            code="parameter_invalid_integer",
            param=f"{param}[quantity]",
        )
    return quantity


def check_together(subscription: Row, items: Sequence[Row]) -> None:
    """Not too many, none twice, and with classic billing all of one interval."""
    if len(items) > MOST:
        raise InvalidRequest(
            f"Subscriptions can have at most {MOST} subscription items.", param="items"
        )
    seen = set()
    for item in items:
        price = item["price"]["id"]
        if price in seen:
            raise InvalidRequest(
                f"Cannot add multiple subscription items with the same plan: {price}",
                param="items",
            )
        seen.add(price)
    if subscription["billing_mode"]["type"] == "classic" and len(intervals(items)) > 1:
        raise InvalidRequest(
            "Currency and interval fields must match across all plans on this subscription. Found "
            "mismatch in interval field.",
            param="items",
        )


def intervals(items: Sequence[Row]) -> set[tuple[str, int]]:
    """The different intervals at which these items are billed."""
    every = (item["price"]["recurring"] for item in items)
    return {(one["interval"], one["interval_count"]) for one in every}


def price_row(account: Account, item: Row) -> Row:
    """The whole price of an item, tiers included."""
    return account.get("price", item["price"]["id"])


def amount(account: Account, subscription: Row, item: Row) -> int:
    """What the item costs a whole period, before discounts."""
    if item["quantity"] is None:
        return 0  # usage is not metered here
    price = in_currency(price_row(account, item), subscription["currency"])
    return line_amount(price, item["quantity"])


def in_currency(price: Row, currency: str) -> Row:
    """A price as it is in one of its other currencies."""
    option = (price.get("_currency_options") or {}).get(currency)
    if option is None or currency == price["currency"]:
        return price
    return {**price, **option, "_tiers": option.get("tiers"), "currency": currency}


def rates(subscription: Row, item: Row) -> list[str] | None:
    """The ids of an item's own tax rates; None where the subscription's apply."""
    own = item["tax_rates"] or subscription["default_tax_rates"]
    return [rate["id"] for rate in own] if own else None
