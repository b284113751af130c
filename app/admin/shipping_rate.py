"""Shipping methods: ways to get the goods, where they go, and what they cost."""

from typing import Any

from flask import request
from flask_admin.form import BaseForm
from sqlalchemy import select
from wtforms import BooleanField, SelectField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp, ValidationError

from app import plugins, settings
from app.admin import filters
from app.admin.cells import amount, link_to, plain_amount
from app.admin.fields import PlainText, WholeField
from app.admin.lookups import contains
from app.admin.money_fields import AmountField, CountriesField, currency_choices
from app.admin.records import RecordView
from app.admin.writing import SeenField
from app.db import db
from app.models import ShippingRate
from app.plugins.shipping import FromTable


def _where(_view: Any, _context: Any, row: ShippingRate, _name: str) -> str:
    return ", ".join(row.countries) or "Everywhere"


def _grams(_view: Any, _context: Any, row: ShippingRate, _name: str) -> str:
    return f"{row.max_weight:,} g" if row.max_weight is not None else ""


class ShippingForm(BaseForm):
    name = PlainText("Name", validators=[InputRequired("Its name, please."), Length(max=100)])
    description = PlainText(
        "In a few words", description="Such as 3–5 working days.", validators=[Length(max=200)]
    )
    code = PlainText(
        "Code",
        description="Kept with orders; short, such as standard. With collect, nobody is asked for a street.",
        validators=[
            InputRequired("A short code, please."),
            Length(max=40),
            Regexp(r"^[a-z0-9][a-z0-9_-]*$", message="Small letters, digits and dashes, please."),
        ],
    )
    currency = SelectField("Currency", validate_choice=True)
    amount = AmountField("Costs", validators=[InputRequired("How much? 0 is free.")])
    free_from = AmountField("Free from", description="Empty: never free.")
    countries = CountriesField(
        "Goes to", description="Such as DE, AT, CH; empty: everywhere.", default=list
    )
    max_weight = WholeField(
        "At most so many grams",
        validators=[Optional(), NumberRange(1, 1_000_000, "Between 1 and 1,000,000, please.")],
    )
    position = WholeField("Place in the list", default=0, validators=[Optional()])
    active = BooleanField("Offered", default=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency.choices = currency_choices()
        self.currency.data = self.currency.data or settings.current().shop_currency
        self.row: ShippingRate | None = kwargs.get("obj")

    def validate_code(self, field: PlainText) -> None:
        same = select(ShippingRate.id).where(
            ShippingRate.code == field.data, ShippingRate.currency == self.currency.data
        )
        other = db.session.scalar(same)
        if other is not None and (self.row is None or other != self.row.id):
            raise ValidationError("Another method has this code in the same currency.")

    def validate_amount(self, field: AmountField) -> None:
        field.in_currency(self.currency.data)

    def validate_free_from(self, field: AmountField) -> None:
        field.in_currency(self.currency.data)

    def validate_position(self, field: WholeField) -> None:
        field.data = field.data or 0


class EditShippingForm(ShippingForm):
    seen = SeenField()


class ShippingRateView(RecordView):
    one = "shipping method"
    creates = edits = deletes = can_export = True
    column_list = ["name", "amount", "free_from", "countries", "max_weight", "active"]
    column_export_list = [
        "name", "code", "description", "currency", "amount", "free_from", "countries",
        "max_weight", "position", "active",
    ]  # fmt: skip
    column_details_list = [
        "name", "description", "code", "amount", "free_from", "countries", "max_weight",
        "position", "active",
    ]  # fmt: skip
    column_labels = {
        "amount": "Costs", "free_from": "Free from", "countries": "Goes to",
        "max_weight": "At most", "active": "Offered", "description": "In a few words",
        "position": "Place in the list",
    }  # fmt: skip
    column_formatters = {
        "name": link_to("shipping_rate.details_view"),
        "amount": amount,
        "free_from": amount,
        "countries": _where,
        "max_weight": _grams,
    }
    column_formatters_export = {"amount": plain_amount, "free_from": plain_amount}
    column_default_sort = [("currency", False), ("position", False), ("id", False)]
    column_sortable_list = ["amount"]
    searched_by = "Name or code"
    column_filters = [
        filters.Condition(ShippingRate.id, "Offered", ShippingRate.active),
        filters.Contains(ShippingRate.name, "Name"),
        filters.Equals(ShippingRate.currency, "Currency"),
    ]
    form_columns = [
        "name", "description", "code", "currency", "amount", "free_from", "countries",
        "max_weight", "position", "active",
    ]  # fmt: skip

    @property
    def lead(self) -> str:  # type: ignore[override]
        """What customers are offered now: this table, or the settings."""
        if not isinstance(plugins.shipping(), FromTable):
            return f"Not used: the setting SHIPPING_PROVIDER names {type(plugins.shipping()).__name__}."
        shop = settings.current()
        ways = plugins.shipping().methods(
            country=shop.shop_country, currency=shop.shop_currency, weight=0, subtotal=0
        )
        own = select(ShippingRate.id).where(ShippingRate.currency == shop.shop_currency).limit(1)
        fixed = "" if db.session.scalar(own) else " These are fixed prices until a line is here."
        offered = ", ".join(way.name for way in ways) or "nothing"
        return f"Offered in {shop.shop_country} now: {offered}.{fixed}"

    def get_create_form(self) -> type[BaseForm]:
        return ShippingForm

    def get_edit_form(self) -> type[BaseForm]:
        return EditShippingForm

    def edit_form(self, obj: ShippingRate | None = None) -> BaseForm:
        form = super().edit_form(obj)
        if request.method == "GET" and obj is not None:
            for field in (form.amount, form.free_from):
                field.in_currency(obj.currency)
        return form

    def found_by(self, words: str) -> list[Any]:
        return [contains(ShippingRate.name, words), ShippingRate.code == words.lower()]

    def delete_words(self, row: ShippingRate) -> str:
        return f"Delete “{row}”? Orders that were sent with it keep its name and price."
