"""Pausing: only the collection of payments, or the whole subscription until it is resumed."""

from sandbox.account import Account
from sandbox.agenda import when_due
from sandbox.billing import (
    drafting,
    invoicing,
    items,
    paying,
    period_lines,
    proration,
    telling,
    trials,
)
from sandbox.billing.opening import NOT_AHEAD
from sandbox.errors import InvalidRequest
from sandbox.shapes import Row

LASTS = 23 * 60 * 60
PAUSABLE = ("active", "past_due", "trialing")


def collection(account: Account, subscription: Row, given: Row | str) -> None:
    """Bill without collecting, until a date or until told otherwise; empty: collect again."""
    if not isinstance(given, dict):
        subscription["pause_collection"] = None
        return
    resumes = given.get("resumes_at")
    if resumes is not None:
        if resumes <= account.now:
            raise InvalidRequest(NOT_AHEAD, param="pause_collection[resumes_at]")
        account.agenda.at(resumes, "collect payments again", subscription["id"])
    subscription["pause_collection"] = {"behavior": given["behavior"], "resumes_at": resumes}


@when_due("collect payments again")
def _collect_again(account: Account, subscription_id: str) -> None:
    row = account.get("subscription", subscription_id)
    paused = row["pause_collection"]
    if paused and paused["resumes_at"] == account.now and not telling.is_over(row):
        subscription = account.store.edit(row)
        before = telling.as_told(subscription)
        subscription["pause_collection"] = None
        telling.updated(account, subscription, before)


def paused(account: Account, subscription: Row, params: Row) -> Row:
    """No service and no invoices until it is resumed; what is unused is given back if asked."""
    subscription = account.edit("subscription", subscription["id"])
    _check_pausable(subscription)
    before = telling.as_told(subscription)
    since = (params.get("bill_for") or {}).get("unused_time_from") or {"type": "none"}
    every = items.of(account, subscription)
    pended = []
    for item in every if since["type"] != "none" else ():
        whole = since["type"] == "item_current_period_start"
        at = item["current_period_start"] if whole else account.now
        line = proration.credit(account, subscription, item, at, every)
        if line is not None:
            pended.append(drafting.pend(account, subscription, line))
            account.store.edit(item)["_billed"] = []
    subscription.update(status="paused", _next_at=None)
    subscription["status_details"] = trials.paused_details(account, "pause_requested")
    if params.get("invoicing_behavior") == "invoice" and pended:
        drafting.drafted(account, subscription, [], "subscription_update")
    telling.updated(account, subscription, before, "paused")
    return subscription


def _check_pausable(subscription: Row) -> None:
    if subscription["billing_mode"]["type"] != "flexible":
        raise InvalidRequest(
            "You can only pause a subscription whose `billing_mode` is `flexible`."
        )
    if subscription["schedule"] is not None:
        raise InvalidRequest(
            "You cannot pause a subscription that is managed by the subscription schedule "
            f"`{subscription['schedule']}`."
        )
    if subscription["status"] not in PAUSABLE:
        raise InvalidRequest(
            f"You cannot pause a subscription with status `{subscription['status']}`."
        )


def resume(account: Account, subscription: Row, params: Row) -> Row:
    """Go on: in a new period from now, or in the one that the old anchor gives. What that costs
    must be paid first when it resumes on payment success."""
    subscription = account.edit("subscription", subscription["id"])
    if subscription["status"] != "paused":
        raise InvalidRequest("You can only resume a subscription with status `paused`.")
    lines = _periods(account, subscription, params)
    if not lines:
        resumed(account, subscription)
        return subscription
    invoice = drafting.drafted(account, subscription, lines, "subscription_update")
    subscription["_resuming"] = invoice["id"]
    waits = params.get("payment_behavior") == "resume_on_payment_success"
    asked = {"off_session": True} if waits else {"payment_behavior": "default_incomplete"}
    paid = paying.settled(account, subscription, invoice, asked)
    if subscription["status"] == "paused" and paid["status"] == "open":
        if waits or subscription["collection_method"] == "send_invoice":
            account.later(LASTS, "forget a resumption", subscription["id"])
        else:
            resumed(account, subscription)
    return subscription


def _periods(account: Account, subscription: Row, params: Row) -> list[period_lines.Line]:
    anchor = (params.get("billing_cycle_anchor") or {"type": "now"})["type"]
    behavior = params.get("proration_behavior") or "create_prorations"
    if anchor == "now":
        subscription["billing_cycle_anchor"] = account.now
    lines = []
    for row in items.of(account, subscription):
        item = account.store.edit(row)
        still_paid = any(one["end"] > account.now for one in item["_billed"])
        end = proration.natural(subscription, item, account.now)[1]
        if anchor == "unchanged" and still_paid:
            continue
        start = params.get("proration_date", account.now) if anchor == "unchanged" else account.now
        item.update(current_period_start=start, current_period_end=end, _billed=[])
        if anchor == "now" or behavior != "none":
            lines.append(period_lines.whole(account, subscription, item))
    return lines


def resumed(account: Account, subscription: Row) -> None:
    """It is active again."""
    from sandbox.billing import renewing

    before = telling.as_told(subscription)
    subscription.update(status="active", status_details=None, _resuming=None)
    renewing.plan_next(account, subscription)
    telling.updated(account, subscription, before, "resumed")


@when_due("forget a resumption")
def _forget(account: Account, subscription_id: str) -> None:
    row = account.get("subscription", subscription_id)
    invoice = account.find(row.get("_resuming"), "invoice")
    if row["status"] == "paused" and invoice is not None and invoice["status"] == "open":
        account.store.edit(row)["_resuming"] = None
        invoicing.void(account, invoice)
