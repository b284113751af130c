"""The invoice that follows a payment, where the seller wants one."""

from sandbox.account import Account
from sandbox.billing import collecting, invoicing
from sandbox.checkout import adding_up, items
from sandbox.shapes import Row

NAMED = ("account_tax_ids", "custom_fields", "description", "footer")


def made(account: Account, session: Row, intent: Row | None) -> Row:
    """Finalized, and paid by the session's intent (or over nothing)."""
    data = session["invoice_creation"]["invoice_data"]
    lines = adding_up.lines_of(account, session, items.of(account, session))
    invoice = invoicing.draft(
        account,
        session["customer"],
        currency=session["currency"],
        reason="manual",
        lines=lines,
        discounts=session["_discounts"],
        auto_advance=False,
        pull_pending=False,
        shipping_cost={"shipping_rate": sent} if (sent := session["_shipping_rate"]) else None,
        metadata=dict(data["metadata"]),
        _paid_in_checkout=True,
        **{name: data[name] for name in NAMED},
    )
    for one in session["_discounts"]:
        account.edit("discount", one)["invoice"] = invoice["id"]
    if intent is None:
        return invoicing.finalize(account, invoice)
    return collecting.paid_by(account, invoice, intent)
