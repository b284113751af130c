"""Charges: made by PaymentIntents, read and annotated here."""

from sandbox import money
from sandbox.account import Account
from sandbox.cards import DECLINES, TestCard
from sandbox.changes import apply
from sandbox.expand import includes
from sandbox.lists import listed, page_of
from sandbox.objects import balance
from sandbox.objects.payment_methods import test_card
from sandbox.routes import Call, route
from sandbox.search import searched
from sandbox.shapes import Row, part


def new(account: Account, intent: Row, method: Row, *, status: str, captured: bool) -> Row:
    """A charge for the whole of an intent."""
    charge = account.add(
        "charge",
        amount=intent["amount"],
        amount_captured=intent["amount"] if captured and status == "succeeded" else 0,
        amount_refunded=0,
        authorization_code="123456" if status == "succeeded" else None,
        billing_details={**method["billing_details"]},
        calculated_statement_descriptor="PRETEND STRIPE",
        captured=captured,
        currency=intent["currency"],
        customer=intent["customer"],
        description=intent["description"],
        disputed=False,
        fraud_details={},
        metadata=dict(intent["metadata"]),
        paid=status == "succeeded",
        payment_intent=intent["id"],
        payment_method=method["id"],
        payment_method_details=_details(method, intent, captured=captured),
        radar_options={},
        receipt_email=intent["receipt_email"],
        refunded=False,
        shipping=intent["shipping"],
        statement_descriptor=intent["statement_descriptor"],
        statement_descriptor_suffix=intent["statement_descriptor_suffix"],
        status=status,
        transfer_group=intent["transfer_group"],
    )
    charge["receipt_url"] = f"https://pay.stripe.com/receipts/payment/{charge['id']}"
    charge["outcome"] = outcome(method)
    return charge


def _details(method: Row, intent: Row, *, captured: bool) -> Row:
    kind = method["type"]
    if kind != "card":
        path = {"sepa_debit": "SepaDebit", "us_bank_account": "UsBankAccount"}[kind]
        shown = part(f"charge.PaymentMethodDetails.{path}")
        known = {key: value for key, value in method[kind].items() if key in shown}
        return {"type": kind, kind: {**shown, **known}}
    card = method["card"]
    known = {key: card[key] for key in ("brand", "country", "exp_month", "exp_year", "fingerprint",
                                        "funding", "last4", "regulated_status")}  # fmt: skip
    shown = part(
        "charge.PaymentMethodDetails.Card",
        **known,
        amount_authorized=intent["amount"],
        authorization_code="123456",
        checks=dict(card["checks"]),
        extended_authorization={"status": "disabled"},
        incremental_authorization={"status": "unavailable"},
        multicapture={"status": "unavailable"},
        network=card["brand"],
        network_token={"used": False},
        overcapture={"maximum_amount_capturable": intent["amount"], "status": "unavailable"},
        three_d_secure=_three_d_secure(intent),
    )
    if not captured:
        shown["capture_before"] = intent["created"] + 7 * 24 * 60 * 60
    return {"type": "card", "card": shown}


def _three_d_secure(intent: Row) -> Row | None:
    if not intent.get("_authenticated"):
        return None
    return part(
        "charge.PaymentMethodDetails.Card.ThreeDSecure",
        authentication_flow="challenge",
        electronic_commerce_indicator="05",
        result="authenticated",
        result_reason=None,
        version="2.2.0",
    )


def outcome(method: Row, decline: str | None = None) -> Row:
    """How the network and the risk rules took it."""
    card = test_card(method) if method["type"] == "card" else None
    risk = card.risk if card else "not_assessed"
    score = {"normal": 20, "elevated": 65, "highest": 92}.get(risk)
    if decline is None:
        return part("charge.Outcome", network_status="approved_by_network", risk_level=risk,
                    risk_score=score, seller_message="Payment complete.", type="authorized")  # fmt: skip
    if risk == "highest":
        return part("charge.Outcome", network_status="not_sent_to_network", risk_level=risk,
                    reason="highest_risk_level", risk_score=score, type="blocked",
                    seller_message="Stripe blocked this payment as too risky.")  # fmt: skip
    return part(
        "charge.Outcome",
        network_status="declined_by_network",
        reason=DECLINES[decline].decline_code,
        risk_level=risk,
        risk_score=score,
        seller_message="The bank did not return any further details with this decline.",
        type="issuer_declined",
    )


def settle(account: Account, charge: Row, card: TestCard | None) -> None:
    """Book a captured charge on the balance."""
    amount = charge["amount_captured"]
    txn = balance.book(
        account,
        charge,
        "charge" if card else "payment",
        amount,
        fee=money.fee(amount),
        description=charge["description"],
        at_once=bool(card and card.available_at_once),
    )
    charge["balance_transaction"] = txn["id"]
    if txn["status"] == "available":
        account.later(0, "tell what is available", txn["id"])


@route("GET", "/v1/charges", "ChargeListParams")
def list_all(call: Call) -> Row:
    """Newest first."""
    return listed(call, "charge")


@route("GET", "/v1/charges/search", "ChargeSearchParams")
def search(call: Call) -> Row:
    """Charges by query."""
    return searched(call, "charge")


@route("GET", "/v1/charges/<charge>", "ChargeRetrieveParams")
def retrieve(call: Call, charge: str) -> Row:
    """One charge."""
    return call.account.get("charge", charge)


@route("POST", "/v1/charges/<charge>", "ChargeUpdateParams")
def update(call: Call, charge: str) -> Row:
    """Description, receipt, shipping, fraud report, metadata."""
    row = call.account.edit("charge", charge)
    apply(row, call.params, ("description", "receipt_email", "shipping", "transfer_group"))
    if customer := call.params.get("customer"):
        row["customer"] = call.account.living("customer", customer, param="customer")["id"]
    if "fraud_details" in call.params:
        row["fraud_details"] = row["fraud_details"] | call.params["fraud_details"]
    call.account.emit_update("charge.updated", row)
    return row


@includes("charge", "refunds")
def _refunds(account: Account, charge: Row) -> Row:
    rows = account.where("refund", "charge", charge["id"])
    return page_of(rows[::-1], f"/v1/charges/{charge['id']}/refunds")
