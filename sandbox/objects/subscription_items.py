"""Subscription items: the same changes as through their subscription, one at a time."""

from sandbox.account import Account
from sandbox.billing import changing, items
from sandbox.errors import InvalidRequest
from sandbox.lists import listed
from sandbox.routes import Call, route
from sandbox.shapes import Row
from sandbox.store import copied
from sandbox.values import missing

OF_SUBSCRIPTION = ("off_session", "payment_behavior", "proration_behavior", "proration_date")


def _changed(account: Account, item: Row, params: Row) -> None:
    """Hand it on to the item's subscription."""
    of_item = {name: value for name, value in params.items() if name not in OF_SUBSCRIPTION}
    whole = {name: params[name] for name in OF_SUBSCRIPTION if name in params}
    of_item.pop("expand", None)
    subscription = account.get("subscription", item["subscription"], param="subscription")
    changing.changed(account, subscription, whole | {"items": [of_item]})


@route("POST", "/v1/subscription_items", "SubscriptionItemCreateParams")
def create(call: Call) -> Row:
    """One item more."""
    account, params = call.account, dict(call.params)
    subscription = account.get("subscription", params.pop("subscription"), param="subscription")
    if not any(name in params for name in ("plan", "price", "price_data")):
        raise missing("price")
    known = {item["id"] for item in items.of(account, subscription)}
    _changed(account, {"subscription": subscription["id"]}, params)
    for item in items.of(account, subscription):
        if item["id"] not in known:
            return item
    raise InvalidRequest("The item was not added, because its invoice was not paid.")


@route("GET", "/v1/subscription_items", "SubscriptionItemListParams")
def list_all(call: Call) -> Row:
    """Those of one subscription, newest first."""
    call.account.get("subscription", call.params["subscription"], param="subscription")
    return listed(call, "subscription_item")


@route("GET", "/v1/subscription_items/<item>", "SubscriptionItemRetrieveParams")
def retrieve(call: Call, item: str) -> Row:
    """One item."""
    return call.account.get("subscription_item", item, param="item")


@route("POST", "/v1/subscription_items/<item>", "SubscriptionItemUpdateParams")
def update(call: Call, item: str) -> Row:
    """A change of price, quantity, taxes, discounts or metadata."""
    row = call.account.get("subscription_item", item, param="item")
    _changed(call.account, row, {**call.params, "id": item})
    return call.account.get("subscription_item", item, param="item")


@route("DELETE", "/v1/subscription_items/<item>", "SubscriptionItemDeleteParams")
def delete(call: Call, item: str) -> Row:
    """Taken away; what is unused of it is given back."""
    row = copied(call.account.get("subscription_item", item, param="item"))
    _changed(call.account, row, {**call.params, "id": item, "deleted": True})
    return {"id": item, "object": "subscription_item", "deleted": True}
