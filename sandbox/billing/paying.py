"""How the invoice of a new or changed subscription is paid, as `payment_behavior` says."""

from sandbox.account import Account
from sandbox.billing import collecting, invoicing
from sandbox.errors import CardError, InvalidRequest
from sandbox.shapes import Row

NEEDS_CUSTOMER = (
    "Payment for this subscription requires additional user action before it can be completed "
    "successfully. Payment can be completed using the PaymentIntent associated with "
    "`subscription.latest_invoice`. For more details see: "
    "https://stripe.com/docs/billing/subscriptions/overview#requires-action"
)


def settled(account: Account, subscription: Row, invoice: Row, params: Row) -> Row:
    """Finalize the invoice and try to pay it, now. With `error_if_incomplete` a refusal is raised,
    and nothing has happened; with `default_incomplete` the payment waits for the customer."""
    behavior = params.get("payment_behavior") or "allow_incomplete"
    invoice = invoicing.finalize(account, invoice)
    charged = subscription["collection_method"] == "charge_automatically"
    if invoice["status"] != "open" or not charged or behavior == "default_incomplete":
        return invoice
    if behavior != "pending_if_incomplete":
        check_method(account, invoice)
    try:
        return _attempted(account, invoice, params, raises=behavior == "error_if_incomplete")
    except CardError:
        account.store.undo()
        raise


def _attempted(account: Account, invoice: Row, params: Row, *, raises: bool) -> Row:
    off_session = bool(params.get("off_session"))
    try:
        return collecting.attempt(account, invoice, off_session=off_session, raises=raises)
    except CardError as refused:
        if refused.code == "invoice_payment_intent_requires_action":
            code = "subscription_payment_intent_requires_action"
            raise CardError(NEEDS_CUSTOMER, code=code) from None
        raise


def check_method(account: Account, invoice: Row) -> None:
    """Charging automatically needs something to charge."""
    if collecting.default_method(account, invoice) is None:
        raise InvalidRequest(collecting.NO_METHOD, code="resource_missing")


def has_method(account: Account, subscription: Row) -> bool:
    """Whether a subscription has a payment method of its own or of its customer."""
    return method_of(account, subscription) is not None


def method_of(account: Account, subscription: Row) -> str | None:
    """The payment method that its invoices will be charged to."""
    customer = account.get("customer", subscription["customer"])
    settings = customer.get("invoice_settings") or {}
    return (
        subscription["default_payment_method"]
        or subscription["default_source"]
        or settings.get("default_payment_method")
        or customer.get("default_source")
    )
