"""Invoice payments: which PaymentIntents pay an invoice, and how much of it."""

from sandbox.lists import listed
from sandbox.routes import Call, route
from sandbox.shapes import Row


@route("GET", "/v1/invoice_payments", "InvoicePaymentListParams")
def list_all(call: Call) -> Row:
    """Newest first; of one invoice, or of one PaymentIntent."""
    wanted = call.params.pop("payment", None) or {}
    if wanted.get("type") == "payment_record":
        call.params["_payment_intent"] = wanted.get("payment_record", "")
    elif "payment_intent" in wanted:
        call.params["_payment_intent"] = wanted["payment_intent"]
    return listed(call, "invoice_payment")


@route("GET", "/v1/invoice_payments/<payment>", "InvoicePaymentRetrieveParams")
def retrieve(call: Call, payment: str) -> Row:
    """One of them."""
    return call.account.get("invoice_payment", payment)
