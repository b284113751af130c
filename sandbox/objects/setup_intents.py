"""SetupIntents: saving a payment method for later, 3-D Secure included."""

from sandbox import cards, changes
from sandbox.account import Account
from sandbox.errors import CardError, InvalidRequest, StripeError
from sandbox.lists import listed
from sandbox.objects import confirmation_tokens, mandates, method_details, payment_methods
from sandbox.objects.intents import (
    LIMITS,
    check_client_secret,
    check_return_url,
    client_side,
    legacy_types,
    limit_types,
    next_action,
    refuse_if_of_checkout,
)
from sandbox.routes import Call, route
from sandbox.shapes import Row

LEGACY = {"payment_method_types": list[str], "use_stripe_sdk": bool}
OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")
ONLY_CONFIRMED = (
    "When creating a SetupIntent, `confirmation_token` can only be provided if `confirm` is true."
)
NOT_AUTHENTICATED = (
    "We are unable to authenticate your payment method. Please choose a different payment method "
    "and try again."
)


@route("POST", "/v1/setup_intents", "SetupIntentCreateParams", legacy=LEGACY)
def create(call: Call) -> Row:
    """A new intent, confirmed at once if asked."""
    account, params = call.account, call.params
    intent = account.add(
        "setup_intent",
        usage=params.get("usage") or "off_session",
        payment_method_options={},
        status="requires_payment_method",
    )
    intent["client_secret"] = f"{intent['id']}_secret_{account.ids.text(25)}"
    automatic = params.get("automatic_payment_methods") or {}
    if call.pinned or automatic.get("enabled"):
        redirects = automatic.get("allow_redirects", "always")
        intent["automatic_payment_methods"] = {"allow_redirects": redirects, "enabled": True}
    limit_types(intent, params, None)
    intent["payment_method_types"] = legacy_types(params) or intent["payment_method_types"]
    _written(call, intent)
    account.emit("setup_intent.created", intent)
    if params.get("confirm"):
        attempt(call, intent)
    return intent


def _written(call: Call, intent: Row) -> None:
    account, params = call.account, call.params
    if customer := params.get("customer"):
        intent["customer"] = account.living("customer", customer, param="customer")["id"]
    changes.apply(intent, params, ("description", "attach_to_self", "flow_directions"))
    if "return_url" in params:
        intent["_return_url"] = params["return_url"]
    if params.get("confirm"):
        return
    if "confirmation_token" in params:
        raise InvalidRequest(ONLY_CONFIRMED, param="confirmation_token")
    chosen = _given_method(call, intent)
    if chosen is not None:
        _check_usable(intent, chosen)
        intent.update(payment_method=chosen["id"], status="requires_confirmation")


def _given_method(call: Call, intent: Row) -> Row | None:
    account, params = call.account, call.params
    if token := params.get("confirmation_token"):
        return confirmation_tokens.used(account, token, intent)
    if data := params.get("payment_method_data"):
        return method_details.made(account, data, param="payment_method_data")
    if name := params.get("payment_method"):
        return payment_methods.resolved(account, name)
    return None


def _check_usable(intent: Row, method: Row) -> None:
    if method["type"] not in intent["payment_method_types"]:
        raise InvalidRequest(
            f"The PaymentMethod provided ({method['type']}) is not allowed for this SetupIntent. "
            "Please attach a PaymentMethod of one of the following types: "
            f"{', '.join(intent['payment_method_types'])}.",
            param="payment_method",
        )
    if method.get("_spent"):
        raise InvalidRequest(payment_methods.SPENT, code="payment_method_unexpected_state")
    if method["customer"] not in (None, intent["customer"]):
        raise InvalidRequest(
            f"The payment method supplied ({method['id']}) belongs to the Customer "
            f"{method['customer']}. Please include the Customer in the `customer` parameter on the "
            "SetupIntent.",
            param="payment_method",
        )


@route("GET", "/v1/setup_intents", "SetupIntentListParams")
def list_all(call: Call) -> Row:
    """Newest first."""
    call.params.pop("attach_to_self", None)
    return listed(call, "setup_intent")


@route(
    "GET",
    "/v1/setup_intents/<intent>",
    "SetupIntentRetrieveParams",
    publishable=True,
)
def retrieve(call: Call, intent: str) -> Row:
    """One intent; a browser shows its client secret."""
    row = call.account.get("setup_intent", intent, param="intent")
    check_client_secret(call, row)
    return client_side(call, row)


@route("POST", "/v1/setup_intents/<intent>", "SetupIntentUpdateParams", legacy=LEGACY)
def update(call: Call, intent: str) -> Row:
    """A change while it is open; metadata and description at any time."""
    row = call.account.edit("setup_intent", intent, param="intent")
    if row["status"] not in OPEN and set(call.params) - {"metadata", "description", "expand"}:
        raise _unexpected(
            row, f"You cannot update this SetupIntent because it has a status of {row['status']}."
        )
    if row["automatic_payment_methods"] or any(field in call.params for field in LIMITS):
        limit_types(row, call.params, None)
    row["payment_method_types"] = legacy_types(call.params) or row["payment_method_types"]
    _written(call, row)
    return row


def _unexpected(row: Row, words: str) -> StripeError:
    return InvalidRequest(words, code="setup_intent_unexpected_state", setup_intent=row)


