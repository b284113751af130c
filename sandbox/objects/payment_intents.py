"""PaymentIntents: create, change, confirm, cancel."""

from sandbox import changes, money
from sandbox.account import Account
from sandbox.errors import InvalidRequest, StripeError
from sandbox.lists import listed
from sandbox.objects import method_details, payment_attempts, payment_methods, refunds
from sandbox.objects.intents import (
    LIMITS,
    check_client_secret,
    client_side,
    legacy_types,
    limit_types,
    refuse_if_of_checkout,
)
from sandbox.routes import Call, route
from sandbox.search import searched
from sandbox.shapes import Row, declared_options

LEGACY = {
    "payment_method_types": list[str],
    "source": str,
    "use_stripe_sdk": bool,
    "save_payment_method": bool,
}
PLAIN = (
    "description",
    "receipt_email",
    "setup_future_usage",
    "shipping",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_group",
    "payment_method_options",
)
IN_CONFIRM = ("payment_method_options", "receipt_email", "setup_future_usage", "shipping")
OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")


@route("POST", "/v1/payment_intents", "PaymentIntentCreateParams", legacy=LEGACY)
def create(call: Call) -> Row:
    """A new intent, confirmed at once if asked."""
    account, params = call.account, call.params
    currency = money.checked_currency(params["currency"])
    intent = account.add(
        "payment_intent",
        amount=money.checked_amount(params["amount"], currency),
        amount_capturable=0,
        amount_details={"tip": {}},
        amount_received=0,
        capture_method=params.get("capture_method") or "automatic_async",
        confirmation_method=params.get("confirmation_method") or "automatic",
        currency=currency,
        payment_method_options={},
        status="requires_payment_method",
    )
    if not call.pinned and "capture_method" not in params:
        intent["capture_method"] = "automatic"
    intent["client_secret"] = f"{intent['id']}_secret_{account.ids.text(25)}"
    _types(call, intent)
    _written(call, intent)
    account.emit("payment_intent.created", intent)
    if params.get("confirm"):
        payment_attempts.confirm(call, intent)
    else:
        _refuse_without_confirm(params)
    return intent


def _refuse_without_confirm(params: Row) -> None:
    for field in ("off_session", "mandate_data", "error_on_requires_action", "confirmation_token"):
        if field in params:
            raise InvalidRequest(
                f"When creating a PaymentIntent, `{field}` can only be provided if `confirm` is "
                "true.",
                param=field,
            )


def _types(call: Call, intent: Row) -> None:
    params = call.params
    sent = legacy_types(params)
    automatic = params.get("automatic_payment_methods") or {}
    if sent and automatic.get("enabled"):
        raise InvalidRequest(
            "You may only specify one of these parameters: automatic_payment_methods, "
            "payment_method_types."
        )
    if call.pinned or automatic.get("enabled"):
        redirects = automatic.get("allow_redirects", "always")
        intent["automatic_payment_methods"] = {"allow_redirects": redirects, "enabled": True}
    limit_types(intent, params, intent["currency"])
    intent["payment_method_types"] = sent or intent["payment_method_types"]


def _written(call: Call, intent: Row) -> None:
    account, params = call.account, call.params
    if customer := params.get("customer"):
        intent["customer"] = account.living("customer", customer, param="customer")["id"]
    changes.apply(intent, params, PLAIN)
    _show_options(intent)
    _check_descriptor(intent)
    if "return_url" in params:
        intent["_return_url"] = params["return_url"]
    chosen = _chosen(call, intent)
    if chosen is not None:
        payment_attempts.check_usable(intent, chosen)
        intent["payment_method"] = chosen["id"]
        intent["status"] = "requires_confirmation"


def _check_descriptor(intent: Row) -> None:
    text = intent["statement_descriptor"]
    if text is not None and not (5 <= len(text) <= 22):
        raise InvalidRequest(
            "The statement descriptor must be between 5 and 22 characters long.",
            param="statement_descriptor",
        )


def _chosen(call: Call, intent: Row) -> Row | None:
    account, params = call.account, call.params
    if params.get("confirm"):
        return None  # confirming chooses it
    if data := params.get("payment_method_data"):
        return method_details.made(account, data, param="payment_method_data")
    if name := params.get("payment_method") or params.get("source"):
        return payment_methods.resolved(account, name)
    return None


@route("GET", "/v1/payment_intents", "PaymentIntentListParams")
def list_all(call: Call) -> Row:
    """Newest first."""
    return listed(call, "payment_intent")


@route("GET", "/v1/payment_intents/search", "PaymentIntentSearchParams")
def search(call: Call) -> Row:
    """Intents by query."""
    return searched(call, "payment_intent")


@route(
    "GET",
    "/v1/payment_intents/<intent>",
    "PaymentIntentRetrieveParams",
    publishable=True,
)
def retrieve(call: Call, intent: str) -> Row:
    """One intent; a browser shows its client secret."""
    row = call.account.get("payment_intent", intent, param="intent")
    check_client_secret(call, row)
    return client_side(call, row)


