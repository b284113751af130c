"""Coupons and promotion codes of a session: the seller's, or one that the customer typed in."""

from sandbox.account import Account
from sandbox.billing import discounts, redeeming
from sandbox.checkout.terms import at_most
from sandbox.errors import InvalidRequest
from sandbox.shapes import Row


def put(account: Account, session: Row, wanted: list[Row], *, param: str = "discounts") -> None:
    """These coupons and codes, and no others; the session is added up already."""
    at_most(wanted, 1, param)
    session["_discounts"] = discounts.given(
        account,
        wanted,
        customer=session["customer"],
        session=session["id"],
        currency=session["currency"],
        subtotal=session["amount_subtotal"],
        param=param,
    )
    session["discounts"] = [
        {"coupon": wish.get("coupon"), "promotion_code": wish.get("promotion_code")}
        for wish in wanted
    ]


def type_in(account: Account, session: Row, text: str) -> None:
    """A code by its name, in the place of the one before; nothing typed takes that off."""
    if not session["allow_promotion_codes"]:
        raise InvalidRequest(
            "Promotion codes are not enabled for this Checkout Session.", param="promotion_code"
        )
    if not text:
        return put(account, session, [])
    code = redeeming.code_named(account, text, session["customer"])
    if code is None:
        raise InvalidRequest(
            "This code is invalid.", code="promotion_code_invalid", param="promotion_code"
        )
    return put(account, session, [{"promotion_code": code["id"]}], param="promotion_code")


def of(account: Account, session: Row) -> list[Row]:
    """What to show of each: the code as it is typed, what it takes off, and how much that is."""
    amounts = dict((session.get("_breakdown") or {}).get("discounts") or [])
    return [_shown(account, one, amounts.get(one, 0)) for one in session["_discounts"]]


def _shown(account: Account, discount_id: str, amount: int) -> Row:
    discount = account.get("discount", discount_id)
    coupon = account.get("coupon", discount["source"]["coupon"])
    code = account.find(discount["promotion_code"], "promotion_code")
    return {
        "amount": amount,
        "code": code["code"] if code else None,
        "name": coupon.get("name") or (code["code"] if code else coupon["id"]),
        "percent_off": coupon.get("percent_off"),
    }
