"""Time passes: periods end, new ones are billed, and that is told of some days before."""

from sandbox import settings
from sandbox.account import Account, public
from sandbox.agenda import when_due
from sandbox.billing import (
    canceling,
    drafting,
    invoicing,
    items,
    period_lines,
    proration,
    telling,
    trials,
)
from sandbox.shapes import Row
from sandbox.store import copied

DAY = 24 * 60 * 60
RUNNING = ("active", "past_due", "trialing", "unpaid")


def plan_next(account: Account, subscription: Row) -> None:
    """Set down when something will happen to it next by itself."""
    planned, subscription["_next_at"] = subscription["_next_at"], None
    if subscription["status"] not in (*RUNNING, "incomplete"):
        return
    moments = [item["current_period_end"] for item in items.of(account, subscription)]
    if subscription["cancel_at"] is not None:
        moments.append(max(subscription["cancel_at"], account.now))
    subscription["_next_at"] = min(moments)
    if planned == min(moments):
        return
    account.agenda.at(min(moments), "renew a subscription", subscription["id"])
    notice = min(moments) - settings.of(account)["upcoming_days"] * DAY
    if notice > account.now:
        account.agenda.at(notice, "tell of an upcoming invoice", subscription["id"])


@when_due("renew a subscription")
def _renew_when_due(account: Account, subscription_id: str) -> None:
    row = account.get("subscription", subscription_id)
    if row["schedule"] is not None and row["_next_at"] == account.now:
        from sandbox.billing import phases

        phases.enter_due(account, row["schedule"])
        row = account.get("subscription", subscription_id)
    if row["_next_at"] == account.now and row["status"] in RUNNING:
        renewed(account, account.store.edit(row))


def renewed(account: Account, subscription: Row) -> Row:
    """A period is over: it ends, or the next one begins with an invoice."""
    before = telling.as_told(subscription)
    end = subscription["cancel_at"]
    if end is not None and end <= account.now:
        return canceling.at_its_time(account, subscription)
    tried = subscription["status"] == "trialing" and subscription["trial_end"] <= account.now
    if tried and not trials.over(account, subscription, before):
        return subscription
    lines = [
        period_lines.of_period(account, subscription, item, _next_period(subscription, item))
        for item in _ended(account, subscription)
    ]
    over = _move_on(account, subscription)
    if subscription["pause_collection"]:
        _bill_paused(account, subscription, lines, over)
    else:
        collects = subscription["status"] != "unpaid"
        drafting.drafted(
            account, subscription, lines, "subscription_cycle", auto_advance=collects, period=over
        )
    telling.updated(account, subscription, before)
    plan_next(account, subscription)
    return subscription


def _ended(account: Account, subscription: Row) -> list[Row]:
    every = items.of(account, subscription)
    return [account.store.edit(item) for item in every if item["current_period_end"] <= account.now]


def _next_period(subscription: Row, item: Row) -> tuple[int, int]:
    start = item["current_period_end"]
    end = proration.natural(subscription, item, start)[1]
    last = subscription["cancel_at"]
    return start, end if last is None else min(end, last)


def _move_on(account: Account, subscription: Row) -> tuple[int, int]:
    """The next period for each item whose period is over; answers the time that is over."""
    ended = _ended(account, subscription)
    over = min(item["current_period_start"] for item in ended), account.now
    for item in ended:
        start, end = _next_period(subscription, item)
        item.update(current_period_start=start, current_period_end=end)
    return over


def _bill_paused(
    account: Account, subscription: Row, lines: list[period_lines.Line], over: tuple[int, int]
) -> None:
    """While collection is paused an invoice stays a draft, is void, or is given up on."""
    behavior = subscription["pause_collection"]["behavior"]
    invoice = drafting.drafted(
        account, subscription, lines, "subscription_cycle", auto_advance=False, period=over
    )
    if behavior == "void":
        invoicing.void(account, invoicing.finalize(account, invoice))
    elif behavior == "mark_uncollectible":
        invoice = invoicing.finalize(account, invoice)
        invoicing.mark_uncollectible(account, invoice)


@when_due("tell of an upcoming invoice")
def _tell_upcoming(account: Account, subscription_id: str) -> None:
    row = account.get("subscription", subscription_id)
    moment = account.now + settings.of(account)["upcoming_days"] * DAY
    if row["_next_at"] != moment or row["status"] not in RUNNING or row["cancel_at"] == moment:
        return
    coming = foreseen(account, row, moment)
    if coming is not None:
        account.emit("invoice.upcoming", coming)


def foreseen(account: Account, subscription: Row, moment: int) -> Row | None:
    """The invoice there would be if it were that moment; then nothing of it has happened."""
    latest = subscription["latest_invoice"]
    with account.clock.held_at(moment):
        renewed(account, account.store.edit(subscription))
    after = account.get("subscription", subscription["id"])
    found = account.find(after["latest_invoice"], "invoice")
    coming = copied(public(found)) if found is not None and found["id"] != latest else None
    account.store.undo()
    return coming and {**coming, "id": f"upcoming_{coming['id']}", "_subscription": None}
