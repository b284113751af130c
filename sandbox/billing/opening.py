"""When a new subscription starts, how long it is tried, and where its billing periods lie."""

from dataclasses import dataclass

from sandbox.account import Account
from sandbox.billing import calendar
from sandbox.errors import InvalidRequest, ParameterRefused
from sandbox.shapes import Row

LONGEST_TRIAL = 730  # days
CONFIG = ("day_of_month", "hour", "minute", "month", "second")
NOT_AHEAD = "Invalid timestamp: must be an integer Unix timestamp in the future."


@dataclass(frozen=True)
class Opening:
    """The moments of a subscription that begins."""

    start: int
    anchor: int
    trial_end: int | None
    anchor_config: Row | None


def planned(account: Account, params: Row, recurrings: list[Row]) -> Opening:
    """From the parameters that a subscription is created with."""
    now = account.now
    start = _start(params, now)
    trial_end = _trial_end(params, now, recurrings)
    config = _config(params)
    anchor = params.get("billing_cycle_anchor")
    if anchor is not None:
        _check_anchor(anchor, trial_end or now, recurrings)
    elif config:
        anchor = calendar.next_day(config, trial_end or now)
    else:
        classic = _mode(params) == "classic"
        anchor = trial_end or (now if classic else start)
    shown = {name: config.get(name) for name in CONFIG} if config else None
    return Opening(start, anchor, trial_end, shown)


def _mode(params: Row) -> str:
    return str((params.get("billing_mode") or {}).get("type", "flexible"))


def _start(params: Row, now: int) -> int:
    start = params.get("backdate_start_date")
    if start is None:
        return now
    if start > now:
        raise InvalidRequest(
            "`backdate_start_date` must be in the past.", param="backdate_start_date"
        )
    return int(start)


def _config(params: Row) -> Row | None:
    config = params.get("billing_cycle_anchor_config")
    if config and "billing_cycle_anchor" in params:
        raise InvalidRequest(
            "You may only specify one of these parameters: billing_cycle_anchor, "
            "billing_cycle_anchor_config."
        )
    if config and not 1 <= config["day_of_month"] <= 31:
        raise InvalidRequest(
            "Invalid day_of_month: must be between 1 and 31.",
            param="billing_cycle_anchor_config[day_of_month]",
        )
    return config or None


def _check_anchor(anchor: int, since: int, recurrings: list[Row]) -> None:
    if anchor < since:
        raise InvalidRequest(NOT_AHEAD, param="billing_cycle_anchor")
    natural = min(calendar.boundary(since, recurring, 1) for recurring in recurrings)
    if anchor > natural:
        raise InvalidRequest(
            "`billing_cycle_anchor` cannot be later than next natural billing date "
            f"({natural}) for plan.",
            param="billing_cycle_anchor",
        )


def _trial_end(params: Row, now: int, recurrings: list[Row]) -> int | None:
    given, days = params.get("trial_end"), params.get("trial_period_days")
    if given is not None and days is not None:
        raise InvalidRequest(
            "You may only specify one of these parameters: trial_end, trial_period_days."
        )
    if params.get("trial_from_plan"):
        if given is not None:
            raise InvalidRequest(
                "You may only specify one of these parameters: trial_end, trial_from_plan."
            )
        days = days or max((one.get("trial_period_days") or 0 for one in recurrings), default=0)
    if given == "now":
        return None
    if given is not None:
        return check_trial_end(given, now)
    return now + check_days(days) * calendar.DAY if days else None


def check_trial_end(moment: int, now: int) -> int:
    """A trial ends in the future, and within two years."""
    if moment <= now:
        raise InvalidRequest(NOT_AHEAD, param="trial_end")
    if moment > now + LONGEST_TRIAL * calendar.DAY:
        raise InvalidRequest(
            "Invalid timestamp: can be no more than two years in the future.", param="trial_end"
        )
    return moment


def check_days(days: int) -> int:
    """Between a day and two years."""
    if days < 1:
        raise ParameterRefused(
            "This value must be greater than or equal to 1.",
            code="parameter_invalid_integer",
            param="trial_period_days",
        )
    if days > LONGEST_TRIAL:
        raise InvalidRequest(
            f"The maximum number of trial period days is {LONGEST_TRIAL} (2 years).",
            param="trial_period_days",
        )
    return days
