"""Plans: recurring prices, as they were called before there were prices."""

from sandbox.account import Account
from sandbox.billing import plan_view
from sandbox.changes import apply
from sandbox.errors import InvalidRequest, no_such
from sandbox.expand import includes
from sandbox.lists import listed
from sandbox.objects import prices, products
from sandbox.routes import Call, route
from sandbox.shapes import Row
from sandbox.values import missing

OF_INTERVAL = ("interval", "interval_count", "meter", "trial_period_days", "usage_type")
SAME = ("active", "billing_scheme", "currency", "metadata", "nickname", "tiers", "tiers_mode")
RENAMED = {
    "amount": "unit_amount",
    "amount_decimal": "unit_amount_decimal",
    "transform_usage": "transform_quantity",
}


@route("POST", "/v1/plans", "PlanCreateParams")
def create(call: Call) -> Row:
    """A new recurring price, shown as a plan."""
    account, params = call.account, call.params
    taken = params.get("id")
    if account.find(taken) is not None:
        raise InvalidRequest("Plan already exists.", code="resource_already_exists")
    given = {name: params[name] for name in SAME if name in params}
    given |= {new: params[old] for old, new in RENAMED.items() if old in params}
    given["recurring"] = {name: params[name] for name in OF_INTERVAL if name in params}
    made = taken or account.ids.new("plan")
    return plan_view.of(prices.new(account, given, _product(account, params), price_id=made))


def _product(account: Account, params: Row) -> Row:
    product = params.get("product")
    if not product:
        raise missing("product")
    if isinstance(product, dict):
        return products.new(account, product)
    return account.get("product", product, param="product")


@route("GET", "/v1/plans", "PlanListParams")
def list_all(call: Call) -> Row:
    """All recurring prices, newest first."""
    account = call.account
    page = listed(call, "price", type="recurring")
    page["data"] = [plan_view.of(account.get("price", row["id"])) for row in page["data"]]
    return page


@route("GET", "/v1/plans/<plan>", "PlanRetrieveParams")
def retrieve(call: Call, plan: str) -> Row:
    """One recurring price as a plan."""
    return plan_view.of(_price(call.account, plan))


def _price(account: Account, plan: str) -> Row:
    price = account.find(plan, "price")
    if price is None or price["type"] != "recurring" or price.get("deleted"):
        raise no_such("plan", plan)
    return price


@route("POST", "/v1/plans/<plan>", "PlanUpdateParams")
def update(call: Call, plan: str) -> Row:
    """Whether it is active, its name, product, trial and metadata; never its amount."""
    account, params = call.account, call.params
    price = account.store.edit(_price(account, plan))
    apply(price, params, ("active", "nickname"))
    if product := params.get("product"):
        price["product"] = account.get("product", product, param="product")["id"]
    if "trial_period_days" in params:
        price["recurring"]["trial_period_days"] = params["trial_period_days"] or None
    prices.tell_update(account, price)
    return plan_view.of(price)


@route("DELETE", "/v1/plans/<plan>", "PlanDeleteParams")
def delete(call: Call, plan: str) -> Row:
    """Nobody can subscribe to it any more; who has, keeps it."""
    account = call.account
    price = _price(account, plan)
    account.emit("plan.deleted", plan_view.of(price))
    account.emit("price.deleted", price)
    account.store.edit(price).update(active=False, deleted=True)
    return {"id": plan, "object": "plan", "deleted": True}


@includes("plan", "tiers")
def _tiers(account: Account, plan: Row) -> list[Row] | None:
    return (account.find(plan["id"], "price") or {}).get("_tiers")
