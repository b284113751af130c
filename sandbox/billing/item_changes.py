"""What an update does to a subscription's items."""

from sandbox.account import Account
from sandbox.billing import items, proration
from sandbox.changes import merged
from sandbox.errors import InvalidRequest
from sandbox.shapes import Row
from sandbox.store import copied

Pair = tuple[Row | None, Row | None]  # an item before and after; None where it was not or is gone


def applied(account: Account, subscription: Row, given: list[Row]) -> list[Pair]:
    """Change, add and remove items as the parameters say; the pairs that are billed differently."""
    pairs = [
        _one(account, subscription, one, f"items[{number}]") for number, one in enumerate(given)
    ]
    every = items.of(account, subscription)
    if not every:
        raise InvalidRequest("A subscription must have at least one active plan.", param="items")
    items.check_together(subscription, every)
    return [pair for pair in pairs if pair is not None]


def _one(account: Account, subscription: Row, given: Row, param: str) -> Pair | None:
    if not given.get("id"):
        return None, _added(account, subscription, given, param)
    item = account.find(given["id"], "subscription_item")
    if item is None or item["subscription"] != subscription["id"]:
        raise InvalidRequest(
            f"No such subscription item: '{str(given['id'])[:100]}'",
            code="resource_missing",
            param=f"{param}[id]",
        )
    before = copied(item)
    if given.get("deleted"):
        account.store.drop(item)
        return before, None
    after = account.store.edit(item)
    _rewrite(account, subscription, after, given, param)
    return (before, after) if _bills_differently(before, after) else None


def _added(account: Account, subscription: Row, given: Row, param: str) -> Row:
    item = items.add(account, subscription, given, param=param)
    item["current_period_start"] = account.now
    if subscription["status"] == "trialing":
        item["current_period_end"] = subscription["trial_end"]
    else:
        item["current_period_end"] = proration.natural(subscription, item, account.now)[1]
    return item


def _rewrite(account: Account, subscription: Row, item: Row, given: Row, param: str) -> None:
    if any(name in given for name in ("price", "plan", "price_data")):
        price = items.price_given(account, given, param)
        if price["id"] != item["price"]["id"]:
            items.check_price(price, param)
        items.fits_currency(price, subscription["currency"], param)
        items.put_price(item, price)
        if item["quantity"] is None:
            item["quantity"] = 1
    if "quantity" in given:
        item["quantity"] = items.checked_quantity(given["quantity"], param)
    if "metadata" in given:
        item["metadata"] = merged(item["metadata"], given["metadata"])
    items.write(account, subscription, item, given, param=param)


def _bills_differently(before: Row, after: Row) -> bool:
    same_price = before["price"]["id"] == after["price"]["id"]
    return not same_price or before["quantity"] != after["quantity"]
