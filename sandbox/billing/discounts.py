"""Discounts: coupons and codes redeemed by somebody, for a time."""

from collections.abc import Iterable, Sequence

from sandbox.account import Account, public
from sandbox.agenda import when_due
from sandbox.billing.redeeming import (
    Wanted,
    check_any_amount,
    end_of,
    redeemed,
    terms_of,
    wished,
)
from sandbox.errors import InvalidRequest, no_such
from sandbox.shapes import Row

MOST = 20


def given(
    account: Account,
    wanted: Sequence[Row],
    *,
    customer: str | None,
    subscription: str | None = None,
    subscription_item: str | None = None,
    invoice: str | None = None,
    invoice_item: str | None = None,
    session: str | None = None,
    at: int | None = None,
    currency: str | None = None,
    subtotal: int | None = None,
    param: str = "discounts",
) -> list[str]:
    """The ids of discounts for `[{coupon} | {promotion_code} | {discount}]` as parameters have
    them. A coupon or code is checked and redeemed, where `currency` and `subtotal` are known with
    its minimum; a session's counts as redeemed only when `completed` says so, when it completes."""
    if len(wanted or ()) > MOST:
        raise InvalidRequest(f"You can specify at most {MOST} discounts.", param=param)
    owner = {"subscription": subscription, "subscription_item": subscription_item,
             "invoice": invoice, "invoice_item": invoice_item, "checkout_session": session,
             "customer": customer}  # fmt: skip
    found: list[Row] = []
    for place, wish in enumerate(wanted or ()):
        whole = Wanted(wish, f"{param}[{place}]" if param else "", customer, currency, subtotal)
        if wish.get("discount"):
            found.append(_known(account, whole))
        else:
            found.append(_made(account, whole, owner, at or account.now))
    _check_different(found, param)
    return [row["id"] for row in found]


def _known(account: Account, wanted: Wanted) -> Row:
    name = f"{wanted.param}[discount]"
    discount = account.living("discount", wanted.wish["discount"], param=name)
    if discount["customer"] not in (None, wanted.customer):
        raise no_such("discount", discount["id"], param=name)
    return discount


def _made(account: Account, wanted: Wanted, owner: Row, start: int) -> Row:
    coupon, code = wished(account, wanted)
    if code and owner["subscription_item"]:
        check_any_amount(code, "a subscription item", param=f"{wanted.param}[promotion_code]")
    discount = account.add(
        "discount",
        **owner,
        start=start,
        end=end_of(coupon, start),
        promotion_code=code["id"] if code else None,
        source={"coupon": coupon["id"], "type": "coupon"},
        _terms=terms_of(coupon),
    )
    if not owner["checkout_session"]:
        redeemed(account, coupon, code)
    if owner["subscription"]:
        account.emit("customer.discount.created", discount)
    if discount["end"]:
        account.agenda.at(discount["end"], "discount_ended", discount["id"])
    return discount


def _check_different(found: list[Row], param: str) -> None:
    coupons = [row["source"]["coupon"] for row in found]
    if len(set(coupons)) < len(coupons):
        raise InvalidRequest(
            "You cannot apply the same coupon more than once, be it as a coupon, a promotion code "
            "or a discount.",
            param=param,
        )


def adopt(account: Account, ids: Iterable[str], item: Row) -> None:
    """Those that were made for an invoice item, before it was there, belong to it."""
    for row in rows(account, ids):
        if row["subscription"] is None and row["invoice_item"] is None:
            row = account.store.edit(row)
            row.update(invoice=item["invoice"], invoice_item=item["id"])


def completed(account: Account, ids: Iterable[str]) -> None:
    """A session is complete: now its coupons and codes are redeemed."""
    for discount in rows(account, ids):
        code = account.find(discount["promotion_code"], "promotion_code")
        redeemed(account, account.get("coupon", discount["source"]["coupon"]), code)


def alive(account: Account, ids: Iterable[str], at: int) -> list[str]:
    """Those that still count at a moment: not removed, used up or at their end."""
    return [
        row["id"]
        for row in rows(account, ids)
        if not row.get("deleted") and (row["end"] is None or at < row["end"])
    ]


def used(account: Account, ids: Iterable[str], invoice: Row) -> None:
    """A finalized invoice has them: what counts once is over, on the customer or subscription."""
    own = on_customer(account, invoice["customer"])
    for row in rows(account, ids):
        once = row["_terms"]["duration"] == "once"
        held = row["subscription"] is not None or row["id"] in own
        if once and held and not row.get("deleted"):
            removed(account, row["id"])


def on_customer(account: Account, customer_id: str) -> list[str]:
    """The customer's own discount, if there is one."""
    customer = account.find(customer_id, "customer")
    own = customer.get("discount") if customer else None
    return [own["id"]] if own else []


def put_on_customer(account: Account, customer: Row, wish: Row) -> None:
    """The customer's only discount, in the place of any before."""
    if code := account.find(wish.get("promotion_code"), "promotion_code"):
        check_any_amount(code, "a customer", param="promotion_code")
    found = account.get("discount", given(account, [wish], customer=customer["id"], param="")[0])
    before = customer["discount"]
    if before:
        account.edit("discount", before["id"])["deleted"] = True
        account.emit("customer.discount.updated", found, previous=_changed(before, found))
    else:
        account.emit("customer.discount.created", found)
    customer["discount"] = public(found)


def _changed(before: Row, after: Row) -> Row:
    return {name: value for name, value in before.items() if after[name] != value}


def removed(account: Account, discount_id: str) -> Row:
    """The discount is over; whoever had it has it no more."""
    discount = account.edit("discount", discount_id)
    discount["deleted"] = True
    if discount_id in on_customer(account, discount["customer"] or ""):
        account.edit("customer", discount["customer"])["discount"] = None
    for kind in ("subscription", "subscription_item"):
        owner = account.find(discount[kind], kind)
        if owner and discount_id in owner["discounts"]:
            owner = account.store.edit(owner)
            owner["discounts"] = [one for one in owner["discounts"] if one != discount_id]
    account.emit("customer.discount.deleted", discount)
    return discount


@when_due("discount_ended")
def _ended(account: Account, discount_id: str) -> None:
    discount = account.find(discount_id, "discount")
    if discount and not discount.get("deleted"):
        removed(account, discount_id)


def rows(account: Account, ids: Iterable[str]) -> list[Row]:
    """The discounts with these ids."""
    return [account.get("discount", one, param="discounts") for one in ids]
