"""An invoice's line rows: written from what is billed, and read back to be billed again."""

from dataclasses import fields
from typing import Any

from sandbox.account import Account
from sandbox.billing.lines import Line
from sandbox.shapes import Row

SETTLED = ("discount_amounts", "taxes", "price")  # found anew whenever an invoice is added up
KEPT = tuple(field.name for field in fields(Line) if field.name not in SETTLED)


def kept(line: Line) -> Row:
    """What a row must remember to be billed again, as plain JSON."""
    known = {name: getattr(line, name) for name in KEPT}
    return {
        **known,
        "discounts": list(line.discounts),
        "period": list(line.period) if line.period else None,
        "price": line.price["id"] if line.price else None,
        "tax_rates": None if line.tax_rates is None else list(line.tax_rates),
    }


def line_of(account: Account, row: Row) -> Line:
    """The line behind an invoice line or an invoice item."""
    known: dict[str, Any] = dict(row["_line"])
    known["price"] = account.find(known["price"], "price")
    known["discounts"] = tuple(known["discounts"])
    known["period"] = tuple(known["period"]) if known["period"] else None
    known["tax_rates"] = None if known["tax_rates"] is None else tuple(known["tax_rates"])
    known["metadata"] = dict(known["metadata"])
    return Line(**known)


def lines_of(account: Account, invoice_id: str) -> list[Row]:
    """The rows as an invoice shows them: items, the newest first, then what a subscription bills."""
    return sorted(account.where("line_item", "invoice", invoice_id), key=_rank)


def _rank(row: Row) -> tuple[bool, int]:
    return (False, -row["_at"]) if row["_line"]["invoice_item"] else (True, 0)


def written(account: Account, invoice: Row, line: Line, *, at: int | None = None) -> Row:
    """A new line of an invoice; `at` is when its item was made."""
    row = account.add("line_item", invoice=invoice["id"], _at=account.now if at is None else at)
    return rewritten(row, line)


def rewritten(row: Row, line: Line) -> Row:
    """The same row for another line, or for one that was settled anew."""
    start, end = line.period or (row["_at"], row["_at"])
    row.update(
        amount=line.amount,
        currency=line.currency,
        description=line.description,
        discount_amounts=[{"amount": amount, "discount": d} for d, amount in line.discount_amounts],
        discountable=line.discountable,
        discounts=list(line.discounts),
        metadata=dict(line.metadata),
        parent=_parent(line),
        period={"end": end, "start": start},
        pretax_credit_amounts=[pretax(amount, d) for d, amount in line.discount_amounts],
        pricing=pricing(line),
        quantity=line.quantity,
        quantity_decimal=None if line.quantity is None else str(line.quantity),
        subscription=line.subscription,
        subtotal=line.amount,
        taxes=[tax(one) for one in line.taxes],
        _line=kept(line),
    )
    return row


def pretax(amount: int, discount: str) -> Row:
    """A discount among the credits before taxes."""
    return {"amount": amount, "credit_balance_transaction": None, "discount": discount,
            "type": "discount"}  # fmt: skip


def tax(found: Any) -> Row:
    """One tax of a line or of a whole invoice."""
    return {
        "amount": found.amount,
        "tax_behavior": "inclusive" if found.inclusive else "exclusive",
        "tax_rate_details": {"tax_rate": found.rate_id},
        "taxability_reason": found.taxability_reason,
        "taxable_amount": found.taxable_amount,
        "type": "tax_rate_details",
    }


def pricing(line: Line) -> Row | None:
    """By which price a line is billed."""
    price = line.price
    if price is None:
        return None
    return {
        "price_details": {"price": price["id"], "product": price["product"]},
        "type": "price_details",
        "unit_amount_decimal": price["unit_amount_decimal"],
    }


def _parent(line: Line) -> Row | None:
    details: Row = {
        "invoice_item": line.invoice_item,
        "proration": line.proration,
        "proration_details": line.proration_details or {"credited_items": None},
        "subscription": line.subscription,
    }
    if line.subscription_item:
        kind, details["subscription_item"] = "subscription_item_details", line.subscription_item
    elif line.invoice_item:
        kind = "invoice_item_details"
    else:
        return None
    empty = {"invoice_item_details": None, "subscription_item_details": None}
    return {**empty, kind: details, "type": kind}
