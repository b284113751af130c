"""Collecting what an invoice asks for, and following the PaymentIntents that pay it."""

from sandbox.account import Account, on
from sandbox.billing import invoice_payments, invoicing, retrying
from sandbox.errors import CardError, InvalidRequest
from sandbox.objects import payment_attempts
from sandbox.routes import Call
from sandbox.shapes import Row

PAYABLE = ("open", "uncollectible")
NO_METHOD = (
    "This customer has no attached payment source or default payment method. Please consider "
    "adding a default payment method. For more information, visit "
    "https://stripe.com/docs/billing/subscriptions/payment-methods-setting#payment-method-priority."
)
NEEDS_CUSTOMER = (
    "This payment requires additional user action before it can be completed successfully. Payment "
    "can be completed using the PaymentIntent associated with the invoice. For more information "
    "see: https://stripe.com/docs/billing/subscriptions/overview#requires-action"
)


def attempt(
    account: Account,
    invoice: Row,
    *,
    method_id: str | None = None,
    off_session: bool = True,
    raises: bool = False,
    automatic: bool = True,
) -> Row:
    """Try to pay with the given method or the first default there is. A refusal leaves the invoice
    open, or is raised; `automatic` tries count for the retry schedule, others only when first."""
    invoice = account.edit("invoice", invoice["id"])
    found = invoice_payments.default_intent(account, invoice)
    if invoice["status"] not in PAYABLE or found is None or found["status"] == "processing":
        return invoice
    _count(invoice, automatic=automatic)
    intent = account.store.edit(found)
    method = method_id or default_method(account, invoice)
    try:
        _confirm(account, intent, method, off_session=off_session)
    except (CardError, InvalidRequest) as refused:
        if raises:
            raise
        if not isinstance(refused, CardError):  # a card's refusal was told with the intent's event
            _refused(account, invoice, again=method is not None)
        return invoice
    if intent["status"] == "requires_action":
        _refused(account, invoice)
        if raises:
            raise CardError(NEEDS_CUSTOMER, code="invoice_payment_intent_requires_action")
    return invoice


def _refused(account: Account, invoice: Row, *, again: bool = True) -> None:
    """Without anything to charge it is not tried again."""
    if again:
        retrying.planned(account, invoice)
    account.emit("invoice.payment_failed", invoice)


def _count(invoice: Row, *, automatic: bool) -> None:
    if automatic or not invoice["attempted"]:
        invoice["attempt_count"] += 1
    invoice["attempted"] = True


def default_method(account: Account, invoice: Row) -> str | None:
    """The invoice's own, its subscription's, or its customer's default payment method."""
    subscription = account.find(invoice["_subscription"], "subscription") or {}
    customer = account.get("customer", invoice["customer"])
    settings = customer.get("invoice_settings") or {}
    return (
        invoice["default_payment_method"]
        or invoice["default_source"]
        or subscription.get("default_payment_method")
        or subscription.get("default_source")
        or settings.get("default_payment_method")
        or customer.get("default_source")
    )


def _confirm(account: Account, intent: Row, method: str | None, *, off_session: bool) -> None:
    if method is None:
        raise InvalidRequest(NO_METHOD, code="resource_missing")
    params = {"payment_method": method, "off_session": off_session}
    call = Call(account, params, pinned=False, base_url=account.base_url)
    payment_attempts.confirm(call, intent)


def paid_by(account: Account, invoice: Row, intent: Row) -> Row:
    """A PaymentIntent that has already succeeded pays this draft or open invoice; one that is
    processing will."""
    intent = account.edit("payment_intent", intent["id"])
    invoice = account.edit("invoice", invoice["id"])
    if invoice["status"] == "draft":
        invoice = invoicing.finalize(account, invoice, paid_by=intent)
    if invoice["status"] not in PAYABLE:
        return invoice
    is_default = invoice_payments.default_intent(account, invoice) is None
    payment = invoice_payments.linked(account, invoice, intent, is_default=is_default)
    _count(invoice, automatic=False)
    if intent["status"] == "processing":  # a bank debit: what comes of it is followed below
        return invoice
    return credited(account, invoice, payment, intent["amount_received"])


def credited(account: Account, invoice: Row, payment: Row, amount: int) -> Row:
    """So much of an invoice has been paid; when nothing remains it is paid."""
    invoice_payments.credit(account, payment, amount)
    invoice["amount_paid"] += amount
    invoice["amount_overpaid"] += max(0, amount - invoice["amount_remaining"])
    invoice["amount_remaining"] = max(0, invoice["amount_remaining"] - amount)
    if invoice["amount_remaining"] == 0:
        return invoicing.mark_paid(account, invoice)
    invoice_payments.ask_for(account, invoice)
    account.emit_update("invoice.updated", invoice)
    return invoice


def _payment_of(account: Account, intent: Row) -> tuple[Row, Row] | None:
    if not intent.get("_invoice"):
        return None
    for payment in account.where("invoice_payment", "_payment_intent", intent["id"]):
        if payment["status"] == "open":
            return account.edit("invoice", payment["invoice"]), account.store.edit(payment)
    return None


@on("payment_intent.succeeded")
def _succeeded(account: Account, intent: Row) -> None:
    found = _payment_of(account, intent)
    if found is not None:
        invoice, payment = found
        if not invoice["attempted"]:
            _count(invoice, automatic=False)
        credited(account, invoice, payment, intent["amount_received"])


@on("payment_intent.processing")
def _processing(account: Account, intent: Row) -> None:
    found = _payment_of(account, intent)
    if found is not None and not found[0]["attempted"]:
        _count(found[0], automatic=False)


@on("payment_intent.payment_failed")
def _failed(account: Account, intent: Row) -> None:
    found = _payment_of(account, intent)
    if found is not None:
        invoice = found[0]
        if not invoice["attempted"]:
            _count(invoice, automatic=False)
        _refused(account, invoice)


@on("payment_intent.requires_action")
def _requires_action(account: Account, intent: Row) -> None:
    found = _payment_of(account, intent)
    if found is not None:
        account.emit("invoice.payment_action_required", found[0])
