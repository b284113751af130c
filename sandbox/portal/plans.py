"""Plans in the portal: what a customer has, what they may change to, and changing it."""

from dataclasses import dataclass

from sandbox.account import Account
from sandbox.billing import items, subscribing
from sandbox.errors import InvalidRequest
from sandbox.portal import later
from sandbox.shapes import Row

OVER = ("canceled", "incomplete_expired")


@dataclass(frozen=True)
class Choice:
    """A price that a subscription may have, and whether its quantity may be changed."""

    price: Row
    product: Row
    adjustable: Row


@dataclass(frozen=True)
class Wish:
    """What a customer wants of a subscription's only item."""

    price: str
    quantity: int
    proration_date: int | None = None
    discounts: tuple[Row, ...] = ()


def current(account: Account, customer: str) -> list[Row]:
    """The customer's subscriptions that still run, the newest first."""
    rows = account.where("subscription", "customer", customer)
    return [row for row in reversed(rows) if row["status"] not in OVER]


def choices(account: Account, configuration: Row, subscription: Row) -> list[Choice]:
    """The prices on offer, in the subscription's currency."""
    feature, found = configuration["features"]["subscription_update"], []
    allowed = feature["default_allowed_updates"]
    for offered in feature["products"] if feature["enabled"] else []:
        product = account.find(offered["product"], "product") or {}
        adjustable = offered["adjustable_quantity"] | {
            "enabled": offered["adjustable_quantity"]["enabled"] or "quantity" in allowed
        }
        for name in offered["prices"]:
            price = account.find(name, "price")
            if price and price["active"] and _fits(price, subscription):
                found.append(Choice(price, product, adjustable))
    return found if "price" in allowed else _own(found, account, subscription)


def _fits(price: Row, subscription: Row) -> bool:
    return subscription["currency"] in (price["currency"], *(price.get("_currency_options") or {}))


def _own(found: list[Choice], account: Account, subscription: Row) -> list[Choice]:
    own = {item["price"]["id"] for item in items.of(account, subscription)}
    return [choice for choice in found if choice.price["id"] in own]


def can_change(account: Account, configuration: Row, subscription: Row) -> bool:
    """Only running subscriptions of one item, that nothing else is planned for."""
    if subscription["status"] not in ("active", "trialing") or subscription["schedule"]:
        return False
    offered = choices(account, configuration, subscription)
    return len(items.of(account, subscription)) == 1 and bool(offered)


def period_end(account: Account, subscription: Row) -> int:
    """When the period that runs is over, the earliest where items differ."""
    return min(item["current_period_end"] for item in items.of(account, subscription))


def changed(account: Account, configuration: Row, subscription: Row, wish: Wish) -> Row:
    """Change the plan now, or at the end of the period where the configuration says so."""
    check_allowed(account, configuration, subscription, wish)
    if later.is_meant(account, configuration, subscription, wish.price, wish.quantity):
        return later.planned(account, subscription, wish.price, wish.quantity)
    return subscribing.changed(
        account, subscription, params_of(account, configuration, subscription, wish)
    )


def check_allowed(account: Account, configuration: Row, subscription: Row, wish: Wish) -> None:
    """A plan on offer, in a quantity on offer."""
    offered = {one.price["id"]: one for one in choices(account, configuration, subscription)}
    choice = offered.get(wish.price)
    if choice is None or not can_change(account, configuration, subscription):
        raise InvalidRequest("This plan is not on offer for your subscription.")
    (item,) = items.of(account, subscription)
    if wish.quantity == item["quantity"]:
        return
    least, most = choice.adjustable["minimum"], choice.adjustable["maximum"]
    if not choice.adjustable["enabled"]:
        raise InvalidRequest("The quantity of this plan cannot be changed.")
    if wish.quantity < max(1, least) or (most is not None and wish.quantity > most):
        raise InvalidRequest(f"The quantity must be between {least} and {most or 'any number'}.")


def params_of(account: Account, configuration: Row, subscription: Row, wish: Wish) -> Row:
    """The wish as SubscriptionUpdateParams."""
    feature = configuration["features"]["subscription_update"]
    (item,) = items.of(account, subscription)
    params: Row = {
        "items": [{"id": item["id"], "price": wish.price, "quantity": wish.quantity}],
        "payment_behavior": "error_if_incomplete",
        "proration_behavior": feature["proration_behavior"],
    }
    if feature["proration_behavior"] != "none" and wish.proration_date:
        params["proration_date"] = wish.proration_date
    if feature["billing_cycle_anchor"]:
        params["billing_cycle_anchor"] = feature["billing_cycle_anchor"]
    if subscription["status"] == "trialing" and feature["trial_update_behavior"] == "end_trial":
        params["trial_end"] = "now"
    if wish.discounts:
        params["discounts"] = list(wish.discounts)
    return params
