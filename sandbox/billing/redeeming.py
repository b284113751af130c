"""Whether a coupon or a promotion code may be redeemed, and the count of those that were."""

from dataclasses import dataclass

from sandbox import money
from sandbox.account import Account
from sandbox.billing.calendar import boundary
from sandbox.errors import InvalidRequest, no_such
from sandbox.shapes import Row
from sandbox.values import missing, within

TERMS = ("amount_off", "currency", "duration", "percent_off")
NOT_FIRST = (
    "This promotion code cannot be redeemed because the associated customer has prior transactions."
)


@dataclass(frozen=True)
class Wanted:
    """One coupon or code somebody wants to redeem: as parameters name it, for whom, off what."""

    wish: Row
    param: str
    customer: str | None = None
    currency: str | None = None
    subtotal: int | None = None


def wished(account: Account, wanted: Wanted) -> tuple[Row, Row | None]:
    """The coupon and, if that was given, the promotion code; or Stripe's refusal."""
    if code_id := wanted.wish.get("promotion_code"):
        param = within(wanted.param, "promotion_code")
        code = account.get("promotion_code", code_id, param=param)
        check_code(account, code, wanted, param=param)
        coupon_id = code["promotion"]["coupon"]
    elif coupon_id := wanted.wish.get("coupon"):
        code, param = None, within(wanted.param, "coupon")
    else:
        raise missing(within(wanted.param, "coupon"))
    coupon = account.living("coupon", coupon_id, param=param)
    check_coupon(account, coupon, wanted.currency, param=param)
    return coupon, code


def check_coupon(account: Account, coupon: Row, currency: str | None, *, param: str) -> None:
    """Refuse a coupon that is used up, too old, or of another currency."""
    if coupon["redeem_by"] is not None and account.now > coupon["redeem_by"]:
        raise InvalidRequest(f"Coupon expired: {coupon['id']}", code="coupon_expired", param=param)
    if not is_valid(coupon, account.now):
        raise InvalidRequest(
            f"Coupon {coupon['id']} is used up and cannot be applied.",
            code="coupon_expired",
            param=param,
        )
    known = {coupon["currency"], *(coupon.get("_currency_options") or {})}
    if currency and coupon["amount_off"] is not None and currency not in known:
        raise InvalidRequest(
            f"The coupon {coupon['id']} is in {coupon['currency']} and cannot be applied to an "
            f"amount in {currency}.",
            param=param,
        )


def is_valid(coupon: Row, at: int) -> bool:
    """Whether anybody can still redeem it."""
    most, last = coupon["max_redemptions"], coupon["redeem_by"]
    return (most is None or coupon["times_redeemed"] < most) and (last is None or at <= last)


def check_code(account: Account, code: Row, wanted: Wanted, *, param: str) -> None:
    """Refuse a code that is off, over, used up, somebody else's, or not for such a purchase."""
    if code["expires_at"] and account.now > code["expires_at"]:
        raise InvalidRequest("This promotion code has expired.", param=param)
    most = code["max_redemptions"]
    if most is not None and code["times_redeemed"] >= most:
        raise InvalidRequest(
            "This promotion code cannot be redeemed because it has been used the maximum number "
            "of times.",
            param=param,
        )
    if not code["active"]:
        raise InvalidRequest("This promotion code is inactive.", param=param)
    if code["customer"] and code["customer"] != wanted.customer:
        raise no_such("promotion_code", code["id"], param=param)
    _check_restrictions(account, code["restrictions"], wanted, param)


def code_named(account: Account, text: str, customer: str | None = None) -> Row | None:
    """The active code that a customer means by typing this, in any case; his own comes first."""
    found = account.where("promotion_code", "_code", text.strip().lower())
    active = [row for row in found if row["active"] and row["customer"] in (None, customer)]
    return max(active, key=lambda row: row["customer"] is not None, default=None)


def _check_restrictions(account: Account, rules: Row, wanted: Wanted, param: str) -> None:
    if rules["first_time_transaction"] and has_bought(account, wanted.customer):
        raise InvalidRequest(NOT_FIRST, param=param)
    currency, subtotal = wanted.currency, wanted.subtotal
    least = minimum(rules, currency) if currency else None
    if currency and subtotal is not None and least is not None and subtotal < least:
        raise InvalidRequest(
            "This promotion code cannot be redeemed because the minimum amount of "
            f"{money.words(least, currency)} was not reached.",
            param=param,
        )


def check_any_amount(code: Row, where: str, *, param: str) -> None:
    """Refuse a code with a minimum where there is no amount to compare."""
    rules = code["restrictions"]
    if rules["minimum_amount"] is not None or rules.get("currency_options"):
        raise InvalidRequest(
            f"This promotion code cannot be redeemed on {where} because it uses the "
            "`minimum_amount` restriction.",
            param=param,
        )


def minimum(rules: Row, currency: str) -> int | None:
    """The smallest order of a currency for which a code counts."""
    if rules["minimum_amount_currency"] == currency:
        least: int | None = rules["minimum_amount"]
        return least
    option = rules.get("currency_options", {}).get(currency)
    return int(option["minimum_amount"]) if option else None


def has_bought(account: Account, customer: str | None) -> bool:
    """Whether the customer has paid before, or has an invoice that is neither draft nor void."""
    if customer is None:
        return False
    paid = account.where("payment_intent", "customer", customer)
    billed = account.where("invoice", "customer", customer)
    return any(row["status"] == "succeeded" for row in paid) or any(
        row["status"] in ("open", "paid", "uncollectible") for row in billed
    )


def redeemed(account: Account, coupon: Row, code: Row | None) -> None:
    """One redemption more; the last one ends it."""
    if not coupon.get("deleted"):
        coupon = account.store.edit(coupon)
        coupon["times_redeemed"] += 1
        reckon(account, coupon)
    if code is not None:
        code = account.store.edit(code)
        code["times_redeemed"] += 1
        most = code["max_redemptions"]
        code["active"] = code["active"] and (most is None or code["times_redeemed"] < most)


def reckon(account: Account, coupon: Row) -> None:
    """Whether a coupon is still valid; if not, its codes are off for good."""
    coupon["valid"] = not coupon.get("deleted") and is_valid(coupon, account.now)
    if not coupon["valid"]:
        for code in account.where("promotion_code", "_coupon", coupon["id"]):
            account.store.edit(code)["active"] = False


def terms_of(coupon: Row) -> Row:
    """What a discount keeps of its coupon, which may be deleted under it."""
    hidden = {name: coupon.get(f"_{name}") for name in ("applies_to", "currency_options")}
    return {name: coupon[name] for name in TERMS} | hidden


def end_of(coupon: Row, start: int) -> int | None:
    """When a discount for so many months ends."""
    if coupon["duration"] != "repeating":
        return None
    monthly = {"interval": "month", "interval_count": 1}
    return boundary(start, monthly, coupon["duration_in_months"])
