"""Giving back what was not for an order: a form that says what will be owed again."""

import secrets
from collections.abc import Iterator

from flask import Response, request, url_for
from flask_admin import expose
from flask_admin.form import BaseForm
from markupsafe import Markup
from wtforms import HiddenField
from wtforms.validators import InputRequired, Length

from app.admin.cells import money
from app.admin.fields import MoneyField, PlainText
from app.admin.steps import SHORT, RecordSteps, Sheet
from app.db import db
from app.models import Collector, Invoice, Payment
from app.services import allocation, refunds
from app.sign_in import fresh


class RefundForm(BaseForm):
    """Its token makes it good for one refund, however often it is sent."""

    form_token = HiddenField(
        validators=[InputRequired("Please load the page again."), Length(min=16, max=64)]
    )
    amount = MoneyField("Amount", validators=[InputRequired("How much, please?")])
    reason = PlainText("Reason", validators=[SHORT])


class PaymentRefunding(RecordSteps):
    """What PaymentView mixes in."""

    @expose("/<int:record_id>/refunds", methods=["GET", "POST"])
    @fresh
    def refund(self, record_id: int) -> Response:
        payment: Payment = self.record_or_404(record_id)
        if request.method == "GET":
            form = RefundForm(form_token=secrets.token_urlsafe(16))
            form.amount._currency = payment.currency
            form.amount.data = max(refunds.left_of(payment), 0)
            return self.show(self._refund_sheet(payment, form), form)
        form, currency = _sent(payment), payment.currency
        return self.take(
            payment,
            lambda who: refunds.issue_for_payment(
                record_id,
                form.amount.data or 0,
                form_token=form.form_token.data,
                actor=who,
                reason=form.reason.data or "",
            ),
            action="refunded",
            said=f"{money(form.amount.data or 0, currency)} is on its way back.",
            form=form,
            again=lambda payment: self._refund_sheet(payment, form),
        )

    @expose("/<int:record_id>/refund-preview", methods=["POST"])
    def preview_refund(self, record_id: int) -> str:
        payment: Payment = self.record_or_404(record_id)
        form = _sent(payment)
        return self.show_preview(self._refund_sheet(payment, form), form)

    def _refund_sheet(self, payment: Payment, form: RefundForm) -> Sheet:
        amount, most = form.amount.data or 0, max(refunds.left_of(payment), 0)
        fits = 0 < amount <= most and not form.amount.errors
        limit = f"Type an amount up to {money(most, payment.currency)}."
        return self.sheet(
            payment,
            "refund",
            title="Refund this payment",
            lines=list(consequences(payment, amount)) if fits else [limit],
            why_not=refunds.why_not_refundable(payment),
            yes=f"Refund {money(amount, payment.currency)}" if fits else "",
            no="Keep the money",
            tone="part" if fits else "bad",
            preview=self.get_url(".preview_refund", record_id=payment.id),
        )


def consequences(payment: Payment, amount: int) -> Iterator[str]:
    """What a refund does to the customer, to what they owe, and to the shop."""
    currency = payment.currency
    back = payment.method or "the way it was paid"
    yield f"{money(amount, currency)} goes back to {back}; the bank takes 5 to 10 days."
    yield from _in_the_books(payment, amount)
    if payment.fee_amount:
        yield f"Stripe keeps its fee of {money(payment.fee_amount, currency)}."
    if payment.customer is not None:
        yield f"A letter goes to {payment.customer.email}."


def _in_the_books(payment: Payment, amount: int) -> Iterator[str]:
    """What is owed again, and what credit goes with it."""
    currency = payment.currency
    reopened = owed_again(payment, amount)
    for invoice, owed in reopened.items():
        if invoice.collector == Collector.STRIPE:
            yield from _of_stripes(invoice)
        elif invoice.is_sale:
            yield f"{invoice} was sold with a link: what goes back is not owed again."
        else:
            yield f"{money(owed, currency)} of {invoice} is owed again."
    credit = amount - sum(reopened.values())
    if payment.customer is not None and credit > 0:
        used = allocation.paid_from_credit(db.session(), payment.customer.id, currency, credit)
        for item, part in used:
            yield f"{money(part, currency)} of {item.invoice} were paid from that credit: owed again."
        if less := credit - sum(part for _, part in used):
            yield f"{payment.customer.email} has {money(less, currency)} less credit with us."


def _of_stripes(invoice: Invoice) -> Iterator[str]:
    """Stripe does not take back that an invoice is paid, nor does its subscription notice."""
    yield f"{invoice} stays paid at Stripe: nothing is owed again."
    subscription = invoice.subscription
    if subscription is not None and subscription.is_running:
        url = url_for("subscription.details_view", id=subscription.id)
        yield Markup(
            '<a href="{}">Its subscription</a> goes on, with its license, until it is canceled. '
            "Stripe counts the time as paid: a later change may credit what you refund now."
        ).format(url)


def owed_again(payment: Payment, amount: int) -> dict[Invoice, int]:
    """What a refund takes from each invoice: credit goes first, then what was paid last.
    One that Stripe collects stays paid all the same."""
    left = allocation.kept_of(payment) - amount
    found: dict[Invoice, int] = {}
    for cover in payment.covers:
        stays = max(min(cover.applied_amount, left), 0)
        left -= cover.applied_amount
        if owed := cover.applied_amount - stays:
            found[cover.item.invoice] = found.get(cover.item.invoice, 0) + owed
    return found


def _sent(payment: Payment) -> RefundForm:
    form = RefundForm()
    form.amount._currency = payment.currency
    form.process(request.form)
    return form
