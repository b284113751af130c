"""Prices."""

from decimal import Decimal

from sandbox import money
from sandbox.account import Account
from sandbox.changes import apply
from sandbox.errors import InvalidRequest
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
    if data := params.get("product_data"):
        product = products.new(account, data)
    elif name := params.get("product"):
        product = account.get("product", name, param="product")
    else:
        raise missing("product")
    return new(account, params, product)


def new(account: Account, params: Row, product: Row) -> Row:
    """A price from the parameters of its own call or of a product's."""
    currency = money.checked_currency(params["currency"])
    price = account.add(
        "price",
        active=params.get("active", True),
        billing_scheme=params.get("billing_scheme") or "per_unit",
        currency=currency,
        product=product["id"],
        tax_behavior=params.get("tax_behavior") or "unspecified",
        tiers_mode=params.get("tiers_mode"),
        transform_quantity=params.get("transform_quantity"),
        type="recurring" if params.get("recurring") else "one_time",
    )
    if recurring := params.get("recurring"):
        price["recurring"] = _recurring(recurring)
    if custom := params.get("custom_unit_amount"):
        price["custom_unit_amount"] = {
            key: custom.get(key) for key in ("maximum", "minimum", "preset")
        }
    _priced(price, params)
    apply(price, params, ("nickname",))
    _look_up_by(account, price, params)
    account.emit("price.created", price)
    return price


def _recurring(given: Row) -> Row:
    count = given.get("interval_count", 1)
    money.positive(count, param="recurring[interval_count]")
    longest = {"day": 1095, "week": 156, "month": 36, "year": 3}[given["interval"]]
    if count > longest:
        raise InvalidRequest(
            "Invalid interval_count: at most three years are allowed.",
            param="recurring[interval_count]",
        )
    shown = part("price.Recurring", interval=given["interval"], interval_count=count)
    return {**shown, "usage_type": given.get("usage_type", "licensed"), "meter": None}


def _priced(price: Row, params: Row) -> None:
    ways = ("unit_amount", "unit_amount_decimal", "custom_unit_amount", "tiers")
    if not any(way in params for way in ways):
        raise missing("unit_amount")
    if "unit_amount" in params:
        amount = money.positive(params["unit_amount"], param="unit_amount", at_least=0)
        if amount > money.LARGEST * 10_000:
            raise InvalidRequest("Invalid unit_amount: too large.", param="unit_amount")
        price.update(unit_amount=amount, unit_amount_decimal=str(amount))
    elif "unit_amount_decimal" in params:
        exact = Decimal(params["unit_amount_decimal"])
        whole = exact == exact.to_integral_value() if abs(exact) < 10**12 else False
        if exact < 0 or abs(exact) >= 10**12:
            raise InvalidRequest("Invalid unit_amount_decimal.", param="unit_amount_decimal")
        price["unit_amount_decimal"] = params["unit_amount_decimal"]
        price["unit_amount"] = int(exact) if whole else None
    if tiers := params.get("tiers"):
        price["_tiers"] = [_tier(tier) for tier in tiers]
        price["billing_scheme"] = "tiered"


def _tier(given: Row) -> Row:
    up_to = None if given["up_to"] == "inf" else given["up_to"]
    known = ("flat_amount", "flat_amount_decimal", "unit_amount", "unit_amount_decimal")
    return {**{key: given.get(key) for key in known}, "up_to": up_to}


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
                f"A price ({other['id']}) already uses that lookup key.",
                code="resource_already_exists",
                param="lookup_key",
            )
        account.store.edit(other)["lookup_key"] = None
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
    return call.account.get("price", price)


@route("POST", "/v1/prices/<price>", "PriceUpdateParams")
def update(call: Call, price: str) -> Row:
    """Whether it is active, its names, metadata; never its amount."""
    row = call.account.edit("price", price)
    apply(row, call.params, ("active", "nickname"))
    behavior = call.params.get("tax_behavior")
    if behavior and row["tax_behavior"] not in ("unspecified", behavior):
        raise InvalidRequest(
            "The tax_behavior of a price cannot be changed once it is set.", param="tax_behavior"
        )
    row["tax_behavior"] = behavior or row["tax_behavior"]
    _look_up_by(call.account, row, call.params)
    call.account.emit_update("price.updated", row)
    return row


@includes("price", "tiers")
def _tiers(account: Account, price: Row) -> list[Row] | None:
    known = account.find(price["id"], "price")
    return known.get("_tiers") if known else None
