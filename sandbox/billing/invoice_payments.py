"""What pays an invoice: its own PaymentIntent, and others attached to it."""

from sandbox.account import Account
from sandbox.objects import intents, payment_intents
from sandbox.routes import Call
from sandbox.shapes import Row, part

REASONS = {
    "subscription_create": "Subscription creation",
    "subscription_cycle": "Subscription update",
    "subscription_update": "Subscription update",
}


def opened(account: Account, invoice: Row) -> Row:
    """A new PaymentIntent over what is due; the invoice's default payment."""
    call = Call(account, _intent_params(invoice), pinned=False, base_url=account.base_url)
    intent = payment_intents.create(call)
    linked(account, invoice, intent, is_default=True)
    return intent


def _intent_params(invoice: Row) -> Row:
    params: Row = {
        "amount": invoice["amount_remaining"],
        "currency": invoice["currency"],
        "customer": invoice["customer"],
        "description": REASONS.get(invoice["billing_reason"], "Payment for Invoice"),
        "payment_method_types": _types(invoice),
    }
    if invoice["statement_descriptor"]:
        params["statement_descriptor"] = invoice["statement_descriptor"]
    if invoice["parent"] and invoice["collection_method"] == "charge_automatically":
        params["setup_future_usage"] = "off_session"
    return params


def _types(invoice: Row) -> list[str]:
    played = intents.chosen_types({}, invoice["currency"], automatic=True)
    wanted = invoice["payment_settings"]["payment_method_types"]
    return [kind for kind in played if kind in wanted] if wanted else played


def linked(account: Account, invoice: Row, intent: Row, *, is_default: bool) -> Row:
    """A payment of an invoice by an intent, whether or not it has succeeded yet."""
    intent["_invoice"] = invoice["id"]
    return account.add(
        "invoice_payment",
        amount_requested=intent["amount"],
        currency=invoice["currency"],
        invoice=invoice["id"],
        is_default=is_default,
        payment=part("invoice_payment.Payment", payment_intent=intent["id"], type="payment_intent"),
        status="open",
        _payment_intent=intent["id"],
    )


def payments_of(account: Account, invoice_id: str) -> list[Row]:
    """Oldest first."""
    return account.where("invoice_payment", "invoice", invoice_id)


def default_intent(account: Account, invoice: Row) -> Row | None:
    """The PaymentIntent that Stripe made for this invoice."""
    for payment in payments_of(account, invoice["id"]):
        if payment["is_default"]:
            return account.find(payment["_payment_intent"], "payment_intent")
    return None


def credit(account: Account, payment: Row, amount: int) -> None:
    """A payment has arrived."""
    payment.update(amount_paid=amount, status="paid")
    payment["status_transitions"]["paid_at"] = account.now
    account.emit("invoice_payment.paid", payment)


def cancel_open(account: Account, invoice: Row, *, reason: str | None) -> None:
    """Payments that will not be needed any more: their intents are canceled."""
    for row in payments_of(account, invoice["id"]):
        if row["status"] != "open":
            continue
        payment = account.store.edit(row)
        payment["status"] = "canceled"
        payment["status_transitions"]["canceled_at"] = account.now
        intent = account.edit("payment_intent", payment["_payment_intent"])
        if payment["is_default"] and intent["status"] in payment_intents.OPEN:
            payment_intents.end(account, intent, reason)


def ask_for(account: Account, invoice: Row) -> None:
    """The default payment asks for what remains, after part of it was paid or credited."""
    for row in payments_of(account, invoice["id"]):
        if row["is_default"] and row["status"] == "open":
            payment = account.store.edit(row)
            intent = account.edit("payment_intent", payment["_payment_intent"])
            if intent["status"] in payment_intents.OPEN:
                payment["amount_requested"] = intent["amount"] = invoice["amount_remaining"]
