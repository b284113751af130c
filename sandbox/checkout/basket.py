"""What a customer changes of the order: quantities, amounts of his own choice, optional items."""

from sandbox.account import Account
from sandbox.checkout import items
from sandbox.errors import InvalidRequest
from sandbox.routes import Call
from sandbox.shapes import Row


def change(call: Call, session: Row) -> None:
    """Do what `line_items` and `optional_items` of the call ask for."""
    if wanted := call.params.get("line_items"):
        _change_items(call.account, session, wanted)
    if wanted := call.params.get("optional_items"):
        _add_optional(call, session, wanted)


def _change_items(account: Account, session: Row, wanted: list[Row]) -> None:
    rows = {row["id"]: row for row in items.of(account, session)}
    for place, given in enumerate(wanted):
        param = f"line_items[{place}]"
        if given.get("id") not in rows:
            raise InvalidRequest("No such line item.", param=f"{param}[id]")
        _change_item(account, rows, account.store.edit(rows[given["id"]]), given, param)


def _change_item(account: Account, rows: Row, item: Row, given: Row, param: str) -> None:
    if "unit_amount" in given:
        items.choose_amount(item, given["unit_amount"], f"{param}[unit_amount]")
    if "quantity" not in given or given["quantity"] == item["quantity"]:
        return
    bounds = item["adjustable_quantity"] or {}
    if not bounds and "_optional" not in item:
        raise InvalidRequest(
            "The quantity of this line item cannot be changed.", param=f"{param}[quantity]"
        )
    leaves = given["quantity"] == 0 and ("_optional" in item or bounds.get("minimum") == 0)
    if leaves and len(rows) > 1:
        account.store.drop(rows.pop(item["id"]))
        return
    item["quantity"] = items.check_quantity(item, given["quantity"], param)


def _add_optional(call: Call, session: Row, wanted: list[Row]) -> None:
    """Take an optional item into the order; its quantity is changed like any other's then."""
    offers = {offer["price"]: offer for offer in session["optional_items"] or []}
    for place, given in enumerate(wanted):
        offer = offers.get(given["price"])
        if offer is None:
            raise InvalidRequest("No such optional item.", param=f"optional_items[{place}][price]")
        rows = items.of(call.account, session)
        if any(row.get("_optional") == offer["price"] for row in rows):
            continue
        price = call.account.get("price", offer["price"])
        item = items.add(call, session, {"quantity": offer["quantity"]}, price, len(rows))
        item.update(adjustable_quantity=offer["adjustable_quantity"], _optional=offer["price"])
