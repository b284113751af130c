"""Paying an intent: choosing the method, the 3-D Secure detour, the charge, and how it ends."""

from sandbox import banks, cards
from sandbox.account import Account
from sandbox.agenda import when_due
from sandbox.cards import Decline
from sandbox.errors import CardError, InvalidRequest
from sandbox.objects import (
    charges,
    confirmation_tokens,
    disputes,
    mandates,
    method_details,
    payment_methods,
)
from sandbox.objects.intents import check_return_url, next_action
from sandbox.routes import Call
from sandbox.shapes import Row

CONFIRMABLE = ("requires_payment_method", "requires_confirmation", "requires_action")
HOLD = 7 * 24 * 60 * 60
NOT_AUTHENTICATED = Decline(
    "payment_intent_authentication_failure",
    None,
    "We are unable to authenticate your payment method. Please choose a different payment method "
    "and try again.",
)


def confirm(call: Call, intent: Row) -> None:
    """Try to pay with the method in the parameters or the one the intent already has."""
    account, params = call.account, call.params
    _check_state(intent)
    if "return_url" in params:
        intent["_return_url"] = params["return_url"]
    method = _method(call, intent)
    check_usable(intent, method)
    check_return_url(call, intent)
    proven = intent.pop("_authenticated_for", None) == method["id"]
    intent.update(payment_method=method["id"], status="requires_confirmation", next_action=None)
    off_session = bool(params.get("off_session"))
    if method["type"] != "card":
        mandates.check(call, intent, method)
        return _debit(account, intent, method)
    reason = _needs_authentication(method, off_session=off_session)
    if reason and not proven:
        if off_session and not intent.get("_invoice"):  # an invoice's waits for its customer
            return _declined(account, intent, method, "authentication_required")
        return _challenge(call, intent, method)
    return charge_card(account, intent, method)


def _check_state(intent: Row) -> None:
    status = intent["status"]
    if status in CONFIRMABLE:
        return
    if status == "succeeded":
        words = (
            "You cannot confirm this PaymentIntent because it has already succeeded after being "
            "previously confirmed."
        )
    else:
        words = (
            f"You cannot confirm this PaymentIntent because it has a status of {status}. Only a "
            "PaymentIntent with one of the following statuses may be confirmed: "
            "requires_confirmation, requires_action, requires_payment_method."
        )
    raise InvalidRequest(words, code="payment_intent_unexpected_state", payment_intent=intent)


def _method(call: Call, intent: Row) -> Row:
    account, params = call.account, call.params
    if params.get("payment_method_data"):
        data = params["payment_method_data"]
        return method_details.made(account, data, param="payment_method_data")
    if token := params.get("confirmation_token"):
        return confirmation_tokens.used(account, token, intent)
    name = params.get("payment_method") or params.get("source") or intent["payment_method"]
    if name:
        return payment_methods.resolved(account, name)
    raise InvalidRequest(
        "You cannot confirm this PaymentIntent because it's missing a payment method. You can "
        "either update the PaymentIntent with a payment method and then confirm it again, or "
        "confirm it again directly with a payment method or ConfirmationToken.",
        code="payment_intent_unexpected_state",
        payment_intent=intent,
    )


def check_usable(intent: Row, method: Row) -> None:
    """Of an allowed type, not spent, and not somebody else's."""
    if method["type"] not in intent["payment_method_types"]:
        raise InvalidRequest(
            f"The PaymentMethod provided ({method['type']}) is not allowed for this PaymentIntent. "
            "Please attach a PaymentMethod of one of the following types: "
            f"{', '.join(intent['payment_method_types'])}.",
            code="payment_intent_incompatible_payment_method",
            param="payment_method",
        )
    if method.get("_spent"):
        raise InvalidRequest(payment_methods.SPENT, code="payment_method_unexpected_state")
    owner = method["customer"]
    if owner is not None and intent["customer"] is None:
        raise InvalidRequest(
            f"The PaymentMethod {method['id']} belongs to the Customer {owner}. Please include the "
            "Customer in the `customer` parameter on the PaymentIntent.",
            param="payment_method",
        )
    if owner is not None and owner != intent["customer"]:
        raise InvalidRequest(
            f"The provided PaymentMethod cannot be attached. It belongs to the Customer {owner}, "
            f"while this PaymentIntent belongs to the Customer {intent['customer']}.",
            param="payment_method",
        )


def _needs_authentication(method: Row, *, off_session: bool) -> bool:
    how = payment_methods.test_card(method).authentication
    if how == "always":
        return True
    if how == "unless_set_up":
        return not (off_session and method.get("_set_up"))
    return how == "on_session" and not off_session


def _challenge(call: Call, intent: Row, method: Row) -> None:
    if call.params.get("error_on_requires_action"):
        return _declined(call.account, intent, method, "authentication_required")
    intent["status"] = "requires_action"
    intent["next_action"] = next_action(call, intent, call.account.ids.new("payatt"))
    call.account.emit("payment_intent.requires_action", intent)
    return None


def charge_card(account: Account, intent: Row, method: Row) -> None:
    """Ask the pretend bank."""
    card = payment_methods.test_card(method)
    if card.decline is not None:
        return _declined(account, intent, method, card.decline)
    held = intent["capture_method"] == "manual"
    charge = charges.new(account, intent, method, status="succeeded", captured=not held)
    intent.update(latest_charge=charge["id"], last_payment_error=None, next_action=None)
    if held:
        intent.update(status="requires_capture", amount_capturable=intent["amount"])
        account.later(HOLD, "let go of an uncaptured payment", intent["id"])
    else:
        intent.update(status="succeeded", amount_received=intent["amount"])
    _keep_method(account, intent, method)
    if held:
        account.emit("charge.succeeded", charge)
        account.emit("payment_intent.amount_capturable_updated", intent)
    else:
        succeeded(account, intent, charge, card)
    return None


