"""Adding an invoice up: what its lines, discounts, taxes and the customer's balance come to."""

from sandbox.account import Account
from sandbox.billing import credit, totals
from sandbox.billing.invoice_lines import (
    line_of,
    lines_of,
    pretax,
    rewritten,
    tax,
)
from sandbox.billing.lines import Line
from sandbox.lists import page_of
from sandbox.shapes import Row


def added_up(account: Account, invoice: Row) -> Row:
    """Write lines, totals and what is due into an invoice that is still a draft."""
    rows = [account.store.edit(row) for row in lines_of(account, invoice["id"])]
    lines = [line_of(account, row) for row in rows]
    shipping = _shipping_line(account, invoice)
    found = totals.settled(
        account,
        lines,
        discounts=invoice["discounts"],
        default_tax_rates=[rate["id"] for rate in invoice["default_tax_rates"]],
        shipping=shipping,
        tax_exempt=invoice["customer_tax_exempt"] or "none",
    )
    for row, line in zip(rows, lines, strict=True):
        rewritten(row, line)
    _sum(invoice, found)
    if shipping is not None:
        _ship(account, invoice, shipping)
    show_lines(account, invoice)
    _due(account, invoice)
    return invoice


def show_lines(account: Account, invoice: Row) -> None:
    """The first page of its lines, inside the invoice."""
    url = f"/v1/invoices/{invoice['id']}/lines"
    invoice["lines"] = page_of(lines_of(account, invoice["id"]), url)


def _shipping_line(account: Account, invoice: Row) -> Line | None:
    cost = invoice["shipping_cost"]
    rate = account.find(cost["shipping_rate"], "shipping_rate") if cost else None
    if rate is None:
        return None
    amount = rate["fixed_amount"]["amount"]
    return Line(amount=amount, currency=invoice["currency"], discountable=False, tax_rates=())


def _ship(account: Account, invoice: Row, line: Line) -> None:
    extra = sum(one.amount for one in line.taxes if not one.inclusive)
    invoice["shipping_cost"] = {
        "amount_subtotal": line.amount,
        "amount_tax": sum(one.amount for one in line.taxes),
        "amount_total": line.amount + extra,
        "shipping_rate": invoice["shipping_cost"]["shipping_rate"],
        "taxes": [],
    }


def _sum(invoice: Row, found: totals.Totals) -> None:
    invoice.update(
        amount_shipping=found.shipping,
        subtotal=found.subtotal,
        subtotal_excluding_tax=found.subtotal_excluding_tax,
        total=found.total,
        total_discount_amounts=[
            {"amount": amount, "discount": discount} for discount, amount in found.discounts
        ],
        total_excluding_tax=found.total_excluding_tax,
        total_pretax_credit_amounts=[
            pretax(amount, discount) for discount, amount in found.discounts
        ],
        total_taxes=[tax(one) for one in found.taxes],
    )


def uses_balance(invoice: Row) -> bool:
    """All but those that follow a payment in Checkout, whose whole total was paid already."""
    return not invoice.get("_paid_in_checkout")


def _due(account: Account, invoice: Row) -> None:
    customer, currency = account.get("customer", invoice["customer"]), invoice["currency"]
    invoice["starting_balance"] = credit.balance_of(customer, currency)
    counted = invoice["starting_balance"] if uses_balance(invoice) else 0
    due, _ = credit.due_after(invoice["total"], counted, currency)
    invoice.update(amount_due=due, amount_remaining=due)
