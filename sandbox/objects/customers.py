"""Customers."""

from typing import Literal

from sandbox.account import Account
from sandbox.billing import clocked, credit, discounts
from sandbox.changes import apply, filled
from sandbox.errors import InvalidRequest
from sandbox.expand import includes
from sandbox.lists import listed, page_of
from sandbox.objects import cards_on_file, payment_methods, tax_ids
from sandbox.routes import Call, route
from sandbox.search import searched
from sandbox.shapes import Row

OVER = ("canceled", "incomplete_expired")
DEFAULT_CURRENCY = "eur"  # the account's
PLAIN = (
    "address",
    "business_name",
    "description",
    "email",
    "individual_name",
    "invoice_prefix",
    "name",
    "next_invoice_sequence",
    "phone",
    "preferred_locales",
    "shipping",
    "tax_exempt",
)
OR_NONE = Literal[""] | str
LEGACY = {"source": str, "default_source": str, "coupon": OR_NONE, "promotion_code": OR_NONE}


@route("POST", "/v1/customers", "CustomerCreateParams", legacy=LEGACY)
def create(call: Call) -> Row:
    """A new customer, who may live by a test clock."""
    with call.account.on_clock(call.params.get("test_clock")):
        return _created(call)


def _created(call: Call) -> Row:
    account, params = call.account, call.params
    customer = account.add(
        "customer",
        balance=0,
        delinquent=False,
        metadata={},
        invoice_prefix=account.ids.text(8).upper(),
        invoice_settings={
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        next_invoice_sequence=1,
        preferred_locales=[],
        tax_exempt="none",
    )
    if name := params.get("payment_method"):
        method = payment_methods.resolved(account, name)
        payment_methods.attach_to(account, method, customer)
        _same_by_default(params, name, method["id"])
    _written(call, customer)
    if clock := params.get("test_clock"):
        clocked.join(account, customer, clock)
    account.emit("customer.created", customer)
    for data in params.get("tax_id_data", ()):
        tax_ids.new(account, data, customer["id"])
    if source := params.get("source"):
        cards_on_file.add_to(account, customer, source)
    return customer


def _same_by_default(params: Row, name: str, method_id: str) -> None:
    """A magic name (`pm_card_visa`) stands for one and the same card in the whole call."""
    settings = params.get("invoice_settings") or {}
    if settings.get("default_payment_method") == name:
        settings["default_payment_method"] = method_id


def _written(call: Call, customer: Row) -> None:
    params = call.params
    _check_email(params.get("email"))
    apply(customer, params, PLAIN)
    customer["preferred_locales"] = customer["preferred_locales"] or []
    customer["tax_exempt"] = customer["tax_exempt"] or "none"
    _balanced(call.account, customer, params)
    _discounted(call.account, customer, params)
    if default := params.get("default_source"):
        owned = call.account.get("card", default, param="default_source")
        customer["default_source"] = owned["id"]
    if "ip_address" in (params.get("tax") or {}):
        customer["_ip_address"] = params["tax"]["ip_address"] or None
    if settings := params.get("invoice_settings"):
        customer["invoice_settings"] = customer["invoice_settings"] | filled(settings)
        if method := customer["invoice_settings"]["default_payment_method"]:
            _check_own(call.account, customer, method)


def _balanced(account: Account, customer: Row, params: Row) -> None:
    change = params.get("balance", customer["balance"]) - customer["balance"]
    if change:
        kind = "adjustment" if account.store.before(customer["id"]) else "initial"
        credit.written(account, customer, change, customer["currency"] or DEFAULT_CURRENCY, kind)


def _discounted(account: Account, customer: Row, params: Row) -> None:
    """What older versions gave a customer: one coupon or code, or none any more."""
    wish: Row = {name: params[name] for name in ("coupon", "promotion_code") if name in params}
    if any(wish.values()):
        discounts.put_on_customer(account, customer, wish)
    elif wish:
        for own in discounts.on_customer(account, customer["id"]):
            discounts.removed(account, own)


def _check_email(email: str | None) -> None:
    if email and (len(email) > 512 or "@" not in email or " " in email):
        raise InvalidRequest(
            f"Invalid email address: {email[:100]}", code="email_invalid", param="email"
        )


def _check_own(account: Account, customer: Row, method_id: str) -> None:
    method = account.get(
        "payment_method", method_id, param="invoice_settings[default_payment_method]"
    )
    if method["customer"] != customer["id"]:
        raise InvalidRequest(
            f"The customer does not have a payment method with the ID {method_id}. The payment "
            "method must be attached to the customer.",
            code="resource_missing",
            param="invoice_settings[default_payment_method]",
        )


@route("GET", "/v1/customers", "CustomerListParams")
def list_all(call: Call) -> Row:
    """Customers, newest first; those of a test clock only when it is named."""
    return listed(call, "customer", test_clock=call.params.get("test_clock"))


@route("GET", "/v1/customers/search", "CustomerSearchParams")
def search(call: Call) -> Row:
    """Customers by query."""
    return searched(call, "customer")


@route("GET", "/v1/customers/<customer>", "CustomerRetrieveParams")
def retrieve(call: Call, customer: str) -> Row:
    """One customer, or the stump of a deleted one."""
    return call.account.get("customer", customer)


@route("POST", "/v1/customers/<customer>", "CustomerUpdateParams", legacy=LEGACY)
def update(call: Call, customer: str) -> Row:
    """A change."""
    account = call.account
    row = account.store.edit(account.living("customer", customer))
    _written(call, row)
    if source := call.params.get("source"):
        cards_on_file.add_to(account, row, source)
    account.emit_update("customer.updated", row)
    return row


@route("DELETE", "/v1/customers/<customer>", "CustomerDeleteParams")
def delete(call: Call, customer: str) -> Row:
    """Gone for good; its payment methods come loose."""
    return remove(call.account, call.account.living("customer", customer))


def remove(account: Account, row: Row) -> Row:
    """Leave the stump of a customer."""
    customer = row["id"]
    account.emit("customer.deleted", row)
    for method in account.where("payment_method", "customer", customer):
        payment_methods.detach_from(account, method)
    stump = account.store.edit(row)
    stump.clear()
    stump.update(id=customer, object="customer", deleted=True)
    return stump


@includes("customer", "subscriptions")
def _subscriptions(account: Account, customer: Row) -> Row:
    """Those that are not over, newest first."""
    rows = account.where("subscription", "customer", customer["id"])
    going_on = [row for row in reversed(rows) if row["status"] not in OVER]
    return page_of(going_on, f"/v1/customers/{customer['id']}/subscriptions")


@includes("customer", "tax_ids")
def _tax_ids(account: Account, customer: Row) -> Row:
    rows = account.where("tax_id", "customer", customer["id"])
    return page_of(rows[::-1], f"/v1/customers/{customer['id']}/tax_ids")


@includes("customer", "invoice_credit_balance")
def _invoice_credit_balance(account: Account, customer: Row) -> Row:
    """Credit in each currency; above zero is the customer's, the other way round than `balance`."""
    held = account.get("customer", customer["id"]).get("_balances") or {}
    return {currency: -balance for currency, balance in held.items()}


@includes("customer", "tax")
def _tax(account: Account, customer: Row) -> Row:
    """Where the customer would be taxed; nothing is collected of itself here."""
    place = customer["address"] or (customer["shipping"] or {}).get("address") or {}
    source = "billing_address" if customer["address"] else "shipping_destination"
    location = {"country": place.get("country"), "source": source, "state": place.get("state")}
    return {
        "automatic_tax": "not_collecting" if place.get("country") else "unrecognized_location",
        "ip_address": account.get("customer", customer["id"]).get("_ip_address"),
        "location": location if place.get("country") else None,
        "provider": "stripe",
    }
