"""Beginning a subscription for somebody: what it costs first, then one verb."""

import secrets

from flask import Response, flash, make_response, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.form import BaseForm
from flask_admin.model.fields import AjaxSelectField
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from wtforms import HiddenField, SelectField
from wtforms.validators import InputRequired, Length, ValidationError

from app.admin import frame
from app.admin.billing_cells import every, plan_name, priced_plan
from app.admin.cells import money
from app.admin.fields import SEATS, WholeField
from app.admin.lookups import Lookup
from app.admin.order_changes import CUSTOMERS
from app.admin.steps import RecordSteps, Sheet
from app.db import db, reading
from app.errors import FormAlreadyUsed, QuoteChanged, ShopError
from app.models import (
    Customer,
    Price,
    PriceType,
    Product,
    Subscription,
    SubscriptionStatus,
    Variant,
)
from app.services import subscription_desk, subscription_terms
from app.services.subscription_terms import Terms, for_sale
from app.sign_in import actor, fresh

LETTER, CARD = "letter", "card"


class StartForm(BaseForm):
    """Its token makes it good for one subscription, however often it is sent."""

    form_token = HiddenField(
        validators=[InputRequired("Please load the page again."), Length(min=16, max=64)]
    )
    customer = AjaxSelectField(
        CUSTOMERS, "Customer", validators=[InputRequired("For whom, please?")], allow_blank=True
    )
    price_id = SelectField("Plan", coerce=int)
    quantity = WholeField("Seats", default=1, validators=SEATS)
    pay_by = SelectField(
        "How they pay",
        choices=[
            (LETTER, "With the link that we mail them"),
            (CARD, "With their card on file, now"),
        ],
    )

    def validate_customer(self, field: AjaxSelectField) -> None:
        if field.data is None:
            raise ValidationError("For whom, please?")


class SubscriptionStart(RecordSteps):
    """What SubscriptionView mixes in."""

    create_template: str

    def _process_ajax_references(self) -> dict[str, Lookup]:
        return {"customer": CUSTOMERS}

    def get_create_form(self) -> type[BaseForm]:
        return StartForm

    @expose("/new/", methods=["GET", "POST"])
    @fresh
    def create_view(self) -> ResponseReturnValue:
        if request.method == "GET":
            form = _form(None)
            form.form_token.data = secrets.token_urlsafe(16)
            form.customer.data = CUSTOMERS.get_one(request.args.get("customer", ""))
            return self.show_start(form, self.start_sheet(form))
        form, fingerprint = _form(request.form), request.form.get("fingerprint", "")
        if not form.validate():
            return self.show_start(form, self.start_sheet(form), 422)
        if not fingerprint:
            return self.show_start(form, self.terms_sheet(form))  # first what it costs
        return self.begin(form, fingerprint)

    @expose("/start-preview", methods=["POST"])
    def preview_start(self) -> str:
        form = _form(request.form)
        return self.show_preview(self.terms_sheet(form), form)

    def begin(self, form: StartForm, fingerprint: str) -> Response:
        customer_id, price_id = form.customer.data.id, form.price_id.data
        pay_by, token = form.pay_by.data, form.form_token.data
        try:
            subscription_id = subscription_desk.begin(
                customer_id,
                price_id,
                quantity=form.quantity.data or 0,
                start_key=token,
                fingerprint=fingerprint,
                actor=actor(),
            )
        except ShopError as error:
            flash(str(error), "error")
            form = _form(request.form)
            again = isinstance(error, QuoteChanged | FormAlreadyUsed)
            sheet = self.terms_sheet(form) if again else self.start_sheet(form)
            return self.show_start(form, sheet, error.status_code)
        self.write_down(subscription_id, "began")
        try:
            flash(_ask_for_money(subscription_id, customer_id, pay_by), "success")
        except ShopError as error:
            flash(f"{error} The subscription waits: send a way to pay.", "error")
        frame.forget()
        return self.back_to(subscription_id)

    def show_start(self, form: StartForm, sheet: Sheet, status: int = 200) -> Response:
        page = self.render(self.create_template, form=form, sheet=sheet)
        return make_response(page, status)

    def start_sheet(self, form: StartForm, problem: str = "") -> Sheet:
        return Sheet(
            title="New subscription",
            action=self.get_url(".create_view"),
            back=self.get_url(".index_view"),
            lines=[problem or "Choose who and what, and see what it costs."],
            yes="Show what will happen",
            no="Cancel",
            look="primary",
            tone="bad" if problem else "info",
            preview=self.get_url(".preview_start"),
        )

    def terms_sheet(self, form: StartForm) -> Sheet:
        """What will happen, as far as the form says what is wanted."""
        if not form.validate():
            return self.start_sheet(form)
        who, price_id, quantity = form.customer.data, form.price_id.data, form.quantity.data or 0
        customer_id, email = who.id, who.email
        try:
            terms = subscription_terms.find(customer_id, price_id, quantity)
            card = _newest_card(customer_id) if form.pay_by.data == CARD else ""
        except ShopError as error:
            return self.start_sheet(form, problem=str(error))
        finally:
            form.customer.data = db.session.get(Customer, customer_id)
        if form.pay_by.data == CARD and not card:
            return self.start_sheet(form, problem=f"{email} has left no card: mail them a link.")
        price = db.session.get_one(Price, price_id)
        sheet = self.start_sheet(form)
        return Sheet(
            title=sheet.title,
            action=sheet.action,
            back=sheet.back,
            lines=_lines(terms, price, quantity, email=email, card=card),
            yes=_yes(terms, card),
            no="Cancel",
            look="primary",
            tone="info",
            preview=sheet.preview,
            hidden={"fingerprint": terms.fingerprint},
        )


