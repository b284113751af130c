"""Subscription schedules: what a subscription will be, phase by phase."""

from sandbox.account import Account
from sandbox.billing import canceling, changing, phase_shapes, phases, subscription_fields
from sandbox.changes import apply, filled
from sandbox.errors import InvalidRequest, StripeError
from sandbox.lists import listed
from sandbox.routes import Call, route
from sandbox.shapes import Row
from sandbox.values import missing

ALONE = {"billing_mode", "expand", "from_subscription", "metadata"}
OLDER_PHASES = {"phases.iterations": int}
MODERN_END = {"renew": "release"}
OF_DEFAULT = phase_shapes.SAME
SHAPED = {
    "automatic_tax": phase_shapes.automatic_tax,
    "billing_thresholds": phase_shapes.thresholds,
    "transfer_data": phase_shapes.transfer_data,
}


@route(
    "POST", "/v1/subscription_schedules", "SubscriptionScheduleCreateParams", legacy=OLDER_PHASES
)
def create(call: Call) -> Row:
    """A schedule of its own, or one that takes over a subscription."""
    account, params = call.account, call.params
    if params.get("from_subscription"):
        return _taking_over(account, params)
    if "customer" not in params:
        raise missing("customer")
    return begun(account, params)


def begun(account: Account, params: Row) -> Row:
    """A new schedule for a customer."""
    customer = account.living("customer", params["customer"], param="customer")
    start = params.get("start_date", "now")
    start = account.now if start == "now" else start
    schedule = _new(account, params, customer["id"])
    schedule["phases"] = phase_shapes.chained(account, params.get("phases") or [], start, None)
    if start > account.now:
        schedule["status"] = "not_started"
    else:
        phases.entered(account, schedule, schedule["phases"][0])
    account.emit("subscription_schedule.created", schedule)
    phases.planned(account, schedule)
    return schedule


def _new(account: Account, params: Row, customer: str) -> Row:
    schedule = account.add(
        "subscription_schedule",
        billing_mode=subscription_fields.billing_mode(account, params.get("billing_mode") or {}),
        customer=customer,
        end_behavior=params.get("end_behavior") or "release",
        metadata={},
        test_clock=account.get("customer", customer)["test_clock"],
    )
    schedule["default_settings"] |= {
        "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
        "billing_cycle_anchor": "automatic",
        "collection_method": "charge_automatically",
    }
    schedule["default_settings"]["invoice_settings"]["issuer"] = {"account": None, "type": "self"}
    _written(schedule, params)
    return schedule


def _written(schedule: Row, params: Row) -> None:
    apply(schedule, params, ())
    schedule["end_behavior"] = params.get("end_behavior") or schedule["end_behavior"]
    schedule["end_behavior"] = MODERN_END.get(schedule["end_behavior"], schedule["end_behavior"])
    given = params.get("default_settings") or {}
    known = schedule["default_settings"]
    schedule["default_settings"] = known | {
        name: given[name] or None for name in OF_DEFAULT if name in given
    }
    for name, shown in SHAPED.items():
        if name in given:
            schedule["default_settings"][name] = shown(given[name] or None)
    if settings := given.get("invoice_settings"):
        shown = known["invoice_settings"] | filled(settings)
        schedule["default_settings"]["invoice_settings"] = shown


def _taking_over(account: Account, params: Row) -> Row:
    for name in params:
        if name not in ALONE:
            raise InvalidRequest(
                f"You cannot set `{name}` if `from_subscription` is set.", param=name
            )
    subscription = account.edit(
        "subscription", params["from_subscription"], param="from_subscription"
    )
    if subscription["schedule"]:
        raise InvalidRequest(
            "You cannot migrate a subscription that is already attached to a schedule: "
            f"{subscription['schedule']}",
            param="from_subscription",
        )
    if subscription["status"] in canceling.telling.OVER:
        raise InvalidRequest(
            f"You cannot migrate a subscription that is in the `{subscription['status']}` status.",
            param="from_subscription",
        )
    schedule = _new(account, params, subscription["customer"])
    phase = phase_shapes.of_subscription(account, subscription)
    moments = {name: phase[name] for name in ("end_date", "start_date")}
    schedule.update(
        billing_mode=subscription["billing_mode"],
        current_phase=moments,
        phases=[phase],
        status="active",
        subscription=subscription["id"],
    )
    subscription["schedule"] = schedule["id"]
    account.emit("subscription_schedule.created", schedule)
    phases.planned(account, schedule)
    return schedule


