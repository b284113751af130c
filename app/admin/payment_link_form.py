"""The form of a payment link: who pays, what for, how much, until when."""

import secrets
from datetime import timedelta
from typing import Any

from flask import abort, request
from flask_admin.form import BaseForm
from sqlalchemy import select
from wtforms import DateField, Field, HiddenField, SelectField, TextAreaField
from wtforms.validators import Email, InputRequired, Length, Optional, ValidationError

from app import settings
from app.admin.dates import today
from app.admin.fields import MoneyField, PlainText
from app.admin.lookups import contains, id_of
from app.admin.money_fields import currencies, currency_choices
from app.admin.payment_link_target import Target
from app.db import db
from app.models import Customer, PaymentLink, normal_email

DAYS = 14  # for which a link works, unless somebody says otherwise
ONE_ADDRESS = Email("That is no address. One, such as ada@example.com, please.")
MOST_PEOPLE = 200  # offered while typing; everybody else is found by name or address


class LinkForm(BaseForm):
    """Its token makes it good for one link, however often it is sent."""

    form_token = HiddenField(
        validators=[InputRequired("Please load the page again."), Length(min=16, max=64)]
    )
    order = HiddenField()
    invoice = HiddenField()
    who = PlainText(
        "Who pays",
        validators=[
            InputRequired("Who pays: a name, or an e-mail address?"),
            Length(max=254, message="That is too long for an address."),
        ],
    )
    name = PlainText("Their name", validators=[Length(max=200, message="A little shorter.")])
    description = PlainText(
        "What for",
        validators=[
            InputRequired("A few words for what it is, please."),
            Length(max=300, message="At most 300 characters, please."),
        ],
    )
    currency = SelectField("Currency", validate_choice=True)
    amount = MoneyField("Amount", validators=[InputRequired("How much, please?")])
    until = DateField(
        "Valid until", validators=[Optional()], default=lambda: today() + timedelta(days=DAYS)
    )
    message = TextAreaField(
        "A few words", validators=[Length(max=2000, message="A little shorter, please.")]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency.choices = currency_choices()
        self.customer: Customer | None = None

    @property
    def email(self) -> str:
        if self.customer is not None:
            return self.customer.email
        return normal_email(self.who.data) if "@" in (self.who.data or "") else ""

    def validate_who(self, field: Field) -> None:
        """A name that exactly one customer has is as good as an address."""
        found = _people(field.data)
        self.customer = found[0] if len(found) == 1 else None
        if len(found) > 1:
            some = ", ".join(person.email for person in found[:3])
            raise ValidationError(f"Several are called so: {some}. Which address, please?")
        if "@" in field.data:
            ONE_ADDRESS(self, field)
        elif not found:
            raise ValidationError("No customer is called so. Type their e-mail address, please.")

    def validate_until(self, field: Field) -> None:
        if field.data is not None and field.data < today():
            raise ValidationError("That day has passed already.")
        if field.data is not None and field.data.year > today().year + 50:
            raise ValidationError("That is too far away.")


def first_form(target: Target | None) -> LinkForm:
    """An empty form, or one that knows what it is for, or who, or what it should be like."""
    form = LinkForm(form_token=secrets.token_urlsafe(16))
    form.currency.data = form.currency.data or settings.current().shop_currency
    if target is not None:
        _fix(form, target)
        form.description.data = target.description
    elif (key := id_of(request.args.get("customer"))) is not None:
        person = db.session.get(Customer, key) or abort(404)
        form.who.data, form.name.data, form.customer = person.email, person.name, person
    elif (key := id_of(request.args.get("like"))) is not None:
        _copy(form, db.session.get(PaymentLink, key) or abort(404))
    return form


def sent_form(target: Target | None) -> LinkForm:
    form = LinkForm()
    form.amount._currency = request.form.get("currency", "")[:3]
    if form.amount._currency not in currencies():
        form.amount._currency = settings.current().shop_currency
    form.process(request.form)
    if target is not None:
        _fix(form, target)
    elif not request.form.get("currency"):
        form.currency.data = settings.current().shop_currency
    return form


def _copy(form: LinkForm, link: PaymentLink) -> None:
    form.who.data, form.name.data, form.customer = link.email, link.name, link.customer
    form.description.data, form.message.data = link.description, link.message
    form.currency.data, form.amount.data = link.currency, link.amount
    form.amount._currency = link.currency


def _fix(form: LinkForm, target: Target) -> None:
    """Who and how much stand in the books; whatever was sent for them is not read."""
    form.order.data = str(target.order_id or "")
    form.invoice.data = str(target.invoice_id or "")
    form.who.data, form.name.data = target.email, form.name.data or target.name
    form.amount._currency = target.currency
    form.amount.data, form.amount.raw_data = target.amount, [str(target.amount)]
    form.amount.process_errors = []
    form.currency.choices = [(target.currency, target.currency.upper())]
    form.currency.data = target.currency
    form.who.raw_data = [target.email]
    del form.who.validators, form.amount.validators


def _people(words: str) -> list[Customer]:
    """Who is meant: by address, or by a name that some have."""
    found = select(Customer).order_by(Customer.id).limit(4)
    if "@" in words:
        return list(db.session.scalars(found.where(Customer.email == normal_email(words))))
    exactly = list(db.session.scalars(found.where(Customer.name == words)))
    return exactly or list(db.session.scalars(found.where(contains(Customer.name, words))))


def everybody() -> list[Customer]:
    """The latest customers, offered while somebody types."""
    newest = select(Customer).order_by(Customer.id.desc()).limit(MOST_PEOPLE)
    return list(db.session.scalars(newest))
