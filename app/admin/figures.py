"""What the dashboard shows, and where the plot's shapes go."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import url_for
from sqlalchemy import func, select

from app import clock, settings
from app.admin import roles
from app.admin.cells import money
from app.admin.dates import local, start_of, today
from app.admin.frame import remembered
from app.admin.order import DISPUTED
from app.admin.records import capped
from app.db import db
from app.models import (
    EventStatus,
    Job,
    JobState,
    Letter,
    LetterStatus,
    Order,
    OrderStatus,
    Product,
    ProductStatus,
    Refund,
    RefundStatus,
    Stock,
    Variant,
    WebhookEvent,
)
from app.money import exponent

TOP, HEIGHT = 8, 216
LOW = 3  # pieces for sale, or fewer
SLOW = timedelta(days=1)  # a refund should have been answered by then


@dataclass(frozen=True)
class Day:
    """What orders of one day brought, in minor units of the shop's currency."""

    orders: int = 0
    paid: int = 0
    refunded: int = 0


def dashboard(days: int) -> dict[str, Any]:
    """Everything the page needs; the sums may be some seconds old."""
    return {
        "days": days,
        "today": today(),
        **(_trade(days) if roles.allows("order", "index_view") else {"tiles": []}),
        "todo": _todo(),
        "low": low_stock() if roles.allows("stock", "index_view") else [],
    }


def _trade(days: int) -> dict[str, Any]:
    by_day = remembered(f"days:{days}", lambda: _by_day(days * 2))
    return {
        "tiles": _tiles(by_day, days),
        "plot": _plot(by_day, days),
        "by_state": remembered("by_state", _by_state),
    }


def low_stock() -> list[Stock]:
    """What is almost gone, fewest first."""
    found = (
        select(Stock)
        .join(Stock.variant)
        .join(Variant.product)
        .where(low())
        .order_by(Stock.on_hand - Stock.reserved, Product.name)
    )
    return list(db.session.scalars(found.limit(8)))


def low() -> Any:
    """Condition: active goods of which hardly any can be bought."""
    sold = (Product.status == ProductStatus.ACTIVE) & Variant.active & Variant.tracks_stock
    return sold & (Stock.on_hand - Stock.reserved <= LOW)


def _by_day(days: int) -> dict[date, Day]:
    """Orders of the last days by the day they were placed, so that a bar leads to its list."""
    first = today() - timedelta(days=days - 1)
    rows = db.session.execute(
        select(Order.created_at, Order.paid_amount, Order.refunded_amount).where(
            Order.created_at >= start_of(first),
            Order.paid_amount > 0,
            Order.currency == settings.current().shop_currency,
        )
    )
    found: dict[date, Day] = defaultdict(Day)
    for created_at, paid, refunded in rows:
        day = local(created_at).date()
        sums = found[day]
        found[day] = Day(sums.orders + 1, sums.paid + paid, sums.refunded + refunded)
    return dict(found)


def _sum(by_day: dict[date, Day], days: int, ago: int) -> Day:
    last = today() - timedelta(days=ago)
    chosen = [by_day.get(last - timedelta(days=n), Day()) for n in range(days)]
    return Day(
        sum(d.orders for d in chosen), sum(d.paid for d in chosen), sum(d.refunded for d in chosen)
    )


def _tiles(by_day: dict[date, Day], days: int) -> list[dict[str, Any]]:
    """Four numbers, each against the period of equal length just before."""
    now, before = _sum(by_day, days, 0), _sum(by_day, days, days)
    rows: list[tuple[str, Callable[[Day], int], Callable[[int], str], int, dict[str, str]]] = [
        ("Takings", lambda d: d.paid, _cash, 1, {}),
        ("Paid orders", lambda d: d.orders, str, 1, {}),
        ("Average order", lambda d: d.paid // d.orders if d.orders else 0, _cash, 1, {}),
        ("Refunded", lambda d: d.refunded, _cash, -1, {"flt0_state_equals": "refunded"}),
    ]
    first = (today() - timedelta(days=days - 1)).isoformat()
    return [
        {
            "label": label,
            "value": show(value(now)),
            "was": show(value(before)),
            "url": _orders_url(**{**extra, f"flt{len(extra)}_placed_since": first}),
            **_change(value(now), value(before), good),
        }
        for label, value, show, good, extra in rows
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
        "paid": _cash(sums.paid),
        "refunded": _cash(sums.refunded) if sums.refunded else "",
        "y": round(zero - sums.paid * scale, 1),
        "h": round(sums.paid * scale, 1),
        "h2": round(sums.refunded * scale, 1),
        "tick": _tick(n, days),
        "url": _orders_url(flt0_day_equals=day.isoformat()),
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
            "url": _orders_url(flt0_state_equals=str(state)),
        }
        for state in OrderStatus
        if counts[state]
    ]


def _todo() -> list[dict[str, Any]]:
    """What a person has to do, most urgent first; only what this person may see."""
    rows: list[tuple[str, str, str, str, Any, dict[str, Any]]] = [
        ("order", "bad", "disputes need an answer", "Unanswered means lost.",
         select(1).select_from(Order).where(DISPUTED), {"flt0_disputed_equals": "yes"}),
        ("order", "bad", "orders need a look", "Something about their money or goods is odd.",
         select(1).select_from(Order).where(Order.attention != ""),
         {"flt0_needs_attention_equals": "yes"}),
        ("event", "bad", "events could not be handled",
         "Safe to run again; look at the dry run first.",
         select(1).select_from(WebhookEvent).where(WebhookEvent.status == EventStatus.FAILED),
         {"flt0_state_equals": "failed"}),
        ("refund", "bad", "refunds have no answer yet", "They have been waiting for over a day.",
         select(1).select_from(Refund).where(
             Refund.status == RefundStatus.PENDING, Refund.asked_at < clock.now() - SLOW),
         {"flt0_state_equals": "pending"}),
        ("letter", "bad", "letters did not leave", "Their readers are waiting.",
         select(1).select_from(Letter).where(Letter.status == LetterStatus.FAILED),
         {"flt0_state_equals": "failed"}),
        ("job", "bad", "jobs were given up", "Retry them once the cause is gone.",
         select(1).select_from(Job).where(Job.state == JobState.FAILED),
         {"flt0_state_equals": "failed"}),
        ("order", "wait", "paid orders wait to be sent", "Their customers have paid.",
         select(1).select_from(Order).where(Order.status == OrderStatus.PAID),
         {"flt0_state_equals": "paid"}),
    ]  # fmt: skip
    found = [
        (capped(query), text, why, url_for(f"{view}.index_view", **args), tone)
        for view, tone, text, why, query, args in rows
        if roles.allows(view, "index_view")
    ]
    return [
        {"count": count, "text": text, "why": why, "url": url, "tone": tone}
        for count, text, why, url, tone in found
        if count != "0"
    ]


def _orders_url(**filters: Any) -> str:
    return url_for("order.index_view", **filters)


def _cash(amount: int) -> str:
    return money(amount, settings.current().shop_currency)


def _short(amount: int) -> str:
    """Without the part behind the point: a scale is no bill."""
    places = exponent(settings.current().shop_currency)
    text = _cash(amount)
    return text[: -places - 1] if places and text[-places:].isdigit() else text
