"""An invoice's lines: read, and changed while it is a draft."""

from collections.abc import Callable

from sandbox.account import Account
from sandbox.billing.invoice_lines import line_of, lines_of, rewritten, written
from sandbox.billing.invoice_pending import pend, refill
from sandbox.billing.invoice_totals import added_up
from sandbox.billing.invoice_wishes import WAYS, wished
from sandbox.billing.lines import Line
from sandbox.changes import apply
from sandbox.errors import InvalidRequest, no_such
from sandbox.lists import paged
from sandbox.objects.invoice_items import check_draft
from sandbox.routes import Call, route
from sandbox.shapes import Row
from sandbox.values import missing


@route("GET", "/v1/invoices/<invoice>/lines", "InvoiceLineItemListParams")
def list_all(call: Call, invoice: str) -> Row:
    """In the invoice's own order."""
    call.account.get("invoice", invoice)
    return paged(call, lines_of(call.account, invoice))


@route("POST", "/v1/invoices/<invoice>/lines/<line>", "InvoiceLineItemUpdateParams")
def update(call: Call, invoice: str, line: str) -> Row:
    """One line of a draft."""
    account = call.account
    row = account.edit("invoice", invoice)
    check_draft(row)
    _change(account, row, _line(account, row, line, "id"), call.params, "")
    account.emit_update("invoice.updated", added_up(account, row))
    return account.get("line_item", line)


@route("POST", "/v1/invoices/<invoice>/add_lines", "InvoiceAddLinesParams")
def add(call: Call, invoice: str) -> Row:
    """Several new lines, or pending items that come onto the draft."""

    def added(account: Account, row: Row, given: Row, path: str) -> None:
        if "invoice_item" in given:
            return _take_item(account, row, given, path)
        if not any(name in given for name in WAYS):
            raise missing(f"{path}[amount]")
        empty = Line(amount=0, currency=row["currency"])
        line = wished(account, given, empty, customer=row["customer"], path=path)
        pend(account, row["customer"], line, invoice=row["id"])
        written(account, row, line)
        return None

    return _each(call, invoice, added)


def _take_item(account: Account, row: Row, given: Row, path: str) -> None:
    item = account.edit("invoiceitem", given["invoice_item"], param=f"{path}[invoice_item]")
    if item["invoice"] is not None or item["customer"] != row["customer"]:
        raise InvalidRequest(
            f"The invoice item {item['id']} is not a pending item of this customer.",
            param=f"{path}[invoice_item]",
        )
    item.update(invoice=row["id"], _pending=False)
    line = wished(account, given, line_of(account, item), customer=row["customer"], path=path)
    refill(account, item, line)
    written(account, row, line, at=item["date"])


@route("POST", "/v1/invoices/<invoice>/update_lines", "InvoiceUpdateLinesParams")
def update_several(call: Call, invoice: str) -> Row:
    """Several lines of a draft."""

    def changed(account: Account, row: Row, given: Row, path: str) -> None:
        _change(account, row, _line(account, row, given["id"], f"{path}[id]"), given, path)

    return _each(call, invoice, changed)


@route("POST", "/v1/invoices/<invoice>/remove_lines", "InvoiceRemoveLinesParams")
def remove(call: Call, invoice: str) -> Row:
    """Lines away from a draft; their items are deleted, or wait again."""

    def removed(account: Account, row: Row, given: Row, path: str) -> None:
        line = _line(account, row, given["id"], f"{path}[id]")
        account.store.drop(line)
        item = account.find(line["_line"]["invoice_item"], "invoiceitem")
        if item is None:
            return
        if given["behavior"] == "unassign":
            account.store.edit(item).update(invoice=None, _pending=True)
        else:
            account.emit("invoiceitem.deleted", item)
            account.store.drop(item)

    return _each(call, invoice, removed)


def _each(call: Call, invoice: str, verb: Callable[[Account, Row, Row, str], None]) -> Row:
    account, params = call.account, call.params
    row = account.edit("invoice", invoice)
    check_draft(row)
    if "invoice_metadata" in params:
        apply(row, {"metadata": params["invoice_metadata"]}, ())
    for place, given in enumerate(params["lines"]):
        verb(account, row, given, f"lines[{place}]")
    account.emit_update("invoice.updated", added_up(account, row))
    return row


def _line(account: Account, row: Row, line_id: str, param: str) -> Row:
    line = account.find(line_id, "line_item")
    if line is None or line["invoice"] != row["id"]:
        raise no_such("line_item", line_id, param=param)
    return line


def _change(account: Account, row: Row, shown: Row, given: Row, path: str) -> None:
    line = wished(account, given, line_of(account, shown), customer=row["customer"], path=path)
    rewritten(account.store.edit(shown), line)
    item = account.find(line.invoice_item, "invoiceitem")
    if item is not None:
        refill(account, account.store.edit(item), line)
