"""Coupons: codes that take something off, for whom, until when, and how often."""

from collections.abc import Sequence
from typing import Any

from flask import flash, make_response, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.actions import action
from flask_admin.form import BaseForm
from flask_admin.model.fields import AjaxSelectMultipleField
from markupsafe import Markup
from sqlalchemy import select
from wtforms import BooleanField, SelectField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp, ValidationError

from app import audit, clock, settings
from app.admin import filters, states
from app.admin.cells import amount, day, link_to, plain_amount, until_day
from app.admin.fields import PlainText, WholeField
from app.admin.lookups import Lookup, contains
from app.admin.money_fields import AmountField, DayField, PercentField, currency_choices
from app.admin.records import RecordView
from app.admin.writing import SeenField
from app.db import db, transaction
from app.errors import ShopError
from app.models import Coupon, Product
from app.services import coupons
from app.sign_in import actor

PRODUCTS = Lookup("products", Product, Product.name)
SOME = [Optional(), NumberRange(1, 1_000_000, "A whole number above 0, please.")]


def _off(_view: Any, _context: Any, coupon: Coupon, _name: str) -> Markup | str:
    if coupon.percent_off is not None:
        return f"{coupon.percent_off / 100:g} %"
    return amount(None, None, coupon, "amount_off")


def _percent(_view: Any, _context: Any, coupon: Coupon, _name: str) -> str:
    return "" if coupon.percent_off is None else f"{coupon.percent_off / 100:g}"


def _uses(_view: Any, _context: Any, coupon: Coupon, _name: str) -> Markup | str:
    """The number leads to the orders that it counts."""
    words = f"{coupon.uses} of {coupon.max_uses}" if coupon.max_uses else str(coupon.uses)
    if not coupon.uses:
        return words
    url = url_for("order.index_view", flt0_code_equals=coupon.code)
    return Markup('<a href="{}">{}</a>').format(url, words)


def _state(_view: Any, _context: Any, coupon: Coupon, _name: str) -> Markup:
    return states.badge(state_of(coupon))


def _products(_view: Any, _context: Any, coupon: Coupon, _name: str) -> str:
    if not coupon.product_ids:
        return "Everything"
    names = select(Product.name).where(Product.id.in_(coupon.product_ids)).order_by(Product.name)
    return ", ".join(db.session.scalars(names.limit(20)))


def state_of(coupon: Coupon) -> str:
    """Whether it can be used now, and if not, why."""
    now = clock.now()
    if not coupon.active:
        return "switched off"
    if coupon.ends_at is not None and coupon.ends_at <= now:
        return "expired"
    if coupon.max_uses is not None and coupon.uses >= coupon.max_uses:
        return "used up"
    return "scheduled" if coupon.starts_at is not None and coupon.starts_at > now else "active"


def _told(answer: Any) -> ResponseReturnValue:
    """A form that is shown again was not taken."""
    if request.method == "POST" and isinstance(answer, str):
        return make_response(answer, 422)
    return answer


class ProductsField(AjaxSelectMultipleField):
    """Products, kept by their ids."""

    def process_data(self, value: Any) -> None:
        self._formdata = None
        ids = value or []
        rows = db.session.scalars(select(Product).where(Product.id.in_(ids))).all() if ids else []
        self.data = list(rows)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        if any(valuelist):
            super().process_formdata(valuelist)
        elif valuelist:  # a browser sends an empty choice, too
            self.data = []

    def pre_validate(self, form: BaseForm) -> None:
        """What is not known must not be left out silently: nothing would mean everything."""
        self._get_data()  # looks them up; only then it is known whether all of them are there
        if self._invalid_formdata:
            raise ValidationError("One of these products is not there. Choose them again, please.")

    def populate_obj(self, obj: Any, name: str) -> None:
        setattr(obj, name, sorted(product.id for product in self.data or []))


