"""Giving money back: a form that says what will happen before it happens."""

import secrets
from collections.abc import Callable

from flask import Response, flash, make_response, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.form import BaseForm
from wtforms import HiddenField, SelectField
from wtforms.validators import InputRequired, Length

from app.admin import frame
from app.admin.base import StaffPage
from app.admin.cells import money
from app.admin.fields import MoneyField, PlainText
from app.errors import FormAlreadyUsed, NothingToRefund, RefundTooLarge, ShopError
from app.models import Order
from app.services import refunds
from app.sign_in import actor, fresh


class RefundForm(BaseForm):
    """Its token makes it good for one refund, however often it is sent."""

    form_token = HiddenField(
        validators=[InputRequired("Please load the page again."), Length(min=16, max=64)]
    )
    payment_id = SelectField("Payment", coerce=int, default=0, validate_choice=True)
    amount = MoneyField("Amount", validators=[InputRequired("How much, please?")])
    reason = PlainText("Reason", validators=[Length(max=500, message="A little shorter, please.")])


class Refunding(StaffPage):
    """What OrderView mixes in."""

    order_or_404: Callable[[object], Order]
    back_to: Callable[[int], Response]

    @expose("/<int:order_id>/refunds/new")
    @fresh
    def new_refund(self, order_id: int) -> ResponseReturnValue:
        order = self.order_or_404(order_id)
        return self.show_refund(order, _form(order))

    @expose("/<int:order_id>/refund-preview", methods=["POST"])
    def preview_refund(self, order_id: int) -> ResponseReturnValue:
        order = self.order_or_404(order_id)
        return self.render("admin/_refund_impact.html", order=order, form=_sent(order))

    @expose("/<int:order_id>/refunds", methods=["POST"])
    @fresh
    def create_refund(self, order_id: int) -> ResponseReturnValue:
        order = self.order_or_404(order_id)
        form, currency = _sent(order), order.currency
        if not form.validate():
            return self.show_refund(order, form, 422)
        try:
            _issue(order_id, form)
            flash(f"{money(form.amount.data or 0, currency)} is on its way back.", "success")
        except (RefundTooLarge, NothingToRefund, FormAlreadyUsed) as error:
            flash(str(error), "error")
            return self.show_refund(self.order_or_404(order_id), form, error.status_code)
        except ShopError as error:
            flash(str(error), "error")
        frame.forget()
        return self.back_to(order_id)

    def show_refund(self, order: Order, form: RefundForm, status: int = 200) -> Response:
        part = request.headers.get("X-Sheet") == "1"
        template = "admin/_refund_form.html" if part else "admin/refund_form.html"
        return make_response(self.render(template, order=order, form=form), status)


def _issue(order_id: int, form: RefundForm) -> None:
    refunds.issue(
        order_id,
        form.amount.data or 0,
        form_token=form.form_token.data,
        actor=actor(),
        reason=form.reason.data,
        payment_id=form.payment_id.data or None,
    )


def _form(order: Order) -> RefundForm:
    """A new form: everything that is left, and a token of its own."""
    form = _with_choices(RefundForm(form_token=secrets.token_urlsafe(16)), order)
    form.amount.data = max(order.refundable_amount, 0)
    return form


def _sent(order: Order) -> RefundForm:
    form = _with_choices(RefundForm(), order)
    form.process(request.form)
    return form


def _with_choices(form: RefundForm, order: Order) -> RefundForm:
    form.amount._currency = order.currency
    paid = [p for p in order.payments if p.succeeded and p.stripe_id]
    form.payment_id.choices = [(0, "Whichever has most left")] + [
        (p.id, f"{p.method or 'Payment'} · {money(p.received_amount, p.currency)}") for p in paid
    ]
    if len(paid) < 2:
        form.payment_id.choices = form.payment_id.choices[:1]
    return form
