"""Refunds: whole or in part, at once, pending, or failing later."""

from sandbox import money
from sandbox.account import Account
from sandbox.agenda import when_due
from sandbox.changes import apply
from sandbox.errors import InvalidRequest
from sandbox.lists import listed
from sandbox.objects import balance
from sandbox.objects.payment_methods import test_card
from sandbox.routes import Call, route
from sandbox.shapes import Row, part

DAY = 24 * 60 * 60


@route("POST", "/v1/refunds", "RefundCreateParams")
def create(call: Call) -> Row:
    """Money back."""
    account, params = call.account, call.params
    charge = _charge(call)
    left = _left(charge)
    amount = params.get("amount", left)
    _check(charge, amount, left)
    return _made(account, charge, amount, params)


def _left(charge: Row) -> int:
    """What of the captured money has not gone back; released holds count on neither side."""
    released = charge["amount"] - charge["amount_captured"] if charge["captured"] else 0
    return int(charge["amount_captured"] - (charge["amount_refunded"] - released))


def _charge(call: Call) -> Row:
    account, params = call.account, call.params
    if "charge" in params:
        return account.edit("charge", params["charge"], param="charge")
    if "payment_intent" not in params:
        raise InvalidRequest(
            "One of the following params should be provided for this request: payment_intent or "
            "charge.",
            code="parameter_missing",
        )
    intent = account.get("payment_intent", params["payment_intent"], param="payment_intent")
    charge = account.find(intent["latest_charge"], "charge")
    if charge is None or charge["status"] == "failed":
        raise InvalidRequest(
            f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
            code="payment_intent_unexpected_state",
            param="payment_intent",
        )
    return account.store.edit(charge)


def _check(charge: Row, amount: int, left: int) -> None:
    charge_id = charge["id"]
    if charge["status"] != "succeeded":
        raise InvalidRequest(
            f"Charge {charge_id} cannot be refunded: its status is {charge['status']}.",
            code="charge_not_refundable",
            param="charge",
        )
    if charge["disputed"] and not charge.get("_refundable_in_dispute"):
        raise InvalidRequest(
            f"Charge {charge_id} has been charged back; cannot issue a refund.",
            code="charge_disputed",
        )
    if not charge["captured"]:
        raise InvalidRequest(
            f"Charge {charge_id} has not been captured: cancel its PaymentIntent instead.",
            code="charge_not_captured",
        )
    if charge["refunded"] or left == 0:
        raise InvalidRequest(
            f"Charge {charge_id} has already been refunded.", code="charge_already_refunded"
        )
    money.positive(amount)
    if amount > left:
        words = "unrefunded amount on charge" if left < charge["amount"] else "charge amount"
        raise InvalidRequest(
            f"Refund amount ({money.words(amount, charge['currency'])}) is greater than {words} "
            f"({money.words(left, charge['currency'])})",
            param="amount",
        )


def _made(account: Account, charge: Row, amount: int, params: Row) -> Row:
    method = account.get("payment_method", charge["payment_method"])
    card = test_card(method) if method["type"] == "card" else None
    pending = card is None or card.refund == "pending"
    refund = _new(account, charge, amount, reason=params.get("reason"))
    apply(refund, params, ("instructions_email",))
    refund["status"] = "pending" if pending else "succeeded"
    if pending:
        refund["pending_reason"] = "processing"
    txn = balance.book(
        account, refund, "refund" if card else "payment_refund", -amount,
        description=f"REFUND FOR CHARGE ({charge['description'] or charge['id']})",
    )  # fmt: skip
    refund["balance_transaction"] = txn["id"]
    refund["destination_details"] = _destination(method["type"], pending=pending)
    _count(charge, amount)
    account.emit("refund.created", refund)
    account.emit_update("charge.refunded", charge)
    if pending:
        account.later(DAY if card else 3 * DAY, "finish a refund", refund["id"])
    elif card and card.refund == "fails":
        account.later(DAY, "fail a refund", refund["id"])
    return refund