def _ask_for_money(subscription_id: int, customer_id: int, pay_by: str) -> str:
    if pay_by == CARD:
        cards = subscription_desk.cards(customer_id)
        card_id = cards[0].stripe_id if cards else ""
        subscription_desk.charge(subscription_id, card_id, actor=actor())
        if _begun(subscription_id) == SubscriptionStatus.TRIALING:
            return "Begun: their card on file is charged when the trial ends."
        return "Begun, and paid with their card on file."
    if _begun(subscription_id):
        return "Begun: the card they have left is charged when the trial ends."
    subscription_desk.send_way_to_pay(subscription_id, actor=actor())
    return "Begun: a way to pay is on its way to them."


def _begun(subscription_id: int) -> SubscriptionStatus | None:
    """How it stands, once there is nothing to wait for."""
    with reading() as session:
        row = session.get_one(Subscription, subscription_id)
        return row.status if row.has_begun else None


def _newest_card(customer_id: int) -> str:
    cards = subscription_desk.cards(customer_id)
    return cards[0].words if cards else ""


def _lines(terms: Terms, price: Price, quantity: int, *, email: str, card: str) -> list[str]:
    amount = money(terms.amount, terms.currency)
    seats = "1 seat" if quantity == 1 else f"{quantity} seats"
    lines = [f"{plan_name(price)}, for {seats}: {amount} {every(price)}."]
    if terms.trial_days:
        lines.append(f"The first {terms.trial_days} days are free.")
    if terms.running:
        lines.append(f"They have {terms.running} of it already: this is one more.")
    if card and terms.today_amount:
        lines.append(f"{amount} is charged to {card} at once.")
    elif card:
        lines.append(f"{card} is charged when the trial ends.")
    elif terms.trial_days:
        lines.append(f"{email} gets a letter with a link to leave a card; without one it ends.")
    else:
        lines.append(f"{email} gets a letter with a link to pay. It begins once it is paid.")
    lines.append("The license is mailed as soon as there is something to use.")
    return lines


def _yes(terms: Terms, card: str) -> str:
    if card and terms.today_amount:
        return f"Begin and charge {money(terms.today_amount, terms.currency)}"
    return "Begin" if card else "Begin and mail the link"


def _form(sent: object) -> StartForm:
    form = StartForm(sent)
    form.price_id.choices = [(price.id, priced_plan(price)) for price in _plans()]
    return form


def _plans() -> list[Price]:
    """What is for sale, by product."""
    found = (
        select(Price)
        .join(Price.variant)
        .join(Variant.product)
        .where(Price.active, Price.type == PriceType.RECURRING)
        .options(joinedload(Price.variant).joinedload(Variant.product))
        .order_by(Product.name, Price.unit_amount, Price.id)
        .limit(500)
    )
    return [price for price in db.session.scalars(found) if for_sale(price)]
