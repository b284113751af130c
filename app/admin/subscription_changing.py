"""Another plan or other seats: what it costs first, then one verb."""

from typing import Any

from flask import Response, request
from flask_admin import expose
from flask_admin.form import BaseForm
from sqlalchemy import select
from wtforms import SelectField, StringField
from wtforms.validators import Optional

from app.admin.billing_cells import every, priced_plan
from app.admin.cells import money
from app.admin.fields import SEATS, WholeField
from app.admin.steps import RecordSteps, Sheet
from app.admin.subscription_next import why_not_change
from app.db import db
from app.errors import ShopError
from app.models import Price, PriceType, Subscription, Variant
from app.services import licenses, subscription_changes, subscription_terms
from app.services.subscription_previews import SealedPreview
from app.sign_in import fresh


class ChangeForm(BaseForm):
    price_id = SelectField("Plan", coerce=int, validate_choice=True)
    quantity = WholeField("Seats", validators=SEATS)


class AgreedForm(BaseForm):
    """What the preview showed, sent along with the yes to it."""

    proration_date = WholeField(validators=[Optional()])
    due_amount = WholeField(validators=[Optional()])
    seal = StringField()


class SubscriptionChanging(RecordSteps):
    """What SubscriptionView mixes in."""

    @expose("/<int:record_id>/changes/new")
    @fresh
    def new_change(self, record_id: int) -> Response:
        row = self.record_or_404(record_id)
        form = _change_form(row)
        form.process(data={"price_id": row.price_id, "quantity": row.quantity})
        return self.show(self.change_sheet(row), form)

    @expose("/<int:record_id>/change-preview", methods=["POST"])
    def preview_change(self, record_id: int) -> str:
        row = self.record_or_404(record_id)
        form = _change_form(row)
        form.process(request.form)
        return self.show_preview(self.previewed(row, form), form)

    @expose("/<int:record_id>/changes", methods=["POST"])
    @fresh
    def create_change(self, record_id: int) -> Response:
        row = self.record_or_404(record_id)
        form, agreed = _change_form(row), AgreedForm(request.form)
        form.process(request.form)
        if not form.validate():
            return self.show(self.change_sheet(row), form, 422)
        if not agreed.seal.data:
            return self.show(self.previewed(row, form), form)  # first what it costs, then a yes
        return self.take(
            row,
            lambda who: subscription_changes.change(
                record_id,
                price_id=form.price_id.data,
                quantity=form.quantity.data or 0,
                proration_date=agreed.proration_date.data or 0,
                due_amount=agreed.due_amount.data or 0,
                seal=agreed.seal.data or "",
                actor=who,
            ),
            action="changed plan or seats",
            said="Changed, and charged as shown.",
            form=form,
            again=lambda row: self.previewed(row, form),
        )

    def previewed(self, row: Subscription, form: ChangeForm) -> Sheet:
        """What Stripe says it costs now, and the button that does it for exactly that."""
        sheet, record_id = self.change_sheet(row), row.id
        if sheet.why_not or not form.validate():
            return sheet
        price_id, quantity = form.price_id.data, form.quantity.data or 0
        if (price_id, quantity) == (row.price_id, row.quantity):
            return self.change_sheet(row, lines=["Nothing: that is what they have already."])
        try:
            preview = subscription_changes.preview_change(
                record_id, price_id=price_id, quantity=quantity
            )
        except ShopError as error:
            return self.change_sheet(self.record_or_404(record_id), problem=str(error))
        row = self.record_or_404(record_id)
        return self.change_sheet(row, lines=_change_lines(row, form, preview), preview=preview)

    def change_sheet(
        self,
        row: Subscription,
        *,
        lines: list[str] | None = None,
        problem: str = "",
        preview: SealedPreview | None = None,
    ) -> Sheet:
        yes, agreed = "Show what it costs", {}
        if preview is not None:
            due = preview.due_amount
            yes = f"Change and charge {money(due, preview.currency)}" if due > 0 else "Change"
            agreed = {
                "proration_date": preview.proration_date,
                "due_amount": due,
                "seal": preview.seal,
            }
        return self.sheet(
            row,
            "create_change",
            title="Change plan or seats",
            lines=lines or [problem or "Choose, and see what Stripe would charge at once."],
            why_not=why_not_change(row),
            yes=yes,
            look="primary",
            tone="bad" if problem else "info",
            preview=self.get_url(".preview_change", record_id=row.id),
            hidden=agreed,
        )


def _change_form(row: Subscription) -> ChangeForm:
    """With the plans of the same product and currency."""
    form = ChangeForm()
    form.price_id.choices = [(price.id, priced_plan(price)) for price in _plans_for(row)]
    return form


def _plans_for(row: Subscription) -> list[Price]:
    if row.price is None:
        return []
    found = (
        select(Price)
        .join(Price.variant)
        .where(
            Variant.product_id == row.price.variant.product_id,
            Price.type == PriceType.RECURRING,
            Price.currency == row.currency,
            Price.active | (Price.id == row.price_id),
        )
    )
    return list(db.session.scalars(found.order_by(Variant.position, Price.unit_amount)))


def _change_lines(row: Subscription, form: ChangeForm, preview: SealedPreview) -> list[Any]:
    price = db.session.get_one(Price, form.price_id.data)
    quantity, due = form.quantity.data or 0, money(preview.due_amount, preview.currency)
    seats = "1 seat" if quantity == 1 else f"{quantity} seats"
    each = money(subscription_terms.charged(price, quantity), price.currency)
    used = max((licenses.in_use(db.session(), own.id) for own in row.licenses), default=0)
    lines: list[Any] = [f"{text}: {money(part, preview.currency)}" for text, part in preview.lines]
    lines.append(
        f"{due} is charged to {row.method or 'the card on file'} at once."
        if preview.due_amount > 0
        else "Nothing is charged now; what is left over counts for the next invoice."
    )
    lines.append(f"Then {each} {every(price)}, for {seats} ({used} in use).")
    lines.append("If it cannot be paid, everything stays as it is.")
    return lines
