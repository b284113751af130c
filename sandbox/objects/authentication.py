"""How a 3-D Secure challenge ends."""

from sandbox.account import Account
from sandbox.errors import CardError, InvalidRequest, no_such
from sandbox.objects import payment_attempts, setup_intents
from sandbox.shapes import Row


def finish(account: Account, intent_id: str, outcome: str) -> Row:
    """`complete` goes on with the payment or the set-up, `fail` asks for another method."""
    if outcome not in ("complete", "fail"):
        raise InvalidRequest("outcome is 'complete' or 'fail'.", param="outcome")
    found = account.find(intent_id)
    if found is None or found["object"] not in ("payment_intent", "setup_intent"):
        raise no_such("payment_intent", intent_id, param="intent")
    if found["status"] != "requires_action":
        raise InvalidRequest(
            f"{intent_id} is not waiting for authentication: it is {found['status']}.",
            param="intent",
        )
    intent = account.store.edit(found)
    if intent["object"] == "setup_intent":
        return setup_intents.authenticated(account, intent, passed=outcome == "complete")
    return _paid_or_not(account, intent, passed=outcome == "complete")


def _paid_or_not(account: Account, intent: Row, *, passed: bool) -> Row:
    method = account.edit("payment_method", intent["payment_method"])
    intent["next_action"] = None
    if not passed:
        words = payment_attempts.NOT_AUTHENTICATED
        payment_attempts.failed(account, intent, method, words, None)
        intent["last_payment_error"]["type"] = "invalid_request_error"
        return intent
    intent["_authenticated"] = True
    if intent["confirmation_method"] == "manual":
        intent.update(status="requires_confirmation", _authenticated_for=method["id"])
        return intent
    try:
        payment_attempts.charge_card(account, intent, method)
    except CardError:
        return intent  # the decline is written on the intent; nobody waits for an answer here
    return intent
