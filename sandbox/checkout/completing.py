"""A session is complete: the customer, the invoice or the subscription, and the event that says so."""

from sandbox.account import Account, on
from sandbox.billing import discounts
from sandbox.checkout import collected, customers, intents, invoices, subscription_terms
from sandbox.shapes import Row

DONE = ("succeeded", "processing", "requires_capture")


def complete(account: Account, session: Row, intent: Row | None = None) -> None:
    """Write down that it is, with the intent that paid or set up, or with none."""
    session.update(status="complete", url=None, payment_status=_payment_status(session, intent))
    for field in session["custom_fields"]:
        field[field["type"]]["value"] = collected.answer_of(field)
    customers.kept(account, session)
    collected.information_of(session)
    _follow_up(account, session, intent)
    _count(account, session)
    account.emit("checkout.session.completed", session)


def _payment_status(session: Row, intent: Row | None) -> str:
    if intent is None or intent["object"] == "setup_intent":
        return "no_payment_required"
    return "paid" if intent["status"] == "succeeded" else "unpaid"


def _follow_up(account: Account, session: Row, intent: Row | None) -> None:
    if session["mode"] == "subscription":
        subscription_terms.begin(account, session, intent)
    elif session["mode"] == "payment":
        discounts.completed(account, session["_discounts"])
        if session["invoice_creation"]["enabled"]:
            session["invoice"] = invoices.made(account, session, intent)["id"]


def _count(account: Account, session: Row) -> None:
    """A payment link may be good for so many sessions only."""
    found = account.find(session["payment_link"], "payment_link")
    if found is None or not found["restrictions"]:
        return
    link = account.store.edit(found)
    bounds = link["restrictions"]["completed_sessions"]
    bounds["count"] += 1
    if bounds["count"] >= bounds["limit"] and link["active"]:
        link["active"] = False
        account.emit_update("payment_link.updated", link)


@on(
    "payment_intent.succeeded",
    "payment_intent.processing",
    "payment_intent.amount_capturable_updated",
    "setup_intent.succeeded",
)
def _paid(account: Account, intent: Row) -> None:
    session = intents.session_of(account, intent)
    if session is None or intent["status"] not in DONE:
        return
    if session["status"] == "open":
        complete(account, session, account.store.edit(intent))
    elif session["payment_status"] == "unpaid" and intent["status"] == "succeeded":
        session["payment_status"] = "paid"
        if intent["capture_method"] != "manual":
            account.emit("checkout.session.async_payment_succeeded", session)


@on("payment_intent.payment_failed")
def _failed(account: Account, intent: Row) -> None:
    session = intents.session_of(account, intent)
    if session is not None and session["status"] == "complete":
        account.emit("checkout.session.async_payment_failed", session)
