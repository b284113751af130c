"""Tax rates: so many per cent, inside the price or on top of it."""

from sandbox.account import Account
from sandbox.changes import apply
from sandbox.errors import ParameterRefused
from sandbox.lists import listed
from sandbox.routes import Call, route
from sandbox.shapes import Row
from sandbox.values import country, places

PLAIN = (
    "active", "country", "description", "display_name", "jurisdiction", "state", "tax_type",
)  # fmt: skip


@route("POST", "/v1/tax_rates", "TaxRateCreateParams")
def create(call: Call) -> Row:
    """A new rate, whose percentage never changes."""
    return new(call.account, call.params)


def new(account: Account, params: Row) -> Row:
    """A rate from the parameters of its own call or of a line's `tax_rate_data`."""
    percentage = params["percentage"]
    places(percentage, 4, "percentage")
    if not 0 <= percentage <= 100:
        bound = "greater than or equal to 0" if percentage < 0 else "less than or equal to 100"
        raise ParameterRefused(f"This value must be {bound}.", param="percentage")
    rate = account.add(
        "tax_rate",
        active=True,
        effective_percentage=percentage,
        inclusive=params["inclusive"],
        metadata={},
        percentage=percentage,
        rate_type="percentage",
    )
    _written(rate, params)
    account.emit("tax_rate.created", rate)
    return rate


def _written(rate: Row, params: Row) -> None:
    country(params.get("country"), "country")
    apply(rate, params, PLAIN)


@route("GET", "/v1/tax_rates", "TaxRateListParams")
def list_all(call: Call) -> Row:
    """Newest first."""
    return listed(call, "tax_rate")


@route("GET", "/v1/tax_rates/<tax_rate>", "TaxRateRetrieveParams")
def retrieve(call: Call, tax_rate: str) -> Row:
    """One rate."""
    return call.account.get("tax_rate", tax_rate)


@route("POST", "/v1/tax_rates/<tax_rate>", "TaxRateUpdateParams")
def update(call: Call, tax_rate: str) -> Row:
    """Its names, and whether it can be used from now on."""
    row = call.account.edit("tax_rate", tax_rate)
    _written(row, call.params)
    call.account.emit_update("tax_rate.updated", row)
    return row
