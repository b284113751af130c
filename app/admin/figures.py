"""What the dashboard shows."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import url_for

from app import settings
from app.admin import roles
from app.admin.dates import today
from app.admin.frame import remembered
from app.admin.todo import low_stock, tasks
from app.admin.trade import cash, trade
from app.db import db
from app.services import figures as money_figures


def dashboard(days: int) -> dict[str, Any]:
    """Everything the page needs; the sums may be some seconds old."""
    return {
        "days": days,
        "today": today(),
        **(trade(days) if roles.allows("order", "index_view") else {"tiles": []}),
        "standing": _standing(),
        "todo": tasks(),
        "low": low_stock() if roles.allows("stock", "index_view") else None,
    }


def _standing() -> list[dict[str, str]]:
    """How it stands now: each number is the sum of the list behind it."""
    currency = settings.current().shop_currency
    own = {"flt1_currency_equals": currency}
    rows: list[tuple[str, str, str, Callable[..., int], dict[str, Any]]] = [
        ("subscription", "Every month", "from subscriptions, trials left out",
         money_figures.monthly_recurring, {"flt0_brings_money_equals": "yes"} | own),
        ("open_item", "Past due", "of everything that is owed",
         money_figures.past_due, {"flt0_past_due_equals": "yes"}),
        ("payment_link", "Links waiting", "sent, and not paid yet",
         money_figures.links_waiting, {"flt0_state_equals": "active"} | own),
        ("dispute", "Disputes due", "lost unless answered",
         money_figures.disputes_due, {"flt0_needs_an_answer_equals": "yes"} | own),
    ]  # fmt: skip
    return [
        {
            "label": label,
            "value": cash(remembered(f"sum:{view}", partial(count, db.session(), currency))),
            "says": says,
            "url": url_for(f"{view}.index_view", **shown),
        }
        for view, label, says, count, shown in rows
        if roles.allows(view, "index_view")
    ]
