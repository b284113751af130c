"""What came in and went back, day by day, and where the plot's shapes go."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import url_for
from sqlalchemy import func, select

from app import settings
from app.admin.cells import money
from app.admin.dates import local, start_of, today
from app.admin.frame import remembered
from app.db import db
from app.models import Order, OrderStatus, Payment, PaymentStatus, Refund, RefundStatus
from app.money import exponent
from app.services import attention

TOP, HEIGHT = 8, 216
OURS = {"flt3_dismissed_equals": "no"}


@dataclass(frozen=True)
class Day:
    """What came in and went back on one day, whatever it was for, and what its orders brought; in
    minor units of the shop's currency."""

    paid: int = 0
    refunded: int = 0
    orders: int = 0
    ordered: int = 0

    def __add__(self, other: "Day") -> "Day":
        return Day(
            self.paid + other.paid,
            self.refunded + other.refunded,
            self.orders + other.orders,
            self.ordered + other.ordered,
        )


def trade(days: int) -> dict[str, Any]:
    by_day = remembered(f"days:{days}", lambda: _by_day(days * 2))
    return {
        "tiles": _tiles(by_day, days),
        "plot": _plot(by_day, days),
        "by_state": remembered("by_state", _by_state),
    }


def _by_day(days: int) -> dict[date, Day]:
    """The last days, each with what the lists of that day add up to: payments by when they were
    begun, refunds by when they were asked for, orders by when they were placed. What staff
    dismissed is not the shop's money."""
    first, currency = start_of(today() - timedelta(days=days - 1)), settings.current().shop_currency
    payments = select(Payment.asked_at, Payment.received_amount).where(
        Payment.asked_at >= first,
        Payment.status == PaymentStatus.SUCCEEDED,
        Payment.currency == currency,
        ~attention.payments_dismissed(),
    )
    refunds = (
        select(Refund.asked_at, Refund.amount)
        .join(Refund.payment)
        .where(
            Refund.asked_at >= first,
            Refund.status == RefundStatus.SUCCEEDED,
            Payment.currency == currency,
            ~attention.payments_dismissed(),
        )
    )
    orders = select(Order.created_at, Order.paid_amount).where(
        Order.created_at >= first, Order.paid_amount > 0, Order.currency == currency
    )
    found: dict[date, Day] = {}
    for rows, as_day in (
        (payments, lambda amount: Day(paid=amount)),
        (refunds, lambda amount: Day(refunded=amount)),
        (orders, lambda amount: Day(orders=1, ordered=amount)),
    ):
        for at, amount in db.session.execute(rows):
            day = local(at).date()
            found[day] = found.get(day, Day()) + as_day(amount)
    return found


def _sum(by_day: dict[date, Day], days: int, ago: int) -> Day:
    last = today() - timedelta(days=ago)
    return sum((by_day.get(last - timedelta(days=n), Day()) for n in range(days)), Day())


