"""A subscription is changed: what that gives back, what it costs, and when it is billed."""

from collections.abc import Iterable
from dataclasses import dataclass

from sandbox.account import Account
from sandbox.billing import (
    drafting,
    ending,
    item_changes,
    items,
    one_off,
    opening,
    pausing,
    paying,
    pending_updates,
    period_lines,
    proration,
    renewing,
    subscription_fields,
    telling,
    trials,
)
from sandbox.billing.item_changes import Pair
from sandbox.billing.lines import Line
from sandbox.errors import InvalidRequest
from sandbox.shapes import Row
from sandbox.store import copied

WHEN_OVER = {"cancellation_details", "expand", "metadata"}
WHEN_INCOMPLETE = WHEN_OVER | {"default_payment_method", "default_source", "payment_settings",
                               "description"}  # fmt: skip


@dataclass
class Change:
    """What an update does to the billing of a subscription."""

    at: int  # as of when it is prorated
    behavior: str
    olds: list[Row]  # all items as they were
    pairs: list[Pair]
    anew: bool  # whether a new billing period begins now
    trial_end: int | None  # a trial that begins or goes on


def changed(account: Account, subscription: Row, params: Row) -> Row:
    """Change it as SubscriptionUpdateParams say; the subscription afterwards."""
    subscription = account.edit("subscription", subscription["id"])
    _check_status(subscription, params)
    waits = params.get("payment_behavior") == "pending_if_incomplete"
    if waits:
        pending_updates.check(params)
    before, saved = telling.as_told(subscription), pending_updates.state(account, subscription)
    if "items" in params:
        pending_updates.dropped(account, subscription)
    _written(account, subscription, params)
    if params.get("trial_end") == "now" and not trials.goes_on(account, subscription, before):
        return subscription
    change = _change(account, subscription, params)
    invoice = _billed(account, subscription, change, params)
    renewing.plan_next(account, subscription)
    if not waits:
        telling.updated(account, subscription, before)
    if change.trial_end:
        trials.announce(account, subscription)
    if invoice is not None:
        _pay(account, subscription, invoice, params, saved)
    if waits:
        telling.updated(account, subscription, before)
    return subscription


def _check_status(subscription: Row, params: Row) -> None:
    if telling.is_over(subscription) and set(params) - WHEN_OVER:
        raise InvalidRequest(
            "A canceled subscription can only update its cancellation_details and metadata."
        )
    if subscription["status"] == "incomplete" and set(params) - WHEN_INCOMPLETE:
        raise InvalidRequest(
            "A subscription that is incomplete can only be updated in its metadata and default "
            "payment method until its first invoice is paid."
        )


def _written(account: Account, subscription: Row, params: Row) -> None:
    subscription_fields.write(account, subscription, params)
    if "pause_collection" in params:
        pausing.collection(account, subscription, params["pause_collection"])
    ending.write(account, subscription, params)


def _change(account: Account, subscription: Row, params: Row) -> Change:
    olds = [copied(item) for item in items.of(account, subscription)]
    pairs = item_changes.applied(account, subscription, _items_given(olds, params))
    trial = _trial_end(account, subscription, params)
    return Change(
        at=_proration_date(account, olds, params),
        behavior=params.get("proration_behavior") or "create_prorations",
        olds=olds,
        pairs=pairs,
        anew=_begins_anew(account, subscription, params, olds, pairs, trial),
        trial_end=trial,
    )


def _items_given(olds: list[Row], params: Row) -> list[Row]:
    """The items; older versions named plan and quantity of the only one."""
    given: list[Row] = params.get("items") or []
    named: Row = {name: params[name] for name in ("plan", "quantity") if name in params}
    return given or ([{**named, "id": olds[0]["id"]}] if named else [])


def _trial_end(account: Account, subscription: Row, params: Row) -> int | None:
    given = params.get("trial_end")
    if given in (None, "now"):
        return None
    end = opening.check_trial_end(given, account.now)
    return end if end != subscription["trial_end"] else None


def _proration_date(account: Account, olds: list[Row], params: Row) -> int:
    date = params.get("proration_date")
    if date is None:
        return account.now
    start = max(item["current_period_start"] for item in olds)
    end = min(item["current_period_end"] for item in olds)
    if not start <= date <= end:
        raise InvalidRequest(
            "Invalid proration_date: must be within the current billing period "
            f"({start} to {end}).",
            param="proration_date",
        )
    return int(date)


