"""What can be done with an invoice: finalize, send, pay, attach a payment, void, give up."""

from sandbox.billing import collecting, invoice_calendar, invoice_payments, invoicing
from sandbox.errors import InvalidRequest
from sandbox.routes import Call, route
from sandbox.shapes import Row
from sandbox.values import missing

NOT_OPEN = "You can only pass in open invoices. This invoice isn't open."


@route("POST", "/v1/invoices/<invoice>/finalize", "InvoiceFinalizeInvoiceParams")
def finalize(call: Call, invoice: str) -> Row:
    """A draft becomes open, or paid when nothing is due."""
    account = call.account
    row = account.edit("invoice", invoice)
    if row["status"] != "draft":
        raise InvalidRequest(
            "This invoice is already finalized, you can't re-finalize a non-draft invoice."
        )
    row["auto_advance"] = call.params.get("auto_advance", row["auto_advance"])
    return invoice_calendar.advance_later(account, invoicing.finalize(account, row))


@route("POST", "/v1/invoices/<invoice>/send", "InvoiceSendInvoiceParams")
def send(call: Call, invoice: str) -> Row:
    """Nobody gets mail from a pretend Stripe; the event is sent."""
    account = call.account
    row = account.get("invoice", invoice)
    if row["collection_method"] != "send_invoice":
        raise InvalidRequest(
            "You can only manually send an invoice if its collection method is 'send_invoice'."
        )
    if row["status"] == "draft":
        row = invoicing.finalize(account, row)
    elif row["status"] != "open":
        raise InvalidRequest(
            "This invoice cannot be sent right now. Please contact us via "
            "https://support.stripe.com/contact with details, so we can help."
        )
    return invoice_calendar.sent(account, row)


@route("POST", "/v1/invoices/<invoice>/pay", "InvoicePayParams")
def pay(call: Call, invoice: str) -> Row:
    """Collect now, with the given payment method or the default one."""
    account, params = call.account, call.params
    row = account.get("invoice", invoice)
    if row["status"] == "paid":
        raise InvalidRequest("Invoice is already paid")
    if row["status"] == "void":
        raise InvalidRequest(NOT_OPEN)
    if row["status"] == "draft":
        row = invoicing.finalize(account, row)
    if row["status"] == "paid":
        return row
    if params.get("paid_out_of_band"):
        return invoicing.mark_paid(account, row, out_of_band=True)
    return collecting.attempt(
        account,
        row,
        method_id=params.get("payment_method") or params.get("source"),
        off_session=params.get("off_session", True),
        raises=True,
        automatic=False,
    )


@route("POST", "/v1/invoices/<invoice>/void", "InvoiceVoidInvoiceParams")
def void(call: Call, invoice: str) -> Row:
    """For ever."""
    row = call.account.get("invoice", invoice)
    if row["status"] == "paid" or row["amount_paid"]:
        raise InvalidRequest("Invoices with `paid` payments cannot be voided.")
    if row["status"] not in ("open", "uncollectible"):
        raise InvalidRequest(NOT_OPEN)
    return invoicing.void(call.account, row)


@route("POST", "/v1/invoices/<invoice>/mark_uncollectible", "InvoiceMarkUncollectibleParams")
def mark_uncollectible(call: Call, invoice: str) -> Row:
    """A bad debt."""
    row = call.account.get("invoice", invoice)
    if row["status"] == "uncollectible":
        raise InvalidRequest("This invoice has already been marked uncollectible.")
    if row["status"] != "open":
        raise InvalidRequest(NOT_OPEN)
    return invoicing.mark_uncollectible(call.account, row)


@route("POST", "/v1/invoices/<invoice>/attach_payment", "InvoiceAttachPaymentParams")
def attach_payment(call: Call, invoice: str) -> Row:
    """A PaymentIntent of the shop's own pays it, in full or in part."""
    account = call.account
    row = account.edit("invoice", invoice)
    if row["status"] not in collecting.PAYABLE:
        raise InvalidRequest(NOT_OPEN)
    if "payment_intent" not in call.params:
        raise missing("payment_intent")
    intent = account.edit("payment_intent", call.params["payment_intent"], param="payment_intent")
    _check_attachable(row, intent)
    payment = invoice_payments.linked(account, row, intent, is_default=False)
    if intent["status"] == "succeeded":
        return collecting.credited(account, row, payment, intent["amount_received"])
    return row


def _check_attachable(row: Row, intent: Row) -> None:
    words = None
    if intent.get("_invoice"):
        words = "This PaymentIntent is already attached to an invoice."
    elif intent["status"] == "canceled":
        words = "You cannot attach a canceled PaymentIntent to an invoice."
    elif intent["currency"] != row["currency"]:
        words = "The currency of the PaymentIntent must match the currency of the invoice."
    elif intent["customer"] not in (None, row["customer"]):
        words = "The customer of the PaymentIntent must match the customer of the invoice."
    if words:
        raise InvalidRequest(words, param="payment_intent")