def _tiles(by_day: dict[date, Day], days: int) -> list[dict[str, Any]]:
    """Four numbers, each against the period of equal length just before."""
    now, before = _sum(by_day, days, 0), _sum(by_day, days, days)
    first = (today() - timedelta(days=days - 1)).isoformat()
    came = _payments_url(flt0_when_since=first)
    back = _url("refund", flt0_asked_since=first, flt2_state_equals="succeeded", **OURS)
    paid = _url("order", flt0_placed_since=first, flt2_paid_equals="yes")
    rows: list[tuple[str, Callable[[Day], int], Callable[[int], str], int, str]] = [
        ("Takings", lambda d: d.paid, cash, 1, came),
        ("Paid orders", lambda d: d.orders, str, 1, paid),
        ("Average order", lambda d: d.ordered // d.orders if d.orders else 0, cash, 1, paid),
        ("Refunded", lambda d: d.refunded, cash, -1, back),
    ]
    return [
        {
            "label": label,
            "value": show(value(now)),
            "was": show(value(before)),
            "url": url,
            **_change(value(now), value(before), good),
        }
        for label, value, show, good, url in rows
    ]


def _change(value: int, before: int, good: int) -> dict[str, str]:
    """Direction in words and tone; more refunds is not good news."""
    if not before:
        return {"change": "nothing to compare", "tone": "calm", "arrow": ""}
    percent = round((value - before) * 100 / before)
    if percent == 0:
        return {"change": "no change", "tone": "calm", "arrow": "="}
    more = percent > 0
    return {
        "change": f"{abs(percent)} % {'more' if more else 'less'}",
        "arrow": "↑" if more else "↓",
        "tone": "good" if percent * good > 0 else "bad",
    }


def _plot(by_day: dict[date, Day], days: int) -> dict[str, Any]:
    """Bars for money in (up) and back (down): across in percent, so that they fit any width."""
    first = today() - timedelta(days=days - 1)
    shown = [(first + timedelta(days=n)) for n in range(days)]
    top = _nice(max((by_day.get(d, Day()).paid for d in shown), default=0))
    back = max((by_day.get(d, Day()).refunded for d in shown), default=0)
    low = _nice(back) if back else 0
    scale = HEIGHT / (top + low)
    zero = TOP + top * scale
    return {
        "bars": [_bar(by_day.get(d, Day()), d, n, days, zero, scale) for n, d in enumerate(shown)],
        "lines": [
            {"y": round(zero - value * scale, 1), "text": _short(value)}
            for value in dict.fromkeys((top, top // 2, 0, -low))
        ],
        "zero": round(zero, 1),
        "height": TOP + HEIGHT,
    }


def _bar(sums: Day, day: date, n: int, days: int, zero: float, scale: float) -> dict[str, Any]:
    wide = 100 / days
    return {
        "day": day,
        "slot": round(n * wide, 3),
        "slot_w": round(wide, 3),
        "x": round((n + 0.14) * wide, 3),
        "w": round(wide * 0.72, 3),
        "paid": cash(sums.paid),
        "refunded": cash(sums.refunded) if sums.refunded else "",
        "y": round(zero - sums.paid * scale, 1),
        "h": round(sums.paid * scale, 1),
        "h2": round(sums.refunded * scale, 1),
        "tick": _tick(n, days),
        "url": _payments_url(flt0_day_equals=day.isoformat()),
    }


def _tick(n: int, days: int) -> str:
    """Which days get a date below; "minor" ones give way on narrow screens."""
    every, back = max(1, days // 6), days - 1 - n
    if back % every or n < every / 2:
        return ""
    return "minor" if back // every % 2 else "major"


def _nice(value: int) -> int:
    """The next round number at or above a value, in minor units."""
    unit = 10 ** max(3, len(str(value)) - 1)
    return next(m * unit // 2 for m in range(1, 40) if m * unit // 2 >= value)


def _by_state() -> list[dict[str, Any]]:
    rows = db.session.execute(
        select(Order.status, func.count().label("number")).group_by(Order.status)
    )
    counts = Counter({OrderStatus(row[0]): row.number for row in rows})
    most = max(counts.values(), default=1)
    return [
        {
            "state": str(state),
            "count": counts[state],
            "w": round(counts[state] * 100 / most, 1),
            "url": url_for("order.index_view", flt0_state_equals=str(state)),
        }
        for state in OrderStatus
        if counts[state]
    ]


def _payments_url(**filters: Any) -> str:
    """The list of what arrived."""
    return _url("payment", **filters, flt2_state_equals="succeeded", **OURS)


def _url(view: str, **filters: Any) -> str:
    """A list in the shop's own currency: amounts in others add up to nothing."""
    own: dict[str, Any] = {"flt1_currency_equals": settings.current().shop_currency}
    return url_for(f"{view}.index_view", **own, **filters)


def _short(amount: int) -> str:
    """Without the part behind the point: a scale is no bill."""
    places = exponent(settings.current().shop_currency)
    text = cash(amount)
    return text[: -places - 1] if places and text[-places:].isdigit() else text


def cash(amount: int) -> str:
    return money(amount, settings.current().shop_currency)
