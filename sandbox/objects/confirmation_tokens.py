"""ConfirmationTokens: all that a payment form collected, for one confirmation on the server."""

from typing import Any

from sandbox import changes
from sandbox.account import Account
from sandbox.errors import InvalidRequest
from sandbox.objects import mandates, method_details, payment_methods
from sandbox.routes import Call, route
from sandbox.shapes import Row, part
from sandbox.store import copied
from sandbox.values import missing

LASTS = 12 * 60 * 60
PREVIEW = "confirmation_token.PaymentMethodPreview"
ONLINE = {"ip_address": "127.0.0.1", "user_agent": "Mozilla/5.0 (Sandbox)"}


@route("POST", "/v1/test_helpers/confirmation_tokens", "test_helpers.ConfirmationTokenCreateParams")
@route("POST", "/v1/confirmation_tokens", "ConfirmationTokenCreateParams", publishable=True)
def create(call: Call) -> Row:
    """A token of a new or a saved payment method."""
    account, params = call.account, call.params
    token = account.add(
        "confirmation_token",
        expires_at=account.now + LASTS,
        payment_method_options=_options(params.get("payment_method_options")),
        return_url=params.get("return_url"),
        setup_future_usage=params.get("setup_future_usage"),
        shipping=_shipping(params.get("shipping")),
        use_stripe_sdk=True,
    )
    method = _collected(account, token, params)
    token["payment_method_preview"] = _preview(method)
    if call.publishable and method["type"] != "card":
        token["mandate_data"] = {"customer_acceptance": {"online": ONLINE, "type": "online"}}
    return token


def _options(given: Row | None) -> Row | None:
    if not given:
        return None
    card = given.get("card") or {}
    plan = (card.get("installments") or {}).get("plan")
    shown = {"plan": {"count": None, "interval": None, **plan}} if plan else None
    return {"card": {"cvc_token": None, "installments": shown}}


def _shipping(given: Row | None) -> Row | None:
    if not given:
        return None
    address = changes.address(given["address"])
    return {"address": address, "name": given["name"], "phone": given.get("phone")}


def _collected(account: Account, token: Row, params: Row) -> Row:
    """The method behind the token; a new one becomes an object only when the token is used."""
    name = params.get("payment_method")
    if data := params.get("payment_method_data"):
        method = method_details.made(account, data, param="payment_method_data")
    elif name:
        method = payment_methods.resolved(account, name)
    else:
        raise missing("payment_method_data")
    if account.store.before(method["id"]) is not None:
        token["_method"] = method["id"]
    else:
        token["_new_method"] = copied(method)
        account.store.drop(method)
    return method


def _preview(method: Row) -> Row:
    preview = part(PREVIEW)
    known = {key: method[key] for key in preview.keys() & method.keys()}
    kind = method["type"]
    details = part(f"{PREVIEW}.{''.join(word.title() for word in kind.split('_'))}")
    known[kind] = {key: method[kind].get(key, value) for key, value in details.items()}
    return preview | known


@route(
    "GET", "/v1/confirmation_tokens/<token>", "ConfirmationTokenRetrieveParams", publishable=True
)
def retrieve(call: Call, token: str) -> Row:
    """One token; what became of it is in `payment_intent` or `setup_intent`."""
    return call.account.get("confirmation_token", token, param="confirmation_token")


def used(account: Account, token_id: str, intent: Row) -> Row:
    """The payment method for confirming this intent, once; the rest of what was collected is
    written into the intent."""
    token = account.edit("confirmation_token", token_id, param="confirmation_token")
    _check_unused(account, token, intent)
    _check_agrees(token, intent)
    token[intent["object"]] = intent["id"]
    method = _method(account, token)
    for field, value in _taken_over(token).items():
        if field in intent and value:
            intent[field] = copied({"": value})[""]
    if token["return_url"]:
        intent["_return_url"] = token["return_url"]
    if token["mandate_data"] and method["type"] != "card":
        mandates.give(account, method, token["mandate_data"]["customer_acceptance"])
    return method


def _check_unused(account: Account, token: Row, intent: Row) -> None:
    before = token["payment_intent"] or token["setup_intent"]
    if before:
        raise InvalidRequest(
            f"This ConfirmationToken has already been used to confirm {before}. A "
            "ConfirmationToken can only be used once.",
            param="confirmation_token",
        )
    if token["expires_at"] <= account.now:
        raise InvalidRequest(
            "This ConfirmationToken has expired. Create a new ConfirmationToken and try again.",
            param="confirmation_token",
        )


def _check_agrees(token: Row, intent: Row) -> None:
    mine, theirs = token["setup_future_usage"], intent.get("setup_future_usage")
    if mine and theirs and mine != theirs:
        raise InvalidRequest(
            f"The provided setup_future_usage ({theirs}) does not match the setup_future_usage "
            f"from the ConfirmationToken ({mine}).",
            param="setup_future_usage",
        )


def _method(account: Account, token: Row) -> Row:
    if known := token.get("_method"):
        return account.edit("payment_method", known)
    made = copied(token["_new_method"]) | {"created": account.now}
    return account.store.add(made)


def _taken_over(token: Row) -> dict[str, Any]:
    shipping = changes.shipping(token["shipping"])
    return {"setup_future_usage": token["setup_future_usage"], "shipping": shipping}
