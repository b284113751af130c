"""Changes that wait until the end of the period: by a schedule that the customer can take back."""

from sandbox.account import Account
from sandbox.billing import items
from sandbox.billing.amounts import line_amount
from sandbox.objects import subscription_schedules
from sandbox.routes import Call
from sandbox.shapes import Row

DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}


def is_meant(
    account: Account, configuration: Row, subscription: Row, price: str, quantity: int
) -> bool:
    """Whether the configuration puts such a change off: to a smaller plan, to a shorter time."""
    feature = configuration["features"]["subscription_update"]
    wanted = {condition["type"] for condition in feature["schedule_at_period_end"]["conditions"]}
    (item,) = items.of(account, subscription)
    old, new = items.price_row(account, item), account.get("price", price)
    before, after = _days(old), _days(new)
    shorter = after < before
    currency = subscription["currency"]
    cheaper = (
        _amount(new, quantity, currency) * before < _amount(old, item["quantity"], currency) * after
    )
    return ("shortening_interval" in wanted and shorter) or (
        "decreasing_item_amount" in wanted and cheaper
    )


def _days(price: Row) -> int:
    return DAYS[price["recurring"]["interval"]] * int(price["recurring"]["interval_count"])


def _amount(price: Row, quantity: int, currency: str) -> int:
    return line_amount(items.in_currency(price, currency), quantity)


def planned(account: Account, subscription: Row, price: str, quantity: int) -> Row:
    """The period that runs stays as it is; the next one has the new plan."""
    call = Call(account, {"from_subscription": subscription["id"]})
    schedule = subscription_schedules.create(call)
    running = schedule["phases"][0]
    kept = [{"price": one["price"], "quantity": one["quantity"]} for one in running["items"]]
    every = account.get("price", price)["recurring"]
    phases = [
        {"items": kept, "start_date": running["start_date"], "end_date": running["end_date"]},
        {
            "items": [{"price": price, "quantity": quantity}],
            "duration": {name: every[name] for name in ("interval", "interval_count")},
        },
    ]
    call = Call(account, {"end_behavior": "release", "phases": phases})
    subscription_schedules.update(call, schedule["id"])
    return account.get("subscription", subscription["id"])


def change_of(account: Account, subscription: Row) -> Row | None:
    """`{price, quantity, at}` of the change that is planned, if one is."""
    schedule = account.find(subscription["schedule"], "subscription_schedule")
    running = (schedule or {}).get("current_phase")
    if schedule is None or running is None:
        return None
    ahead = [one for one in schedule["phases"] if one["start_date"] >= running["end_date"]]
    if not ahead:
        return None
    item = ahead[0]["items"][0]
    price = account.get("price", item["price"])
    return {"price": price, "quantity": item["quantity"], "at": ahead[0]["start_date"]}


def taken_back(account: Account, subscription: Row) -> Row:
    """The plan stays as it is."""
    if subscription["schedule"]:
        subscription_schedules.release(Call(account, {}), subscription["schedule"])
    return account.get("subscription", subscription["id"])