def _begins_anew(
    account: Account,
    subscription: Row,
    params: Row,
    olds: list[Row],
    pairs: list[Pair],
    trial: int | None,
) -> bool:
    """A trial begins or ends, the anchor is moved, or the interval or a free price changes."""
    trying = subscription["status"] == "trialing"
    if trial or (params.get("trial_end") == "now" and trying):
        return True
    anchor = params.get("billing_cycle_anchor")
    wanted = anchor["type"] if isinstance(anchor, dict) else anchor
    if wanted == "now":
        return True
    if trying or wanted == "unchanged":
        return False
    if any(old and new and items.intervals([old]) != items.intervals([new]) for old, new in pairs):
        return True
    every = items.of(account, subscription)
    was_free = bool(pairs) and _is_free(account, subscription, olds)
    return was_free and not _is_free(account, subscription, every)


def _is_free(account: Account, subscription: Row, every: Iterable[Row]) -> bool:
    return not any(items.amount(account, subscription, item) for item in every)


def _billed(account: Account, subscription: Row, change: Change, params: Row) -> Row | None:
    """Put off what the change costs and gives back, or bill it with a new period at once. What is
    added once comes with that; alone it waits, except with classic billing."""
    pended = _prorated(account, subscription, change)
    once = [
        drafting.pend(account, subscription, line)
        for line in one_off.lines(account, subscription, params)
    ]
    if subscription["billing_mode"]["type"] == "classic":
        pended += once
    full = _anew(account, subscription, change) if change.anew else []
    if change.anew or (pended and change.behavior == "always_invoice"):
        return drafting.drafted(account, subscription, full, "subscription_update")
    return None


def _prorated(account: Account, subscription: Row, change: Change) -> list[Row]:
    """Credits for what was given up, and debits for what goes on until the end of the period."""
    if change.behavior == "none" or subscription["status"] == "trialing":
        return []
    given_up = change.olds if change.anew else [old for old, _ in change.pairs if old]
    found = [
        drafting.pend(account, subscription, line)
        for old in given_up
        if (line := proration.credit(account, subscription, old, change.at, change.olds))
    ]
    return found if change.anew else found + _debited(account, subscription, change)


def _debited(account: Account, subscription: Row, change: Change) -> list[Row]:
    every = items.of(account, subscription)
    net = proration.net_amounts(account, subscription, every)
    found = []
    for _, new in change.pairs:
        if new is None:
            continue
        new["_billed"] = []
        line = proration.debit(account, subscription, new, change.at, net=net[new["id"]])
        if line is not None:
            found.append(drafting.pend(account, subscription, line, new))
    return found


def _anew(account: Account, subscription: Row, change: Change) -> list[Line]:
    """A period, or a trial, begins now for every item; the lines that bill it."""
    trial = change.trial_end
    ended = subscription["status"] == "trialing"
    subscription["billing_cycle_anchor"] = trial or account.now
    subscription["billing_cycle_anchor_config"] = None
    if trial:
        start = subscription["trial_start"] if ended else account.now
        subscription.update(status="trialing", trial_start=start, trial_end=trial)
    elif ended:
        subscription.update(status="active", trial_end=account.now)
    every = [account.store.edit(item) for item in items.of(account, subscription)]
    for item in every:
        end = trial or proration.natural(subscription, item, account.now)[1]
        item.update(current_period_start=account.now, current_period_end=end, _billed=[])
    if trial:
        return [period_lines.of_trial(account, subscription, item) for item in every]
    return [period_lines.whole(account, subscription, item) for item in every]


def _pay(account: Account, subscription: Row, invoice: Row, params: Row, saved: Row) -> None:
    from sandbox.billing import following

    waits = params.get("payment_behavior") == "pending_if_incomplete"
    if subscription["collection_method"] == "send_invoice":
        return
    subscription["_pending_invoice"] = invoice["id"] if waits else None
    invoice = paying.settled(account, subscription, invoice, params)
    if invoice["status"] != "open":
        subscription["_pending_invoice"] = None
    elif waits:
        pending_updates.put_off(account, subscription, saved, invoice, params)
    elif params.get("payment_behavior") == "default_incomplete":
        following.owe(account, subscription)
