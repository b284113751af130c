"""A subscription's invoices: drafted as it says, and remembered by the items they bill."""

from collections.abc import Sequence

from sandbox.account import Account
from sandbox.billing import invoice_pending, invoicing, items, lasting
from sandbox.billing.lines import Line
from sandbox.shapes import Row

Period = tuple[int, int]


def drafted(
    account: Account,
    subscription: Row,
    lines: Sequence[Line],
    reason: str,
    *,
    auto_advance: bool = True,
    period: Period | None = None,
    invoice_id: str | None = None,
) -> Row:
    """A draft over these lines and all that was pending; the subscription's latest invoice."""
    settings = subscription["invoice_settings"]
    invoice = invoicing.draft(
        account,
        subscription["customer"],
        id=invoice_id,
        currency=subscription["currency"],
        reason=reason,
        lines=lines,
        subscription=subscription,
        auto_advance=auto_advance,
        collection_method=subscription["collection_method"],
        days_until_due=subscription["days_until_due"],
        discounts=lasting.of(account, subscription),
        default_tax_rates=[rate["id"] for rate in subscription["default_tax_rates"] or []],
        period=period,
        payment_settings=_payment_settings(subscription),
        account_tax_ids=settings["account_tax_ids"],
        custom_fields=settings["custom_fields"],
        description=settings["description"],
        footer=settings["footer"],
    )
    subscription["latest_invoice"] = invoice["id"]
    _remember(account, subscription, invoice)
    return invoice


def _payment_settings(subscription: Row) -> Row:
    known = subscription["payment_settings"] or {}
    return {name: known.get(name) for name in ("payment_method_options", "payment_method_types")}


def _remember(account: Account, subscription: Row, invoice: Row) -> None:
    """What each item was debited for which time: that is what a credit gives back."""
    for row in invoicing.lines_of(account, invoice["id"]):
        line = row["_line"]
        item = account.find(line["subscription_item"], "subscription_item")
        if item is None or item["subscription"] != subscription["id"] or row["amount"] < 0:
            continue
        debited = _debited(subscription, item, row) | {"invoice": invoice["id"], "line": row["id"]}
        _note(account.store.edit(item), debited)


def _debited(subscription: Row, item: Row, row: Row) -> Row:
    taken = sum(one["amount"] for one in row["discount_amounts"])
    return {
        "amount": row["amount"] - taken,
        "gross": row["amount"],
        "start": row["period"]["start"],
        "end": row["period"]["end"],
        "tax_rates": items.rates(subscription, item),
        "discounts": [one["discount"] for one in row["discount_amounts"]],
        "item": row["_line"]["invoice_item"],
    }


def _note(item: Row, debited: Row) -> None:
    """One debit more; those of times gone by, and the same one while it was pending, are dropped."""
    ended = item["current_period_start"]
    kept = [
        one
        for one in item["_billed"]
        if one["end"] > ended and (one["item"] is None or one["item"] != debited["item"])
    ]
    item["_billed"] = [*kept, debited]


def pend(account: Account, subscription: Row, line: Line, item: Row | None = None) -> Row:
    """Put a line off until the next invoice; with an item it is a debit that may be credited."""
    row = invoice_pending.pend(account, subscription["customer"], line)
    if item is not None:
        start, end = line.period or (0, 0)
        debited = {"amount": line.amount, "gross": line.amount, "start": start, "end": end,
                   "tax_rates": items.rates(subscription, item), "discounts": [],
                   "item": row["id"], "invoice": None, "line": None}  # fmt: skip
        _note(item, debited)
    return row


def has_pending(account: Account, subscription: Row) -> bool:
    """Whether something waits for the subscription's next invoice."""
    rows = invoice_pending.pending(account, subscription["customer"], subscription["currency"])
    return any(row["_line"]["subscription"] in (None, subscription["id"]) for row in rows)
