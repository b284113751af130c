"""Subscriptions."""

from typing import Any

from sandbox.account import Account
from sandbox.billing import canceling, changing, following, pausing, subscribing, telling
from sandbox.errors import InvalidRequest, no_such
from sandbox.lists import fits, listed
from sandbox.objects import cards_on_file
from sandbox.routes import Call, route
from sandbox.search import searched
from sandbox.shapes import Row

LEGACY = {
    "coupon": str,
    "plan": str,
    "prorate": bool,
    "promotion_code": str,
    "quantity": int,
    "source": str,
}
LEGACY_UPDATE = LEGACY | {"billing_cycle_anchor": Any}  # was a word before it was a hash


@route("POST", "/v1/subscriptions", "SubscriptionCreateParams", legacy=LEGACY)
def create(call: Call) -> Row:
    """A new subscription, its first invoice, and as far as possible its payment."""
    params = _modern(call)
    if source := params.get("source"):
        customer = call.account.living("customer", params["customer"], param="customer")
        cards_on_file.add_to(call.account, customer, source)
    return subscribing.begun(call.account, params)


def _modern(call: Call) -> Row:
    """Older versions had one coupon, and a yes or no about prorations."""
    params = call.params
    for name in ("coupon", "promotion_code"):
        if params.get(name):
            params["discounts"] = [{name: params[name]}]
    if "prorate" in params:
        params["proration_behavior"] = "create_prorations" if params["prorate"] else "none"
    return params


@route("GET", "/v1/subscriptions", "SubscriptionListParams")
def list_all(call: Call) -> Row:
    """Newest first; those that are canceled only when asked for."""
    params = call.params
    wanted = params.pop("status", None)
    of_items: Row = {
        name: params.pop(name)
        for name in ("current_period_end", "current_period_start", "plan", "price")
        if name in params
    }
    if of_items:
        params["id"] = _with_item(call.account, of_items)
    if wanted == "ended":
        params["status"] = list(telling.OVER)
    elif wanted is None:
        params["status"] = [*following.OWING, "active", "paused", "trialing"]
    elif wanted != "all":
        params["status"] = wanted
    return listed(call, "subscription")


def _with_item(account: Account, wanted: Row) -> list[str]:
    price = wanted.pop("price", None) or wanted.pop("plan", None)
    filters = wanted | ({"price": {"id": price}} if price else {})
    rows = account.store.table("subscription_item").rows.values()
    return [row["subscription"] for row in rows if fits(row, filters)]


@route("GET", "/v1/subscriptions/search", "SubscriptionSearchParams")
def search(call: Call) -> Row:
    """Subscriptions by query."""
    return searched(call, "subscription")


@route("GET", "/v1/subscriptions/<subscription>", "SubscriptionRetrieveParams")
def retrieve(call: Call, subscription: str) -> Row:
    """One subscription."""
    return call.account.get("subscription", subscription)


@route("POST", "/v1/subscriptions/<subscription>", "SubscriptionUpdateParams", legacy=LEGACY_UPDATE)
def update(call: Call, subscription: str) -> Row:
    """A change, prorated and billed as asked."""
    row = call.account.get("subscription", subscription)
    return changing.changed(call.account, row, _modern(call))


@route("DELETE", "/v1/subscriptions/<subscription>", "SubscriptionCancelParams")
def cancel(call: Call, subscription: str) -> Row:
    """End it now."""
    row = call.account.get("subscription", subscription)
    if telling.is_over(row):
        raise no_such("subscription", subscription)
    return canceling.canceled(
        call.account,
        row,
        invoice_now=call.params.get("invoice_now", False),
        prorate=call.params.get("prorate", False),
        reason=call.params.get("cancellation_details"),
    )


@route("POST", "/v1/subscriptions/<subscription>/pause", "SubscriptionPauseParams")
def pause(call: Call, subscription: str) -> Row:
    """Stop service and invoices for a while."""
    row = call.account.get("subscription", subscription, param="subscription")
    return pausing.paused(call.account, row, call.params)


@route("POST", "/v1/subscriptions/<subscription>/resume", "SubscriptionResumeParams")
def resume(call: Call, subscription: str) -> Row:
    """Go on after a pause."""
    row = call.account.get("subscription", subscription, param="subscription")
    return pausing.resume(call.account, row, call.params)


@route("POST", "/v1/subscriptions/<subscription>/migrate", "SubscriptionMigrateParams")
def migrate(call: Call, subscription: str) -> Row:
    """From classic billing to flexible; there is no way back."""
    account = call.account
    row = account.edit("subscription", subscription, param="subscription")
    before = telling.as_told(row)
    wanted = (call.params["billing_mode"].get("flexible") or {}).get("proration_discounts")
    known = (row["billing_mode"]["flexible"] or {}).get("proration_discounts")
    if known == "itemized" and wanted == "included":
        raise InvalidRequest(
            "You cannot migrate a subscription from `itemized` to `included` proration discounts.",
            param="billing_mode[flexible][proration_discounts]",
        )
    flexible = {"proration_discounts": wanted or known or "included"}
    row["billing_mode"] = {"flexible": flexible, "type": "flexible", "updated_at": account.now}
    telling.updated(account, row, before)
    return row
