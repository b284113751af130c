"""Payment methods in the portal: one more, another default, one less."""

from sandbox.account import Account
from sandbox.billing import subscribing
from sandbox.errors import InvalidRequest, no_such
from sandbox.objects import customers, payment_methods, setup_intents
from sandbox.portal import plans
from sandbox.routes import Call
from sandbox.shapes import Row

WAITING = ("requires_payment_method", "requires_confirmation", "requires_action")


def saved(account: Account, customer: Row) -> list[Row]:
    """The customer's methods, the newest first."""
    return account.where("payment_method", "customer", customer["id"])[::-1]


def default_of(customer: Row) -> str | None:
    """What invoices are charged to."""
    method: str | None = customer["invoice_settings"]["default_payment_method"]
    return method


def intent_for(account: Account, session: Row) -> Row:
    """The SetupIntent of the form: the one that waits already, or a new one."""
    known = account.find(session.get("_setup_intent"), "setup_intent")
    if known is not None and known["status"] in WAITING:
        return known
    call = Call(account, {"customer": session["customer"], "usage": "off_session"})
    intent = setup_intents.create(call)
    account.store.edit(session)["_setup_intent"] = intent["id"]
    return intent


def added(account: Account, session: Row, *, as_default: bool) -> Row:
    """The form is done: the method is the customer's; the first one is the default anyway."""
    intent = account.find(session.get("_setup_intent"), "setup_intent")
    if intent is None or intent["status"] != "succeeded":
        raise InvalidRequest("The payment method was not saved. Please try again.")
    customer = account.get("customer", session["customer"])
    if as_default or default_of(customer) is None:
        make_default(account, customer, intent["payment_method"])
    return account.get("payment_method", intent["payment_method"])


def make_default(account: Account, customer: Row, method: str) -> None:
    """From now on invoices are charged to it, also those of subscriptions with one of their own."""
    _check_own(account, customer, method)
    wanted = {"invoice_settings": {"default_payment_method": method}}
    customers.update(Call(account, wanted), customer["id"])
    for subscription in plans.current(account, customer["id"]):
        if subscription["default_payment_method"] not in (None, method):
            subscribing.changed(account, subscription, {"default_payment_method": method})


def can_remove(account: Account, customer: Row, method: str) -> bool:
    """What a running subscription is paid with stays."""
    running = plans.current(account, customer["id"])
    used = {row["default_payment_method"] or default_of(customer) for row in running}
    return method not in used


def remove(account: Account, customer: Row, method: str) -> None:
    """Loosen it from the customer."""
    row = _check_own(account, customer, method)
    if not can_remove(account, customer, method):
        raise InvalidRequest("Your subscription is paid with this. Choose another one first.")
    payment_methods.detach_from(account, row)


def _check_own(account: Account, customer: Row, method: str) -> Row:
    row = account.find(method, "payment_method")
    if row is None or row["customer"] != customer["id"]:
        raise no_such("PaymentMethod", method)
    return row
