"""What a customer's page says of their billing: what they have, owe and paid; and giving credit."""

from dataclasses import dataclass
from typing import Any

from flask import Response, request
from flask_admin import expose
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload
from wtforms import SelectField
from wtforms.validators import InputRequired

from app.admin import roles
from app.admin.cells import money
from app.admin.fields import MoneyField
from app.admin.invoice_form import currencies
from app.admin.steps import ReasonForm, RecordSteps, Sheet
from app.db import db
from app.models import (
    CreditEntry,
    Customer,
    Invoice,
    InvoiceItem,
    License,
    Payment,
    Price,
    Subscription,
    Variant,
)
from app.services import credit, debts
from app.sign_in import fresh

NEWEST = 10  # of each kind on the page


@dataclass(frozen=True, kw_only=True)
class Billing:
    """Newest first; `owed` are items, whoever collects them, due first."""

    subscriptions: list[Subscription]
    licenses: list[License]
    invoices: list[Invoice]
    payments: list[Payment]
    owed: list[InvoiceItem]
    owed_sums: list[str]
    credits: list[str]
    at_stripe: list[str]  # what Stripe's next invoices are paid with, apart from those credits
    ledger: list[CreditEntry]


class CreditForm(ReasonForm):
    currency = SelectField("Currency")
    amount = MoneyField("Amount", validators=[InputRequired("How much, please?")])


class CustomerBilling(RecordSteps):
    """What CustomerView mixes in."""

    @expose("/<int:record_id>/credits/new")
    @fresh
    def new_credit(self, record_id: int) -> Response:
        return self.show(self._credit(self.record_or_404(record_id)), _credit_form())

    @expose("/<int:record_id>/credits", methods=["POST"])
    @fresh
    def create_credit(self, record_id: int) -> Response:
        row, form = self.record_or_404(record_id), _credit_form()
        return self.take(
            row,
            lambda who: credit.give(
                record_id,
                form.amount.data or 0,
                currency=form.currency.data,
                actor=who,
                reason=form.reason.data,
            ),
            action="gave credit",
            said="Given: it can pay their next invoice.",
            form=form,
            again=self._credit,
        )

    def _credit(self, row: Customer) -> Sheet:
        return self.sheet(
            row,
            "create_credit",
            title=f"Give {row.name or row.email} credit",
            lines=[
                "They owe the shop less next time: use it on an invoice’s page.",
                "No money moves, and nobody is mailed. It cannot be taken back here.",
            ],
            yes="Give credit",
            look="primary",
            tone="info",
        )


def billing_of(customer: Customer) -> Billing:
    """Everything of it that the person signed in may see."""
    plan = joinedload(Subscription.price).joinedload(Price.variant).joinedload(Variant.product)
    sees = roles.allows("invoice", "details_view")
    owed = _owed_by(customer) if sees else []
    return Billing(
        subscriptions=_newest(Subscription, customer, "subscription", plan),
        licenses=_newest(License, customer, "license", joinedload(License.product)),
        invoices=_newest(Invoice, customer, "invoice"),
        payments=_newest(Payment, customer, "payment"),
        owed=owed[: 2 * NEWEST],
        owed_sums=_sums((item.invoice.currency, item.due_amount) for item in owed),
        credits=_credits(customer) if sees else [],
        at_stripe=_at_stripe(customer) if sees else [],
        ledger=_newest(CreditEntry, customer, "invoice"),
    )


def _newest(model: Any, customer: Customer, view: str, *options: Any) -> list[Any]:
    if not roles.allows(view, "details_view"):
        return []
    its = select(model).where(model.customer_id == customer.id).options(*options)
    return list(db.session.scalars(its.order_by(model.id.desc()).limit(NEWEST)))


def _owed_by(customer: Customer) -> list[InvoiceItem]:
    session = db.session()
    found = (*debts.open_items(session, customer.id), *debts.items_at_stripe(session, customer.id))
    return sorted(found, key=lambda item: (item.due_at or item.invoice.created_at, item.id))


def _sums(parts: Any) -> list[str]:
    """By currency, as money."""
    sums: dict[str, int] = {}
    for currency, amount in parts:
        sums[currency] = sums.get(currency, 0) + amount
    return [money(amount, currency) for currency, amount in sorted(sums.items())]


def _credits(customer: Customer) -> list[str]:
    """What they have, or owe from credit that the bank took back, by currency."""
    entries = select(CreditEntry.currency, func.sum(CreditEntry.amount)).where(
        CreditEntry.customer_id == customer.id
    )
    rows = db.session.execute(entries.group_by(CreditEntry.currency)).all()
    return [money(int(amount), currency) for currency, amount in sorted(rows) if amount]


def _at_stripe(customer: Customer) -> list[str]:
    return [money(amount, code) for code, amount in sorted(customer.stripe_credit.items())]


def _credit_form() -> CreditForm:
    form = CreditForm()
    codes = currencies()
    form.currency.choices = [(code, code.upper()) for code in codes]
    wanted = request.form.get("currency", "")
    form.amount._currency = wanted if wanted in codes else codes[0]
    form.process(request.form if request.method == "POST" else None)
    return form
