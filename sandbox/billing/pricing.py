"""What parameters say about the money of a price: one amount, tiers, a free choice, currencies."""

from decimal import Decimal

from sandbox import money
from sandbox.errors import InvalidRequest, ParameterRefused
from sandbox.shapes import Row
from sandbox.values import places, within

WAYS = ("unit_amount", "unit_amount_decimal", "custom_unit_amount")
AMOUNTS = ("flat_amount", "unit_amount")


def amounts_of(given: Row, *, tiered: bool, path: str = "") -> Row:
    """`unit_amount`, `unit_amount_decimal`, `custom_unit_amount` and `_tiers` of a price, or of
    one of its currencies."""
    if tiered:
        return _blank() | {"_tiers": _tiers(given, path)}
    if "tiers" in given:
        raise InvalidRequest(
            "`tiers` can only be specified when `billing_scheme` is set to `tiered`.",
            param=within(path, "tiers"),
        )
    if not any(way in given for way in WAYS):
        raise InvalidRequest(
            "Prices require an `unit_amount` or `unit_amount_decimal` parameter to be set."
        )
    return _blank() | _one_amount(given, path)


def _blank() -> Row:
    names = ("custom_unit_amount", "unit_amount", "unit_amount_decimal", "_tiers")
    return dict.fromkeys(names)


def _one_amount(given: Row, path: str) -> Row:
    if sum(way in given for way in WAYS) > 1:
        first, second = [way for way in WAYS if way in given][:2]
        raise ParameterRefused(
            f"You may only specify one of these parameters: {first}, {second}.",
            param=within(path, first),
        )
    if custom := given.get("custom_unit_amount"):
        return {"custom_unit_amount": _custom(custom, within(path, "custom_unit_amount"))}
    return _whole_and_exact(given, "unit_amount", path)


def _custom(given: Row, path: str) -> Row:
    if not given["enabled"]:
        raise ParameterRefused(f"Invalid {path}[enabled]: must be true.", param=f"{path}[enabled]")
    chosen = {name: given.get(name) for name in ("maximum", "minimum", "preset")}
    least, most, preset = chosen["minimum"], chosen["maximum"], chosen["preset"]
    if least is not None and most is not None and least > most:
        raise InvalidRequest("The minimum must not be above the maximum.", param=path)
    bounds = (least is None or preset is None or preset >= least) and (
        most is None or preset is None or preset <= most
    )
    if not bounds:
        raise InvalidRequest("The preset must lie between minimum and maximum.", param=path)
    return chosen


def _whole_and_exact(given: Row, name: str, path: str) -> Row:
    """`{unit_amount, unit_amount_decimal}`: the whole one is null when there is a fraction."""
    exact = f"{name}_decimal"
    if name in given and exact in given:
        raise ParameterRefused(
            f"You may only specify one of these parameters: {name}, {exact}.",
            param=within(path, name),
        )
    if name in given:
        amount = money.positive(given[name], param=within(path, name), at_least=0)
        if amount > money.LARGEST * 10_000:
            raise InvalidRequest(f"Invalid {name}: too large.", param=within(path, name))
        return {name: amount, exact: str(amount)}
    if exact not in given:
        return {name: None, exact: None}
    text, where = given[exact], within(path, exact)
    value = Decimal(text)
    if value < 0 or value >= 10**12:
        raise InvalidRequest(f"Invalid {exact}.", param=where)
    places(text, 12, where)
    whole = value == value.to_integral_value()
    return {name: int(value) if whole else None, exact: text}


def _tiers(given: Row, path: str) -> list[Row]:
    tiers, where = given.get("tiers") or [], within(path, "tiers")
    if not tiers:
        raise InvalidRequest("You must specify at least one tier.", param=where)
    found = [_tier(tier, f"{where}[{place}]") for place, tier in enumerate(tiers)]
    bounds = [tier["up_to"] for tier in found]
    if bounds[-1] is not None or None in bounds[:-1]:
        raise InvalidRequest(
            "The last tier, and only it, must have `up_to` set to `inf`.", param=where
        )
    if any(later <= earlier for earlier, later in zip(bounds[:-2], bounds[1:-1], strict=False)):
        raise InvalidRequest("The `up_to` of tiers must be in ascending order.", param=where)
    return found


def _tier(given: Row, path: str) -> Row:
    if not any(name in given for part in AMOUNTS for name in (part, f"{part}_decimal")):
        raise InvalidRequest(
            "Each tier must have at least one of `unit_amount` and `flat_amount`.", param=path
        )
    up_to = None if given["up_to"] == "inf" else money.positive(
        given["up_to"], param=within(path, "up_to")
    )  # fmt: skip
    flat, unit = (_whole_and_exact(given, name, path) for name in AMOUNTS)
    return flat | unit | {"up_to": up_to}


def currency_options(given: Row, price: Row) -> Row:
    """The other currencies of a price, as their amounts are shown; one that is known may be given
    a tax behavior alone."""
    found = dict(price.get("_currency_options") or {})
    for currency, option in given.items():
        path = f"currency_options[{currency}]"
        money.checked_currency(currency, param=path)
        if option.keys() == {"tax_behavior"} and currency in found:
            found[currency] = found[currency] | option
            continue
        amounts = amounts_of(option, tiered=price["billing_scheme"] == "tiered", path=path)
        tiers = amounts.pop("_tiers")
        behavior = option.get("tax_behavior") or "unspecified"
        found[currency.lower()] = amounts | {"tiers": tiers, "tax_behavior": behavior}
    return found