@route("POST", "/v1/payment_intents/<intent>", "PaymentIntentUpdateParams", legacy=LEGACY)
def update(call: Call, intent: str) -> Row:
    """A change, as far as its state allows."""
    account, params = call.account, call.params
    row = account.edit("payment_intent", intent, param="intent")
    if row["status"] not in OPEN:
        _check_only_notes(row, params)
    if row.get("_invoice"):
        _check_not_of_invoice(row, params)
    if "amount" in params or "currency" in params:
        wanted = {field: row[field] for field in ("amount", "currency")} | params
        currency = money.checked_currency(wanted["currency"])
        row["amount"] = money.checked_amount(wanted["amount"], currency)
        row["currency"] = currency
        if row["status"] == "requires_action":
            row.update(status="requires_confirmation", next_action=None)
    _retyped(row, params)
    _written(call, row)
    return row


def _check_not_of_invoice(row: Row, params: Row) -> None:
    for field in ("amount", "currency", "customer"):
        if field in params:
            raise InvalidRequest(
                f"The `{field}` of a PaymentIntent that belongs to an invoice "
                f"({row['_invoice']}) cannot be changed. Change the invoice instead.",
                param=field,
            )


ALWAYS = {"metadata", "description", "receipt_email", "shipping", "expand", "transfer_group"}


def _check_only_notes(row: Row, params: Row) -> None:
    for field in params:
        if field not in ALWAYS:
            raise unexpected(
                row,
                f"This PaymentIntent's {field} could not be updated because it has a status of "
                f"{row['status']}. You may only update the {field} of a PaymentIntent with one of "
                f"the following statuses: {', '.join(OPEN)}.",
                param=field,
            )


def unexpected(row: Row, words: str, *, param: str | None = None) -> StripeError:
    """The refusal of a step that the intent's state does not allow."""
    return InvalidRequest(
        words, code="payment_intent_unexpected_state", param=param, payment_intent=row
    )


@route(
    "POST",
    "/v1/payment_intents/<intent>/confirm",
    "PaymentIntentConfirmParams",
    legacy=LEGACY,
    publishable=True,
)
def confirm(call: Call, intent: str) -> Row:
    """Try to pay."""
    row = call.account.edit("payment_intent", intent, param="intent")
    check_client_secret(call, row)
    refuse_if_of_checkout(row)
    if call.publishable and row["confirmation_method"] == "manual":
        raise unexpected(
            row,
            "You cannot confirm with a publishable key a PaymentIntent whose confirmation_method "
            "is manual. Confirm it on your server.",
        )
    _types_for_confirm(call, row)
    payment_attempts.confirm(call, row)
    return client_side(call, row)


def _retyped(row: Row, params: Row) -> None:
    if row["automatic_payment_methods"] or any(field in params for field in LIMITS):
        limit_types(row, params, row["currency"])
    if sent := legacy_types(params):
        row["payment_method_types"] = sent
    if params.get("capture_method"):
        row["capture_method"] = params["capture_method"]


def _types_for_confirm(call: Call, row: Row) -> None:
    _retyped(row, call.params)
    changes.apply(row, call.params, IN_CONFIRM)
    _show_options(row)


def _show_options(intent: Row) -> None:
    intent["payment_method_options"] = declared_options(
        "payment_intent", intent["payment_method_options"] or {}
    )


CANCELABLE = (
    "requires_payment_method",
    "requires_capture",
    "requires_confirmation",
    "requires_action",
    "processing",
)


@route("POST", "/v1/payment_intents/<intent>/cancel", "PaymentIntentCancelParams")
def cancel(call: Call, intent: str) -> Row:
    """No money will move; what was held is let go."""
    row = call.account.edit("payment_intent", intent, param="intent")
    if row["status"] not in CANCELABLE:
        raise unexpected(
            row,
            f"You cannot cancel this PaymentIntent because it has a status of {row['status']}. "
            "Only a PaymentIntent with one of the following statuses may be canceled: "
            f"{', '.join(CANCELABLE)}.",
        )
    if row.get("_invoice"):
        raise unexpected(
            row,
            "You cannot cancel this PaymentIntent because it belongs to an invoice "
            f"({row['_invoice']}). Void the invoice instead.",
        )
    refuse_if_of_checkout(row)
    if row["status"] == "processing":
        raise unexpected(
            row,
            "You cannot cancel this PaymentIntent because its payment is already on its way to "
            "the bank (status processing).",
        )
    return end(call.account, row, call.params.get("cancellation_reason"))


def end(account: Account, row: Row, reason: str | None) -> Row:
    """Cancel an intent."""
    was_held = row["status"] == "requires_capture"
    row.update(
        status="canceled",
        amount_capturable=0,
        canceled_at=account.now,
        cancellation_reason=reason,
        next_action=None,
    )
    if was_held:
        expired = "expired_uncaptured_charge" if reason == "automatic" else None
        charge = account.edit("charge", row["latest_charge"])
        refunds.release(account, charge, charge["amount"], reason=expired)
    account.emit("payment_intent.canceled", row)
    return row
