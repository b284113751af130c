"""What an item is billed for a period: the lines of a subscription's invoices."""

from collections.abc import Iterable, Iterator

from sandbox import money
from sandbox.account import Account
from sandbox.billing import calendar, items, proration
from sandbox.billing.lines import Line
from sandbox.shapes import Row

Period = tuple[int, int]


def of_trial(account: Account, subscription: Row, item: Row) -> Line:
    """Nothing, until the trial ends."""
    line = _line(account, subscription, item, _period(item))
    line.amount = 0
    line.description = f"Trial period for {proration.name_of(account, item)}"
    return line


def whole(account: Account, subscription: Row, item: Row) -> Line:
    """The item's running period."""
    return of_period(account, subscription, item, _period(item))


def of_period(account: Account, subscription: Row, item: Row, period: Period) -> Line:
    """A whole period at its price, or a part of one at its share."""
    line = _line(account, subscription, item, period)
    whole = proration.natural(subscription, item, period[0])
    if period[1] > whole[1]:
        whole = period
    line.amount = proration.part_of(line.amount, whole, period, subscription["currency"])
    if period == whole:
        line.description = _at_price(account, subscription, item)
    else:
        line.proration = True
        line.description = _partly(account, item, period)
    return line


def first(account: Account, subscription: Row, behavior: str) -> list[Line]:
    """What the first invoice holds: a trial, or all from the start to the end of this period."""
    every = items.of(account, subscription)
    if subscription["status"] == "trialing":
        return [of_trial(account, subscription, item) for item in every]
    return [
        of_period(account, subscription, item, period)
        for item in every
        for period in _first_periods(account, subscription, item)
        if behavior != "none" or _is_whole_and_now(account, subscription, item, period)
    ]


def _is_whole_and_now(account: Account, subscription: Row, item: Row, period: Period) -> bool:
    return period[0] >= account.now and period == proration.natural(subscription, item, period[0])


def _first_periods(account: Account, subscription: Row, item: Row) -> Iterable[Period]:
    found = list(_periods_until_now(account, subscription, item))
    *past, running = found
    if past and subscription["billing_mode"]["type"] == "classic":
        return [(past[0][0], past[-1][1]), running]
    return found


def _periods_until_now(account: Account, subscription: Row, item: Row) -> Iterator[Period]:
    start = subscription["start_date"]
    while True:
        end = proration.natural(subscription, item, start)[1]
        last = end > account.now
        end = item["current_period_end"] if last else end
        yield start, end
        if last:
            return
        start = end


def _period(item: Row) -> Period:
    return item["current_period_start"], item["current_period_end"]


def _line(account: Account, subscription: Row, item: Row, period: Period) -> Line:
    own = [rate["id"] for rate in item["tax_rates"] or []]
    return Line(
        amount=items.amount(account, subscription, item),
        currency=subscription["currency"],
        quantity=item["quantity"],
        price=items.price_row(account, item),
        period=period,
        discounts=tuple(item["discounts"]),
        tax_rates=tuple(own) if own else None,
        subscription=subscription["id"],
        subscription_item=item["id"],
        metadata=dict(item["metadata"]),
    )


def _at_price(account: Account, subscription: Row, item: Row) -> str:
    product = account.find(item["price"]["product"], "product") or {}
    name = product.get("name") or item["price"]["product"]
    price = items.in_currency(items.price_row(account, item), subscription["currency"])
    if price["unit_amount"] is None:
        return f"{item['quantity'] or 0} × {name}"
    each = money.words(price["unit_amount"], subscription["currency"])
    return f"{item['quantity'] or 0} × {name} (at {each} {every(price['recurring'])})"


def every(recurring: Row) -> str:
    """`/ month`, `every 3 months`."""
    count, interval = recurring["interval_count"], recurring["interval"]
    return f"/ {interval}" if count == 1 else f"every {count} {interval}s"


def _partly(account: Account, item: Row, period: Period) -> str:
    name, (start, end) = proration.name_of(account, item), period
    if start < account.now:
        return f"Time on {name} from {calendar.words(start)} until {calendar.words(end)}"
    return f"Remaining time on {name} after {calendar.words(start)}"
