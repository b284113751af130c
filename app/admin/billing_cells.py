"""Cells and filters that subscriptions, licenses, invoices and what is owed have in common."""

from datetime import date
from typing import Any

from flask import has_request_context, request, url_for
from flask_admin.contrib.sqla.filters import BaseSQLAFilter
from markupsafe import Markup
from sqlalchemy import ColumnElement, or_, select

from app.admin import filters
from app.admin.cells import money
from app.admin.lookups import contains
from app.db import begins_with
from app.models import Customer, Price, Subscription, normal_email


class OfCustomer(BaseSQLAFilter):
    """What belongs to the customer with this address; `column`, or the `holder` that is joined
    already, holds customers' ids."""

    def __init__(self, column: Any, holder: Any = None) -> None:
        super().__init__(column, "Customer")
        self.holder = holder if holder is not None else column

    def validate(self, value: str) -> bool:
        return "\x00" not in value

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:
        whose = select(Customer.id).where(Customer.email == normal_email(value))
        return query.filter(self.holder == whose.scalar_subquery())

    def operation(self) -> str:
        return "equals"


class Since(filters.Since):
    """A range, in the order of its own index: newest first unless somebody sorts otherwise."""

    def apply(self, query: Any, value: date, alias: Any = None) -> Any:
        return ordered(super().apply(query, value, alias), self.get_column(alias).desc())


class Until(filters.Until):
    def apply(self, query: Any, value: date, alias: Any = None) -> Any:
        return ordered(super().apply(query, value, alias), self.get_column(alias).desc())


class Late(filters.Condition):
    """Whether a moment has passed; if so, the oldest first."""

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:
        found = super().apply(query, value, alias)
        return ordered(found, self.get_column(alias)) if value == "yes" else found


def ordered(query: Any, column: Any) -> Any:
    """A filter's own order; what somebody chose by a column's head comes before it."""
    return query if has_request_context() and "sort" in request.args else query.order_by(column)


def of_people(column: Any, words: str) -> ColumnElement[bool]:
    """Rows of customers whose address begins like this, or whose name has these words."""
    people = (
        select(Customer.id)
        .where(or_(begins_with(Customer.email, words.lower()), contains(Customer.name, words)))
        .limit(200)
    )
    found: ColumnElement[bool] = column.in_(people)
    return found


def customer_cell(_view: Any, _context: Any, row: Any, _name: str) -> Markup:
    """Who it is, as a way to their page."""
    return person(row.customer)


def person(customer: Customer | None) -> Markup:
    if customer is None:
        return Markup("")
    url = url_for("customer.details_view", id=customer.id)
    link = Markup('<a class="strong" href="{}">{}</a>').format(url, customer.name or customer.email)
    small = Markup("<small>{}</small>").format(customer.email) if customer.name else ""
    return Markup("{}{}").format(link, small)


def plan_name(price: Price | None) -> str:
    """A recurring price as people call it: Inkwell, every month."""
    if price is None:
        return "A plan that only Stripe knows"
    return f"{price.variant.full_name}, {every(price)}"


def plan_of(row: Subscription) -> str:
    """A subscription's; one that was made at Stripe says so: nobody finds it in the catalog."""
    if row.foreign_plan is None:
        return plan_name(row.price)
    return f"{plain_plan(row)}, every {row.every} (made at Stripe)"


def plain_plan(row: Subscription) -> str:
    """Which variant it is to, without how often it is paid."""
    return row.price.variant.full_name if row.price else row.product_name or plan_name(None)


def every(price: Price) -> str:
    count = price.interval_count
    return f"every {price.interval}" if count == 1 else f"every {count} {price.interval}s"


def priced_plan(price: Price) -> str:
    return f"{plan_name(price)} · {money(price.unit_amount, price.currency)}"
