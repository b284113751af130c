"""What an invoice does by itself when its time has come."""

from sandbox.account import Account
from sandbox.agenda import when_due
from sandbox.billing import collecting, invoicing
from sandbox.shapes import Row


@when_due("finalize an invoice")
def _finalize(account: Account, invoice_id: str) -> None:
    invoice = account.find(invoice_id, "invoice")
    if invoice is None or invoice["status"] != "draft":
        return
    moment = invoice["automatically_finalizes_at"]
    if moment is not None and moment <= account.now:
        advance(account, invoicing.finalize(account, invoice))


def advance(account: Account, invoice: Row) -> Row:
    """An open invoice is charged or sent, as its collection method says."""
    if invoice["status"] != "open":
        return invoice
    if invoice["collection_method"] == "charge_automatically":
        return collecting.attempt(account, invoice)
    return sent(account, invoice)


def sent(account: Account, invoice: Row) -> Row:
    """Stripe would mail it; nobody gets mail from a pretend Stripe."""
    account.emit("invoice.sent", invoice)
    return invoice


@when_due("collect an invoice")
def _collect(account: Account, invoice_id: str) -> None:
    invoice = account.get("invoice", invoice_id)
    if invoice["auto_advance"] and not invoice["attempted"]:
        advance(account, invoice)


@when_due("announce a due date")
def _announce(account: Account, invoice_id: str) -> None:
    invoice = account.get("invoice", invoice_id)
    if invoice["status"] == "open":
        account.emit("invoice.will_be_due", invoice)


@when_due("miss a due date")
def _miss(account: Account, invoice_id: str) -> None:
    invoice = account.get("invoice", invoice_id)
    if invoice["status"] == "open":
        account.emit("invoice.overdue", invoice)


def advance_later(account: Account, invoice: Row) -> Row:
    """A finalized invoice that advances by itself is collected within the hour."""
    if invoice["status"] == "open" and invoice["auto_advance"]:
        moment = account.now + invoicing.WINDOW
        if invoice["collection_method"] == "charge_automatically":
            invoice["next_payment_attempt"] = moment
        account.agenda.at(moment, "collect an invoice", invoice["id"])
    return invoice
