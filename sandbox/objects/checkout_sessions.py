"""Checkout Sessions: opened, changed, expired and listed; paid at their page."""

from sandbox.account import Account
from sandbox.changes import merged
from sandbox.checkout import adding_up, collected, confirming, expiring, items, opening, shipping
from sandbox.errors import InvalidRequest
from sandbox.expand import includes
from sandbox.lists import listed
from sandbox.routes import Call, route
from sandbox.shapes import Row

LEGACY = {"payment_method_types": list[str], "ui_mode": str}
AFTER_WARDS = {"metadata", "expand"}


@route("POST", "/v1/checkout/sessions", "checkout.SessionCreateParams", legacy=LEGACY)
def create(call: Call) -> Row:
    """A new session, open until it is paid or expires."""
    return opening.opened(call, call.params)


@route("GET", "/v1/checkout/sessions", "checkout.SessionListParams")
def list_all(call: Call) -> Row:
    """Newest first."""
    return listed(call, "checkout.session")


@route("GET", "/v1/checkout/sessions/<session>", "checkout.SessionRetrieveParams")
def retrieve(call: Call, session: str) -> Row:
    """One session."""
    return call.account.get("checkout.session", session)


@route("POST", "/v1/checkout/sessions/<session>", "checkout.SessionUpdateParams")
def update(call: Call, session: str) -> Row:
    """Metadata at any time; while it is open what it sells, asks and sends."""
    account, params = call.account, call.params
    row = account.edit("checkout.session", session)
    if "metadata" in params:
        row["metadata"] = merged(row["metadata"], params["metadata"])
    if params.keys() <= AFTER_WARDS:
        return row
    confirming.check_open(row)
    _check_ui_mode(row, params)
    if "payment_intent_data" in params:
        row["_payment_intent_data"] = _changed(row["_payment_intent_data"], params)
    if sent := (params.get("collected_information") or {}).get("shipping_details"):
        collected.send_to(row, sent)
    if "line_items" in params:
        items.rearranged(call, row, params["line_items"])
    if "shipping_options" in params:
        shipping.offer(call, row, params["shipping_options"])
    adding_up.add_up(account, row)
    adding_up.check_chargeable(row)
    return row


ONLY_WITH = {
    "collected_information": ("embedded_page", "elements"),
    "line_items": ("embedded_page", "elements", "form"),
    "payment_intent_data": ("elements",),
}


def _check_ui_mode(row: Row, params: Row) -> None:
    for name, modes in ONLY_WITH.items():
        if name in params and row["ui_mode"] not in modes:
            raise InvalidRequest(
                f"You can only update `{name}` when `ui_mode` is one of {', '.join(modes)}.",
                param=name,
            )


def _changed(known: Row, params: Row) -> Row:
    given = params["payment_intent_data"]
    both = known | {key: value for key, value in given.items() if key != "metadata"}
    if "metadata" in given:
        both["metadata"] = merged(known.get("metadata") or {}, given["metadata"])
    return {key: value for key, value in both.items() if value != ""}


@route("POST", "/v1/checkout/sessions/<session>/expire", "checkout.SessionExpireParams")
def expire(call: Call, session: str) -> Row:
    """End an open session."""
    row = call.account.edit("checkout.session", session)
    expiring.expire(call.account, row)
    return row


@route("GET", "/v1/checkout/sessions/<session>/line_items", "checkout.SessionListLineItemsParams")
def line_items(call: Call, session: str) -> Row:
    """What is sold, in its order."""
    return items.listed(call, call.account.get("checkout.session", session))


@includes("checkout.session", "line_items")
def _line_items(account: Account, answer: Row) -> Row:
    return items.page(account, account.get("checkout.session", answer["id"]))
