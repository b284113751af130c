"""Customers."""

from sandbox.account import Account
from sandbox.changes import apply
from sandbox.errors import InvalidRequest
from sandbox.expand import includes
from sandbox.lists import listed
from sandbox.objects import cards_on_file, payment_methods
from sandbox.routes import Call, route
from sandbox.search import searched
from sandbox.shapes import Row

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
LEGACY = {"source": str, "default_source": str}


@route("POST", "/v1/customers", "CustomerCreateParams", legacy=LEGACY)
def create(call: Call) -> Row:
    """A new customer."""
    account, params = call.account, call.params
    customer = account.add(
        "customer",
        balance=0,
        delinquent=False,
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
    _written(call, customer)
    if method := params.get("payment_method"):
        payment_methods.attach_to(account, payment_methods.resolved(account, method), customer)
    account.emit("customer.created", customer)
    if source := params.get("source"):
        cards_on_file.add_to(account, customer, source)
    return customer


def _written(call: Call, customer: Row) -> None:
    params = call.params
    _check_email(params.get("email"))
    apply(customer, params, PLAIN)
    customer["preferred_locales"] = customer["preferred_locales"] or []
    customer["tax_exempt"] = customer["tax_exempt"] or "none"
    if "balance" in params:
        customer["balance"] = params["balance"]
    if default := params.get("default_source"):
        owned = call.account.get("card", default, param="default_source")
        customer["default_source"] = owned["id"]
    if settings := params.get("invoice_settings"):
        customer["invoice_settings"] = customer["invoice_settings"] | {
            key: value or None for key, value in settings.items()
        }
        if method := customer["invoice_settings"]["default_payment_method"]:
            _check_own(call.account, customer, method)


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
    """Customers, newest first."""
    return listed(call, "customer")


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
    account = call.account
    row = account.living("customer", customer)
    account.emit("customer.deleted", row)
    for method in account.where("payment_method", "customer", customer):
        payment_methods.detach_from(account, method)
    stump = account.store.edit(row)
    stump.clear()
    stump.update(id=customer, object="customer", deleted=True)
    return stump


@includes("customer", "subscriptions")
def _subscriptions(account: Account, customer: Row) -> Row:
    url = f"/v1/customers/{customer['id']}/subscriptions"
    return {"object": "list", "data": [], "has_more": False, "url": url}


@includes("customer", "tax_ids")
def _tax_ids(account: Account, customer: Row) -> Row:
    url = f"/v1/customers/{customer['id']}/tax_ids"
    return {"object": "list", "data": [], "has_more": False, "url": url}
