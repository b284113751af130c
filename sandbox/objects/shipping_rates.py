"""Shipping rates: what sending costs, and how long it may take."""

from sandbox import money
from sandbox.changes import apply
from sandbox.errors import InvalidRequest
from sandbox.lists import listed
from sandbox.routes import Call, route
from sandbox.shapes import Row
from sandbox.values import missing


@route("POST", "/v1/shipping_rates", "ShippingRateCreateParams")
def create(call: Call) -> Row:
    """A new rate."""
    return new(call, call.params)


def new(call: Call, params: Row, *, param: str = "") -> Row:
    """A rate from the parameters of its own call or of a session's `shipping_rate_data`."""
    if "fixed_amount" not in params:
        raise missing(f"{param}[fixed_amount]" if param else "fixed_amount")
    rate = call.account.add(
        "shipping_rate",
        active=True,
        delivery_estimate=_estimate(params.get("delivery_estimate")),
        display_name=params["display_name"],
        fixed_amount=_fixed(params["fixed_amount"]),
        metadata={},
        tax_behavior=params.get("tax_behavior") or "unspecified",
        tax_code=params.get("tax_code"),
        type="fixed_amount",
    )
    apply(rate, params, ())
    return rate


def _fixed(given: Row) -> Row:
    amount = money.positive(given["amount"], param="fixed_amount[amount]", at_least=0)
    currency = money.checked_currency(given["currency"], param="fixed_amount[currency]")
    options = _options(given.get("currency_options") or {})
    # Left out, not null, when there are none: the libraries stumble over a null here.
    return {"amount": amount, "currency": currency} | (
        {"currency_options": options} if options else {}
    )


def _options(given: Row) -> Row:
    options = {}
    for currency, option in given.items():
        name = f"fixed_amount[currency_options][{currency}]"
        money.checked_currency(currency, param=name)
        if "amount" not in option:
            raise missing(f"{name}[amount]")
        money.positive(option["amount"], param=f"{name}[amount]", at_least=0)
        options[currency] = {
            "amount": option["amount"],
            "tax_behavior": option.get("tax_behavior") or "unspecified",
        }
    return options


def _estimate(given: Row | None) -> Row | None:
    if not given:
        return None
    for end in given:
        money.positive(given[end]["value"], param=f"delivery_estimate[{end}][value]")
    return {end: given.get(end) for end in ("maximum", "minimum")}


@route("GET", "/v1/shipping_rates", "ShippingRateListParams")
def list_all(call: Call) -> Row:
    """Newest first; by the currency of the rate itself."""
    if currency := call.params.pop("currency", None):
        call.params["fixed_amount"] = {"currency": currency.lower()}
    return listed(call, "shipping_rate")


@route("GET", "/v1/shipping_rates/<rate>", "ShippingRateRetrieveParams")
def retrieve(call: Call, rate: str) -> Row:
    """One rate."""
    return call.account.get("shipping_rate", rate)


@route("POST", "/v1/shipping_rates/<rate>", "ShippingRateUpdateParams")
def update(call: Call, rate: str) -> Row:
    """Whether it can be chosen, other currencies, metadata; never its amount."""
    row = call.account.edit("shipping_rate", rate)
    behavior = call.params.get("tax_behavior")
    if behavior and row["tax_behavior"] not in ("unspecified", behavior):
        raise InvalidRequest(
            "The tax_behavior of a shipping rate cannot be changed once it is set.",
            param="tax_behavior",
        )
    apply(row, call.params, ("active", "tax_behavior"))
    fixed = row["fixed_amount"]
    if given := (call.params.get("fixed_amount") or {}).get("currency_options"):
        known = fixed.get("currency_options", {})
        filled = {name: known.get(name, {}) | option for name, option in given.items()}
        fixed["currency_options"] = known | _options(filled)
    return row
