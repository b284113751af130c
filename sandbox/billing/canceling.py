"""A subscription ends: now, or because its time has come."""

from sandbox.account import Account, on
from sandbox.agenda import when_due
from sandbox.billing import (
    collecting,
    drafting,
    invoice_pending,
    invoicing,
    items,
    proration,
    retrying,
    telling,
)
from sandbox.shapes import Row, part


def canceled(
    account: Account,
    subscription: Row,
    *,
    invoice_now: bool = False,
    prorate: bool = False,
    reason: Row | None = None,
) -> Row:
    """End it now. What is unused is given back with `prorate`, and with `invoice_now` what is
    still open is billed; otherwise pending prorations are forgotten. `reason` is what the customer
    said: comment and feedback."""
    subscription = account.edit("subscription", subscription["id"])
    if subscription["status"] == "incomplete":
        return expired(account, subscription)
    if prorate:
        _give_back(account, subscription)
    if invoice_now:
        _bill(account, subscription)
    elif not prorate:
        _forget_prorations(account, subscription)
    known = {name: value or None for name, value in (reason or {}).items()}
    subscription["cancellation_details"] = _details(subscription) | known
    return ended(account, subscription, reason="cancellation_requested")


@on("customer.deleted")
def _with_the_customer(account: Account, customer: Row) -> None:
    """Whoever is deleted is no longer subscribed to anything."""
    for row in account.where("subscription", "customer", customer["id"]):
        if not telling.is_over(row):
            canceled(account, row)


def _details(subscription: Row) -> Row:
    return subscription["cancellation_details"] or part("subscription.CancellationDetails")


def _give_back(account: Account, subscription: Row) -> None:
    every = items.of(account, subscription)
    for item in every:
        line = proration.credit(account, subscription, item, account.now, every)
        if line is not None:
            drafting.pend(account, subscription, line)


def _bill(account: Account, subscription: Row) -> None:
    if not drafting.has_pending(account, subscription):
        return
    invoice = drafting.drafted(account, subscription, [], "subscription_update")
    invoice = invoicing.finalize(account, invoice)
    if subscription["collection_method"] == "charge_automatically":
        collecting.attempt(account, invoice)


def _forget_prorations(account: Account, subscription: Row) -> None:
    customer, currency = subscription["customer"], subscription["currency"]
    for row in invoice_pending.pending(account, customer, currency):
        if row["proration"] and row["_line"]["subscription"] == subscription["id"]:
            account.emit("invoiceitem.deleted", row)
            account.store.drop(row)


def ended(account: Account, subscription: Row, *, reason: str | None) -> Row:
    """It is canceled; its open invoices are not charged by themselves any more."""
    retrying.stop(account, subscription)
    subscription["canceled_at"] = subscription["canceled_at"] or account.now
    subscription.update(
        status="canceled",
        ended_at=account.now,
        pending_update=None,
        status_details=None,
        _next_at=None,
    )
    if reason:
        subscription["cancellation_details"] = _details(subscription) | {"reason": reason}
    telling.deleted(account, subscription)
    return subscription


def at_its_time(account: Account, subscription: Row) -> Row:
    """The end that was set has come; what is still pending is billed."""
    if drafting.has_pending(account, subscription):
        invoice = drafting.drafted(account, subscription, [], "subscription_cycle")
        advances = invoice["auto_advance"]
        subscription = ended(account, subscription, reason="cancellation_requested")
        invoice.update(auto_advance=advances)
        invoicing.set_window(account, invoice)
        return subscription
    return ended(account, subscription, reason="cancellation_requested")


def expired(account: Account, subscription: Row) -> Row:
    """The first payment never came: the invoice is void, the subscription never was."""
    before = telling.as_told(subscription)
    subscription.update(status="incomplete_expired", ended_at=account.now, _next_at=None)
    invoice = account.find(subscription["latest_invoice"], "invoice")
    if invoice is not None and invoice["status"] == "open":
        invoicing.void(account, invoice)
    telling.updated(account, subscription, before)
    return subscription


@when_due("expire an incomplete subscription")
def _expire(account: Account, subscription_id: str) -> None:
    row = account.get("subscription", subscription_id)
    if row["status"] == "incomplete":
        expired(account, account.store.edit(row))
