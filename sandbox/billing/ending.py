"""When a subscription will end: at the end of its period, or at a date; and undoing that."""

from sandbox.account import Account
from sandbox.billing import drafting, items, proration
from sandbox.billing.opening import NOT_AHEAD
from sandbox.errors import InvalidRequest
from sandbox.shapes import Row, part

NOT_BOTH = (
    "You cannot set `cancel_at_period_end` to true and pass a value for `cancel_at` at the same "
    "time."
)


def write(account: Account, subscription: Row, params: Row, *, opening: bool = False) -> None:
    """What the parameters say about its end."""
    if params.get("cancel_at_period_end") and params.get("cancel_at"):
        raise InvalidRequest(NOT_BOTH, param="cancel_at")
    if given := params.get("cancellation_details"):
        known = {name: value or None for name, value in given.items()}
        subscription["cancellation_details"] = subscription["cancellation_details"] | known
    if params.get("cancel_at_period_end"):
        _ends_at(account, subscription, _period_end(account, subscription, last=True))
        subscription["cancel_at_period_end"] = True
    elif params.get("cancel_at"):
        _ends_at(account, subscription, _moment(account, subscription, params["cancel_at"]))
        subscription["cancel_at_period_end"] = False
        _shorten(account, subscription, params, opening=opening)
    elif _is_undone(subscription, params):
        _goes_on(account, subscription)


def _is_undone(subscription: Row, params: Row) -> bool:
    stays = params.get("cancel_at_period_end") is False and subscription["cancel_at_period_end"]
    return "cancel_at" in params or stays


def _period_end(account: Account, subscription: Row, *, last: bool) -> int:
    ends = sorted(item["current_period_end"] for item in items.of(account, subscription))
    return int(ends[-1 if last else 0])


def _moment(account: Account, subscription: Row, given: int | str) -> int:
    if given == "min_period_end":
        return _period_end(account, subscription, last=False)
    if given in ("max_period_end", "max_billed_until"):
        return _period_end(account, subscription, last=True)
    if not isinstance(given, int) or given <= account.now:
        raise InvalidRequest(NOT_AHEAD, param="cancel_at")
    return given


def _ends_at(account: Account, subscription: Row, moment: int) -> None:
    subscription.update(cancel_at=moment, canceled_at=account.now)
    known = subscription["cancellation_details"] or part("subscription.CancellationDetails")
    subscription["cancellation_details"] = known | {"reason": "cancellation_requested"}


def _goes_on(account: Account, subscription: Row) -> None:
    subscription.update(cancel_at=None, cancel_at_period_end=False, canceled_at=None)
    subscription["cancellation_details"] = part("subscription.CancellationDetails")
    for item_id in subscription.pop("_credited_at_end", []):
        row = account.find(item_id, "invoiceitem")
        if row is not None and row["invoice"] is None:
            account.emit("invoiceitem.deleted", row)
            account.store.drop(row)


def _shorten(account: Account, subscription: Row, params: Row, *, opening: bool) -> None:
    """An end within a running period: a new subscription is billed for less, another gets back
    what it has paid for the time after."""
    moment, behavior = subscription["cancel_at"], params.get("proration_behavior")
    if behavior == "none":
        return
    every = [account.store.edit(item) for item in items.of(account, subscription)]
    for item in every:
        if item["current_period_end"] <= moment:
            continue
        if opening:
            item["current_period_end"] = moment
            continue
        line = proration.credit(account, subscription, item, moment, every)
        if line is not None:
            row = drafting.pend(account, subscription, line)
            subscription.setdefault("_credited_at_end", []).append(row["id"])
