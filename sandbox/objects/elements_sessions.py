"""What Stripe.js asks before it shows a form: which methods are on offer, and whose cards it knows."""

from typing import Any

from sandbox.account import Account
from sandbox.errors import InvalidRequest, no_such
from sandbox.objects.accounts import NAME
from sandbox.objects.intents import check_client_secret, chosen_types, client_side
from sandbox.objects.payment_methods import detach_from
from sandbox.routes import Call, route
from sandbox.shapes import Row

ASKED: dict[str, Any] = {
    "type": str,
    "locale": str,
    "customer_session_client_secret": str,
    "deferred_intent": dict[str, Any],
}
INTENTS = {"pi": "payment_intent", "seti": "setup_intent"}


@route(
    "GET",
    "/v1/elements/sessions",
    "EventRetrieveParams",
    publishable=True,
    browser=ASKED,
)
def create(call: Call) -> Row:
    """The methods in their order, the intent if there is one, and the customer's saved methods."""
    intent = _intent(call)
    types = intent["payment_method_types"] if intent else _deferred(call.params)
    offer = {
        "object": "payment_method_preference",
        "country_code": "DE",
        "ordered_payment_method_types": types,
        "type": intent["object"] if intent else "deferred_intent",
    }
    if intent:
        offer[intent["object"]] = client_side(call, intent)
    return {
        "object": "elements_session",
        "business_name": NAME,
        "customer": _customer(call, types),
        "merchant_country": "DE",
        "payment_method_preference": offer,
    }


def _intent(call: Call) -> Row | None:
    secret = call.params.get("client_secret")
    if not secret:
        return None
    intent_id = secret.partition("_secret_")[0]
    kind = INTENTS.get(intent_id.partition("_")[0], "payment_intent")
    intent = call.account.get(kind, intent_id, param="intent")
    check_client_secret(call, intent)
    return intent


def _deferred(params: Row) -> list[str]:
    wanted = params.get("deferred_intent") or {}
    return chosen_types(wanted, wanted.get("currency"), automatic=True)


def _customer(call: Call, types: list[str]) -> Row | None:
    secret = call.params.get("customer_session_client_secret")
    if not secret:
        return None
    session = _session(call.account, secret)
    features = _features(session)
    return {
        "customer_session": {"customer": session["customer"], "features": features},
        "payment_methods": _saved(call.account, session["customer"], features, types),
    }


def _session(account: Account, secret: str) -> Row:
    found = account.where("customer_session", "client_secret", secret)
    if not found:
        raise no_such("customer_session", secret, param="customer_session_client_secret")
    if found[0]["expires_at"] <= account.now:
        raise InvalidRequest(
            "The customer session has expired. Create a new customer session on your server.",
            code="customer_session_expired",
            param="customer_session_client_secret",
        )
    return found[0]


def _features(session: Row) -> Row:
    form = (session["components"] or {}).get("payment_element") or {}
    return (form.get("enabled") and form.get("features")) or {}


def _saved(account: Account, customer: str, features: Row, types: list[str]) -> list[Row]:
    if features.get("payment_method_redisplay") != "enabled":
        return []
    shown = features.get("payment_method_allow_redisplay_filters") or ["always"]
    newest_first = reversed(account.where("payment_method", "customer", customer))
    rows = [row for row in newest_first if row["type"] in types and row["allow_redisplay"] in shown]
    return rows[: features.get("payment_method_redisplay_limit") or 3]


@route(
    "POST",
    "/v1/elements/payment_methods/<method>/detach",
    "PaymentMethodDetachParams",
    publishable=True,
    browser=ASKED,
)
def detach(call: Call, method: str) -> Row:
    """The customer takes a saved method away, where the session lets them."""
    session = _session(call.account, call.params.get("customer_session_client_secret") or "")
    row = call.account.get("payment_method", method)
    if row["customer"] != session["customer"]:
        raise no_such("PaymentMethod", method)
    if _features(session).get("payment_method_remove") != "enabled":
        raise InvalidRequest("This customer session does not allow payment methods to be removed.")
    return detach_from(call.account, row)
