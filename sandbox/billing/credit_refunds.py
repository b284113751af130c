"""The refunds of a credit note: made for it, or made before and linked to it."""

from collections.abc import Iterator

from sandbox.account import Account
from sandbox.billing.invoice_payments import payments_of
from sandbox.errors import InvalidRequest
from sandbox.objects import refunds
from sandbox.routes import Call
from sandbox.shapes import Row
from sandbox.values import missing


def refunded(account: Account, invoice: Row, params: Row) -> list[Row]:
    """What the credit note's `refunds` show."""
    shown = [
        _shown(_linked(account, invoice, given, place), given["amount_refunded"])
        for place, given in enumerate(params.get("refunds") or [])
    ]
    if amount := params.get("refund_amount"):
        made = _made(account, invoice, amount)
        shown += [_shown(refund["id"], refund["amount"]) for refund in made]
    return shown


def _shown(refund: str, amount: int) -> Row:
    return {
        "amount_refunded": amount,
        "payment_record_refund": None,
        "refund": refund,
        "type": "refund",
    }


def _linked(account: Account, invoice: Row, given: Row, place: int) -> str:
    path = f"refunds[{place}]"
    for name in ("refund", "amount_refunded"):
        if name not in given:
            raise missing(f"{path}[{name}]")
    refund = account.get("refund", given["refund"], param=f"{path}[refund]")
    if refund["payment_intent"] not in _intents(account, invoice):
        raise InvalidRequest(
            f"The refund {refund['id']} does not belong to a payment of this invoice.",
            param=f"{path}[refund]",
        )
    return str(refund["id"])


def _made(account: Account, invoice: Row, amount: int) -> Iterator[Row]:
    """Refunds of its payments, the newest first, until the amount is reached."""
    for intent_id in reversed(_intents(account, invoice)):
        charge = account.get("charge", account.get("payment_intent", intent_id)["latest_charge"])
        part = min(amount, charge["amount_captured"] - charge["amount_refunded"])
        if part > 0:
            amount -= part
            call = Call(account, {"payment_intent": intent_id, "amount": part})
            yield refunds.create(call)
    if amount:
        raise InvalidRequest(
            "The refund amount is greater than what was paid for this invoice and has not been "
            "refunded.",
            param="refund_amount",
        )


def _intents(account: Account, invoice: Row) -> list[str]:
    rows = payments_of(account, invoice["id"])
    return [row["_payment_intent"] for row in rows if row["status"] == "paid"]
