"""Tax ids of customers and of the account, and what their authority says of them."""

from typing import Any

from sandbox.account import Account
from sandbox.agenda import when_due
from sandbox.billing import tax_id_forms
from sandbox.errors import InvalidRequest, no_such
from sandbox.lists import listed
from sandbox.routes import Call, route
from sandbox.shapes import Row
from sandbox.values import missing

OF_CUSTOMER = "/v1/customers/<customer>/tax_ids"
SECONDS_TO_VERIFY = 60
MOST = 5


@route("POST", OF_CUSTOMER, "CustomerCreateTaxIdParams")
def create_for_customer(call: Call, customer: str) -> Row:
    """A customer's tax id."""
    call.account.living("customer", customer)
    return new(call.account, call.params, customer)


@route("POST", "/v1/tax_ids", "TaxIdCreateParams")
def create(call: Call) -> Row:
    """A tax id of the account itself, or of the customer named as owner."""
    return new(call.account, call.params, _customer(call))


def _customer(call: Call) -> str | None:
    owner = call.params.get("owner") or {"type": "self"}
    if owner["type"] != "customer":
        return None
    if "customer" not in owner:
        raise missing("owner[customer]")
    owned: str = call.account.living("customer", owner["customer"], param="owner[customer]")["id"]
    return owned


def new(account: Account, params: Row, customer: str | None) -> Row:
    """A tax id as parameters give it; of the account, where there is no customer."""
    kind, value = params["type"], tax_id_forms.checked(params["type"], params["value"])
    if customer is not None:
        _check_few(account, customer)
    row = account.add(
        "tax_id",
        country=tax_id_forms.country_of(kind, value),
        customer=customer,
        owner=_owner(customer),
        type=kind,
        value=value,
        verification=_verification(account, kind) if customer else None,
    )
    if customer is None:
        return row
    account.emit("customer.tax_id.created", row)
    if row["verification"]["status"] == "pending":
        account.later(SECONDS_TO_VERIFY, "tax_id_verified", row["id"])
    return row


def _check_few(account: Account, customer: str) -> None:
    if len(account.where("tax_id", "customer", customer)) >= MOST:
        raise InvalidRequest(f"A customer can have at most {MOST} tax IDs.")


def _owner(customer: str | None) -> Row:
    owner: dict[str, Any] = dict.fromkeys(("account", "application", "customer_account"))
    return owner | {"customer": customer, "type": "customer" if customer else "self"}


def _verification(account: Account, kind: str) -> Row:
    status = "pending" if kind in tax_id_forms.AUTHORITIES else "unavailable"
    return {"status": status, "verified_address": None, "verified_name": None}


@when_due("tax_id_verified")
def _verified(account: Account, tax_id: str) -> None:
    row = account.find(tax_id, "tax_id")
    if row is None:
        return
    status = tax_id_forms.outcome(row["value"])
    if status == "pending":
        return
    row = account.store.edit(row)
    owner = account.find(row["customer"], "customer") or {}
    known = status == "verified"
    row["verification"] = {
        "status": status,
        "verified_address": _address(owner) if known else None,
        "verified_name": owner.get("name") if known else None,
    }
    account.emit_update("customer.tax_id.updated", row)


def _address(customer: Row) -> str | None:
    lines = (customer.get("address") or {}).values()
    return ", ".join(line for line in lines if line) or None


@route("GET", OF_CUSTOMER, "CustomerListTaxIdsParams")
def list_of_customer(call: Call, customer: str) -> Row:
    """A customer's, newest first."""
    call.account.get("customer", customer)
    return listed(call, "tax_id", customer=customer)


@route("GET", "/v1/tax_ids", "TaxIdListParams")
def list_all(call: Call) -> Row:
    """The account's own, or those of the owner that is named."""
    customer = _customer(call)
    call.params.pop("owner", None)
    return listed(call, "tax_id", customer=customer)


@route("GET", f"{OF_CUSTOMER}/<tax_id>", "CustomerRetrieveTaxIdParams")
def retrieve_of_customer(call: Call, customer: str, tax_id: str) -> Row:
    """One of a customer's."""
    return _of(call.account, customer, tax_id)


def _of(account: Account, customer: str, tax_id: str) -> Row:
    row = account.get("tax_id", tax_id)
    if row["customer"] != customer:
        raise no_such("tax_id", tax_id)
    return row


@route("GET", "/v1/tax_ids/<tax_id>", "TaxIdRetrieveParams")
def retrieve(call: Call, tax_id: str) -> Row:
    """One tax id."""
    return call.account.get("tax_id", tax_id)


@route("DELETE", f"{OF_CUSTOMER}/<tax_id>", "CustomerDeleteTaxIdParams")
def delete_of_customer(call: Call, customer: str, tax_id: str) -> Row:
    """A customer's is gone."""
    return _deleted(call.account, _of(call.account, customer, tax_id))


@route("DELETE", "/v1/tax_ids/<tax_id>", "TaxIdDeleteParams")
def delete(call: Call, tax_id: str) -> Row:
    """Any is gone."""
    return _deleted(call.account, call.account.get("tax_id", tax_id))


def _deleted(account: Account, row: Row) -> Row:
    if row["customer"]:
        account.emit("customer.tax_id.deleted", row)
    account.store.drop(row)
    return {"id": row["id"], "object": "tax_id", "deleted": True}
