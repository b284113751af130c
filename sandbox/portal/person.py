"""What customers may change about themselves."""

from collections.abc import Mapping

from sandbox.account import Account
from sandbox.changes import ADDRESS
from sandbox.errors import InvalidRequest
from sandbox.objects import customers, tax_ids
from sandbox.routes import Call
from sandbox.shapes import Row

TEXTS = ("name", "email", "phone")


def changed(account: Account, configuration: Row, customer: Row, form: Mapping[str, str]) -> Row:
    """Write what the form says and the configuration allows."""
    feature = configuration["features"]["customer_update"]
    allowed = feature["allowed_updates"] if feature["enabled"] else []
    params: Row = {
        field: form.get(field, "").strip() for field in TEXTS if field in allowed and field in form
    }
    if "email" in params and not params["email"]:
        raise InvalidRequest("Please enter your e-mail address.", param="email")
    if "address" in allowed:
        params["address"] = _address(form, "address")
    if "shipping" in allowed:
        params["shipping"] = _shipping(form)
    if "tax_id" in allowed and form.get("tax_value"):
        given = {"type": form.get("tax_type", ""), "value": form["tax_value"].strip()}
        tax_ids.new(account, given, customer["id"])
    return customers.update(Call(account, params), customer["id"])


def _address(form: Mapping[str, str], of: str) -> Row:
    return {field: form.get(f"{of}_{field}", "").strip() for field in ADDRESS}


def _shipping(form: Mapping[str, str]) -> Row | str:
    address = _address(form, "shipping")
    if not any(address.values()):
        return ""
    return {"address": address, "name": form.get("shipping_name", "").strip()}


def without_tax_id(account: Account, customer: Row, name: str) -> None:
    """A tax id less."""
    row = account.get("tax_id", name)
    if row["customer"] != customer["id"]:
        raise InvalidRequest("This tax ID is not yours.")
    account.emit("customer.tax_id.deleted", row)
    account.store.drop(row)
