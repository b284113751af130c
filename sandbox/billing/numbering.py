"""Invoice and credit note numbers: one after the other, without gaps."""

from sandbox import settings
from sandbox.account import Account
from sandbox.errors import InvalidRequest
from sandbox.shapes import Row


def number_of(account: Account, invoice: Row) -> str:
    """The number given by hand, or the next one of the customer or the account: `K3J9AA00-0001`."""
    if invoice["number"]:
        return str(invoice["number"])
    series = _series(account, invoice)
    while True:
        number = f"{series['invoice_prefix']}-{series['next_invoice_sequence']:04d}"
        series["next_invoice_sequence"] += 1
        if not is_taken(account, invoice, number):
            return number


def _series(account: Account, invoice: Row) -> Row:
    """Whose numbers go on: as an account's settings have it."""
    if settings.of(account)["invoice_numbering"] == "customer":
        return account.edit("customer", invoice["customer"])
    known = account.find("numbering")
    if known is not None:
        return account.store.edit(known)
    prefix = account.ids.text(8).upper()
    series = {"id": "numbering", "object": "_numbering", "invoice_prefix": prefix}
    return account.store.add(series | {"next_invoice_sequence": 1})


def is_taken(account: Account, invoice: Row, number: str) -> bool:
    """Whether another invoice has this number."""
    return any(other["id"] != invoice["id"] for other in account.where("invoice", "number", number))


def checked_number(account: Account, invoice: Row, number: str) -> str | None:
    """A number given by hand, unless somebody has it; empty text takes it back."""
    if number and is_taken(account, invoice, number):
        raise InvalidRequest(
            f"The invoice number {number} is already in use by another invoice.", param="number"
        )
    return number or None


def credit_note_number(account: Account, invoice: Row) -> str:
    """`K3J9AA00-0001-CN-01`."""
    before = len(account.where("credit_note", "invoice", invoice["id"]))
    return f"{invoice['number']}-CN-{before + 1:02d}"


def receipt_number(account: Account) -> str:
    """`2927-7423`."""
    drawn = int.from_bytes(account.ids.text(8).encode()) % 10**8
    return f"{drawn // 10**4:04d}-{drawn % 10**4:04d}"
