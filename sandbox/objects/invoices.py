"""Invoices: made as drafts, changed while they are, found, thrown away."""

from sandbox import money
from sandbox.account import Account
from sandbox.billing import discounts, invoice_blank, invoice_fields, invoicing
from sandbox.billing.invoice_payments import default_intent, payments_of
from sandbox.billing.invoice_pending import pending
from sandbox.billing.invoice_revisions import revised
from sandbox.billing.invoice_totals import added_up
from sandbox.changes import apply
from sandbox.errors import InvalidRequest
from sandbox.expand import includes
from sandbox.lists import listed, page_of
from sandbox.routes import Call, route
from sandbox.search import searched
from sandbox.shapes import Row
from sandbox.values import missing

ACCOUNT_CURRENCY = "eur"
IN_WINDOW = ("auto_advance", "automatically_finalizes_at", "collection_method")
ALWAYS = ("auto_advance", "default_payment_method", "default_source", "expand", "metadata",
          "payment_settings")  # fmt: skip


@route("POST", "/v1/invoices", "InvoiceCreateParams")
def create(call: Call) -> Row:
    """A new draft; pending items come along only when asked for."""
    account, params = call.account, call.params
    if revision := params.get("from_invoice"):
        return revised(account, revision["invoice"], params)
    if "customer" not in params:
        raise missing("customer")
    customer = account.living("customer", params["customer"], param="customer")
    included = params.get("pending_invoice_items_behavior") == "include"
    currency = _currency(account, params, customer)
    if included and not pending(account, customer["id"], currency):
        raise InvalidRequest(
            "Nothing to invoice for customer", code="invoice_no_customer_line_items"
        )
    invoice = _blank(account, params, customer, currency)
    moment = params.get("automatically_finalizes_at")
    return invoicing.presented(account, invoice, pull_pending=included, finalizes_at=moment)


def _currency(account: Account, params: Row, customer: Row) -> str:
    if "currency" in params:
        return money.checked_currency(params["currency"])
    return customer["currency"] or ACCOUNT_CURRENCY


def _blank(account: Account, params: Row, customer: Row, currency: str) -> Row:
    subscription = None
    if name := params.get("subscription"):
        subscription = account.get("subscription", name, param="subscription")
    invoice = invoice_blank.new(account, customer, currency, "manual", subscription, {})
    invoice["auto_advance"] = params.get("auto_advance", False)
    invoice_fields.write(account, invoice, params)
    apply(invoice, params, ())
    if "discounts" in params:
        _write_discounts(account, invoice, params)
    else:
        invoice["discounts"] = discounts.on_customer(account, customer["id"])
    return invoice


def _write_discounts(account: Account, invoice: Row, params: Row) -> None:
    invoice["discounts"] = discounts.given(
        account, params["discounts"] or [], customer=invoice["customer"], invoice=invoice["id"],
        currency=invoice["currency"],
    )  # fmt: skip


@route("GET", "/v1/invoices", "InvoiceListParams")
def list_all(call: Call) -> Row:
    """Newest first."""
    if "subscription" in call.params:
        call.params["_subscription"] = call.params.pop("subscription")
    return listed(call, "invoice")


@route("GET", "/v1/invoices/search", "InvoiceSearchParams")
def search(call: Call) -> Row:
    """Invoices by query."""
    return searched(call, "invoice")


@route("GET", "/v1/invoices/<invoice>", "InvoiceRetrieveParams")
def retrieve(call: Call, invoice: str) -> Row:
    """One invoice."""
    return call.account.get("invoice", invoice)


@route("POST", "/v1/invoices/<invoice>", "InvoiceModifyParams")
def update(call: Call, invoice: str) -> Row:
    """A draft changes in everything, a finalized one in little."""
    account, params = call.account, call.params
    row = account.edit("invoice", invoice)
    if row["status"] != "draft":
        _check_only_notes(params)
    invoice_fields.write(account, row, params)
    apply(row, params, ())
    if "discounts" in params:
        _write_discounts(account, row, params)
    if row["status"] == "draft":
        _write_window(account, row, params)
        added_up(account, row)
    elif "auto_advance" in params:
        row["auto_advance"] = params["auto_advance"]
    account.emit_update("invoice.updated", row)
    return row


def _check_only_notes(params: Row) -> None:
    for name in params:
        if name not in ALWAYS:
            raise InvalidRequest("Finalized invoices can't be updated in this way", param=name)


def _write_window(account: Account, row: Row, params: Row) -> None:
    if "auto_advance" in params:
        row["auto_advance"] = params["auto_advance"]
    if any(name in params for name in IN_WINDOW):
        invoicing.set_window(account, row, params.get("automatically_finalizes_at"))


@route("DELETE", "/v1/invoices/<invoice>", "InvoiceDeleteParams")
def delete(call: Call, invoice: str) -> Row:
    """A draft that no subscription made is gone, and its items with it."""
    account = call.account
    row = account.get("invoice", invoice)
    if row["status"] != "draft":
        raise InvalidRequest("You can only delete draft invoices.")
    if row["_subscription"]:
        raise InvalidRequest("You can't delete invoices created by subscriptions.")
    account.emit("invoice.deleted", row)
    for item in account.where("invoiceitem", "invoice", invoice):
        account.store.drop(item)
    for line in invoicing.lines_of(account, invoice):
        account.store.drop(line)
    account.store.drop(row)
    return {"id": invoice, "object": "invoice", "deleted": True}


@includes("invoice", "payments")
def _payments(account: Account, invoice: Row) -> Row:
    rows = payments_of(account, invoice["id"])
    return page_of(rows[::-1], f"/v1/invoice_payments?invoice={invoice['id']}")


@includes("invoice", "confirmation_secret")
def _confirmation_secret(account: Account, invoice: Row) -> Row | None:
    intent = default_intent(account, invoice)
    if intent is None:
        return None
    return {"client_secret": intent["client_secret"], "type": "payment_intent"}
