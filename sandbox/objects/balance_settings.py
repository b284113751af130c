"""Balance settings: when money goes to the bank by itself, and how soon it may."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.account import Account
from sandbox.agenda import when_due
from sandbox.errors import InvalidRequest
from sandbox.objects import payouts
from sandbox.routes import Call, route
from sandbox.shapes import Row, part
from sandbox.store import copied

KIND = "balance_settings"
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAYS_OF = {"monthly": "monthly_payout_days", "weekly": "weekly_payout_days"}
LEAST_DELAY = 2
LAST_DAY = 31


def of(account: Account) -> Row:
    """The settings; payouts are made by hand until somebody says otherwise."""
    return account.find(KIND) or _usual()


def _usual() -> Row:
    schedule = part(f"{KIND}.Payments.Payouts.Schedule", interval="manual")
    return {
        "id": KIND,
        "object": KIND,
        "payments": {
            "debit_negative_balances": False,
            "payouts": part(
                f"{KIND}.Payments.Payouts",
                automatic_transfer_rules_by_currency={},
                minimum_balance_by_currency={},
                schedule=schedule,
                status="enabled",
            ),
            "settlement_timing": part(f"{KIND}.Payments.SettlementTiming", delay_days=LEAST_DELAY),
        },
    }


@route("GET", "/v1/balance_settings", "BalanceSettingsRetrieveParams")
def retrieve(call: Call) -> Row:
    """The settings of the account."""
    return _shown(of(call.account))


@route("POST", "/v1/balance_settings", "BalanceSettingsModifyParams")
def update(call: Call) -> Row:
    """A change; with a schedule, payouts are made by themselves from the next such day on."""
    account, given = call.account, call.params.get("payments") or {}
    row = account.store.edit(of(account))
    payments, before = row["payments"], copied(row["payments"])
    if "debit_negative_balances" in given:
        payments["debit_negative_balances"] = given["debit_negative_balances"]
    _write_payouts(payments["payouts"], given.get("payouts") or {})
    _write_timing(payments["settlement_timing"], given.get("settlement_timing") or {})
    if "schedule" in (given.get("payouts") or {}):
        _plan(account, row)
    account.emit("balance_settings.updated", _shown(row), previous={"payments": before})
    return _shown(row)


def _shown(row: Row) -> Row:
    return {key: value for key, value in row.items() if key != "id"}


def _write_payouts(row: Row, given: Row) -> None:
    if "statement_descriptor" in given:
        row["statement_descriptor"] = given["statement_descriptor"]
    if "minimum_balance_by_currency" in given:
        wanted = row["minimum_balance_by_currency"] | (given["minimum_balance_by_currency"] or {})
        row["minimum_balance_by_currency"] = {k: v for k, v in wanted.items() if v != ""}
    if "automatic_transfer_rules_by_currency" in given:
        row["automatic_transfer_rules_by_currency"] = (
            given["automatic_transfer_rules_by_currency"] or {}
        )
    if schedule := given.get("schedule"):
        row["schedule"] = _schedule(row["schedule"], schedule)


def _schedule(before: Row, given: Row) -> Row:
    interval = given.get("interval", before["interval"])
    wanted = DAYS_OF.get(interval or "")
    days: list[Any] = (given.get(wanted) or before[wanted] or []) if wanted else []
    if wanted and not days:
        raise InvalidRequest(
            f"You must provide {wanted} when the interval is {interval}.",
            param=f"payments[payouts][schedule][{wanted}]",
        )
    if interval == "monthly" and not all(1 <= day <= LAST_DAY for day in days):
        raise InvalidRequest(
            f"Monthly payout days must be between 1 and {LAST_DAY}.",
            param="payments[payouts][schedule][monthly_payout_days]",
        )
    empty = {"monthly_payout_days": None, "weekly_payout_days": None}
    return empty | {"interval": interval} | ({wanted: days} if wanted else {})


def _write_timing(row: Row, given: Row) -> None:
    if "delay_days_override" in given:
        override = given["delay_days_override"]
        if override != "" and override < LEAST_DELAY:
            raise InvalidRequest(
                f"The delay_days_override must be at least {LEAST_DELAY}.",
                param="payments[settlement_timing][delay_days_override]",
            )
        row["delay_days_override"] = override or None
        row["delay_days"] = override or LEAST_DELAY
    if "start_of_day" in given:
        beginning = {"hour": 0, "minutes": 0, "timezone": "Etc/UTC"}
        row["start_of_day"] = beginning | given["start_of_day"] if given["start_of_day"] else None


def _plan(account: Account, row: Row) -> None:
    """The next payout that makes itself; a change of plans leaves the former one without effect."""
    schedule = row["payments"]["payouts"]["schedule"]
    row["_next"] = None
    if schedule["interval"] != "manual":
        row["_next"] = _next_midnight(account.now, schedule)
        account.agenda.at(row["_next"], "make automatic payouts", KIND)


def _next_midnight(now: int, schedule: Row) -> int:
    day = datetime.fromtimestamp(now, UTC).replace(hour=0, minute=0, second=0)
    while True:
        day += timedelta(days=1)
        if _pays_on(day, schedule):
            return int(day.timestamp())


def _pays_on(day: datetime, schedule: Row) -> bool:
    if schedule["interval"] == "weekly":
        return WEEK[day.weekday()] in schedule["weekly_payout_days"]
    if schedule["interval"] == "monthly":
        last = (day + timedelta(days=1)).month != day.month
        wanted = schedule["monthly_payout_days"]
        return day.day in wanted or (last and max(wanted) > day.day)
    return True


@when_due("make automatic payouts")
def _make_payouts(account: Account, _: str) -> None:
    row = of(account)
    if row.get("_next") != account.now:
        return
    payouts.pay_out_all(account, row["payments"]["payouts"])
    _plan(account, account.store.edit(row))
