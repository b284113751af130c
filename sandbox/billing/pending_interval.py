"""Pending invoice items of a subscription that are billed at an interval of their own."""

from sandbox.account import Account
from sandbox.agenda import when_due
from sandbox.billing import calendar
from sandbox.shapes import Row

NOT_RUNNING = ("canceled", "incomplete", "incomplete_expired", "paused")


def write(account: Account, subscription: Row, params: Row) -> None:
    """Begin, change or end that."""
    interval = params.get("pending_invoice_item_interval")
    if interval:
        subscription["pending_invoice_item_interval"] = {"interval_count": 1, **interval}
        _plan(account, subscription)
    elif interval == "":
        subscription["pending_invoice_item_interval"] = None
        subscription["next_pending_invoice_item_invoice"] = None


def _plan(account: Account, subscription: Row) -> None:
    interval = subscription["pending_invoice_item_interval"]
    moment = calendar.boundary(account.now, interval, 1)
    subscription["next_pending_invoice_item_invoice"] = moment
    account.agenda.at(moment, "bill pending items", subscription["id"])


@when_due("bill pending items")
def _bill(account: Account, subscription_id: str) -> None:
    from sandbox.billing import drafting, telling

    row = account.get("subscription", subscription_id)
    due = row["next_pending_invoice_item_invoice"] == account.now
    if not due or row["status"] in NOT_RUNNING:
        return
    subscription = account.store.edit(row)
    before = telling.as_told(subscription)
    if drafting.has_pending(account, subscription):
        drafting.drafted(account, subscription, [], "subscription_update")
    _plan(account, subscription)
    telling.updated(account, subscription, before)
