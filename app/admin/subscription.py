"""Subscriptions: who pays for what again and again, until when, and what may happen next."""

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.admin import filters, states
from app.admin.billing_cells import (
    OfCustomer,
    Since,
    Until,
    customer_cell,
    of_people,
    plain_plan,
    plan_of,
)
from app.admin.cells import link_to, money
from app.admin.lookups import contains
from app.admin.records import RecordView
from app.admin.subscription_changing import SubscriptionChanging
from app.admin.subscription_filters import OfPlan, OfProduct, plan_options, product_options
from app.admin.subscription_next import next_steps
from app.admin.subscription_paying import SubscriptionPaying
from app.admin.subscription_start import SubscriptionStart
from app.admin.subscription_steps import SubscriptionSteps
from app.admin.subscription_story import story
from app.db import db
from app.models import (
    Invoice,
    Price,
    Product,
    Subscription,
    SubscriptionStatus,
    Variant,
)
from app.money import to_input
from app.services import figures, licenses, subscription_ending

S = SubscriptionStatus
WAITS = (S.PAST_DUE, S.UNPAID)  # for a person
NEWEST = 24  # invoices on a page


def name_cell(_view: Any, _context: Any, row: Subscription, _name: str) -> Markup:
    return Markup("{}<small>{}</small>").format(
        link_to("subscription.details_view", plain_plan)(None, None, row, ""),
        _every(row),
    )


def state_cell(_view: Any, _context: Any, row: Subscription, _name: str) -> Markup:
    return Markup(" ").join(states.badge(state) for state in badges(row))


def amount_cell(_view: Any, _context: Any, row: Subscription, _name: str) -> Markup:
    """For every interval, before discounts and tax on top; empty where only Stripe can say."""
    if row.amount is None:
        return Markup("")
    return Markup('<span class="num">{}</span>').format(money(row.amount, row.currency))


def badges(row: Subscription) -> list[str]:
    """Its state, and what its state does not say."""
    more = ["paused"] if row.collection_paused and row.status != S.PAUSED else []
    more += ["waits for a card"] if row.awaits_card and row.is_running else []
    more += ["change waits"] if row.change_waits else []
    more += ["ends"] if row.is_running and row.cancel_at else []
    return [str(row.status), *more]


class SubscriptionView(
    SubscriptionStart, SubscriptionChanging, SubscriptionPaying, SubscriptionSteps, RecordView
):
    one = "subscription"
    lead = "What customers pay for again and again, newest first."
    creates = can_export = True
    details_template = "admin/subscription.html"
    create_template = "admin/subscription_form.html"
    column_list = [
        "plan", "customer", "status", "quantity", "amount", "current_period_end", "created_at",
    ]  # fmt: skip
    column_export_list = [
        "stripe_id", "customer", "status", "quantity", "currency", "per_month", "current_period_start",
        "current_period_end", "cancel_at", "canceled_at", "cancel_reason", "created_at",
    ]  # fmt: skip
    column_labels = {
        "status": "State",
        "quantity": "Seats",
        "amount": "Amount",
        "per_month": "Per month",
        "current_period_end": "Paid until",
        "created_at": "Since",
    }
    column_default_sort = ("id", True)
    column_sortable_list = ["current_period_end", "created_at"]
    searched_by = "E-mail, name, product or Stripe’s id"
    column_formatters = {
        "plan": name_cell,
        "customer": customer_cell,
        "status": state_cell,
        "amount": amount_cell,
    }
    column_formatters_export = {
        "per_month": lambda v, c, row, n: to_input(figures.per_month(row), row.currency)
    }
    column_filters = [
        filters.Equals(Subscription._status, "State", options=states.choices(S)),
        OfPlan(Subscription.price_id),
        OfProduct(Subscription.price_id),
        OfCustomer(Subscription.customer_id),
        filters.Condition(Subscription.id, "Past due", Subscription._status.in_(WAITS)),
        filters.Condition(Subscription.id, "Brings money", figures.recurring),
        filters.Equals(Subscription.currency, "Currency"),
        filters.Condition(Subscription.id, "On trial", Subscription._status == S.TRIALING),
        filters.Condition(Subscription.id, "Ends by itself", Subscription.cancel_at.is_not(None)),
        Since(Subscription.created_at, "Since"),
        Until(Subscription.created_at, "Since"),
        Since(Subscription.current_period_end, "Paid until"),
        Until(Subscription.current_period_end, "Paid until"),
    ]
    state_column = "_status"
    chip_states = ("active", "trialing", "past_due", "unpaid", "incomplete", "canceled")
    saved = [
        ("Past due", {"flt0_past_due_equals": "yes"}),
        ("Ending soon", {"flt0_ends_by_itself_equals": "yes"}),
        ("On trial", {"flt0_on_trial_equals": "yes"}),
    ]

    def attention(self) -> int:
        late = select(Subscription.id).where(Subscription._status.in_(WAITS)).limit(100)
        return len(list(db.session.scalars(late)))

    def get_query(self) -> Any:
        """One query for a whole page: whose they are, and what they are to."""
        plan = joinedload(Subscription.price).joinedload(Price.variant).joinedload(Variant.product)
        return db.session.query(Subscription).options(joinedload(Subscription.customer), plan)

    def _get_filter_groups(self) -> Any:
        """Plans and products come from the database each time."""
        groups: Any = super()._get_filter_groups()
        for name, options in (("Plan", plan_options()), ("Product", product_options())):
            groups[name] = [{**groups[name][0], "options": options}]
        return groups

    def found_by(self, words: str) -> list[Any]:
        """Stripe's id, the start of an address, a name of who has it or of what they have."""
        if words.startswith("sub_"):
            return [Subscription.stripe_id == words]
        named = (
            select(Price.id)
            .join(Price.variant)
            .join(Variant.product)
            .where(contains(Product.name, words))
        )
        return [of_people(Subscription.customer_id, words), Subscription.price_id.in_(named)]

    @expose("/details/")
    def details_view(self) -> ResponseReturnValue:
        row: Subscription = self.record_or_404(request.args.get("id", ""))
        license = row.licenses[0] if row.licenses else None
        return self.render(
            self.details_template,
            model=row,
            name=plain_plan(row),
            plan=plan_of(row),
            every=_every(row),
            badges=badges(row) + (["incomplete"] if row.awaits_money else []),
            license=license,
            seats_in_use=licenses.in_use(db.session(), license.id) if license else 0,
            invoices=_invoices(row.id),
            story=story(row),
            steps=next_steps(row),
            credit=subscription_ending.credit(row),
            return_url=self.get_url(".index_view"),
        )


def _every(row: Subscription) -> str:
    return f"every {row.every}" if row.every else ""


def _invoices(subscription_id: int) -> list[Invoice]:
    its = select(Invoice).where(Invoice.subscription_id == subscription_id)
    return list(db.session.scalars(its.order_by(Invoice.id.desc()).limit(NEWEST)))
