"""A subscription schedule at work: phases begin and end, and with them what is subscribed to."""

from datetime import UTC, datetime

from sandbox.account import Account, on
from sandbox.agenda import when_due
from sandbox.billing import canceling, changing, items, phase_shapes, subscribing
from sandbox.shapes import Row

DAY = 24 * 60 * 60
NOTICE = 7  # working days
SATURDAY = 5
OVER = ("canceled", "completed", "released")


def planned(account: Account, schedule: Row) -> None:
    """Set down when its phases begin, and when it ends."""
    moments = {phase["start_date"] for phase in schedule["phases"]}
    end = schedule["phases"][-1]["end_date"]
    for moment in sorted(one for one in moments | {end} if one > account.now):
        account.agenda.at(moment, "enter a phase", schedule["id"])
    if _told_at(end) > account.now:
        account.agenda.at(_told_at(end), "tell that a schedule expires", schedule["id"])


def _told_at(end: int) -> int:
    moment, left = end, NOTICE
    while left:
        moment -= DAY
        left -= datetime.fromtimestamp(moment, UTC).weekday() < SATURDAY
    return moment


@when_due("enter a phase")
def enter_due(account: Account, schedule_id: str) -> None:
    """Begin the phase whose time has come; after the last one the schedule is over."""
    row = account.get("subscription_schedule", schedule_id)
    if row["status"] in OVER:
        return
    schedule = account.store.edit(row)
    if schedule["phases"][-1]["end_date"] <= account.now:
        finished(account, schedule)
        return
    phase = _phase_at(schedule, account.now)
    known = schedule["current_phase"]
    if phase is None or (known and known["start_date"] == phase["start_date"]):
        return
    entered(account, schedule, phase)
    account.emit_update("subscription_schedule.updated", schedule)


def _phase_at(schedule: Row, moment: int) -> Row | None:
    for phase in schedule["phases"]:
        if phase["start_date"] <= moment < phase["end_date"]:
            return dict(phase)
    return None


@when_due("tell that a schedule expires")
def _tell_expiring(account: Account, schedule_id: str) -> None:
    schedule = account.get("subscription_schedule", schedule_id)
    if schedule["status"] in OVER:
        return
    if _told_at(schedule["phases"][-1]["end_date"]) == account.now:
        account.emit("subscription_schedule.expiring", schedule)


def entered(account: Account, schedule: Row, phase: Row) -> None:
    """The subscription becomes what the phase says; the first phase makes it."""
    schedule["status"] = "active"
    schedule["current_phase"] = {name: phase[name] for name in ("end_date", "start_date")}
    params = phase_shapes.to_params(schedule, phase)
    subscription = account.find(schedule["subscription"], "subscription")
    if subscription is None:
        _begin(account, schedule, phase, params)
    else:
        _change(account, subscription, phase, params)


def _begin(account: Account, schedule: Row, phase: Row, params: Row) -> None:
    params |= {"customer": schedule["customer"], "billing_mode": _mode(schedule)}
    if phase["trial_end"]:
        params["trial_end"] = phase["trial_end"]
    if phase["start_date"] < account.now:
        params["backdate_start_date"] = phase["start_date"]
    params |= {"off_session": True, "_schedule": schedule["id"]}
    subscription = subscribing.begun(account, params)
    subscription["schedule"] = schedule["id"]
    schedule["subscription"] = subscription["id"]


def _mode(schedule: Row) -> Row:
    mode = schedule["billing_mode"]
    return {"type": mode["type"], "flexible": mode["flexible"] or {}}


def _change(account: Account, subscription: Row, phase: Row, params: Row) -> None:
    params["items"] = replacing(account, subscription, params["items"])
    if phase["trial_end"] and phase["trial_end"] > account.now:
        params["trial_end"] = phase["trial_end"]
    if phase["billing_cycle_anchor"] == "phase_start":
        params["billing_cycle_anchor"] = {"type": "now"}
    if not phase["discounts"] and subscription["discounts"]:
        params["discounts"] = []
    changing.changed(account, subscription, params | {"off_session": True})


def replacing(account: Account, subscription: Row, wanted: list[Row]) -> list[Row]:
    """Item parameters that make a subscription's items the wanted ones and no others."""
    left = items.of(account, subscription)
    found = []
    for one in wanted:
        same = next((item for item in left if item["price"]["id"] == one["price"]), None)
        if same is not None:
            left.remove(same)
            one = {**one, "id": same["id"]}
        found.append(one)
    new = [one for one in found if "id" not in one]
    for one, item in zip(new, list(left), strict=False):
        one["id"] = item["id"]
        left.remove(item)
    return [*found, *({"id": item["id"], "deleted": True} for item in left)]


def finished(account: Account, schedule: Row) -> None:
    """The last phase is over: the subscription goes on by itself, or ends."""
    schedule.update(status="completed", completed_at=account.now, current_phase=None)
    ends = schedule["end_behavior"] in ("cancel", "none")
    subscription = account.find(schedule["subscription"], "subscription")
    if ends and subscription and subscription["status"] not in canceling.telling.OVER:
        canceling.at_its_time(account, account.store.edit(subscription))
    account.emit("subscription_schedule.completed", schedule)
    if not ends:
        released(account, schedule)


def released(account: Account, schedule: Row, *, keep_end: bool = True) -> Row:
    """The subscription is on its own from now on."""
    subscription = account.find(schedule["subscription"], "subscription")
    schedule.update(
        status="released",
        completed_at=None,
        current_phase=None,
        released_at=account.now,
        released_subscription=schedule["subscription"],
        subscription=None,
    )
    if subscription is not None:
        subscription = account.store.edit(subscription)
        subscription["schedule"] = None
        if not keep_end:
            subscription["cancel_at"] = None
    account.emit("subscription_schedule.released", schedule)
    return schedule


def canceled(account: Account, schedule: Row) -> Row:
    """Nothing more will come of it."""
    schedule.update(status="canceled", canceled_at=account.now, current_phase=None)
    account.emit("subscription_schedule.canceled", schedule)
    return schedule


@on("customer.subscription.deleted")
def _follow(account: Account, subscription: Row) -> None:
    """A schedule ends with its subscription: canceled by somebody, or aborted for want of money."""
    row = account.find(subscription["schedule"], "subscription_schedule")
    if row is None or row["status"] in OVER:
        return
    schedule = account.store.edit(row)
    if (subscription["cancellation_details"] or {}).get("reason") == "payment_failed":
        schedule.update(status="canceled", canceled_at=account.now, current_phase=None)
        account.emit("subscription_schedule.aborted", schedule)
    else:
        canceled(account, schedule)
