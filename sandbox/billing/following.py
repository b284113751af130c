"""What becomes of a subscription when its invoices are paid, refused, voided or given up."""

from sandbox import settings
from sandbox.account import Account, on
from sandbox.billing import canceling, invoice_payments, pausing, pending_updates, telling
from sandbox.shapes import Row

OWING = ("incomplete", "past_due", "unpaid")


def _subscription_of(account: Account, invoice: Row) -> Row | None:
    row = account.find(invoice.get("_subscription"), "subscription")
    return None if row is None or telling.is_over(row) else account.store.edit(row)


@on("invoice.paid")
def _paid(account: Account, invoice: Row) -> None:
    subscription = _subscription_of(account, invoice)
    if subscription is None:
        return
    if subscription.get("_resuming") == invoice["id"]:
        pausing.resumed(account, subscription)
        return
    before = telling.as_told(subscription)
    _keep_method(account, subscription, invoice)
    if subscription["status"] in OWING and _is_settled(account, subscription, invoice):
        subscription["status"] = "active"
    telling.updated(account, subscription, before)
    if pending_updates.waits_for(subscription, invoice):
        pending_updates.applied(account, subscription)


@on("payment_intent.processing")
def _on_its_way(account: Account, intent: Row) -> None:
    """Its first invoice was confirmed: with a bank debit it begins at once, and owes if that fails."""
    invoice = account.find(intent.get("_invoice"), "invoice")
    subscription = _subscription_of(account, invoice) if invoice is not None else None
    if subscription is not None and subscription["status"] == "incomplete":
        before = telling.as_told(subscription)
        subscription["status"] = "active"
        telling.updated(account, subscription, before)


def _keep_method(account: Account, subscription: Row, invoice: Row) -> None:
    saves = subscription["payment_settings"]["save_default_payment_method"] == "on_subscription"
    for payment in invoice_payments.payments_of(account, invoice["id"]) if saves else ():
        intent = account.find(payment["_payment_intent"], "payment_intent")
        if intent is not None and intent["status"] == "succeeded" and intent["payment_method"]:
            subscription["default_payment_method"] = intent["payment_method"]


def _is_settled(account: Account, subscription: Row, invoice: Row) -> bool:
    """The latest invoice is settled, or none is open any more."""
    if invoice["id"] == subscription["latest_invoice"]:
        return True
    every = account.where("invoice", "_subscription", subscription["id"])
    return not any(row["status"] == "open" and row["id"] != invoice["id"] for row in every)


@on("invoice.payment_failed", "invoice.overdue")
def _refused(account: Account, invoice: Row) -> None:
    subscription = _subscription_of(account, invoice)
    if subscription is None or subscription.get("_pending_invoice") == invoice["id"]:
        return
    owe(account, subscription)
    if subscription["status"] == "past_due" and _is_last_try(account, invoice):
        _give_up(account, subscription)


def owe(account: Account, subscription: Row) -> None:
    """An invoice of it should have been paid by now."""
    if subscription["status"] in ("active", "trialing"):
        before = telling.as_told(subscription)
        subscription["status"] = "past_due"
        telling.updated(account, subscription, before)


def _is_last_try(account: Account, invoice: Row) -> bool:
    charged = invoice["collection_method"] == "charge_automatically" and invoice["auto_advance"]
    over = invoice["attempt_count"] > len(settings.of(account)["retry_days"])
    return bool(charged and over and invoice["next_payment_attempt"] is None)


def _give_up(account: Account, subscription: Row) -> None:
    ends = settings.of(account)["after_retries"]
    if ends == "canceled":
        canceling.ended(account, subscription, reason="payment_failed")
    elif ends == "unpaid":
        before = telling.as_told(subscription)
        subscription["status"] = "unpaid"
        telling.updated(account, subscription, before)


@on("invoice.voided", "invoice.marked_uncollectible")
def _given_up(account: Account, invoice: Row) -> None:
    subscription = _subscription_of(account, invoice)
    if subscription is None:
        return
    if pending_updates.waits_for(subscription, invoice):
        pending_updates.expired(account, subscription)
    elif subscription["status"] == "incomplete" and invoice["status"] == "void":
        canceling.expired(account, subscription)
    elif subscription["status"] == "past_due" and _is_settled(account, subscription, invoice):
        before = telling.as_told(subscription)
        subscription["status"] = "active"
        telling.updated(account, subscription, before)
