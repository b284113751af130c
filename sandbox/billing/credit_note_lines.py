"""What a credit note takes back: parts of an invoice's lines, lines of its own, shipping."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from sandbox import money
from sandbox.account import Account
from sandbox.billing import taxes
from sandbox.billing.amounts import rounded
from sandbox.billing.invoice_lines import line_of, pretax, tax
from sandbox.billing.lines import Line, TaxAmount
from sandbox.errors import InvalidRequest, no_such
from sandbox.shapes import Row
from sandbox.values import missing


def lines(account: Account, invoice: Row, params: Row) -> list[tuple[Line, Row]]:
    """(line, fields of its row) for the lines of a credit note, shipping apart."""
    if "amount" in params and "lines" not in params:
        amount = money.positive(params["amount"])
        return [_written(_custom(account, invoice, {"unit_amount": amount}), {})]
    given = enumerate(params.get("lines") or [])
    return [_line(account, invoice, one, f"lines[{place}]") for place, one in given]


def _line(account: Account, invoice: Row, given: Row, path: str) -> tuple[Line, Row]:
    if given["type"] == "custom_line_item":
        line = _custom(account, invoice, given, path)
    else:
        line = _of_invoice(account, invoice, given, path)
    if given.get("tax_amounts"):
        line.taxes = list(_given_taxes(account, given["tax_amounts"], path))
    return _written(line, given)


def _check_meant_for(given: Row, kind: str, names: tuple[str, ...], path: str) -> None:
    for name in names:
        if name in given:
            raise InvalidRequest(
                f"`{name}` is only valid when `type` is `{kind}`.", param=f"{path}[{name}]"
            )


def _custom(account: Account, invoice: Row, given: Row, path: str = "") -> Line:
    _check_meant_for(given, "invoice_line_item", ("amount", "invoice_line_item"), path)
    if "unit_amount" not in given and "unit_amount_decimal" not in given:
        raise missing(f"{path}[unit_amount]")
    unit = Fraction(Decimal(str(given.get("unit_amount", given.get("unit_amount_decimal")))))
    quantity = given.get("quantity", 1)
    rates = taxes.checked(account, given.get("tax_rates") or [], param=f"{path}[tax_rates]")
    line = Line(
        amount=rounded(unit * quantity),
        currency=invoice["currency"],
        description=given.get("description"),
        quantity=quantity,
        tax_rates=tuple(rates),
    )
    _tax(account, invoice, line)
    return line


def _of_invoice(account: Account, invoice: Row, given: Row, path: str) -> Line:
    _check_meant_for(given, "custom_line_item", ("unit_amount", "unit_amount_decimal"), path)
    if "invoice_line_item" not in given:
        raise missing(f"{path}[invoice_line_item]")
    name = given["invoice_line_item"]
    row = account.find(name, "line_item")
    if row is None or row["invoice"] != invoice["id"]:
        raise no_such("line_item", name, param=f"{path}[invoice_line_item]")
    line = line_of(account, row)
    amount = _amount(given, line, path)
    part = Fraction(amount, line.amount) if line.amount else Fraction(0)
    line.discount_amounts = [
        (one["discount"], rounded(one["amount"] * part)) for one in row["discount_amounts"]
    ]
    line.tax_rates = tuple(one["tax_rate_details"]["tax_rate"] for one in row["taxes"])
    line.amount, line.quantity = amount, given.get("quantity", line.quantity)
    line.description = given.get("description", line.description)
    _tax(account, invoice, line)
    return line


def _amount(given: Row, line: Line, path: str) -> int:
    """So much, so many, or all of a line."""
    if "amount" in given:
        amount = given["amount"]
    elif "quantity" in given:
        amount = rounded(Fraction(line.amount * given["quantity"], line.quantity or 1))
    else:
        amount = line.amount
    if abs(amount) > abs(line.amount):
        raise InvalidRequest(
            f"The amount to credit ({money.words(amount, line.currency)}) is greater than the "
            f"amount of the invoice line item ({money.words(line.amount, line.currency)}).",
            param=f"{path}[quantity]" if "quantity" in given else f"{path}[amount]",
        )
    return int(amount)


def _tax(account: Account, invoice: Row, line: Line) -> None:
    line.taxes = taxes.on_amount(
        account,
        line.discounted,
        line.currency,
        line.tax_rates or (),
        invoice["customer_tax_exempt"] or "none",
    )


def _given_taxes(account: Account, given: list[Row], path: str) -> Iterator[TaxAmount]:
    for one in given:
        rate = account.get("tax_rate", one["tax_rate"], param=f"{path}[tax_amounts]")
        yield TaxAmount(
            rate["id"], one["amount"], one["taxable_amount"], rate["inclusive"], "standard_rated"
        )


def _written(line: Line, given: Row) -> tuple[Line, Row]:
    unit = Fraction(line.amount, line.quantity or 1)
    whole = unit.denominator == 1
    return line, {
        "amount": line.amount,
        "description": line.description,
        "discount_amount": line.amount - line.discounted,
        "discount_amounts": [{"amount": amount, "discount": one}
                             for one, amount in line.discount_amounts],
        "invoice_line_item": given.get("invoice_line_item"),
        "metadata": dict(given.get("metadata") or {}),
        "pretax_credit_amounts": [pretax(amount, one) for one, amount in line.discount_amounts],
        "quantity": line.quantity,
        "taxes": [tax(one) for one in line.taxes],
        "type": given.get("type", "custom_line_item"),
        "unit_amount": int(unit) if whole else None,
        "unit_amount_decimal": str(int(unit)) if whole else f"{float(unit):.12f}".rstrip("0"),
    }  # fmt: skip


def shipping(invoice: Row, params: Row) -> Row | None:
    """The invoice's shipping cost, when it is to be taken back."""
    wanted = params.get("shipping_cost")
    if not wanted:
        return None
    cost = invoice["shipping_cost"]
    if cost is None or wanted.get("shipping_rate") not in (None, cost["shipping_rate"]):
        raise InvalidRequest(
            "The shipping rate must be the one of the invoice.",
            param="shipping_cost[shipping_rate]",
        )
    return dict(cost)
