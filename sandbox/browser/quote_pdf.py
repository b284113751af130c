"""A quote on paper."""

from sandbox.account import Account
from sandbox.browser.hosted import day
from sandbox.browser.invoice_pdf import Paper
from sandbox.checkout import items
from sandbox.money import words
from sandbox.objects.accounts import NAME
from sandbox.shapes import Row


def quote_paper(account: Account, quote: Row) -> bytes:
    """The quote as it stands, as a PDF."""
    paper = Paper("Quote", "a4")
    paper.ln(2)
    paper.pairs(_facts(quote))
    paper.ln(6)
    paper.columns((NAME, ["shop@example.com"]), ("Quote for", _addressee(account, quote)))
    for text in (quote["header"], quote["description"]):
        if text:
            paper.wide(text)
            paper.ln(3)
    if quote["currency"]:
        _lines(account, paper, quote)
    if quote["footer"]:
        paper.wide(quote["footer"])
    return bytes(paper.output())


def _facts(quote: Row) -> list[tuple[str, str]]:
    return [
        ("Quote number", quote["number"] or "Draft"),
        ("Status", quote["status"].capitalize()),
        ("Date", day(quote["status_transitions"]["finalized_at"] or quote["created"])),
        ("Valid until", day(quote["expires_at"])),
    ]


def _addressee(account: Account, quote: Row) -> list[str]:
    customer = account.find(quote["customer"], "customer") or {}
    return [text for text in (customer.get("name"), customer.get("email")) if text] or ["-"]


def _lines(account: Account, paper: Paper, quote: Row) -> None:
    currency, rows = quote["currency"], items.of(account, quote)
    paper.lines(
        ("Description", "Qty", "Unit price", "Amount"),
        [
            (
                _described(row),
                str(row["quantity"]),
                _unit(row),
                words(row["amount_subtotal"], currency),
            )
            for row in rows
        ],
    )
    details, sums = quote["total_details"], [("Subtotal", quote["amount_subtotal"])]
    if details["amount_discount"]:
        sums.append(("Discount", -details["amount_discount"]))
    if details["amount_tax"]:
        sums.append(("Tax", details["amount_tax"]))
    sums += [
        ("Total", quote["amount_total"]),
        ("Due on acceptance", quote["computed"]["upfront"]["amount_total"]),
    ]
    paper.sums([(label, words(amount, currency)) for label, amount in sums])


def _described(row: Row) -> str:
    every = row["price"]["recurring"]
    return f"{row['description']}\nper {every['interval']}" if every else str(row["description"])


def _unit(row: Row) -> str:
    amount = row["price"]["unit_amount"]
    return words(amount, row["currency"]) if amount is not None else ""
