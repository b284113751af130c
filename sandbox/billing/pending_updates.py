"""Updates that wait for their payment: made only when it arrives, forgotten after 23 hours."""

from sandbox.account import Account, public
from sandbox.agenda import when_due
from sandbox.billing import invoicing, items, telling
from sandbox.changes import merged
from sandbox.errors import InvalidRequest
from sandbox.shapes import Row, part
from sandbox.store import copied

LASTS = 23 * 60 * 60
_SUPPORTED = """
add_invoice_items billing_cycle_anchor cancel_at_period_end discounts expand items metadata
off_session payment_behavior proration_behavior proration_date trial_end trial_from_plan
"""
SUPPORTED = frozenset(_SUPPORTED.split())


def check(params: Row) -> None:
    """Only some parameters can wait."""
    unsupported = [name for name in params if name not in SUPPORTED]
    if unsupported:
        raise InvalidRequest(
            "The following parameters are not supported when `payment_behavior` is set to "
            f"`pending_if_incomplete`: {', '.join(unsupported)}.",
            param=unsupported[0],
        )


def state(account: Account, subscription: Row) -> Row:
    """The subscription and its items as they are, to be taken up again."""
    rows = [copied(item) for item in items.of(account, subscription)]
    return {"subscription": copied(subscription), "items": rows}


def _take_up(account: Account, subscription: Row, saved: Row) -> None:
    """Make the subscription and its items what they were, but for what only grows."""
    kept = {name: subscription[name] for name in ("id", "latest_invoice")}
    for item in items.of(account, subscription):
        account.store.drop(item)
    for item in saved["items"]:
        account.store.add(copied(item))
    subscription.clear()
    subscription.update(copied(saved["subscription"]) | kept)


def put_off(account: Account, subscription: Row, saved: Row, invoice: Row, params: Row) -> None:
    """The invoice was not paid: all is as it was, and the update waits."""
    wanted = state(account, subscription)
    _take_up(account, subscription, saved)
    ends = min(item["current_period_end"] for item in saved["items"])
    expires = min(account.now + LASTS, max(ends, account.now + 1))
    anchored = "billing_cycle_anchor" in params
    subscription.update(
        pending_update=part(
            "subscription.PendingUpdate",
            billing_cycle_anchor=wanted["subscription"]["billing_cycle_anchor"]
            if anchored
            else None,
            cancel_at_period_end=params.get("cancel_at_period_end"),
            discounts=wanted["subscription"]["discounts"] if "discounts" in params else None,
            expires_at=expires,
            metadata=params.get("metadata"),
            subscription_items=[public(item) for item in wanted["items"]],
            trial_end=wanted["subscription"]["trial_end"] if "trial_end" in params else None,
            trial_from_plan=params.get("trial_from_plan"),
        ),
        _pending_invoice=invoice["id"],
        _wanted=wanted,
    )
    account.agenda.at(expires, "forget a pending update", subscription["id"])


def waits_for(subscription: Row, invoice: Row) -> bool:
    """Whether an update waits for this invoice."""
    waiting = subscription["pending_update"] is not None
    return waiting and subscription.get("_pending_invoice") == invoice["id"]


def applied(account: Account, subscription: Row) -> None:
    """Its invoice was paid: now it is made."""
    from sandbox.billing import renewing

    before = telling.as_told(subscription)
    wanted, metadata = subscription["_wanted"], subscription["metadata"]
    asked = subscription["pending_update"]["metadata"] or {}
    _take_up(account, subscription, wanted)
    _over(subscription)
    subscription["metadata"] = merged(metadata, asked)
    renewing.plan_next(account, subscription)
    telling.updated(account, subscription, before, "pending_update_applied")


def expired(account: Account, subscription: Row) -> None:
    """It was not paid in time."""
    before = telling.as_told(subscription)
    _over(subscription)
    telling.updated(account, subscription, before, "pending_update_expired")


def dropped(account: Account, subscription: Row) -> None:
    """Another update takes the place of one that waits."""
    if subscription["pending_update"] is not None:
        invoice = account.find(subscription["_pending_invoice"], "invoice")
        _over(subscription)
        if invoice is not None and invoice["status"] == "open":
            invoicing.void(account, invoice)


def _over(subscription: Row) -> None:
    subscription.update(pending_update=None, _pending_invoice=None, _wanted=None)


@when_due("forget a pending update")
def _expire(account: Account, subscription_id: str) -> None:
    row = account.get("subscription", subscription_id)
    update = row["pending_update"]
    if update is None or update["expires_at"] != account.now:
        return
    invoice = account.find(row["_pending_invoice"], "invoice")
    if invoice is not None and invoice["status"] == "open":
        invoicing.void(account, invoice)  # which tells that the update is over
    else:
        expired(account, account.store.edit(row))
