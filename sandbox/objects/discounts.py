"""Taking a discount away from a customer or a subscription."""

from sandbox.account import Account
from sandbox.billing import discounts
from sandbox.errors import NotFound
from sandbox.routes import Call, route
from sandbox.shapes import Row


@route("DELETE", "/v1/customers/<customer>/discount", "CustomerDeleteDiscountParams")
def delete_from_customer(call: Call, customer: str) -> Row:
    """The customer's own discount is over."""
    call.account.living("customer", customer)
    ids = discounts.on_customer(call.account, customer)
    return _removed(call.account, ids, f"customer: {customer}")


@route("DELETE", "/v1/subscriptions/<subscription>/discount", "SubscriptionDeleteDiscountParams")
def delete_from_subscription(call: Call, subscription: str) -> Row:
    """The discounts of the whole subscription are over; its items keep theirs."""
    row = call.account.get("subscription", subscription)
    return _removed(call.account, row["discounts"], f"subscription: {subscription}")


def _removed(account: Account, ids: list[str], owner: str) -> Row:
    rows = [discounts.removed(account, one) for one in ids]
    if not rows:
        raise NotFound(f"No active discount for {owner}", code="resource_missing")
    return rows[-1]
