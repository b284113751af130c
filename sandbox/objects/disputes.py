"""Disputes: opened by a test card, answered with evidence, won, lost or closed."""

from sandbox import changes, money
from sandbox.account import Account
from sandbox.agenda import when_due
from sandbox.errors import InvalidRequest
from sandbox.lists import listed
from sandbox.objects import balance, files
from sandbox.routes import Call, route
from sandbox.shapes import Row, part

DEADLINE = 9 * 24 * 60 * 60
OPEN = ("needs_response", "warning_needs_response", "under_review", "warning_under_review")
FILES = (
    "cancellation_policy",
    "customer_communication",
    "customer_signature",
    "duplicate_charge_documentation",
    "receipt",
    "refund_policy",
    "service_documentation",
    "shipping_documentation",
    "uncategorized_file",
)
CODES = {"fraudulent": "10.4", "product_not_received": "13.1"}


def open_against(account: Account, charge: Row, reason: str) -> Row:
    """The customer complains to the bank; an inquiry (`inquiry:…`) takes no money yet."""
    inquiry = reason.startswith("inquiry:")
    reason = reason.removeprefix("inquiry:")
    dispute = account.add(
        "dispute",
        amount=charge["amount_captured"],
        balance_transactions=[],
        charge=charge["id"],
        currency=charge["currency"],
        enhanced_eligibility_types=[],
        evidence=part("dispute.Evidence", enhanced_evidence={}),
        evidence_details=part(
            "dispute.EvidenceDetails",
            due_by=account.now + DEADLINE,
            enhanced_eligibility={},
            has_evidence=False,
            past_due=False,
            submission_count=0,
            submission_method="manual",
        ),
        is_charge_refundable=inquiry,
        network_reason_code=CODES.get(reason),
        payment_intent=charge["payment_intent"],
        payment_method_details=_details(charge, reason),
        reason=reason,
        status="warning_needs_response" if inquiry else "needs_response",
    )
    charge["disputed"] = True
    charge["_refundable_in_dispute"] = inquiry
    account.emit("charge.dispute.created", dispute)
    account.emit("charge.updated", charge, previous={"disputed": False})
    if not inquiry:
        _move(account, dispute, -dispute["amount"], money.DISPUTE_FEE)
        account.emit("charge.dispute.funds_withdrawn", dispute)
    account.later(DEADLINE, "end of a dispute's time", dispute["id"])
    return dispute


def _details(charge: Row, reason: str) -> Row:
    card = charge["payment_method_details"]["card"]
    shown = part(
        "dispute.PaymentMethodDetails.Card",
        brand=card["brand"],
        case_type="chargeback",
        network=card["network"],
        network_reason_code=CODES.get(reason),
    )
    return {"card": shown, "type": "card"}


def _move(account: Account, dispute: Row, amount: int, fee: int) -> None:
    words = "Chargeback withdrawal for" if amount < 0 else "Chargeback reversal for"
    txn = balance.book(
        account,
        dispute,
        "adjustment",
        amount,
        fee=fee,
        description=f"{words} {dispute['charge']}",
        category="dispute" if amount < 0 else "dispute_reversal",
    )
    dispute["balance_transactions"].append({k: v for k, v in txn.items() if k[0] != "_"})


@route("GET", "/v1/disputes", "DisputeListParams")
def list_all(call: Call) -> Row:
    """Newest first."""
    return listed(call, "dispute")


@route("GET", "/v1/disputes/<dispute>", "DisputeRetrieveParams")
def retrieve(call: Call, dispute: str) -> Row:
    """One dispute."""
    return call.account.get("dispute", dispute)


@route("POST", "/v1/disputes/<dispute>", "DisputeUpdateParams")
def update(call: Call, dispute: str) -> Row:
    """Evidence; `submit` (the default with evidence) sends it to the bank."""
    account, params = call.account, call.params
    row = account.edit("dispute", dispute)
    evidence = params.get("evidence")
    if evidence and row["status"] not in ("needs_response", "warning_needs_response"):
        raise InvalidRequest(
            f"This dispute has a status of {row['status']}: evidence can no longer be submitted.",
            code="dispute_evidence_past_due" if row["status"] == "lost" else None,
            param="evidence",
        )
    changes.apply(row, params, ("intended_submission_method",))
    if evidence:
        files.check_evidence(account, evidence, FILES)
        given = {key: value or None for key, value in evidence.items()}
        row["evidence"] = row["evidence"] | given
        row["evidence_details"]["has_evidence"] = True
    if evidence and params.get("submit", True):
        _submitted(account, row)
    else:
        account.emit_update("charge.dispute.updated", row)
    return row


def _submitted(account: Account, row: Row) -> None:
    row["evidence_details"]["submission_count"] += 1
    warning = row["status"].startswith("warning")
    row["status"] = "warning_under_review" if warning else "under_review"
    account.emit_update("charge.dispute.updated", row)
    decided = {"winning_evidence": "won", "losing_evidence": "lost"}
    outcome = decided.get(row["evidence"]["uncategorized_text"] or "")
    if outcome:
        end(account, row["id"], outcome)


@route("POST", "/v1/disputes/<dispute>/close", "DisputeCloseParams")
def close(call: Call, dispute: str) -> Row:
    """Give in."""
    return end(call.account, dispute, "lost")


def end(account: Account, dispute_id: str, outcome: str) -> Row:
    """`won` or `lost`; an inquiry is closed either way."""
    row = account.edit("dispute", dispute_id)
    if row["status"] not in OPEN:
        raise InvalidRequest(
            "This dispute is already closed.", code="dispute_already_closed", param="dispute"
        )
    if row["status"].startswith("warning"):
        outcome = "warning_closed"
    row["status"] = outcome
    row["is_charge_refundable"] = outcome != "lost"
    account.edit("charge", row["charge"])["_refundable_in_dispute"] = outcome != "lost"
    account.emit_update("charge.dispute.closed", row)
    if outcome == "won":
        _move(account, row, row["amount"], -money.DISPUTE_FEE)
        account.emit("charge.dispute.funds_reinstated", row)
    return row


@when_due("end of a dispute's time")
def _time_is_up(account: Account, dispute_id: str) -> None:
    row = account.find(dispute_id, "dispute")
    if row is not None and row["status"] in ("needs_response", "warning_needs_response"):
        late = account.store.edit(row)
        late["evidence_details"]["past_due"] = True
        end(account, dispute_id, "lost")
