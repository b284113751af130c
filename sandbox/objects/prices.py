"""Prices."""

from sandbox import money
from sandbox.account import Account
from sandbox.billing import plan_view, pricing
from sandbox.changes import apply
from sandbox.errors import InvalidRequest, ParameterRefused, no_such
from sandbox.expand import includes
from sandbox.lists import listed
from sandbox.routes import Call, route
from sandbox.search import searched
from sandbox.shapes import Row, part
from sandbox.values import missing


@route("POST", "/v1/prices", "PriceCreateParams")
def create(call: Call) -> Row:
    """A new price of a product that is there, or made along with it."""
    from sandbox.objects import products

    account, params = call.account, call.params
    if "product" in params and "product_data" in params:
        raise ParameterRefused(
            "You may only specify one of these parameters: product, product_data.", param="product"
        )
    if data := params.get("product_data"):
        product = products.new(account, data)
    elif name := params.get("product"):
        product = account.get("product", name, param="product")
    else:
        raise ParameterRefused(
            "You must specify either `product` or `product_data` when creating a price."
        )
    return new(account, params, product)


def new(account: Account, params: Row, product: Row, *, price_id: str | None = None) -> Row:
    """A price from the parameters of its own call, of a product's, or of `price_data`."""
    _check(params)
    price = account.add(
        "price",
        id=price_id,
        active=params.get("active", True),
        billing_scheme=params.get("billing_scheme") or "per_unit",
        currency=money.checked_currency(params["currency"]),
        product=product["id"],
        tax_behavior=params.get("tax_behavior") or "unspecified",
        tiers_mode=params.get("tiers_mode"),
        transform_quantity=params.get("transform_quantity"),
        type="recurring" if params.get("recurring") else "one_time",
    )
    if recurring := params.get("recurring"):
        price["recurring"] = _recurring(recurring)
    price |= pricing.amounts_of(params, tiered=price["billing_scheme"] == "tiered")
    price["_currency_options"] = pricing.currency_options(
        params.get("currency_options") or {}, price
    )
    apply(price, params, ("nickname",))
    _look_up_by(account, price, params)
    account.emit("price.created", price)
    if price["recurring"]:
        account.emit("plan.created", plan_view.of(price))
    return price


def _check(params: Row) -> None:
    tiered = params.get("billing_scheme") == "tiered"
    if tiered and not params.get("recurring"):
        raise InvalidRequest(
            "Prices with `type=one_time` are not supported with tiered billing.", param="interval"
        )
    if tiered and not params.get("tiers_mode"):
        raise missing("tiers_mode")
    if transform := params.get("transform_quantity"):
        money.positive(transform["divide_by"], param="transform_quantity[divide_by]")
        if tiered:
            raise InvalidRequest(
                "`transform_quantity` cannot be combined with `tiers`.", param="transform_quantity"
            )


def _recurring(given: Row) -> Row:
    count = given.get("interval_count", 1)
    money.positive(count, param="recurring[interval_count]")
    longest = {"day": 1095, "week": 156, "month": 36, "year": 3}[given["interval"]]
    if count > longest:
        raise InvalidRequest(
            "Invalid interval_count: at most three years are allowed.",
            param="recurring[interval_count]",
        )
    if meter := given.get("meter"):
        raise no_such("billing.meter", meter, param="recurring[meter]")
    if given.get("usage_type") == "metered":
        raise InvalidRequest(
            "Starting with Stripe version `2025-03-31.basil`, metered prices must be backed by "
            "meters."
        )
    return part(
        "price.Recurring",
        interval=given["interval"],
        interval_count=count,
        trial_period_days=given.get("trial_period_days"),
        usage_type="licensed",
    )


def _look_up_by(account: Account, price: Row, params: Row) -> None:
    key = params.get("lookup_key")
    if not key:
        if key == "":
            price["lookup_key"] = None
        return
    for other in account.where("price", "lookup_key", key):
        if other["id"] == price["id"]:
            continue
        if not params.get("transfer_lookup_key"):
            raise InvalidRequest(
                f"A price (`{other['id']}`) already uses that lookup key.",
                param="lookup_key",
            )
        other = account.store.edit(other)
        other["lookup_key"] = None
        account.emit_update("price.updated", other)
    price["lookup_key"] = key


@route("GET", "/v1/prices", "PriceListParams")
def list_all(call: Call) -> Row:
    """Newest first."""
    if keys := call.params.pop("lookup_keys", None):
        call.params["lookup_key"] = keys
    return listed(call, "price")


@route("GET", "/v1/prices/search", "PriceSearchParams")
def search(call: Call) -> Row:
    """Prices by query."""
    return searched(call, "price")


@route("GET", "/v1/prices/<price>", "PriceRetrieveParams")
def retrieve(call: Call, price: str) -> Row:
    """One price."""
    return call.account.living("price", price)


@route("POST", "/v1/prices/<price>", "PriceUpdateParams")
def update(call: Call, price: str) -> Row:
    """Whether it is active, its names, metadata; never its amount."""
    account, params = call.account, call.params
    row = account.store.edit(account.living("price", price))
    apply(row, params, ("active", "nickname"))
    behavior = params.get("tax_behavior")
    if behavior and row["tax_behavior"] not in ("unspecified", behavior):
        raise InvalidRequest(
            "The tax_behavior of a price cannot be changed once it is set.", param="tax_behavior"
        )
    row["tax_behavior"] = behavior or row["tax_behavior"]
    if "currency_options" in params:
        given = params["currency_options"] or {}
        row["_currency_options"] = pricing.currency_options(given, row)
    _look_up_by(account, row, params)
    tell_update(account, row)
    return row


def tell_update(account: Account, price: Row) -> None:
    """`price.updated`, and the same of the plan that a recurring price is."""
    account.emit_update("price.updated", price)
    before = account.store.before(price["id"])
    if price["recurring"] and before is not None:
        old, new_ = plan_view.of(before), plan_view.of(price)
        changed = {name: value for name, value in old.items() if new_[name] != value}
        account.emit("plan.updated", new_, previous=changed)


@includes("price", "tiers")
def _tiers(account: Account, price: Row) -> list[Row] | None:
    return account.get("price", price["id"]).get("_tiers")


@includes("price", "currency_options")
def _currency_options(account: Account, price: Row) -> Row:
    """All its currencies, its own among them."""
    known = account.get("price", price["id"])
    names = ("custom_unit_amount", "tax_behavior", "unit_amount", "unit_amount_decimal")
    own = {name: known[name] for name in names} | {"tiers": known.get("_tiers")}
    return {known["currency"]: own} | (known.get("_currency_options") or {})
