"""What PaymentIntents and SetupIntents have in common."""

import re

from sandbox.errors import InvalidRequest
from sandbox.objects.method_details import KINDS
from sandbox.routes import Call
from sandbox.shapes import Row
from sandbox.values import missing

_CLIENT_SIDE = """
id object amount amount_details automatic_payment_methods canceled_at cancellation_reason
capture_method client_secret confirmation_method created currency description last_payment_error
last_setup_error livemode next_action payment_method payment_method_configuration_details
payment_method_types processing receipt_email setup_future_usage shipping source status usage
"""
CLIENT_SIDE = frozenset(_CLIENT_SIDE.split())
CURRENCY_TYPES = {"sepa_debit": "eur", "us_bank_account": "usd"}


def chosen_types(given: Row, currency: str | None, *, automatic: bool) -> list[str]:
    """The payment methods on offer: cards always, bank debits where the currency fits."""
    offered = ["card"]
    if automatic:
        offered += [kind for kind, wants in CURRENCY_TYPES.items() if currency in (wants, None)]
    allowed = given.get("allowed_payment_method_types")
    excluded = given.get("excluded_payment_method_types") or []
    if allowed and excluded:
        raise InvalidRequest(
            "You may only specify one of these parameters: allowed_payment_method_types, "
            "excluded_payment_method_types."
        )
    left = [kind for kind in offered if kind not in excluded and (not allowed or kind in allowed)]
    if not left:
        raise InvalidRequest(
            "No valid payment method types for this PaymentIntent. Please ensure that you have "
            "activated payment methods compatible with your chosen currency in your dashboard.",
            code="payment_intent_no_valid_payment_method_types",
        )
    return left


LIMITS = ("allowed_payment_method_types", "excluded_payment_method_types")


def limit_types(row: Row, params: Row, currency: str | None) -> None:
    """Write down which payment methods are allowed or excluded, and choose anew among them."""
    for field in LIMITS:
        if field in params:
            row[field] = params[field] or None
    row["payment_method_types"] = chosen_types(
        row, currency, automatic=bool(row["automatic_payment_methods"])
    )


def legacy_types(params: Row) -> list[str] | None:
    """`payment_method_types` as older API versions took it."""
    types = params.get("payment_method_types")
    for kind in types or []:
        if kind not in KINDS:
            raise InvalidRequest(
                f"The payment method type \"{kind}\" is invalid. Please ensure the provided type "
                "is activated in your dashboard and your account is enabled for any preview "
                "features that you are trying to use.",
                code="payment_intent_invalid_parameter",
                param="payment_method_types",
            )  # fmt: skip
    return types or None


def check_client_secret(call: Call, row: Row) -> None:
    """A browser must show the intent's own secret; a server that sends one must be right, too."""
    sent = call.params.get("client_secret")
    if sent is None and not call.publishable:
        return
    if sent is None:
        raise missing("client_secret")
    if sent != row["client_secret"]:
        name = "PaymentIntent" if row["object"] == "payment_intent" else "SetupIntent"
        raise InvalidRequest(
            f"The client_secret provided does not match the client_secret associated with this "
            f"{name}.",
            code="resource_missing" if not re.match(r"(pi|seti)_", sent) else None,
            param="client_secret",
        )


def refuse_if_of_checkout(row: Row) -> None:
    """Whoever wants to end a Checkout Session's intent expires the session."""
    if not row.get("_session") or row["status"] == "requires_capture":
        return
    name = "PaymentIntents" if row["object"] == "payment_intent" else "SetupIntents"
    raise InvalidRequest(f"You cannot perform this action on {name} created by Checkout.")


def client_side(call: Call, row: Row) -> Row:
    """The whole for a server, what a browser may see for a browser."""
    if not call.publishable:
        return row
    return {key: value for key, value in row.items() if key in CLIENT_SIDE}


def next_action(call: Call, row: Row, source: str) -> Row:
    """Where the customer proves who they are."""
    where = f"{call.base_url}/3ds/{row['id']}?client_secret={row['client_secret']}"
    if row.get("_return_url") and not call.params.get("use_stripe_sdk"):
        redirect = {"return_url": row["_return_url"], "url": f"{where}&source={source}"}
        return {"redirect_to_url": redirect, "type": "redirect_to_url"}
    return {
        "type": "use_stripe_sdk",
        "use_stripe_sdk": {
            "source": source,
            "stripe_js": where,
            "type": "three_d_secure_redirect",
        },
    }


def check_return_url(call: Call, row: Row) -> None:
    """Automatic payment methods may redirect: then Stripe wants to know where to come back to."""
    automatic = row["automatic_payment_methods"]
    if call.publishable or not call.pinned or not automatic:
        return
    if automatic["allow_redirects"] == "never" or row.get("_return_url"):
        return
    name = "PaymentIntent" if row["object"] == "payment_intent" else "SetupIntent"
    raise InvalidRequest(
        f"This {name} is configured to accept payment methods enabled in your Dashboard. Because "
        "some of these payment methods might redirect your customer off of your page, you must "
        "provide a `return_url`. If you don't want to accept redirect-based payment methods, set "
        "`automatic_payment_methods[enabled]` to `true` and "
        "`automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and "
        "Payment Intents.",
        code="payment_intent_invalid_parameter" if name == "PaymentIntent" else None,
        param="return_url",
    )
