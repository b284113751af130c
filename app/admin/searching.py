"""One search over what staff look for: the lists themselves say what they are searched by."""

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import current_app, url_for
from sqlalchemy import or_

from app.admin.billing_cells import plan_of
from app.admin.cells import money
from app.admin.payment import what_for
from app.admin.records import RecordView
from app.models import Matching, Payment

MOST = 5
NOBODYS = (Matching.WAITING, Matching.DISMISSED)
# What a hit is called, and what stands beside it.
WORDS: dict[str, Callable[[Any], tuple[str, str]]] = {
    "order": lambda o: (f"#{o.number}", f"{money(o.total_amount, o.currency)} · {o.email}"),
    "customer": lambda c: (c.name or c.email, c.email),
    "invoice": lambda i: (
        i.number or "Draft",
        f"{money(i.total_amount, i.currency)} · {i.customer.email}",
    ),
    "subscription": lambda s: (plan_of(s), s.customer.email),
    "license": lambda li: (f"{li.product.name} · {li.key[:5]}-…", li.customer.email),
    "payment_link": lambda li: (money(li.amount, li.currency), f"{li.description} · {li.email}"),
    "payment": lambda p: (money(p.amount, p.currency), what_for(p)),
    "unmatched": lambda p: (
        money(p.received_amount, p.currency),
        p.payer_email or "From nobody known",
    ),
    "product": lambda p: (p.name, p.summary[:60]),
}
# What is not found twice: payments of orders are found with these, those of nobody apart.
APART: dict[str, tuple[Any, ...]] = {
    "payment": (Payment.order_id.is_(None), Payment.matching.not_in(NOBODYS)),
    "unmatched": (Payment.matching.in_(NOBODYS),),
}


class Hit(NamedTuple):
    name: str
    more: str
    url: str


class Group(NamedTuple):
    name: str
    icon: str
    hits: list[Hit]


def hits(words: str) -> list[Group]:
    """A few of each kind that the person may see, newest first."""
    views = [_view_of(endpoint) for endpoint in WORDS]
    return [
        Group(view.name, view.menu_icon_value, _hits_in(view, words))
        for view in views
        if view.may("details_view")
    ]


def _hits_in(view: RecordView, words: str) -> list[Hit]:
    found = view.get_query().filter(or_(*view.found_by(words)), *APART.get(view.endpoint, ()))
    rows = found.order_by(view.model.id.desc()).limit(MOST)
    page = f"{view.endpoint}.details_view"
    return [Hit(*WORDS[view.endpoint](row), url_for(page, id=row.id)) for row in rows]


def _view_of(endpoint: str) -> Any:
    page: Any = current_app.view_functions[f"{endpoint}.index_view"]
    return page.__self__
