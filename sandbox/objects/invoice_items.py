"""Invoice items: what will be on a customer's next invoice."""

from sandbox import money
from sandbox.account import Account
from sandbox.billing.invoice_lines import line_of, lines_of, rewritten, written
from sandbox.billing.invoice_pending import pend, refill
from sandbox.billing.invoice_totals import added_up
from sandbox.billing.invoice_wishes import WAYS, wished
from sandbox.billing.lines import Line
from sandbox.errors import InvalidRequest, NotFound
from sandbox.lists import listed
from sandbox.routes import Call, route
from sandbox.shapes import Row
from sandbox.values import missing

LEGACY = {"price": str, "unit_amount": int}
NOT_EDITABLE = "Invalid invoice: This invoice is no longer editable"


@route("POST", "/v1/invoiceitems", "InvoiceItemCreateParams", legacy=LEGACY)
def create(call: Call) -> Row:
    """A new item, waiting, or on a draft at once."""
    account, params = call.account, call.params
    invoice = _draft(account, params)
    customer = _customer(account, params, invoice)
    empty = Line(amount=0, currency=_currency(account, params, customer, invoice))
    empty.subscription = _subscription(account, params, customer)
    if not any(name in params for name in WAYS):
        raise missing("amount")
    line = wished(account, params, empty, customer=customer["id"])
    if customer["currency"] is None:  # from now on the customer is billed in this one
        account.store.edit(customer)["currency"] = line.currency
    item = pend(account, customer["id"], line, invoice=invoice["id"] if invoice else None)
    if invoice is not None:
        written(account, invoice, line)
        account.emit_update("invoice.updated", added_up(account, invoice))
    return item


def _draft(account: Account, params: Row) -> Row | None:
    if "invoice" not in params:
        return None
    invoice = account.edit("invoice", params["invoice"], param="invoice")
    check_draft(invoice)
    return invoice


def check_draft(invoice: Row) -> None:
    """Lines can be changed on drafts alone."""
    if invoice["status"] != "draft":
        raise InvalidRequest(NOT_EDITABLE, code="invoice_not_editable", param="invoice")


def _customer(account: Account, params: Row, invoice: Row | None) -> Row:
    name = params.get("customer") or (invoice["customer"] if invoice else None)
    if name is None:
        raise missing("customer")
    if invoice is not None and invoice["customer"] != name:
        raise InvalidRequest(
            f"The invoice {invoice['id']} does not belong to customer {name}.", param="invoice"
        )
    return account.living("customer", name, param="customer")


def _currency(account: Account, params: Row, customer: Row, invoice: Row | None) -> str:
    known = params.get("currency") or (params.get("price_data") or {}).get("currency")
    name = (params.get("pricing") or {}).get("price") or params.get("price")
    if not known and name:
        known = account.get("price", name, param="pricing[price]")["currency"]
    known = known or (invoice["currency"] if invoice else customer["currency"])
    if not known:
        raise missing("currency")
    currency = money.checked_currency(known)
    if invoice is not None and invoice["currency"] != currency:
        raise InvalidRequest(
            f"The currency of the invoice item ({currency}) must match the currency of the invoice "
            f"({invoice['currency']}).",
            param="currency",
        )
    return currency


def _subscription(account: Account, params: Row, customer: Row) -> str | None:
    if "subscription" not in params:
        return None
    row = account.get("subscription", params["subscription"], param="subscription")
    if row["customer"] != customer["id"]:
        raise InvalidRequest(
            f"The customer {customer['id']} does not have a subscription with ID {row['id']}.",
            code="resource_missing",
            param="subscription",
        )
    return str(row["id"])


@route("GET", "/v1/invoiceitems", "InvoiceItemListParams")
def list_all(call: Call) -> Row:
    """Newest first; `pending` ones are on no invoice yet."""
    for name, field in (("pending", "_pending"), ("created", "date")):
        if name in call.params:
            call.params[field] = call.params.pop(name)
    return listed(call, "invoiceitem")


@route("GET", "/v1/invoiceitems/<item>", "InvoiceItemRetrieveParams")
def retrieve(call: Call, item: str) -> Row:
    """One item."""
    return _item(call.account, item)


def _item(account: Account, item: str) -> Row:
    row = account.find(item, "invoiceitem")
    if row is None:
        raise NotFound(f"No such invoiceitem: '{item[:100]}'", code="resource_missing", param="id")
    return row


@route("POST", "/v1/invoiceitems/<item>", "InvoiceItemUpdateParams", legacy=LEGACY)
def update(call: Call, item: str) -> Row:
    """A change, as long as no invoice with it was finalized."""
    account, params = call.account, call.params
    row = account.store.edit(_item(account, item))
    invoice = _still_draft(account, row)
    line = wished(account, params, line_of(account, row), customer=row["customer"])
    refill(account, row, line)
    if invoice is not None:
        for shown in _lines_with(account, invoice, item):
            rewritten(account.store.edit(shown), line)
        account.emit_update("invoice.updated", added_up(account, invoice))
    return row


def _still_draft(account: Account, item: Row) -> Row | None:
    if item["invoice"] is None:
        return None
    invoice = account.edit("invoice", item["invoice"], param="invoice")
    if invoice["status"] != "draft":
        raise InvalidRequest(
            "This invoice item is attached to an invoice that has already been finalized, so it "
            "can no longer be changed.",
            code="invoice_not_editable",
        )
    return invoice


def _lines_with(account: Account, invoice: Row, item: str) -> list[Row]:
    rows = lines_of(account, invoice["id"])
    return [row for row in rows if row["_line"]["invoice_item"] == item]


@route("DELETE", "/v1/invoiceitems/<item>", "InvoiceItemDeleteParams")
def delete(call: Call, item: str) -> Row:
    """Gone, also from the draft it is on."""
    account = call.account
    row = _item(account, item)
    invoice = _still_draft(account, row)
    account.emit("invoiceitem.deleted", row)
    account.store.drop(row)
    if invoice is not None:
        for shown in _lines_with(account, invoice, item):
            account.store.drop(shown)
        account.emit_update("invoice.updated", added_up(account, invoice))
    return {"id": item, "object": "invoiceitem", "deleted": True}