def succeeded(account: Account, intent: Row, charge: Row, card: cards.TestCard | None) -> None:
    """The events of a payment; with asynchronous capture the balance follows in one of its own."""
    at_once = intent["capture_method"] != "automatic_async" or card is None
    if at_once:
        charges.settle(account, charge, card)
    account.emit("charge.succeeded", charge)
    account.emit("payment_intent.succeeded", intent)
    if not at_once:
        charges.settle(account, charge, card)
        account.emit("charge.updated", charge, previous={"balance_transaction": None})
    if card is not None and card.dispute:
        disputes.open_against(account, charge, card.dispute)


def _keep_method(account: Account, intent: Row, method: Row) -> None:
    usage = intent["setup_future_usage"]
    customer = account.find(intent["customer"], "customer")
    if usage == "off_session":
        method["_set_up"] = True
    if usage and customer is not None:
        payment_methods.attach_to(account, method, customer, checked=True)
    elif method["customer"] is None:
        method["_spent"] = True


def _declined(account: Account, intent: Row, method: Row, reason: str) -> None:
    refused = decline(account, intent, method, reason)
    raise refused


def decline(account: Account, intent: Row, method: Row, reason: str) -> CardError:
    """Write a refused attempt down; the error that tells of it."""
    words = cards.DECLINES[reason]
    charge = charges.new(account, intent, method, status="failed", captured=False)
    charge["failure_code"], charge["failure_message"] = words.code, words.message
    charge["outcome"] = charges.outcome(method, reason)
    failed(account, intent, method, words, charge)
    known = {key: intent["last_payment_error"].get(key) for key in ("param", "decline_code")}
    return CardError(
        words.message,
        code=words.code,
        param=known["param"],
        decline_code=known["decline_code"],
        charge=charge["id"],
        payment_intent=intent,
        payment_method=method,
    )


def failed(account: Account, intent: Row, method: Row, words: Decline, charge: Row | None) -> None:
    """The intent waits for another payment method."""
    card_words = method["type"] == "card"
    error = {
        "advice_code": "try_again_later" if words.decline_code == "processing_error" else None,
        "charge": charge["id"] if charge else None,
        "code": words.code,
        "decline_code": words.decline_code,
        "doc_url": f"https://docs.stripe.com/error-codes/{words.code.replace('_', '-')}",
        "message": words.message,
        "param": {"expired_card": "exp_month", "incorrect_cvc": "cvc"}.get(words.code),
        "payment_method": {key: value for key, value in method.items() if key[0] != "_"},
        "type": "card_error" if card_words else "invalid_request_error",
    }
    intent.update(
        status="requires_payment_method",
        payment_method=None,
        next_action=None,
        processing=None,
        last_payment_error={key: value for key, value in error.items() if value is not None},
    )
    if charge is not None:
        intent["latest_charge"] = charge["id"]
        account.emit("charge.failed", charge)
    account.emit("payment_intent.payment_failed", intent)


def _debit(account: Account, intent: Row, method: Row) -> None:
    if intent["capture_method"] == "manual":
        raise InvalidRequest(
            f"The payment method {method['type']} cannot be used with manual capture.",
            param="capture_method",
        )
    charge = charges.new(account, intent, method, status="pending", captured=True)
    charge["paid"] = False
    mandate = mandates.of(account, method)
    if mandate is not None:
        charge["payment_method_details"][method["type"]]["mandate"] = mandate["id"]
    intent.update(
        status="processing",
        latest_charge=charge["id"],
        last_payment_error=None,
        next_action=None,
    )
    _keep_method(account, intent, method)
    account.emit("charge.pending", charge)
    account.emit("payment_intent.processing", intent)
    account.later(_outcome(method).after, "settle a debit", intent["id"])


def _outcome(method: Row) -> banks.Outcome:
    if method["type"] == "sepa_debit":
        return banks.sepa(method["_iban"])
    return banks.us(method["_account"])


@when_due("settle a debit")
def _settle_when_due(account: Account, intent_id: str) -> None:
    intent = account.find(intent_id, "payment_intent")
    if intent is not None and intent["status"] == "processing":
        charge = account.get("charge", intent["latest_charge"])
        outcome = _outcome(account.get("payment_method", charge["payment_method"]))
        settle(account, intent_id, succeeds=outcome.succeeds)


def settle(account: Account, intent_id: str, *, succeeds: bool) -> Row:
    """The bank's answer to a debit that was processing."""
    intent = account.edit("payment_intent", intent_id, param="intent")
    if intent["status"] != "processing":
        raise InvalidRequest(
            f"Only a payment that is processing can be settled; {intent_id} is {intent['status']}.",
            param="intent",
        )
    charge = account.edit("charge", intent["latest_charge"])
    method = account.edit("payment_method", charge["payment_method"])
    if succeeds:
        charge.update(status="succeeded", paid=True, amount_captured=charge["amount"])
        intent.update(status="succeeded", amount_received=intent["amount"])
        succeeded(account, intent, charge, None)
    else:
        code = _outcome(method).failure_code or "insufficient_funds"
        charge.update(status="failed", captured=True, amount_captured=0)
        charge.update(failure_code=code, failure_message=banks.FAILURES[code])
        charge["outcome"] |= {"network_status": "declined_by_network", "type": "issuer_declined"}
        failed(account, intent, method, Decline(code, None, banks.FAILURES[code]), charge)
    return intent
