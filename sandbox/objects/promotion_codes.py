"""Promotion codes: what a customer types in to redeem a coupon."""

import re
import string

from sandbox import money
from sandbox.account import Account
from sandbox.agenda import when_due
from sandbox.billing.redeeming import code_named
from sandbox.changes import apply
from sandbox.errors import InvalidRequest, ParameterRefused
from sandbox.lists import listed
from sandbox.routes import Call, route
from sandbox.shapes import Row
from sandbox.values import in_future, missing

FIVE_YEARS = 5 * 365 * 24 * 60 * 60
CODE = re.compile(r"[a-zA-Z0-9\-_]+\Z")
# Before `promotion` there was the coupon alone; named here, the new one may be missing.
LEGACY = {"coupon": str, "promotion": dict[str, str]}


@route("POST", "/v1/promotion_codes", "PromotionCodeCreateParams", legacy=LEGACY)
def create(call: Call) -> Row:
    """A new code for a coupon, made up if none is given."""
    account, params = call.account, call.params
    coupon = _coupon(account, params)
    customer = params.get("customer")
    if customer:
        account.living("customer", customer, param="customer")
    code = params.get("code") or _made_up(account)
    _check_code(account, code, customer)
    row = account.add(
        "promotion_code",
        active=params.get("active", True),
        code=code,
        customer=customer,
        expires_at=_expires_at(account, params, coupon),
        max_redemptions=_max_redemptions(params, coupon),
        metadata={},
        promotion={"coupon": coupon["id"], "type": "coupon"},
        restrictions=_restrictions(params.get("restrictions") or {}),
        times_redeemed=0,
        _code=code.lower(),
        _coupon=coupon["id"],
    )
    apply(row, params, ())
    if last := row["expires_at"]:
        account.agenda.at(last + 1, "promotion_code_over", row["id"])
    account.emit("promotion_code.created", row)
    return row


def _coupon(account: Account, params: Row) -> Row:
    if name := params.get("coupon"):
        return account.living("coupon", name, param="coupon")
    if "promotion" not in params:
        raise missing("promotion")
    name = params["promotion"].get("coupon")
    if not name:
        raise ParameterRefused(
            "You must pass promotion.coupon when passing promotion", param="promotion.coupon"
        )
    return account.living("coupon", name, param="promotion[coupon]")


def _made_up(account: Account) -> str:
    letters = string.ascii_uppercase + string.digits
    return "".join(letters[ord(letter) % len(letters)] for letter in account.ids.text(8))


def _check_code(account: Account, code: str, customer: str | None) -> None:
    if not CODE.match(code):
        raise ParameterRefused(
            "This value must match the regex pattern. (/\\A[a-zA-Z0-9\\-_]+\\z/ does not match for "
            f"the value {code[:100]}).",
            param="code",
        )
    for other in account.where("promotion_code", "_code", code.lower()):
        apart = other["customer"] and customer and other["customer"] != customer
        if other["active"] and not apart:
            raise InvalidRequest(f"An active promotion code with `code: {code}` already exists.")


def _expires_at(account: Account, params: Row, coupon: Row) -> int | None:
    if "expires_at" not in params:
        last: int | None = coupon["redeem_by"]
        return last
    moment: int = in_future(params["expires_at"], account.now, "expires_at")
    if moment > account.now + FIVE_YEARS:
        raise ParameterRefused(
            "Invalid timestamp: can be no more than five years in the future.", param="expires_at"
        )
    if coupon["redeem_by"] and moment > coupon["redeem_by"]:
        raise InvalidRequest(
            "The promotion code's expires_at cannot be later than the coupon's redeem_by.",
            param="expires_at",
        )
    return moment


def _max_redemptions(params: Row, coupon: Row) -> int | None:
    most: int | None = params.get("max_redemptions")
    if most is None:
        return None
    money.positive(most, param="max_redemptions")
    if coupon["max_redemptions"] and most > coupon["max_redemptions"]:
        raise InvalidRequest(
            "The promotion code's max_redemptions cannot be greater than the coupon's "
            "max_redemptions.",
            param="max_redemptions",
        )
    return most


def _restrictions(given: Row) -> Row:
    least, currency = given.get("minimum_amount"), given.get("minimum_amount_currency")
    if (least is None) != (currency is None):
        lacking = "minimum_amount" if least is None else "minimum_amount_currency"
        raise missing(f"restrictions[{lacking}]")
    if least is not None:
        money.positive(least, param="restrictions[minimum_amount]")
        money.checked_currency(str(currency), param="restrictions[minimum_amount_currency]")
    options = _options(given)
    # Left out, not null, when there are none: the libraries stumble over a null here.
    return ({"currency_options": options} if options else {}) | {
        "first_time_transaction": given.get("first_time_transaction", False),
        "minimum_amount": least,
        "minimum_amount_currency": currency,
    }


def _options(given: Row) -> Row | None:
    for currency, option in (given.get("currency_options") or {}).items():
        name = f"restrictions[currency_options][{currency}]"
        money.checked_currency(currency, param=name)
        if "minimum_amount" not in option:
            raise missing(f"{name}[minimum_amount]")
        money.positive(option["minimum_amount"], param=f"{name}[minimum_amount]")
    return given.get("currency_options") or None


@when_due("promotion_code_over")
def _over(account: Account, code_id: str) -> None:
    code = account.find(code_id, "promotion_code")
    if code is not None:
        account.store.edit(code)["active"] = False


@route("GET", "/v1/promotion_codes", "PromotionCodeListParams")
def list_all(call: Call) -> Row:
    """Newest first; a code is found whatever its case."""
    params = call.params
    if "coupon" in params:
        params["_coupon"] = params.pop("coupon")
    if "code" in params:
        params["_code"] = params.pop("code").lower()
    return listed(call, "promotion_code")


@route("GET", "/v1/promotion_codes/<code>", "PromotionCodeRetrieveParams")
def retrieve(call: Call, code: str) -> Row:
    """One code."""
    return call.account.get("promotion_code", code)


@route("POST", "/v1/promotion_codes/<code>", "PromotionCodeUpdateParams")
def update(call: Call, code: str) -> Row:
    """Whether it is active, more currencies for its minimum, metadata."""
    account, params = call.account, call.params
    row = account.edit("promotion_code", code)
    if params.get("active") and not row["active"]:
        _check_may_be_active(account, row)
    apply(row, params, ("active",))
    if options := _options(params.get("restrictions") or {}):
        row["restrictions"]["currency_options"] = {
            **row["restrictions"].get("currency_options", {}),
            **options,
        }
    account.emit_update("promotion_code.updated", row)
    return row


def _check_may_be_active(account: Account, row: Row) -> None:
    coupon = account.get("coupon", row["promotion"]["coupon"])
    over = row["expires_at"] is not None and row["expires_at"] < account.now
    used_up = row["max_redemptions"] is not None and row["times_redeemed"] >= row["max_redemptions"]
    if over or used_up or coupon.get("deleted") or not coupon["valid"]:
        raise InvalidRequest(
            "This promotion code cannot be reactivated because it has expired, was used the "
            "maximum number of times, or its coupon is no longer valid.",
            param="active",
        )
    if code_named(account, row["code"], row["customer"]):
        raise InvalidRequest(f"An active promotion code with `code: {row['code']}` already exists.")
