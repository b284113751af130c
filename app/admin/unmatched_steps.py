"""Saying whose a payment is. Each step shows what it will do, and calls one verb."""

from flask import Response, request
from flask_admin import expose
from flask_admin.form import BaseForm
from flask_admin.model.fields import AjaxSelectField
from wtforms.validators import Email, InputRequired, Length

from app.admin.cells import money
from app.admin.fields import PlainText
from app.admin.lookups import Lookup
from app.admin.order_changes import CUSTOMERS
from app.admin.steps import ReasonForm, RecordSteps, Sheet
from app.admin.unmatched_next import why_not
from app.db import db
from app.models import Customer, Payment
from app.services import debts, external_payments


class AssignForm(BaseForm):
    customer = AjaxSelectField(
        CUSTOMERS, "Customer", validators=[InputRequired("Whose is it, please?")]
    )


class NewCustomerForm(BaseForm):
    name = PlainText("Name", validators=[Length(max=200, message="A little shorter, please.")])
    email = PlainText(
        "E-mail",
        validators=[InputRequired("Their address, please."), Email("This is no address.")],
    )


class UnmatchedSteps(RecordSteps):
    """What UnmatchedView mixes in."""

    def _process_ajax_references(self) -> dict[str, Lookup]:
        return {"customer": CUSTOMERS}

    @expose("/<int:record_id>/assignment", methods=["GET", "POST"])
    def assign(self, record_id: int) -> Response:
        """With `customer` in the address the form is filled in: somebody pressed a suggestion."""
        payment: Payment = self.record_or_404(record_id)
        if request.method == "GET":
            form = AssignForm()
            form.customer.data = CUSTOMERS.get_one(request.args.get("customer", ""))
            return self.show(self._assignment(payment, form), form)
        form = AssignForm(request.form)
        chosen = form.customer.data
        return self.take(
            payment,
            lambda who: external_payments.assign(record_id, chosen.id, actor=who),
            action="assigned",
            said=f"It is {chosen}’s now, and paid what they owe, oldest first.",
            form=form,
            again=lambda payment: self._assignment(payment, form),
        )

    @expose("/<int:record_id>/assignment-preview", methods=["POST"])
    def preview_assignment(self, record_id: int) -> str:
        form = AssignForm(request.form)
        return self.show_preview(self._assignment(self.record_or_404(record_id), form), form)

    @expose("/<int:record_id>/customer", methods=["GET", "POST"])
    def create_customer(self, record_id: int) -> Response:
        payment: Payment = self.record_or_404(record_id)
        if request.method == "GET":
            form = NewCustomerForm(email=payment.payer_email)
            return self.show(self._new_customer(payment), form)
        form = NewCustomerForm(request.form)
        email, name = form.email.data, form.name.data
        return self.take(
            payment,
            lambda who: external_payments.assign_to_new_customer(
                record_id, email=email, name=name or "", actor=who
            ),
            action="assigned to a new customer",
            said=f"{email} is a customer now, and the payment is theirs.",
            form=form,
            again=self._new_customer,
        )

    @expose("/<int:record_id>/dismissal", methods=["GET", "POST"])
    def dismiss(self, record_id: int) -> Response:
        payment: Payment = self.record_or_404(record_id)
        form = ReasonForm(request.form if request.method == "POST" else None)
        if request.method == "GET":
            return self.show(self._dismissal(payment), form)
        return self.take(
            payment,
            lambda who: external_payments.dismiss(record_id, actor=who, reason=form.reason.data),
            action="dismissed",
            said="Dismissed. It stays out of everybody’s books.",
            form=form,
            again=self._dismissal,
        )

    def _assignment(self, payment: Payment, form: AssignForm) -> Sheet:
        chosen: Customer | None = form.customer.data
        return self.sheet(
            payment,
            "assign",
            title=f"Whose are these {sum_of(payment)}?",
            lines=consequences(payment, chosen) if chosen else ["Choose a customer to see it."],
            why_not=why_not(payment),
            yes="Assign it",
            no="Not now",
            look="primary",
            tone="info",
            preview=self.get_url(".preview_assignment", record_id=payment.id),
        )

    def _new_customer(self, payment: Payment) -> Sheet:
        return self.sheet(
            payment,
            "create_customer",
            title="Write the payer down as a customer",
            lines=[
                "A customer with this address is made, unless there is one already.",
                f"{sum_of(payment)} is theirs: it pays what they owe, and the rest is credit.",
            ],
            why_not=why_not(payment),
            yes="Make the customer",
            no="Not now",
            look="primary",
            tone="info",
        )

    def _dismissal(self, payment: Payment) -> Sheet:
        return self.sheet(
            payment,
            "dismiss",
            title="Dismiss this payment",
            lines=[
                f"{sum_of(payment)} stays with you at Stripe, and out of every customer’s books.",
                "To send it back instead, refund it on the payment’s page.",
            ],
            why_not=why_not(payment),
            yes="Dismiss it",
            no="Not now",
        )


def consequences(payment: Payment, customer: Customer) -> list[str]:
    """What a customer's debts become with it, oldest first."""
    left, currency, lines = payment.amount, payment.currency, []
    for item in debts.open_items(db.session(), customer.id):
        if item.invoice.currency != currency or not left:
            continue
        pays = min(left, item.due_amount)
        lines.append(f"{money(pays, currency)} pays {item.description} of {item.invoice}.")
        left -= pays
    if left:
        lines.append(f"{money(left, currency)} is more than they owe: it becomes their credit.")
    return lines


def suggestions(payment: Payment) -> list[tuple[Customer, str]]:
    """Who might have paid it, and why one might think so."""
    session, found = db.session(), {}
    for customer in external_payments.by_debt_of(session, payment):
        found[customer.id] = (customer, f"has an open invoice over exactly {sum_of(payment)}")
    for customer in external_payments.by_name_of(session, payment):
        found.setdefault(customer.id, (customer, "has the same name before the @"))
    return list(found.values())


def sum_of(payment: Payment) -> str:
    return money(payment.received_amount or payment.amount, payment.currency)
