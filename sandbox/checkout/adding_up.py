"""What a session comes to: its items, less discounts, plus taxes and shipping."""

from typing import Any

from sandbox.account import Account, public
from sandbox.billing import discounts
from sandbox.billing.lines import Line, TaxAmount
from sandbox.billing.totals import Totals, settled
from sandbox.checkout import items, shipping, subscription_terms
from sandbox.errors import InvalidRequest
from sandbox.expand import includes
from sandbox.money import SMALLEST, words
from sandbox.shapes import Row


def add_up(account: Account, session: Row) -> None:
    """Write the amounts into a session and its items."""
    if session["mode"] == "setup":
        return
    rows = [account.store.edit(row) for row in items.of(account, session)]
    lines, sent = lines_of(account, session, rows), shipping.line(account, session)
    totals = settled(
        account,
        lines,
        discounts=_discounts(account, session),
        default_tax_rates=subscription_terms.default_tax_rates(session),
        shipping=sent,
        tax_exempt=_tax_exempt(account, session),
    )
    for row, line in zip(rows, lines, strict=True):
        _write_item(row, line)
    session["shipping_cost"] = shipping.cost(session, sent)
    _write(session, totals)


def lines_of(account: Account, session: Row, rows: list[Row]) -> list[Line]:
    """One line for each item; what a subscription's first invoice will hold of it."""
    lines = [_line(account, row) for row in rows]
    if session["mode"] == "subscription":
        subscription_terms.fit_first_invoice(account, session, rows, lines)
    return lines


def _line(account: Account, item: Row) -> Line:
    return Line(
        items.amount_of(account, item),
        item["currency"],
        quantity=item["quantity"],
        price=items.price_row(account, item),
        description=item["description"],
        tax_rates=tuple(item["_tax_rates"]) or None,
        metadata=dict(item["metadata"]),
    )


def _discounts(account: Account, session: Row) -> list[str]:
    """The session's own; a subscription without any has its customer's."""
    own = list(session["_discounts"])
    if own or session["mode"] == "payment" or not session["customer"]:
        return own
    return discounts.on_customer(account, session["customer"])


def _tax_exempt(account: Account, session: Row) -> str:
    customer = account.find(session["customer"], "customer")
    return str(customer["tax_exempt"]) if customer else "none"


def _write_item(item: Row, line: Line) -> None:
    item.update(
        amount_discount=line.amount - line.discounted,
        amount_subtotal=line.amount,
        amount_tax=line.exclusive_tax + line.inclusive_tax,
        amount_total=line.discounted + line.exclusive_tax,
        _discounts=[list(pair) for pair in line.discount_amounts],
        _taxes=[_kept(tax) for tax in line.taxes],
    )


def _write(session: Row, totals: Totals) -> None:
    session.update(
        amount_subtotal=totals.subtotal,
        amount_total=totals.total,
        total_details={
            "amount_discount": totals.discount,
            "amount_shipping": totals.shipping,
            "amount_tax": totals.tax_exclusive + totals.tax_inclusive,
            "breakdown": None,
        },
        _breakdown={
            "discounts": [list(pair) for pair in totals.discounts],
            "taxes": [_kept(tax) for tax in totals.taxes],
        },
    )


def _kept(tax: TaxAmount) -> Row:
    return {
        "amount": tax.amount,
        "rate": tax.rate_id,
        "taxability_reason": tax.taxability_reason,
        "taxable_amount": tax.taxable_amount,
    }


def check_chargeable(session: Row) -> None:
    """Nothing at all is fine, too little to be charged is not."""
    total, currency = session["amount_total"], session["currency"]
    smallest = SMALLEST.get(currency, 1)
    if session["mode"] == "payment" and 0 < total < smallest:
        raise InvalidRequest(
            "The Checkout Session's total amount due must add up to at least "
            f"{words(smallest, currency)} {currency}",
            code="amount_too_small",
        )


def breakdown(account: Account, session: Row) -> Row:
    """Which discount and which tax rate make how much."""
    kept: dict[str, Any] = session.get("_breakdown") or {"discounts": [], "taxes": []}
    return {
        "discounts": shown_discounts(account, kept["discounts"]),
        "taxes": shown_taxes(account, kept["taxes"]),
    }


def shown_discounts(account: Account, kept: list[Any]) -> list[Row]:
    """Amounts with the whole discount."""
    return [
        {"amount": amount, "discount": public(account.get("discount", discount))}
        for discount, amount in kept
    ]


def shown_taxes(account: Account, kept: list[Row]) -> list[Row]:
    """Amounts with the whole tax rate."""
    return [{**tax, "rate": public(account.get("tax_rate", tax["rate"]))} for tax in kept]


@includes("checkout.session", "total_details.breakdown")
def _breakdown(account: Account, answer: Row) -> Row:
    return breakdown(account, account.get("checkout.session", answer["id"]))


@includes("checkout.session", "shipping_cost.taxes")
def _shipping_taxes(account: Account, answer: Row) -> list[Row]:
    """A shipping rate has no tax rates of its own, and there is no automatic tax."""
    return []


@includes("item", "discounts")
def _item_discounts(account: Account, answer: Row) -> list[Row]:
    return shown_discounts(account, account.get("item", answer["id"]).get("_discounts") or [])


@includes("item", "taxes")
def _item_taxes(account: Account, answer: Row) -> list[Row]:
    return shown_taxes(account, account.get("item", answer["id"]).get("_taxes") or [])