class CouponForm(BaseForm):
    code = PlainText(
        "Code",
        description="What customers type; capital letters and digits.",
        validators=[
            InputRequired("Which code, please?"),
            Length(max=40, message="At most 40, please."),
            Regexp(r"^[A-Za-z0-9][A-Za-z0-9_-]*$", message="Letters, digits and dashes, please."),
        ],
    )
    percent_off = PercentField("Percent off")
    amount_off = AmountField("Or an amount off")
    currency = SelectField("Currency", validate_choice=True)
    minimum_amount = AmountField("From a basket of", description="Empty: from the first cent.")
    starts_at = DayField("From", validators=[Optional()])
    ends_at = DayField("Until and with", whole=True, validators=[Optional()])
    max_uses = WholeField("Uses in all", description="Empty: any number.", validators=SOME)
    max_uses_per_customer = WholeField(
        "Uses per customer", description="Empty: any number.", validators=SOME
    )
    product_ids = ProductsField(
        PRODUCTS, "Only for", description="Empty: for everything.", allow_blank=True
    )
    active = BooleanField("In use", default=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency.choices = currency_choices()
        self.currency.data = self.currency.data or settings.current().shop_currency
        self.coupon: Coupon | None = kwargs.get("obj")

    def validate_code(self, field: PlainText) -> None:
        field.data = field.data.upper()
        known = select(Coupon.id).where(Coupon.code == field.data)
        other = db.session.scalar(known)
        if other is not None and (self.coupon is None or other != self.coupon.id):
            raise ValidationError("Another coupon has this code.")

    def validate_percent_off(self, field: PercentField) -> None:
        typed = bool(self.amount_off.raw_data and self.amount_off.raw_data[0].strip())
        if (field.data is None) != typed:
            raise ValidationError("Either a percentage or an amount, please.")
        if field.data is not None and not 0 < field.data <= 10_000:
            raise ValidationError("More than 0 and at most 100 percent, please.")

    def validate_amount_off(self, field: AmountField) -> None:
        field.in_currency(self.currency.data)
        if field.data == 0:
            raise ValidationError("More than 0, please.")

    def validate_minimum_amount(self, field: AmountField) -> None:
        field.in_currency(self.currency.data)
        field.data = field.data or 0

    def validate_ends_at(self, field: DayField) -> None:
        if field.data and self.starts_at.data and field.data < self.starts_at.data:
            raise ValidationError("It would end before it begins.")

    def validate_max_uses(self, field: WholeField) -> None:
        if field.data and self.coupon is not None and field.data < self.coupon.uses:
            raise ValidationError(f"It was used {self.coupon.uses} times already.")


class EditCouponForm(CouponForm):
    seen = SeenField()


class CouponView(RecordView):
    one = "coupon"
    lead = "Codes that take something off."
    creates = edits = deletes = can_export = True
    column_list = ["code", "amount_off", "state", "minimum_amount", "uses", "ends_at"]
    column_export_list = [
        "code", "percent_off", "amount_off", "currency", "minimum_amount", "starts_at", "ends_at",
        "max_uses", "max_uses_per_customer", "uses", "active",
    ]  # fmt: skip
    column_details_list = [
        "state", "amount_off", "minimum_amount", "product_ids", "starts_at", "ends_at", "uses",
        "max_uses_per_customer",
    ]  # fmt: skip
    column_labels = {
        "amount_off": "Off", "minimum_amount": "Basket from", "ends_at": "Until", "starts_at": "Since",
        "product_ids": "For", "max_uses_per_customer": "Per customer", "state": "State",
    }  # fmt: skip
    column_formatters = {
        "code": link_to("coupon.details_view"),
        "amount_off": _off,
        "minimum_amount": lambda v, c, row, n: amount(v, c, row, n) if row.minimum_amount else "",
        "uses": _uses,
        "starts_at": day,
        "ends_at": until_day,
        "state": _state,
    }
    column_formatters_detail = column_formatters | {"product_ids": _products}
    column_formatters_export = {
        "percent_off": _percent,
        "amount_off": plain_amount,
        "minimum_amount": lambda v, c, row, n: (
            plain_amount(v, c, row, n) if row.minimum_amount else ""
        ),
    }
    column_default_sort = ("id", True)
    searched_by = "Code"
    column_sortable_list = ["code", "uses", "ends_at"]
    column_filters = [
        filters.Contains(Coupon.code, "Code"),
        filters.Condition(Coupon.id, "In use", Coupon.active),
        filters.Condition(Coupon.id, "Over", lambda: Coupon.ends_at <= clock.now()),
        filters.Condition(Coupon.id, "Used", Coupon.uses > 0),
        filters.Until(Coupon.ends_at, "Ends"),
    ]
    saved = [
        ("In use", {"flt0_in_use_equals": "yes", "flt1_over_equals": "no"}),
        ("Never used", {"flt0_used_equals": "no"}),
    ]
    form_columns = [
        "code", "percent_off", "amount_off", "currency", "minimum_amount", "starts_at", "ends_at",
        "max_uses", "max_uses_per_customer", "product_ids", "active",
    ]  # fmt: skip

    @expose("/new/", methods=["GET", "POST"])
    def create_view(self) -> ResponseReturnValue:
        return _told(super().create_view())

    @expose("/edit/", methods=["GET", "POST"])
    def edit_view(self) -> ResponseReturnValue:
        return _told(super().edit_view())

    def get_create_form(self) -> type[BaseForm]:
        return CouponForm

    def get_edit_form(self) -> type[BaseForm]:
        return EditCouponForm

    def edit_form(self, obj: Coupon | None = None) -> BaseForm:
        form = super().edit_form(obj)
        if request.method == "GET" and obj is not None:
            for field in (form.amount_off, form.minimum_amount):
                field.in_currency(obj.currency or "")
        return form

    def _process_ajax_references(self) -> dict[str, Lookup]:
        return {"products": PRODUCTS}

    def on_model_change(self, form: BaseForm, model: Coupon, is_created: bool) -> None:
        if model.percent_off is not None and not model.minimum_amount:
            model.currency = None  # a percentage is one in every currency

    def on_model_delete(self, model: Coupon) -> None:
        if why := coupons.why_kept(db.session(), model):
            raise ShopError(f"{model} was kept: {why}. Switch it off instead.")

    def found_by(self, words: str) -> list[Any]:
        return [contains(Coupon.code, words)]

    @action("switch_on", "Switch on")
    def switch_on(self, ids: list[str]) -> None:
        self._switch(ids, on=True)

    @action("switch_off", "Switch off", "Switch these coupons off? Nobody can use them any more.")
    def switch_off(self, ids: list[str]) -> None:
        self._switch(ids, on=False)

    def _switch(self, ids: list[str], *, on: bool) -> None:
        changed = 0
        for coupon in [row for row in map(self.get_one, ids) if row is not None]:
            with transaction() as session:
                row = self.locked(session, coupon)
                if row.active != on:
                    row.active, changed = on, changed + 1
                    audit.record("changed", row, actor=actor())
        flash(f"{changed} switched {'on' if on else 'off'}.", "success")
