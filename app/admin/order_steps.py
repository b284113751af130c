"""The next steps of an order. Each is a form, one verb, a sentence, and back."""

from collections.abc import Callable

from flask import Response, flash, request
from flask_admin import expose
from flask_admin.form import BaseForm
from wtforms.validators import Length, Optional

from app.admin import frame
from app.admin.base import StaffPage
from app.admin.fields import MoneyField, PlainText
from app.errors import ShopError
from app.models import Order
from app.services import orders, payments, phone_orders
from app.sign_in import actor, fresh


class ShipmentForm(BaseForm):
    tracking = PlainText(validators=[Length(max=200, message="At most 200 characters, please.")])


class ReasonForm(BaseForm):
    reason = PlainText(validators=[Length(max=500, message="At most 500 characters, please.")])


class CaptureForm(BaseForm):
    amount = MoneyField(validators=[Optional()])


class OrderSteps(StaffPage):
    """What OrderView mixes in; every step returns to the order's page."""

    order_or_404: Callable[[object], Order]
    back_to: Callable[[int], Response]

    @expose("/<int:order_id>/shipments", methods=["POST"])
    def create_shipment(self, order_id: int) -> Response:
        order, form = self.order_or_404(order_id), ShipmentForm(request.form)
        tracking = form.tracking.data
        return self.take(
            order,
            form,
            lambda who: orders.ship(order_id, tracking=tracking, actor=who),
            "Marked as shipped.",
        )

    @expose("/<int:order_id>/fulfilment", methods=["POST"])
    def start_fulfilling(self, order_id: int) -> Response:
        order, form = self.order_or_404(order_id), BaseForm(request.form)
        return self.take(
            order,
            form,
            lambda who: orders.start_fulfilling(order_id, actor=who),
            "Fulfilment has begun.",
        )

    @expose("/<int:order_id>/handover", methods=["POST"])
    def fulfill(self, order_id: int) -> Response:
        order, form = self.order_or_404(order_id), BaseForm(request.form)
        return self.take(
            order, form, lambda who: orders.fulfill(order_id, actor=who), "Marked as fulfilled."
        )

    @expose("/<int:order_id>/cancellation", methods=["POST"])
    def create_cancellation(self, order_id: int) -> Response:
        order, form = self.order_or_404(order_id), ReasonForm(request.form)
        reason = form.reason.data or "canceled by staff"
        return self.take(
            order,
            form,
            lambda who: orders.cancel(order_id, actor=who, reason=reason),
            "Canceled. It can no longer be paid, and its goods are for sale again.",
        )

    @expose("/<int:order_id>/captures", methods=["POST"])
    @fresh
    def create_capture(self, order_id: int) -> Response:
        order, form = self.order_or_404(order_id), CaptureForm(request.form)
        form.amount._currency = order.currency
        form.process(request.form)
        held = next((p.id for p in order.payments if p.authorized), 0)
        amount = form.amount.data
        return self.take(
            order,
            form,
            lambda who: _capture(held, amount, who),
            "Captured: the money is ours. What was left of the hold is released.",
        )

    @expose("/<int:order_id>/pay-links", methods=["POST"])
    def create_pay_link(self, order_id: int) -> Response:
        order, form = self.order_or_404(order_id), BaseForm(request.form)
        said = f"A way to pay is on its way to {order.email}."
        return self.take(
            order, form, lambda who: phone_orders.send_pay_link(order_id, actor=who), said
        )

    @expose("/<int:order_id>/syncs", methods=["POST"])
    def create_sync(self, order_id: int) -> Response:
        order, form = self.order_or_404(order_id), BaseForm(request.form)
        return self.take(
            order, form, lambda who: orders.sync(order_id), "This is what Stripe says now."
        )

    @expose("/<int:order_id>/attention", methods=["POST"])
    def settle_attention(self, order_id: int) -> Response:
        order, form = self.order_or_404(order_id), ReasonForm(request.form)
        reason = form.reason.data
        return self.take(
            order,
            form,
            lambda who: orders.settle_attention(order_id, actor=who, reason=reason),
            "Noted. It no longer needs attention.",
        )

    def take(
        self, order: Order, form: BaseForm, step: Callable[[str], None], said: str
    ) -> Response:
        """Take a step if its form is right; say how it went; go back to the order."""
        order_id = order.id
        try:
            if form.validate():
                step(actor())
                flash(said, "success")
            for problems in form.errors.values():
                flash(" ".join(problems), "error")
        except ShopError as error:
            flash(str(error), "error")
        frame.forget()
        return self.back_to(order_id)


def _capture(payment_id: int, amount: int | None, who: str) -> None:
    if not payment_id:
        raise ShopError("No authorised payment waits to be captured.")
    payments.capture(payment_id, amount=amount, actor=who)