@route("GET", "/v1/subscription_schedules", "SubscriptionScheduleListParams")
def list_all(call: Call) -> Row:
    """Newest first."""
    if call.params.pop("scheduled", False):
        call.params["status"] = "not_started"
    return listed(call, "subscription_schedule")


@route("GET", "/v1/subscription_schedules/<schedule>", "SubscriptionScheduleRetrieveParams")
def retrieve(call: Call, schedule: str) -> Row:
    """One schedule."""
    return call.account.get("subscription_schedule", schedule, param="schedule")


@route(
    "POST",
    "/v1/subscription_schedules/<schedule>",
    "SubscriptionScheduleUpdateParams",
    legacy=OLDER_PHASES,
)
def update(call: Call, schedule: str) -> Row:
    """Other phases from now on; the one that runs must be among them."""
    account, params = call.account, call.params
    row = account.edit("subscription_schedule", schedule, param="schedule")
    _check_open(row, "update")
    _written(row, params)
    if params.get("phases"):
        _rephased(account, row, params)
    account.emit_update("subscription_schedule.updated", row)
    return row


def _check_open(schedule: Row, what: str) -> None:
    if schedule["status"] in phases.OVER:
        raise _refused(schedule, what)


def _refused(schedule: Row, what: str) -> StripeError:
    return InvalidRequest(
        f"You cannot {what} a subscription schedule that is currently in the "
        f"`{schedule['status']}` status. It can only be done if the subscription schedule is in "
        "`not_started` or `active` status."
    )


def _rephased(account: Account, schedule: Row, params: Row) -> None:
    given, running = params["phases"], schedule["current_phase"]
    first = given[0].get("start_date")
    start = schedule["phases"][0]["start_date"] if first is None else first
    start = account.now if start == "now" else start
    wanted = phase_shapes.chained(account, given, start, params.get("proration_behavior"))
    if running is not None:
        _check_keeps_running(schedule, wanted, running)
    schedule["phases"] = wanted
    if running is not None:
        _apply_to_running(account, schedule, params)
    phases.planned(account, schedule)


def _check_keeps_running(schedule: Row, wanted: list[Row], running: Row) -> None:
    if not any(phase["start_date"] == running["start_date"] for phase in wanted):
        raise InvalidRequest(
            "You can not update a phase that has already ended, or remove the current phase of the "
            f"subscription schedule `{schedule['id']}`.",
            param="phases",
        )


def _apply_to_running(account: Account, schedule: Row, params: Row) -> None:
    started = schedule["current_phase"]["start_date"]
    phase = next(one for one in schedule["phases"] if one["start_date"] == started)
    if phase["end_date"] <= account.now:
        phases.enter_due(account, schedule["id"])
        return
    schedule["current_phase"] = {name: phase[name] for name in ("end_date", "start_date")}
    subscription = account.get("subscription", schedule["subscription"])
    wanted = phase_shapes.to_params(schedule, phase)
    wanted["items"] = phases.replacing(account, subscription, wanted["items"])
    wanted.pop("add_invoice_items", None)
    wanted["proration_behavior"] = params.get("proration_behavior") or "create_prorations"
    changing.changed(account, subscription, wanted)


@route("POST", "/v1/subscription_schedules/<schedule>/cancel", "SubscriptionScheduleCancelParams")
def cancel(call: Call, schedule: str) -> Row:
    """End it, and its subscription with it."""
    account, params = call.account, call.params
    row = account.edit("subscription_schedule", schedule, param="schedule")
    _check_open(row, "cancel")
    subscription = account.find(row["subscription"], "subscription")
    if subscription is None:
        phases.canceled(account, row)  # before its subscription has begun, that is an abortion
        account.emit("subscription_schedule.aborted", row)
        return row
    canceling.canceled(
        account,
        subscription,
        invoice_now=params.get("invoice_now", True),
        prorate=params.get("prorate", True),
    )
    return row


@route("POST", "/v1/subscription_schedules/<schedule>/release", "SubscriptionScheduleReleaseParams")
def release(call: Call, schedule: str) -> Row:
    """Let its subscription go on as it is."""
    row = call.account.edit("subscription_schedule", schedule, param="schedule")
    _check_open(row, "release")
    keep = call.params.get("preserve_cancel_date", False)
    return phases.released(call.account, row, keep_end=keep)
