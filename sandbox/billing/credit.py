"""What a customer has in credit (below zero) or owes (above): the balance behind invoices."""

from sandbox import money
from sandbox.account import Account
from sandbox.shapes import Row


def balance_of(customer: Row, currency: str) -> int:
    """The balance in a currency: credit below zero, debt above; a deleted customer has none."""
    if customer.get("deleted"):
        return 0
    if customer["currency"] in (None, currency):
        return int(customer["balance"])
    return int((customer.get("_balances") or {}).get(currency, 0))


def due_after(total: int, balance: int, currency: str) -> tuple[int, int]:
    """(amount due, balance afterwards) of a bill. What is too small or too large to be charged, or
    is owed to the customer, stays in the balance."""
    due = total + balance
    if due < money.SMALLEST.get(currency, 1) or due > money.LARGEST:
        return 0, due
    return due, 0


def apply_balance(account: Account, amount: int, customer: Row, *, invoice: Row) -> int:
    """Settle a finalized invoice's total with the customer's balance. The answer is what it adds
    to the amount due: below zero where credit pays, above where a debt is collected, so that
    `amount_due = amount + apply_balance(…)`."""
    currency = invoice["currency"]
    before = balance_of(customer, currency)
    due, after = due_after(amount, before, currency)
    put_off = max(0, after - max(before, 0))
    applied = after - put_off - before
    if applied:
        book(account, customer["id"], applied, currency, "applied_to_invoice", invoice=invoice)
    if put_off:
        kind = "invoice_too_large" if after > money.LARGEST else "invoice_too_small"
        book(account, customer["id"], put_off, currency, kind, invoice=invoice)
    return due - amount


def book(
    account: Account,
    customer_id: str,
    amount: int,
    currency: str,
    type: str,
    *,
    invoice: Row | None = None,
    credit_note: Row | None = None,
    session: Row | None = None,
    description: str | None = None,
) -> Row:
    """Change the balance, tell it, and write down why; below zero is a credit."""
    customer = account.edit("customer", customer_id)
    behind = {"invoice": invoice, "credit_note": credit_note, "checkout_session": session}
    change = written(account, customer, amount, currency, type, description=description)
    change.update({name: row["id"] for name, row in behind.items() if row})
    account.emit_update("customer.updated", customer)
    return change


def written(
    account: Account,
    customer: Row,
    amount: int,
    currency: str,
    type: str,
    *,
    description: str | None = None,
) -> Row:
    """The same for a customer who is being changed, and told of, anyway."""
    after = balance_of(customer, currency) + amount
    _hold(customer, currency, after)
    return account.add(
        "customer_balance_transaction",
        amount=amount,
        currency=currency,
        customer=customer["id"],
        description=description,
        ending_balance=after,
        metadata={},
        type=type,
    )


def _hold(customer: Row, currency: str, balance: int) -> None:
    customer["currency"] = customer["currency"] or currency
    if customer["currency"] == currency:
        customer["balance"] = balance
    customer["_balances"] = {**(customer.get("_balances") or {}), currency: balance}
