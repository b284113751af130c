"""Dunning: when a refused invoice is charged again, and what happens when that is over."""

from sandbox import settings
from sandbox.account import Account
from sandbox.agenda import when_due
from sandbox.shapes import Row

DAY = 24 * 60 * 60


def planned(account: Account, invoice: Row) -> None:
    """Set down when an invoice that was just refused is tried again; never, when it was tried
    often enough or is not collected automatically."""
    coming = invoice["next_payment_attempt"]
    if coming is not None and coming > account.now:
        return
    days = settings.of(account)["retry_days"]
    tried = invoice["attempt_count"]
    invoice["next_payment_attempt"] = None
    if _is_collected(account, invoice) and tried <= len(days):
        moment = account.now + days[max(tried, 1) - 1] * DAY
        invoice["next_payment_attempt"] = moment
        account.agenda.at(moment, "charge an invoice again", invoice["id"])


def _is_collected(account: Account, invoice: Row) -> bool:
    if invoice["collection_method"] != "charge_automatically" or not invoice["auto_advance"]:
        return False
    subscription = account.find(invoice["_subscription"], "subscription")
    return subscription is None or subscription["status"] in ("active", "past_due", "trialing")


@when_due("charge an invoice again")
def _charge(account: Account, invoice_id: str) -> None:
    from sandbox.billing import collecting

    invoice = account.find(invoice_id, "invoice")
    if invoice and invoice["status"] == "open" and invoice["next_payment_attempt"] == account.now:
        collecting.attempt(account, invoice)


def stop(account: Account, subscription: Row) -> None:
    """Its open invoices are not charged by themselves any more."""
    for row in account.where("invoice", "_subscription", subscription["id"]):
        if row["status"] in ("draft", "open") and row["auto_advance"]:
            invoice = account.store.edit(row)
            invoice.update(auto_advance=False, next_payment_attempt=None)
            invoice["automatically_finalizes_at"] = None
