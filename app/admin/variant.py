"""Variants: the exact things to buy. And their prices, which never change, only follow each other."""

from typing import Any

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.form import BaseForm
from flask_admin.model.fields import AjaxSelectField
from sqlalchemy import select
from sqlalchemy.orm import contains_eager
from wtforms import SelectField
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from app import settings
from app.admin import filters
from app.admin.cells import amount, link_to, plain_amount
from app.admin.fields import MoneyField, OptionsField, PlainText, WholeField
from app.admin.lookups import Lookup, contains
from app.admin.records import RecordView
from app.admin.writing import PlainWords
from app.db import db
from app.models import Price, Product, Stock, Variant
from app.services import products
from app.services.products import INTERVALS, NewPrice
from app.sign_in import actor

VARIANTS = Lookup("variant", Variant, Product.name, Variant.sku, join=Variant.product)
CURRENCIES = ("eur", "usd", "gbp", "chf", "sek", "jpy")


def product_cell(target: Any) -> Any:
    """A cell that names the product and leads to its page."""
    return link_to("product.details_view", str, target)


def with_product(query: Any, variant: Any) -> Any:
    """Rows with their variant and its product, in one query that can also search in them."""
    joined = query.join(variant).join(Variant.product)
    return joined.options(contains_eager(variant).contains_eager(Variant.product))


class VariantView(RecordView):
    one = "variant"
    lead = "Every exact thing to buy. A product with one variant never shows the word in the shop."
    edits = can_export = True
    can_view_details = False
    edit_template = "admin/variant_form.html"
    column_list = ["sku", "product", "options", "tracks_stock", "active"]
    column_labels = {"sku": "Article no.", "tracks_stock": "Counted"}
    column_default_sort = "sku"
    column_sortable_list = ["sku"]
    searched_by = "Name or article number"
    column_formatters = {
        "sku": link_to("variant.edit_view", lambda v: v.sku),
        "product": product_cell(lambda v: v.product),
        "options": lambda v, c, row, n: row.name,
    }
    column_filters = [filters.Contains("product.name", "Product")]
    form_columns = ["sku", "options", "tracks_stock", "active", "position"]
    form_overrides = {"sku": PlainText, "options": OptionsField}
    form_args = {
        "sku": {"label": "Article number"},
        "options": {"description": "What makes it differ: one “colour: moss” per line."},
        "tracks_stock": {"label": "Count its stock"},
        "active": {"label": "For sale"},
        "position": {"description": "Lower numbers come first."},
    }
    form_widget_args = {"options": {"rows": 3}}

    def found_by(self, words: str) -> list[Any]:
        named = select(Product.id).where(contains(Product.name, words))
        return [contains(Variant.sku, words), Variant.product_id.in_(named)]

    def on_model_change(self, form: BaseForm, model: Variant, is_created: bool) -> None:
        if not model.tracks_stock and model.stock is not None and model.stock.reserved:
            raise ValidationError("Some pieces are reserved for orders: go on counting for now.")
        if model.tracks_stock and model.stock is None:
            db.session.add(Stock(variant_id=model.id, on_hand=0, reserved=0))
        model.position = model.position or 0

    def get_save_return_url(self, model: Variant, is_created: bool = False) -> str:
        return self.get_url("product.details_view", id=model.product_id)


class NewPriceForm(BaseForm):
    variant = AjaxSelectField(VARIANTS, "Product", validators=[InputRequired()])
    currency = SelectField("Currency", choices=[(c, c.upper()) for c in CURRENCIES])
    unit_amount = PlainText("Amount", validators=[InputRequired("How much, please?")])
    interval = SelectField(
        "Paid", choices=[("", "once"), *((i, f"every {i}") for i in INTERVALS)], default=""
    )
    interval_count = WholeField(
        "Every how many", default=1, validators=[Optional(), NumberRange(1, 36, "1 to 36, please.")]
    )
    trial_days = WholeField(
        "Days of trial",
        default=0,
        validators=[Optional(), NumberRange(0, 730, "0 to 730, please.")],
    )

    def validate_unit_amount(self, field: PlainText) -> None:
        """In the currency chosen beside it: a yen has no cents."""
        money = MoneyField(currency=self.currency.data, name="unit_amount", _form=self)
        try:
            money.process_formdata([field.data])
        except ValueError as error:
            raise ValidationError(str(error)) from error
        if money.data is None:
            raise ValidationError("How much, please?")
        self.amount = int(money.data)


def _paid(_view: Any, _context: Any, price: Price, _name: str) -> str:
    if not price.recurring:
        return "once"
    count = "" if price.interval_count == 1 else f"{price.interval_count} "
    return f"every {count}{price.interval}"


class PriceView(RecordView):
    one = "price"
    column_auto_select_related = False  # see get_query
    lead = (
        "A new amount is a new price; the old one is archived. Orders keep what they were sold for."
    )
    creates = can_export = True
    can_view_details = False
    list_template = "admin/prices.html"
    create_template = "admin/price_form.html"
    column_list = ["variant", "unit_amount", "type", "active", "created_at"]
    column_export_list = ["variant", "currency", "unit_amount", "type", "active", "created_at"]
    column_labels = {"unit_amount": "Amount", "type": "Paid", "created_at": "Since"}
    column_default_sort = ("id", True)
    column_sortable_list = ["created_at"]
    searched_by = "Name or article number"
    column_formatters = {
        "variant": product_cell(lambda price: price.variant.product),
        "unit_amount": amount,
        "type": _paid,
    }
    column_formatters_export = {"unit_amount": plain_amount, "type": _paid}
    column_filters = [
        filters.Condition(Price.id, "Active", Price.active),
        filters.Equals(Price.currency, "Currency", options=[(c, c.upper()) for c in CURRENCIES]),
    ]
    form_columns = ["unit_amount"]  # the form above is all there is

    def get_create_form(self) -> type[BaseForm]:
        return NewPriceForm

    def _process_ajax_references(self) -> dict[str, Lookup]:
        return {"variant": VARIANTS}

    def get_query(self) -> Any:
        return with_product(db.session.query(Price), Price.variant)

    def found_by(self, words: str) -> list[Any]:
        return [contains(Variant.sku, words), contains(Product.name, words)]

    def create_form(self, obj: Any = None) -> BaseForm:
        form = NewPriceForm(request.form if request.method == "POST" else None)
        if request.method == "GET":
            form.currency.data = settings.current().shop_currency
            form.variant.data = VARIANTS.get_one(request.args.get("variant", ""))
        return form

    def create_model(self, form: NewPriceForm) -> Any:
        variant_id = form.variant.data.id
        price = NewPrice(
            unit_amount=form.amount,
            currency=form.currency.data,
            interval=form.interval.data,
            interval_count=form.interval_count.data or 1,
            trial_days=form.trial_days.data or 0,
        )
        with PlainWords():
            return db.session.get_one(Price, products.set_price(variant_id, price, actor=actor()))
        return False

    def get_save_return_url(self, model: Price, is_created: bool = False) -> str:
        return self.get_url("product.details_view", id=model.variant.product_id)

    @expose("/<int:price_id>/archive", methods=["POST"])
    def archive(self, price_id: int) -> ResponseReturnValue:
        price = self.get_one(price_id)
        back = (
            self.get_url("product.details_view", id=price.variant.product_id)
            if price is not None
            else self.get_url(".index_view")
        )
        with PlainWords():
            products.archive_price(price_id, actor=actor())
            flash("Archived: nobody can buy at this price any more.", "success")
        return redirect(back, 303)
