"""Capturing money that was only held."""

from sandbox.account import Account
from sandbox.agenda import when_due
from sandbox.changes import apply
from sandbox.errors import InvalidRequest
from sandbox.objects import charges, payment_intents, payment_methods, refunds
from sandbox.routes import Call, route
from sandbox.shapes import Row


@route("POST", "/v1/payment_intents/<intent>/capture", "PaymentIntentCaptureParams")
def capture_intent(call: Call, intent: str) -> Row:
    """All of it or a part; the rest is let go."""
    row = call.account.edit("payment_intent", intent, param="intent")
    apply(row, call.params, ("statement_descriptor", "statement_descriptor_suffix"))
    return capture(call.account, row, call.params.get("amount_to_capture"))


@route("POST", "/v1/charges/<charge>/capture", "ChargeCaptureParams")
def capture_charge(call: Call, charge: str) -> Row:
    """The same as capturing its PaymentIntent."""
    row = call.account.get("charge", charge)
    if row["captured"]:
        raise InvalidRequest(
            f"Charge {charge} has already been captured.", code="charge_already_captured"
        )
    intent = call.account.edit("payment_intent", row["payment_intent"])
    capture(call.account, intent, call.params.get("amount"))
    taken = call.account.edit("charge", charge)
    apply(taken, call.params, ("receipt_email", "statement_descriptor", "transfer_group"))
    return taken


def capture(account: Account, intent: Row, amount: int | None) -> Row:
    """Take what was held."""
    if intent["status"] != "requires_capture":
        raise payment_intents.unexpected(
            intent,
            "This PaymentIntent could not be captured because it has a status of "
            f"{intent['status']}. Only a PaymentIntent with one of the following statuses may be "
            "captured: requires_capture.",
        )
    taken = _checked(amount, intent)
    charge = account.edit("charge", intent["latest_charge"])
    card = payment_methods.test_card(account.get("payment_method", charge["payment_method"]))
    charge.update(captured=True, amount_captured=taken)
    charges.settle(account, charge, card)
    intent.update(status="succeeded", amount_capturable=0, amount_received=taken)
    account.emit("charge.captured", charge)
    account.emit("payment_intent.succeeded", intent)
    if taken < charge["amount"]:
        refunds.release(account, charge, charge["amount"] - taken, reason=None)
    return intent


def _checked(amount: int | None, intent: Row) -> int:
    if amount is None:
        return int(intent["amount_capturable"])
    if not 1 <= amount <= intent["amount_capturable"]:
        raise InvalidRequest(
            f"The amount to capture ({amount}) must be at least 1 and cannot be greater than the "
            f"amount capturable ({intent['amount_capturable']}).",
            code="amount_too_large" if amount > 0 else "parameter_invalid_integer",
            param="amount_to_capture",
        )
    return amount


@when_due("let go of an uncaptured payment")
def _expire(account: Account, intent_id: str) -> None:
    intent = account.find(intent_id, "payment_intent")
    if intent is not None and intent["status"] == "requires_capture":
        payment_intents.end(account, account.store.edit(intent), "automatic")
        account.emit("charge.expired", account.get("charge", intent["latest_charge"]))
