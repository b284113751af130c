"""How a subscription's open invoice is paid: by a letter with a link, or with a card on file."""

from flask import Response, request
from flask_admin import expose
from flask_admin.form import BaseForm
from wtforms import SelectField

from app.admin.cells import money
from app.admin.steps import RecordSteps, Sheet
from app.admin.subscription_next import why_nothing_to_pay
from app.db import db
from app.errors import ShopError
from app.models import Subscription
from app.services import subscription_desk
from app.sign_in import fresh


class CardForm(BaseForm):
    card = SelectField("Card")


class SubscriptionPaying(RecordSteps):
    """What SubscriptionView mixes in."""

    @expose("/<int:record_id>/payment-letters", methods=["POST"])
    def create_payment_letter(self, record_id: int) -> Response:
        row = self.record_or_404(record_id)
        return self.take(
            row,
            lambda who: subscription_desk.send_way_to_pay(record_id, actor=who),
            action="sent a way to pay",
            said=f"A way to pay is on its way to {row.customer.email}.",
        )

    @expose("/<int:record_id>/charges/new")
    @fresh
    def new_charge(self, record_id: int) -> Response:
        form = CardForm()
        return self.show(self._charge(self.record_or_404(record_id), form), form)

    @expose("/<int:record_id>/charges", methods=["POST"])
    @fresh
    def create_charge(self, record_id: int) -> Response:
        row, form = self.record_or_404(record_id), CardForm(request.form)
        form.card.validate_choice = False  # the verb asks Stripe whose cards there are
        return self.take(
            row,
            lambda who: subscription_desk.charge(record_id, form.card.data or "", actor=who),
            action="charged a card on file",
            said="Charged.",
            form=form,
            again=lambda row: self._charge(row, form),
        )

    def _charge(self, row: Subscription, form: CardForm) -> Sheet:
        """Fills the form with the cards that Stripe knows."""
        record_id, problem, cards = row.id, why_nothing_to_pay(row), []
        if not problem:
            try:
                cards = subscription_desk.cards(row.customer_id)
            except ShopError as error:
                problem = str(error)
        form.card.choices = [(card.stripe_id, card.words) for card in cards]
        invoice = subscription_desk.open_invoice(db.session(), record_id)
        due = money(invoice.due_amount, invoice.currency) if invoice else ""
        return self.sheet(
            self.record_or_404(record_id),
            "create_charge",
            title="Charge a card on file",
            lines=[
                f"{due} is charged at once, without the customer at the screen."
                if due
                else "Nothing is charged now; the card is charged when the trial ends.",
                "From now on this card is charged for every period.",
            ],
            why_not=problem or ("" if cards else "This customer has left no card with Stripe."),
            yes=f"Charge {due}" if due else "Use this card",
            look="primary",
        )