def _new(account: Account, charge: Row, amount: int, *, reason: str | None) -> Row:
    return account.add(
        "refund",
        amount=amount,
        charge=charge["id"],
        currency=charge["currency"],
        customer=None,
        metadata={},
        payment_intent=charge["payment_intent"],
        payment_method=charge["payment_method"],
        reason=reason,
        status="succeeded",
    )


def _destination(kind: str, *, pending: bool) -> Row:
    if kind != "card":
        return {"type": kind, kind: {}}
    shown = part(
        "refund.DestinationDetails.Card",
        reference=None,
        reference_status="pending",
        reference_type="acquirer_reference_number",
        type="pending" if pending else "refund",
    )
    return {"card": shown, "type": "card"}


def _count(charge: Row, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] >= charge["amount"]


def release(account: Account, charge: Row, amount: int, *, reason: str | None) -> Row:
    """Let go of held money that will not be captured; nothing was booked, so nothing is now."""
    refund = _new(account, charge, amount, reason=reason)
    refund["destination_details"] = _destination("card", pending=False)
    refund["destination_details"]["card"]["type"] = "reversal"
    _count(charge, amount)
    account.emit("refund.created", refund)
    account.emit_update("charge.refunded", charge)
    return refund


@when_due("finish a refund")
def _finish(account: Account, refund_id: str) -> None:
    refund = account.find(refund_id, "refund")
    if refund is not None and refund["status"] == "pending":
        done = account.store.edit(refund)
        done.update(status="succeeded", pending_reason=None)
        _told(account, done)


@when_due("fail a refund")
def _fail(account: Account, refund_id: str) -> None:
    refund = account.find(refund_id, "refund")
    if refund is None or refund["status"] not in ("succeeded", "pending"):
        return
    lost = account.store.edit(refund)
    lost.update(status="failed", failure_reason="lost_or_stolen_card", pending_reason=None)
    _give_back(account, lost)
    account.emit_update("refund.failed", lost)
    _told(account, lost)


def _give_back(account: Account, refund: Row) -> None:
    """The money is the shop's again."""
    charge = account.edit("charge", refund["charge"])
    txn = balance.book(
        account, refund, "refund_failure", refund["amount"],
        description=f"REFUND FAILURE FOR CHARGE ({charge['description'] or charge['id']})",
    )  # fmt: skip
    refund["failure_balance_transaction"] = txn["id"]
    charge["amount_refunded"] -= refund["amount"]
    charge["refunded"] = False


def _told(account: Account, refund: Row) -> None:
    account.emit_update("refund.updated", refund)
    account.emit_update("charge.refund.updated", refund)


@route("GET", "/v1/refunds", "RefundListParams")
def list_all(call: Call) -> Row:
    """Newest first."""
    return listed(call, "refund")


@route("GET", "/v1/charges/<charge>/refunds", "ChargeListRefundsParams")
def list_of_charge(call: Call, charge: str) -> Row:
    """Those of one charge."""
    call.account.get("charge", charge)
    return listed(call, "refund", charge=charge)


@route("GET", "/v1/refunds/<refund>", "RefundRetrieveParams")
def retrieve(call: Call, refund: str) -> Row:
    """One refund."""
    return call.account.get("refund", refund)


@route("POST", "/v1/refunds/<refund>", "RefundUpdateParams")
def update(call: Call, refund: str) -> Row:
    """Metadata only."""
    row = call.account.edit("refund", refund)
    apply(row, call.params, ())
    _told(call.account, row)
    return row


@route("POST", "/v1/refunds/<refund>/cancel", "RefundCancelParams")
def cancel(call: Call, refund: str) -> Row:
    """Stop a refund that is still pending."""
    row = call.account.edit("refund", refund)
    if row["status"] not in ("pending", "requires_action"):
        raise InvalidRequest(
            f"Refund {refund} cannot be canceled because it has a status of {row['status']}.",
            code="resource_state_invalid" if row["status"] == "canceled" else None,
        )
    row.update(status="canceled", pending_reason=None, failure_reason="merchant_request")
    _give_back(call.account, row)
    _told(call.account, row)
    return row
