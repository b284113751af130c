"""Coupons: so much off, by part or by amount, once, for some months or for ever."""

from sandbox import money
from sandbox.account import Account
from sandbox.agenda import when_due
from sandbox.billing.redeeming import reckon
from sandbox.changes import apply
from sandbox.errors import InvalidRequest, ParameterRefused
from sandbox.expand import includes
from sandbox.lists import listed
from sandbox.routes import Call, route
from sandbox.shapes import Row
from sandbox.values import at_most, in_future, places


@route("POST", "/v1/coupons", "CouponCreateParams")
def create(call: Call) -> Row:
    """A new coupon, with a name of its own if one is given."""
    account, params = call.account, call.params
    _check(account, params)
    coupon = account.add(
        "coupon",
        id=params.get("id") or account.ids.text(8),
        amount_off=params.get("amount_off"),
        currency=params["currency"].lower() if "amount_off" in params else None,
        duration=params.get("duration") or "once",
        duration_in_months=params.get("duration_in_months"),
        max_redemptions=params.get("max_redemptions"),
        metadata={},
        percent_off=params.get("percent_off"),
        redeem_by=params.get("redeem_by"),
        times_redeemed=0,
        valid=True,
        _applies_to=params.get("applies_to"),
        _currency_options=params.get("currency_options"),
    )
    apply(coupon, params, ("name",))
    if last := coupon["redeem_by"]:
        account.agenda.at(last + 1, "coupon_over", coupon["id"])
    account.emit("coupon.created", coupon)
    return coupon


def _check(account: Account, params: Row) -> None:
    taken = account.find(params.get("id"), "coupon")
    if taken is not None and not taken.get("deleted"):
        raise ParameterRefused("Coupon already exists.", code="resource_already_exists")
    _check_amount(params)
    _check_duration(params)
    _check_name(params)
    if "max_redemptions" in params:
        money.positive(params["max_redemptions"], param="max_redemptions")
    if "redeem_by" in params:
        in_future(params["redeem_by"], account.now, "redeem_by")
    for place, product in enumerate((params.get("applies_to") or {}).get("products", [])):
        account.get("product", product, param=f"applies_to[products][{place}]")


def _check_amount(params: Row) -> None:
    if "percent_off" in params and "amount_off" in params:
        raise ParameterRefused(
            "Received both percent_off and amount_off parameters. Please pass in only one."
        )
    if "percent_off" in params:
        _check_percent(params)
    elif "amount_off" not in params:
        raise ParameterRefused("Must provide percent_off or amount_off.", code="parameter_missing")
    elif "currency" not in params:
        raise ParameterRefused("You must pass currency when passing amount_off", param="currency")
    else:
        money.positive(params["amount_off"], param="amount_off")
        money.checked_currency(params["currency"])
        _check_options(params.get("currency_options") or {})


def _check_percent(params: Row) -> None:
    percent = params["percent_off"]
    places(percent, 2, "percent_off")
    bounds = ((percent < 0.01, "greater", "0.01"), (percent > 100, "less", "100"))
    for crossed, side, bound in bounds:
        if crossed:
            raise ParameterRefused(
                f"This value must be {side} than or equal to {bound} (it currently is '{percent}').",
                param="percent_off",
            )
    if "currency_options" in params:
        raise ParameterRefused(
            "You may only specify one of these parameters: currency_options, percent_off.",
            param="currency_options",
        )


def _check_options(options: Row) -> None:
    for currency, option in options.items():
        name = f"currency_options[{currency}]"
        money.checked_currency(currency, param=name)
        money.positive(option["amount_off"], param=f"{name}[amount_off]")


def _check_duration(params: Row) -> None:
    repeats = params.get("duration") == "repeating"
    if repeats and "duration_in_months" not in params:
        raise ParameterRefused(
            "The duration_in_months param must be set when creating a coupon with a repeating "
            "duration",
            param="duration",
        )
    if "duration_in_months" in params:
        money.positive(params["duration_in_months"], param="duration_in_months")
        if not repeats:
            raise ParameterRefused(
                "You may only specify duration_in_months when duration is repeating.",
                param="duration_in_months",
            )


def _check_name(params: Row) -> None:
    at_most(params.get("name") or "", 40, "name")


@when_due("coupon_over")
def _over(account: Account, coupon_id: str) -> None:
    coupon = account.find(coupon_id, "coupon")
    if coupon and not coupon.get("deleted") and coupon["redeem_by"]:
        reckon(account, account.store.edit(coupon))


@route("GET", "/v1/coupons", "CouponListParams")
def list_all(call: Call) -> Row:
    """Newest first."""
    return listed(call, "coupon")


@route("GET", "/v1/coupons/<coupon>", "CouponRetrieveParams")
def retrieve(call: Call, coupon: str) -> Row:
    """One coupon."""
    return call.account.living("coupon", coupon)


@route("POST", "/v1/coupons/<coupon>", "CouponUpdateParams")
def update(call: Call, coupon: str) -> Row:
    """Its name, more currencies, metadata; never what it takes off."""
    account, params = call.account, call.params
    row = account.store.edit(account.living("coupon", coupon))
    _check_name(params)
    apply(row, params, ("name",))
    if options := params.get("currency_options"):
        if row["amount_off"] is None:
            raise InvalidRequest(
                "You may only specify currency_options for a coupon with amount_off.",
                param="currency_options",
            )
        _check_options(options)
        row["_currency_options"] = (row["_currency_options"] or {}) | options
    account.emit_update("coupon.updated", row)
    return row


@route("DELETE", "/v1/coupons/<coupon>", "CouponDeleteParams")
def delete(call: Call, coupon: str) -> Row:
    """Nobody can redeem it any more; discounts that were made of it stay."""
    account = call.account
    row = account.store.edit(account.living("coupon", coupon))
    row["deleted"] = True
    reckon(account, row)
    account.emit("coupon.deleted", row)
    row.clear()
    row.update(id=coupon, object="coupon", deleted=True)
    return row


@includes("coupon", "applies_to")
def _applies_to(account: Account, coupon: Row) -> Row | None:
    return (account.find(coupon["id"], "coupon") or {}).get("_applies_to")


@includes("coupon", "currency_options")
def _currency_options(account: Account, coupon: Row) -> Row | None:
    known = account.get("coupon", coupon["id"])
    if known["amount_off"] is None:
        return None
    own = {known["currency"]: {"amount_off": known["amount_off"]}}
    return own | (known["_currency_options"] or {})
