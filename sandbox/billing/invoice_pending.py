"""Invoice items: what waits for a customer's next invoice, or was put on a draft by hand."""

from sandbox.account import Account
from sandbox.billing import discounts
from sandbox.billing.invoice_lines import kept, line_of, pricing, written
from sandbox.billing.lines import Line
from sandbox.shapes import Row


def pend(account: Account, customer_id: str, line: Line, *, invoice: str | None = None) -> Row:
    """A new invoice item; without an invoice it waits for the next one. Emits its event."""
    customer = account.living("customer", customer_id, param="customer")
    item = account.add(
        "invoiceitem",
        customer=customer_id,
        date=account.now,
        invoice=invoice,
        _pending=invoice is None,
        test_clock=customer["test_clock"],
    )
    line.invoice_item = item["id"]
    refill(account, item, line)
    account.emit("invoiceitem.created", item)
    return item


def refill(account: Account, item: Row, line: Line) -> None:
    """Write a line into an invoice item."""
    start, end = line.period or (item["date"], item["date"])
    item.update(
        amount=line.amount,
        currency=line.currency,
        description=line.description,
        discountable=line.discountable,
        discounts=list(line.discounts),
        metadata=dict(line.metadata),
        net_amount=None if line.discountable else line.amount,
        parent=_parent(line),
        period={"end": end, "start": start},
        pricing=pricing(line),
        proration=line.proration,
        proration_details=_proration_details(line),
        quantity=line.quantity if line.quantity is not None else 1,
        quantity_decimal=str(line.quantity if line.quantity is not None else 1),
        tax_rates=[account.get("tax_rate", rate) for rate in line.tax_rates or ()],
        _line=kept(line),
    )
    discounts.adopt(account, line.discounts, item)


def _parent(line: Line) -> Row | None:
    if not line.subscription:
        return None
    details = {"subscription": line.subscription, "subscription_item": line.subscription_item}
    return {"subscription_details": details, "type": "subscription_details"}


def _proration_details(line: Line) -> Row | None:
    if not line.proration:
        return None
    credited = (line.proration_details or {}).get("credited_items")
    if credited:
        credited = {
            "invoice_item": None,
            "invoice_line_item_details": credited,
            "type": "invoice_line_items",
        }
    return {"credited_items": credited or None, "discount_amounts": []}


def pending(account: Account, customer_id: str, currency: str) -> list[Row]:
    """The items of a customer that no invoice has taken yet, oldest first."""
    rows = account.where("invoiceitem", "customer", customer_id)
    return [row for row in rows if row["invoice"] is None and row["currency"] == currency]


def taken(account: Account, invoice: Row, *, subscription: str | None) -> list[Row]:
    """Put pending items on a draft: a subscription's invoice leaves those of other subscriptions."""
    found = []
    for row in pending(account, invoice["customer"], invoice["currency"]):
        owner = row["_line"]["subscription"]
        if subscription is None or owner in (None, subscription):
            item = account.store.edit(row)
            item.update(invoice=invoice["id"], _pending=False)
            found.append(written(account, invoice, line_of(account, item), at=item["date"]))
    return found
