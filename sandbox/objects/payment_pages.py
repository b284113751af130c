"""What the page of a session asks of the server: our own, an embedded one, Stripe.js, or the CLI."""

from typing import Any, TypedDict

from stripe.params import PaymentMethodCreateParams

from sandbox.account import Account
from sandbox.checkout import collected, confirming, page
from sandbox.errors import InvalidRequest
from sandbox.routes import Call, route
from sandbox.shapes import Row

ADDRESS = "/v1/payment_pages/<session>"
NOTHING = "EventRetrieveParams"  # the library has no such call, and no types for it


class Item(TypedDict, total=False):
    """A line item that the customer changes."""

    id: str
    quantity: int
    unit_amount: int


class OptionalItem(TypedDict):
    """An optional item that the customer takes."""

    price: str


class Address(TypedDict, total=False):
    """Where somebody lives."""

    city: str
    country: str
    line1: str
    line2: str
    postal_code: str
    state: str


class Shipping(TypedDict, total=False):
    """Where the goods go."""

    name: str
    phone: str
    address: Address


class TaxId(TypedDict):
    """A tax id of the customer."""

    type: str
    value: str


READ: dict[str, Any] = {"client_secret": str}
CHANGES: dict[str, Any] = READ | {
    "billing_address": Address,
    "business_name": str,
    "consent": dict[str, str],
    "custom_fields": dict[str, Any],
    "email": str,
    "individual_name": str,
    "line_items": list[Item],
    "name": str,
    "optional_items": list[OptionalItem],
    "phone": str,
    "promotion_code": Any,
    "shipping_address": Shipping,
    "shipping_rate": str,
    "tax_id": TaxId,
}
CONFIRMS: dict[str, Any] = CHANGES | {
    "confirmation_token": str,
    "expected_amount": int,
    "payment_method": str,
    "payment_method_data": PaymentMethodCreateParams,
    "return_url": str,
    "save": bool,
}


@route("GET", ADDRESS, NOTHING, legacy=READ, browser=READ, publishable=True)
def retrieve(call: Call, session: str) -> Row:
    """The session as its page may see it, at any time."""
    return page.shown(call.account, _known(call, session))


@route("POST", f"{ADDRESS}/init", NOTHING, legacy=READ, browser=READ, publishable=True)
def begin(call: Call, session: str) -> Row:
    """The first look of a page at its session."""
    return page.shown(call.account, _known(call, session))


@route("POST", ADDRESS, NOTHING, legacy=CHANGES, browser=CHANGES, publishable=True)
def change(call: Call, session: str) -> Row:
    """The customer typed or chose something."""
    row = _edited(call, session)
    confirming.check_open(row)
    collected.take(call, row)
    return page.shown(call.account, row)


@route("POST", f"{ADDRESS}/confirm", NOTHING, legacy=CONFIRMS, browser=CONFIRMS, publishable=True)
def confirm(call: Call, session: str) -> Row:
    """The customer pressed the button."""
    row = _edited(call, session)
    confirming.confirm(call, row)
    return page.shown(call.account, row)


def _known(call: Call, session: str) -> Row:
    row = call.account.get("checkout.session", session)
    _check_secret(call, row)
    return row


def _edited(call: Call, session: str) -> Row:
    return call.account.store.edit(_known(call, session))


def _check_secret(call: Call, row: Row) -> None:
    """The session's id is known only to its page; a client secret that comes along must be right."""
    given = call.params.get("client_secret")
    if given is not None and given != row["client_secret"]:
        raise InvalidRequest(
            "The client_secret provided does not match any Checkout Session on this account.",
            code="resource_missing",
            param="client_secret",
        )


def find(account: Account, session_id: str) -> Row | None:
    """The session as its page may see it, or None; for pages made on the server."""
    row = account.find(session_id, "checkout.session")
    return page.shown(account, row) if row else None
