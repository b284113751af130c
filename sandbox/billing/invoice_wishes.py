"""A line from the parameters of an invoice item or of an invoice's line."""

from dataclasses import replace
from decimal import Decimal

from sandbox import money
from sandbox.account import Account
from sandbox.billing import discounts, taxes
from sandbox.billing.amounts import line_amount
from sandbox.billing.items import in_currency
from sandbox.billing.lines import Line
from sandbox.changes import merged
from sandbox.errors import InvalidRequest
from sandbox.objects import prices, products, tax_rates
from sandbox.routes import Call
from sandbox.shapes import Row
from sandbox.values import missing, within

WAYS = ("amount", "price", "price_data", "pricing", "unit_amount", "unit_amount_decimal")
COUNTS = ("quantity", "quantity_decimal")


def wished(
    account: Account, params: Row, base: Line, *, customer: str | None, path: str = ""
) -> Line:
    """The line after these parameters; `base` is what it was, or an empty one in its currency."""
    line = _priced(account, params, base, path)
    if "description" in params:
        line.description = params["description"] or None
    if "discountable" in params:
        line.discountable = params["discountable"]
    if period := params.get("period"):
        line.period = _period(period, within(path, "period"))
    if "metadata" in params:
        line.metadata = merged(line.metadata, params["metadata"])
    if "tax_rates" in params:
        param = within(path, "tax_rates")
        line.tax_rates = (
            tuple(taxes.checked(account, params["tax_rates"] or [], param=param)) or None
        )
    if given := params.get("tax_amounts"):
        line.tax_rates = tuple(_rate_of(account, one["tax_rate_data"]) for one in given)
    if "discounts" in params:
        found = discounts.given(
            account, params["discounts"] or [], customer=customer, currency=line.currency,
            subtotal=line.amount, param=within(path, "discounts"),
        )  # fmt: skip
        line.discounts = tuple(found)
    return line


def _rate_of(account: Account, data: Row) -> str:
    """A tax rate for this line alone; it says how much the tax is."""
    return str(tax_rates.create(Call(account, {**data, "active": False}))["id"])


def _period(given: Row, param: str) -> tuple[int, int]:
    if given["end"] < given["start"]:
        raise InvalidRequest("The period end must be after the period start.", param=param)
    return given["start"], given["end"]


def _priced(account: Account, params: Row, base: Line, path: str) -> Line:
    if not any(name in params for name in (*WAYS, *COUNTS)):
        return replace(base)
    _check_one_way(params, path)
    quantity = _quantity(params)
    if "amount" in params:
        return _flat(account, params, base)
    price = _price(account, params, base, path)
    if price is None:
        raise missing(within(path, "amount"))
    count = base.quantity or 1 if quantity is None else quantity
    description = base.description or account.get("product", price["product"])["name"]
    return replace(
        base,
        amount=line_amount(price, count),
        description=description,
        price=price,
        quantity=count,
    )


def _check_one_way(params: Row, path: str) -> None:
    ways = [name for name in WAYS if name in params]
    if "amount" in params:
        ways += [name for name in COUNTS if name in params]
    if len(ways) > 1:
        raise InvalidRequest(
            f"You may only specify one of these parameters: {', '.join(ways)}.",
            param=within(path, ways[0]),
        )


def _quantity(params: Row) -> int | None:
    if "quantity" in params:
        return money.positive(params["quantity"], param="quantity", at_least=0)
    if "quantity_decimal" not in params:
        return None
    exactly = Decimal(params["quantity_decimal"])
    if exactly != exactly.to_integral_value():
        raise InvalidRequest(
            "This price can only be billed in whole units.", param="quantity_decimal"
        )
    return int(exactly)


def _flat(account: Account, params: Row, base: Line) -> Line:
    name = params.get("description") or base.description
    price = one_off(account, params, name, base.currency, str(params["amount"]))
    return replace(base, amount=params["amount"], price=price, quantity=1)


def _price(account: Account, params: Row, base: Line, path: str) -> Row | None:
    unit = params.get("unit_amount", params.get("unit_amount_decimal"))
    if unit is not None:
        return one_off(account, params, params.get("description"), base.currency, str(unit))
    if data := params.get("price_data"):
        return _made(account, data, base, within(path, "price_data"))
    name = (params.get("pricing") or {}).get("price") or params.get("price")
    if name is None:
        return base.price
    return checked_price(account, name, base.currency, within(path, "pricing[price]"))


def checked_price(account: Account, name: str, currency: str, param: str) -> Row:
    """A price that may be billed once, in this currency."""
    price = account.get("price", name, param=param)
    if price["type"] == "recurring":
        words = (
            "The price specified is set to `type=recurring` but this field only accepts prices "
            "with `type=one_time`."
        )
    elif not price["active"]:
        words = "The price specified is inactive. This field only accepts active prices."
    elif currency not in (price["currency"], *(price.get("_currency_options") or {})):
        words = (
            f"The price specified is in `{price['currency']}`, but this invoice item is in "
            f"`{currency}`."
        )
    else:
        return in_currency(price, currency)
    raise InvalidRequest(words, param=param)


def _made(account: Account, data: Row, base: Line, path: str) -> Row:
    if data["currency"] != base.currency:
        raise InvalidRequest(
            f"The price specified is in `{data['currency']}`, but this invoice item is in "
            f"`{base.currency}`.",
            param=within(path, "currency"),
        )
    if "product_data" in data:
        product = products.new(account, data["product_data"])
    elif "product" in data:
        product = account.living("product", data["product"], param=within(path, "product"))
    else:
        raise missing(within(path, "product"))
    return prices.new(account, {**data, "active": False}, product)


def one_off(account: Account, params: Row, name: str | None, currency: str, unit: str) -> Row:
    """The price and product that stand behind a bare amount; nobody is told of them."""
    exactly = Decimal(unit)
    is_whole = exactly == exactly.to_integral_value()
    product = account.add(
        "product",
        active=False,
        images=[],
        marketing_features=[],
        metadata={},
        name=name or "Invoice item",
        tax_code=params.get("tax_code") or None,
        type="service",
        updated=account.now,
    )
    return account.add(
        "price",
        active=False,
        billing_scheme="per_unit",
        currency=currency,
        metadata={},
        product=product["id"],
        tax_behavior=params.get("tax_behavior") or "unspecified",
        type="one_time",
        unit_amount=int(exactly) if is_whole else None,
        unit_amount_decimal=unit,
    )
