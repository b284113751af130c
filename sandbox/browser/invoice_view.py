"""What an invoice's page and its papers show: parties, lines, sums, dates, as words."""

from typing import Any

from sandbox.account import Account
from sandbox.billing.invoice_lines import lines_of
from sandbox.browser.hosted import day
from sandbox.money import words
from sandbox.shapes import Row

Pairs = list[tuple[str, str]]
STATUS = {
    "draft": ("Draft", ""),
    "open": ("Open", "wait"),
    "paid": ("Paid", "good"),
    "uncollectible": ("Uncollectible", "bad"),
    "void": ("Void", ""),
}


def lines(account: Account, invoice: Row) -> list[Row]:
    """Description, period, quantity, unit price and amount of each line."""
    return [_line(row) for row in lines_of(account, invoice["id"])]


def _line(row: Row) -> Row:
    start, end = row["period"]["start"], row["period"]["end"]
    quantity, currency = row["quantity"], row["currency"]
    unit = row["amount"] // quantity if quantity and row["amount"] % quantity == 0 else None
    return {
        "description": row["description"] or "Item",
        "period": f"{day(start)} – {day(end)}" if end - start > 3600 else None,
        "quantity": quantity,
        "unit": words(unit, currency) if unit is not None else None,
        "amount": words(row["amount"], currency),
    }


def totals(account: Account, invoice: Row) -> Pairs:
    """From the subtotal down to what was paid, each with its amount in words."""
    currency = invoice["currency"]
    rows = [("Subtotal", invoice["subtotal"])]
    rows += [
        (_discount(account, one["discount"]), -one["amount"])
        for one in invoice["total_discount_amounts"]
    ]
    if invoice["shipping_cost"]:
        rows.append(("Shipping", invoice["shipping_cost"]["amount_subtotal"]))
    rows += [(_tax(account, one), one["amount"]) for one in invoice["total_taxes"]]
    rows.append(("Total", invoice["total"]))
    rows += _after_total(invoice)
    return [(label, words(amount, currency)) for label, amount in rows]


def _after_total(invoice: Row) -> list[tuple[str, int]]:
    credited = invoice["pre_payment_credit_notes_amount"]
    balance = invoice["amount_due"] + credited - invoice["total"]
    rows = [
        ("Applied balance", balance),
        ("Credit notes", -credited),
        ("Amount paid", -invoice["amount_paid"]),
    ]
    return [(label, amount) for label, amount in rows if amount]


def _discount(account: Account, discount_id: str) -> str:
    discount = account.find(discount_id, "discount") or {}
    coupon = account.find((discount.get("source") or {}).get("coupon"), "coupon") or {}
    return str(coupon.get("name") or "Discount")


def _tax(account: Account, one: Row) -> str:
    rate = account.find(one["tax_rate_details"]["tax_rate"], "tax_rate") or {}
    inside = ", included" if one["tax_behavior"] == "inclusive" else ""
    return f"{rate.get('display_name', 'Tax')} ({rate.get('percentage', 0):g}%{inside})"


def dates(invoice: Row) -> Pairs:
    """The number and the days that count."""
    shown: list[tuple[str, str | None]] = [("Invoice number", invoice["number"])]
    for label, moment in (
        ("Date of issue", invoice["effective_at"] or invoice["created"]),
        ("Date due", invoice["due_date"]),
        ("Date paid", invoice["status_transitions"]["paid_at"]),
    ):
        shown.append((label, day(moment) if moment else None))
    shown += [(field["name"], field["value"]) for field in invoice["custom_fields"] or []]
    return [(label, text) for label, text in shown if text]


def bill_to(invoice: Row) -> list[str]:
    """Name, address, e-mail and tax numbers, a line each."""
    tax_ids = [one["value"] for one in invoice["customer_tax_ids"] or []]
    return _lines(
        invoice["customer_name"], *_address(invoice["customer_address"]),
        invoice["customer_email"], *tax_ids,
    )  # fmt: skip


def ship_to(invoice: Row) -> list[str]:
    """Where the goods go, if anywhere."""
    to = invoice["shipping_details"] or invoice["customer_shipping"]
    return _lines(to["name"], *_address(to["address"])) if to else []


def _address(address: Row | None) -> list[Any]:
    if not address:
        return []
    town = " ".join(part for part in (address["postal_code"], address["city"]) if part)
    return [address["line1"], address["line2"], town, address["state"], address["country"]]


def _lines(*parts: Any) -> list[str]:
    return [str(part) for part in parts if part]


def headline(invoice: Row) -> str:
    """`€25.00 due 5 December 2026`, `€25.00 paid on …`."""
    currency, status = invoice["currency"], invoice["status"]
    if status == "paid":
        paid_at = invoice["status_transitions"]["paid_at"]
        return f"{words(invoice['amount_paid'], currency)} paid on {day(paid_at)}"
    due = words(invoice["amount_remaining"], currency)
    if status == "void":
        return f"{due}, void"
    return f"{due} due {day(invoice['due_date'])}" if invoice["due_date"] else f"{due} due"