@route(
    "POST",
    "/v1/setup_intents/<intent>/confirm",
    "SetupIntentConfirmParams",
    legacy=LEGACY,
    publishable=True,
)
def confirm(call: Call, intent: str) -> Row:
    """Ask the bank whether the method is good."""
    row = call.account.edit("setup_intent", intent, param="intent")
    check_client_secret(call, row)
    refuse_if_of_checkout(row)
    if any(field in call.params for field in LIMITS):
        limit_types(row, call.params, None)
    attempt(call, row)
    return client_side(call, row)


def attempt(call: Call, intent: Row) -> None:
    """Ask the bank with the method in the parameters, or the one the intent already has."""
    account = call.account
    if intent["status"] not in OPEN:
        raise _unexpected(
            intent,
            f"You cannot confirm this SetupIntent because it has a status of {intent['status']}. "
            "Only a SetupIntent with one of the following statuses may be confirmed: "
            f"{', '.join(OPEN)}.",
        )
    if "return_url" in call.params:
        intent["_return_url"] = call.params["return_url"]
    method = _given_method(call, intent) or _own_method(account, intent)
    _check_usable(intent, method)
    check_return_url(call, intent)
    intent.update(payment_method=method["id"], next_action=None)
    if method["type"] != "card":
        mandates.check(call, intent, method)
        intent["mandate"] = method.get("_mandate")
        return _succeeded(account, intent, method)
    card = payment_methods.test_card(method)
    if card.authentication in ("always", "unless_set_up"):
        intent["status"] = "requires_action"
        intent["next_action"] = next_action(call, intent, account.ids.new("setatt"))
        account.emit("setup_intent.requires_action", intent)
        return None
    return _asked(account, intent, method)


def _own_method(account: Account, intent: Row) -> Row:
    if intent["payment_method"] is None:
        raise _unexpected(
            intent,
            "You cannot confirm this SetupIntent because it's missing a payment method. Update the "
            "SetupIntent with a payment method and then confirm it again.",
        )
    return account.edit("payment_method", intent["payment_method"])


def _asked(account: Account, intent: Row, method: Row) -> None:
    card = payment_methods.test_card(method)
    if card.refuses_to_attach and card.decline:
        _failed(account, intent, method, cards.refusal(card.decline))
    _succeeded(account, intent, method)


def _failed(account: Account, intent: Row, method: Row, error: CardError) -> None:
    shown = {key: value for key, value in method.items() if key[0] != "_"}
    attempt = _attempt(account, intent, method, "failed")
    attempt["setup_error"] = error.body | {"payment_method": shown}
    intent.update(
        status="requires_payment_method",
        payment_method=None,
        next_action=None,
        last_setup_error=error.body | {"payment_method": shown},
    )
    account.emit("setup_intent.setup_failed", intent)
    error.more |= {"setup_intent": intent, "payment_method": method}
    raise error


def _succeeded(account: Account, intent: Row, method: Row) -> None:
    _attempt(account, intent, method, "succeeded")
    intent.update(status="succeeded", next_action=None, last_setup_error=None)
    method["_set_up"] = intent["usage"] == "off_session"
    customer = account.find(intent["customer"], "customer")
    if customer is not None:
        payment_methods.attach_to(account, method, customer, checked=True)
    account.emit("setup_intent.succeeded", intent)


def _attempt(account: Account, intent: Row, method: Row, status: str) -> Row:
    attempt = account.add(
        "setup_attempt",
        customer=intent["customer"],
        payment_method=method["id"],
        payment_method_details={"type": method["type"], method["type"]: {}},
        setup_intent=intent["id"],
        status=status,
        usage=intent["usage"],
    )
    intent["latest_attempt"] = attempt["id"]
    return attempt


def authenticated(account: Account, intent: Row, *, passed: bool) -> Row:
    """How the 3-D Secure challenge of a set-up ended."""
    method = account.edit("payment_method", intent["payment_method"])
    error = CardError(NOT_AUTHENTICATED, code="setup_intent_authentication_failure")
    try:
        if passed:
            _succeeded(account, intent, method)
        else:
            _failed(account, intent, method, error)
    except CardError:
        return intent  # written on the intent; nobody waits for an answer here
    return intent


@route("POST", "/v1/setup_intents/<intent>/cancel", "SetupIntentCancelParams")
def cancel(call: Call, intent: str) -> Row:
    """Nothing will be saved."""
    row = call.account.edit("setup_intent", intent, param="intent")
    if row["status"] not in OPEN:
        raise _unexpected(
            row,
            f"You cannot cancel this SetupIntent because it has a status of {row['status']}. Only "
            "a SetupIntent with one of the following statuses may be canceled: "
            f"{', '.join(OPEN)}.",
        )
    refuse_if_of_checkout(row)
    return end(call.account, row, call.params.get("cancellation_reason"))


def end(account: Account, row: Row, reason: str | None) -> Row:
    """Cancel an intent."""
    row.update(status="canceled", cancellation_reason=reason, next_action=None)
    account.emit("setup_intent.canceled", row)
    return row


@route("GET", "/v1/setup_attempts", "SetupAttemptListParams")
def list_attempts(call: Call) -> Row:
    """The attempts of one intent."""
    return listed(call, "setup_attempt")
