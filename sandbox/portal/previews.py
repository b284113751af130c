"""What a change of plan comes to, before it is made: found by making it and undoing that."""

from dataclasses import dataclass, field

from sandbox.account import Account
from sandbox.billing import items, renewing, subscribing
from sandbox.billing.amounts import line_amount
from sandbox.billing.invoice_lines import lines_of
from sandbox.portal import later, plans
from sandbox.shapes import Row
from sandbox.store import copied


@dataclass(frozen=True)
class Preview:
    """Lines, what is paid now, and what with the next invoice; amounts in minor units."""

    currency: str
    due_now: int
    lines: list[Row] = field(default_factory=list)
    next_amount: int | None = None
    next_at: int | None = None
    at_period_end: bool = False


def of_change(account: Account, configuration: Row, subscription: Row, wish: plans.Wish) -> Preview:
    """What `plans.changed` would do. Undoes all of the running transaction."""
    plans.check_allowed(account, configuration, subscription, wish)
    before = subscription["latest_invoice"]
    if later.is_meant(account, configuration, subscription, wish.price, wish.quantity):
        return _put_off(account, subscription, wish)
    params = plans.params_of(account, configuration, subscription, wish)
    params["payment_behavior"] = "allow_incomplete"
    after = subscribing.changed(account, subscription, params)
    return _seen(account, after, before)


def _put_off(account: Account, subscription: Row, wish: plans.Wish) -> Preview:
    price = items.in_currency(account.get("price", wish.price), subscription["currency"])
    return Preview(
        subscription["currency"],
        due_now=0,
        next_amount=line_amount(price, wish.quantity),
        next_at=plans.period_end(account, subscription),
        at_period_end=True,
    )


def _seen(account: Account, subscription: Row, before: str | None) -> Preview:
    invoice = account.find(subscription["latest_invoice"], "invoice")
    billed = invoice is not None and invoice["id"] != before
    lines = copied({"": lines_of(account, invoice["id"])})[""] if invoice and billed else []
    due_now = int(invoice["amount_due"]) if invoice and billed else 0
    currency, moment = subscription["currency"], subscription["_next_at"]
    upcoming = renewing.foreseen(account, subscription, moment) or {}
    return Preview(
        currency,
        due_now=due_now,
        lines=lines or _prorations(upcoming),
        next_amount=upcoming.get("amount_due"),
        next_at=moment,
    )


def _prorations(upcoming: Row) -> list[Row]:
    lines = (upcoming.get("lines") or {}).get("data") or []
    return [line for line in lines if _is_proration(line)]


def _is_proration(line: Row) -> bool:
    parent = line["parent"] or {}
    details = parent.get(parent.get("type") or "") or {}
    return bool(details.get("proration"))


def next_bill(account: Account, subscription: Row) -> int | None:
    """What the next renewal will cost; None when there will be none. Undoes all of the running
    transaction."""
    moment = subscription["_next_at"]
    if moment is None or subscription["cancel_at"]:
        return None
    upcoming = renewing.foreseen(account, subscription, moment)
    return upcoming["amount_due"] if upcoming else None
