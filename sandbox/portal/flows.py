"""`flow_data`: a session that leads straight to one thing to do."""

from sandbox.account import Account
from sandbox.errors import InvalidRequest, no_such
from sandbox.portal import configuring, plans
from sandbox.shapes import Row, part
from sandbox.values import missing

FLOW = "billing_portal.session.Flow"
# Which feature of the configuration a flow needs, and what Stripe calls it.
NEEDS = {
    "customer_update": ("customer_update", "customer update"),
    "payment_method_update": ("payment_method_update", "payment method update"),
    "subscription_cancel": ("subscription_cancel", "subscription cancel"),
    "subscription_pause": ("subscription_pause", "subscription pause"),
    "subscription_update": ("subscription_update", "subscription update"),
    "subscription_update_confirm": ("subscription_update", "subscription update"),
}
DONE = {
    "subscription_cancel": "canceled",
    "subscription_pause": "paused",
    "subscription_update": "updated",
    "subscription_update_confirm": "updated",
}


PATHS = {
    "customer_update": "/customer",
    "payment_method_update": "/payment-methods",
    "subscription_cancel": "/subscriptions/{}/cancel",
    "subscription_pause": "/subscriptions/{}/pause",
    "subscription_update": "/subscriptions/{}/update",
    "subscription_update_confirm": "/subscriptions/{}/confirm",
}


def path_of(flow: Row) -> str:
    """The page of the portal that a flow leads to."""
    about = flow[flow["type"]] if flow["type"] in DONE else {}
    return PATHS[flow["type"]].format(about.get("subscription"))


def made(account: Account, given: Row, configuration: Row, customer: str) -> Row:
    """The flow of these parameters, as far as configuration and subscription allow it."""
    kind = given["type"]
    feature, words = NEEDS[kind]
    if not configuration["features"][feature]["enabled"]:
        subject = f"subscription cannot be {DONE[kind]}" if kind in DONE else "flow cannot be used"
        raise InvalidRequest(
            f"This {subject} because the {words} feature in the portal configuration is disabled.",
            param="flow_data[type]",
        )
    flow = part(FLOW, type=kind, after_completion=_after(given.get("after_completion") or {}))
    if kind == "customer_update":
        flow["customer_update"] = {}
    if kind in DONE:
        flow[kind] = _of_subscription(account, given.get(kind), configuration, customer, kind)
    return flow


def _after(given: Row) -> Row:
    kind = given.get("type", "portal_homepage")
    after = part(f"{FLOW}.AfterCompletion", type=kind)
    if kind == "redirect":
        if "redirect" not in given:
            raise missing("flow_data[after_completion][redirect]")
        url = given["redirect"]["return_url"]
        configuring.check_url(url, "flow_data[after_completion][redirect][return_url]")
        after["redirect"] = {"return_url": url}
    if kind == "hosted_confirmation":
        message = (given.get("hosted_confirmation") or {}).get("custom_message")
        after["hosted_confirmation"] = {"custom_message": message}
    return after


def _of_subscription(
    account: Account, given: Row | None, configuration: Row, customer: str, kind: str
) -> Row:
    if given is None:
        raise missing(f"flow_data[{kind}]")
    path = f"flow_data[{kind}][subscription]"
    subscription = account.find(given["subscription"], "subscription")
    if subscription is None or subscription["customer"] != customer:
        raise no_such("subscription", given["subscription"], param=path)
    if subscription["status"] in plans.OVER:
        raise InvalidRequest(
            f"This subscription cannot be {DONE[kind]} because it is {subscription['status']}.",
            param=path,
        )
    if kind == "subscription_update_confirm":
        return _confirming(account, given, configuration, subscription)
    if kind == "subscription_cancel":
        return {"retention": _retention(account, given), "subscription": subscription["id"]}
    return {"subscription": subscription["id"]}


def _retention(account: Account, given: Row) -> Row | None:
    retention: Row | None = given.get("retention")
    if retention is None:
        return None
    coupon = retention["coupon_offer"]["coupon"]
    path = "flow_data[subscription_cancel][retention][coupon_offer][coupon]"
    account.get("coupon", coupon, param=path)
    return {"coupon_offer": {"coupon": coupon}, "type": "coupon_offer"}


def _confirming(account: Account, given: Row, configuration: Row, subscription: Row) -> Row:
    path = "flow_data[subscription_update_confirm]"
    if len(given["items"]) != 1:
        raise InvalidRequest("Only one item can be updated.", param=f"{path}[items]")
    wanted = given["items"][0]
    item = account.find(wanted["id"], "subscription_item")
    if item is None or item["subscription"] != subscription["id"]:
        raise no_such("subscription_item", wanted["id"], param=f"{path}[items][0][id]")
    price = wanted.get("price")
    known = {choice.price["id"] for choice in plans.choices(account, configuration, subscription)}
    if price and price not in known:
        raise InvalidRequest(
            f"This subscription cannot be updated because the price {price} is not among the "
            "products of the portal configuration.",
            param=f"{path}[items][0][price]",
        )
    kept = [{"coupon": one.get("coupon"), "promotion_code": one.get("promotion_code")}
            for one in given.get("discounts") or []]  # fmt: skip
    chosen = {"id": item["id"], "price": price, "quantity": wanted.get("quantity")}
    return {"discounts": kept or None, "items": [chosen], "subscription": subscription["id"]}
