"""A visit to a payment link makes a session as the link says."""

import re

from sandbox.account import Account
from sandbox.checkout import adding_up, codes, collected, items, opening
from sandbox.errors import StripeError
from sandbox.routes import Call
from sandbox.shapes import Row

TAKEN_OVER = (
    "allow_promotion_codes",
    "automatic_tax",
    "billing_address_collection",
    "consent_collection",
    "custom_text",
    "name_collection",
    "phone_number_collection",
    "shipping_address_collection",
    "shipping_options",
    "submit_type",
    "tax_id_collection",
)
IN_MODE = {
    "payment": ("customer_creation", "invoice_creation", "payment_intent_data"),
    "subscription": ("payment_method_collection", "subscription_data"),
}
REFERENCE = re.compile(r"[A-Za-z0-9_\-]{1,200}\Z")
AFTERWARDS = "https://stripe.com"


def mode_of(account: Account, link: Row) -> str:
    """A link to anything that recurs makes subscriptions."""
    kinds = {row["price"]["type"] for row in items.of(account, link)}
    return "subscription" if "recurring" in kinds else "payment"


def visit(call: Call, link: Row, asked: Row) -> Row:
    """A new session of an active link; `asked` is what its address says after the `?`."""
    account = call.account
    session = opening.opened(call, _params(account, link), payment_link=link["id"])
    session["_after_completion"] = dict(link["after_completion"])
    session["custom_fields"] = _questions(link)
    _prefill(session, asked)
    code = asked.get("prefilled_promo_code")
    if code and session["allow_promotion_codes"]:
        _try_code(account, session, code)
    return session


def _params(account: Account, link: Row) -> Row:
    mode = mode_of(account, link)
    params: Row = {
        "line_items": [_item(row) for row in items.of(account, link)],
        "metadata": dict(link["metadata"]),
        "mode": mode,
        "success_url": (link["after_completion"]["redirect"] or {}).get("url") or AFTERWARDS,
    }
    for name in (*TAKEN_OVER, *IN_MODE[mode]):
        given = link.get(f"_{name}", link.get(name))
        if given:
            params[name] = given
    if link["optional_items"]:
        params["optional_items"] = link["optional_items"]
    if link["payment_method_types"]:
        params["payment_method_types"] = link["payment_method_types"]
    return params


def _item(row: Row) -> Row:
    item = {"price": row["price"]["id"], "quantity": row["quantity"], "_known": True}
    bounds = row["adjustable_quantity"]
    return item | ({"adjustable_quantity": bounds} if bounds else {})


def _questions(link: Row) -> list[Row]:
    return [
        {**field, field["type"]: {**field[field["type"]], "value": None}}
        for field in link["custom_fields"]
    ]


def _prefill(session: Row, asked: Row) -> None:
    reference, email = asked.get("client_reference_id"), asked.get("prefilled_email")
    if reference and REFERENCE.match(reference):
        session["client_reference_id"] = reference
    if locked := asked.get("locked_prefilled_email"):
        if collected.EMAIL.match(locked):
            session["customer_email"] = locked
            collected.details_of(session)["email"] = locked
    elif email:
        session["_prefill"] = {"email": email[:512]}


def _try_code(account: Account, session: Row, code: str) -> None:
    """One that does not fit is passed over, as if nobody had written it into the address."""
    try:
        codes.type_in(account, session, code)
    except StripeError:
        return
    adding_up.add_up(account, session)
