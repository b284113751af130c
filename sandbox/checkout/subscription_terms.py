"""How a session in subscription mode becomes a subscription, and what its first invoice holds."""

from sandbox.account import Account
from sandbox.billing import discounts, subscribing, telling
from sandbox.billing.lines import Line
from sandbox.checkout import items
from sandbox.shapes import Row


def default_tax_rates(session: Row) -> list[str]:
    """The ids of the rates for items that have none of their own."""
    return list((session.get("_subscription_data") or {}).get("default_tax_rates") or [])


def params_of(account: Account, session: Row) -> Row:
    """The parameters of the subscription's creation."""
    rows = items.of(account, session)
    recurring = [row for row in rows if row["price"]["type"] == "recurring"]
    params: Row = {
        **(session.get("_subscription_data") or {}),
        "currency": session["currency"],
        "customer": session["customer"],
        "items": [_item(row) for row in recurring],
    }
    if once := [_item(row) for row in rows if row not in recurring]:
        params["add_invoice_items"] = once
    if session["_discounts"]:
        params["discounts"] = [{"discount": one} for one in session["_discounts"]]
    return params


def _item(row: Row) -> Row:
    item = {"price": row["price"]["id"], "quantity": row["quantity"]}
    if row["metadata"] and row["price"]["type"] == "recurring":
        item["metadata"] = dict(row["metadata"])
    return item | ({"tax_rates": row["_tax_rates"]} if row["_tax_rates"] else {})


def fit_first_invoice(account: Account, session: Row, rows: list[Row], lines: list[Line]) -> None:
    """What recurs costs at first what the first invoice will say: nothing in a trial, a part of it
    before an anchor."""
    due = subscribing.first_lines(account, params_of(account, session))
    for row, line in zip(rows, lines, strict=True):
        found = next((one for one in due if _is_for(one, row)), None)
        if found is not None:
            due.remove(found)
            line.amount, line.period = found.amount, found.period
        elif row["price"]["type"] == "recurring":
            line.amount = 0


def begin(account: Account, session: Row, intent: Row | None) -> None:
    """The session is complete: the subscription, whose first invoice the intent has paid."""
    params = params_of(account, session)
    if intent is not None:
        params["default_payment_method"] = intent["payment_method"]
    paid_by = intent if intent and intent["object"] == "payment_intent" else None
    kept = _redeem(account, session)
    subscription = subscribing.begun(account, params, paid_by=paid_by, session=session["id"])
    for discount in kept:
        discount["subscription"] = subscription["id"]
        if discount["_terms"]["duration"] == "once":  # it counted for the invoice that is paid now
            discounts.removed(account, discount["id"])
    if paid_by and paid_by["status"] == "processing":
        _trust(account, subscription)
    session.update(subscription=subscription["id"], invoice=subscription["latest_invoice"])


def _trust(account: Account, subscription: Row) -> None:
    """While a bank debit is under way, the subscription runs already."""
    before = telling.as_told(subscription)
    subscription["status"] = "active"
    telling.updated(account, subscription, before)


def _redeem(account: Account, session: Row) -> list[Row]:
    """The session's discounts become the subscription's."""
    kept = [account.edit("discount", one) for one in session["_discounts"]]
    discounts.completed(account, [discount["id"] for discount in kept])
    for discount in kept:
        discount["customer"] = session["customer"]
        account.emit("customer.discount.created", discount)
    return kept


def _is_for(line: Line, row: Row) -> bool:
    return line.price is not None and bool(line.price["id"] == row["price"]["id"])
