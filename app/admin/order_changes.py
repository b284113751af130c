"""Writing an order down for a customer, and mending one: Flask-Admin's forms that call verbs."""

from dataclasses import asdict
from typing import Any

from flask import abort, request
from flask_admin.contrib.sqla import ModelView
from flask_admin.form import BaseForm
from flask_admin.model.fields import AjaxSelectField
from sqlalchemy import select
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    SelectField,
    TextAreaField,
)
from wtforms.validators import Email, InputRequired, Length, NumberRange, Optional, ValidationError

from app import plugins, settings
from app.admin import roles
from app.admin.cells import money
from app.admin.dates import clock_time
from app.admin.fields import PlainText, WholeField, country
from app.admin.lookups import Lookup
from app.admin.writing import NOT_SAVED, LostUpdate, PlainWords
from app.db import db, reading, transaction
from app.models import Customer, Order, PostalAddress, Product, Variant
from app.plugins.shipping import ShippingMethod
from app.services import orders, phone_orders
from app.services.phone_orders import Wanted
from app.sign_in import actor

VARIANTS = Lookup("variant", Variant, Product.name, Variant.sku, join=Variant.product)
CUSTOMERS = Lookup("customer", Customer, Customer.email, Customer.name)
LINES_NOT_MINE = "Your role does not include changing what was bought."
SHORT = [Length(max=200, message="A little shorter, please.")]


class LineForm(BaseForm):
    variant = AjaxSelectField(VARIANTS, "Product", allow_blank=True)
    quantity = WholeField(
        "Pieces", validators=[Optional(), NumberRange(1, 999, "Between 1 and 999, please.")]
    )


class AddressFields(BaseForm):
    """Where the goods go, or who collects them; empty for downloads."""

    name = PlainText("Name", validators=SHORT)
    line1 = PlainText(
        "Street and number", description="Not for what is collected.", validators=SHORT
    )
    line2 = PlainText("More", validators=SHORT)
    postal_code = PlainText("Postal code", validators=[Length(max=20)])
    city = PlainText("City", validators=[Length(max=100)])
    state = PlainText("State", validators=[Length(max=100)])
    country = PlainText("Country", default=lambda: settings.current().shop_country)

    @property
    def address(self) -> PostalAddress | None:
        if not self.line1.data:
            return None
        return PostalAddress(
            name=self.name.data,
            line1=self.line1.data,
            line2=self.line2.data,
            postal_code=self.postal_code.data,
            city=self.city.data,
            state=self.state.data,
            country=self.country.data,
        )

    @property
    def collector(self) -> PostalAddress | None:
        """Who comes for the goods, when nothing is sent; the country says what tax is in them."""
        if not self.name.data:
            return None
        return PostalAddress(
            name=self.name.data,
            line1="",
            postal_code="",
            city="",
            country=self.country.data or settings.current().shop_country,
        )

    def validate_country(self, field: PlainText) -> None:
        """Also when nothing was typed here, where `Optional` would have ended the checks."""
        if field.data:
            country(self, field)
        if self.line1.data and not (self.city.data and self.name.data and field.data):
            raise ValidationError("An address needs a name, a street, a city and a country.")


class OrderForm(BaseForm):
    """Amounts are not here: they are always computed."""

    seen = HiddenField()
    email = PlainText(
        "E-mail",
        validators=[InputRequired("Where do letters go, please?"), Email("This is no address.")],
    )
    phone = PlainText("Phone", validators=[Length(max=40, message="At most 40, please.")])
    note = TextAreaField("Note", validators=[Length(max=2000, message="A little shorter.")])
    shipping = FormField(AddressFields, "Where it goes")
    lines = FieldList(FormField(LineForm), min_entries=1, max_entries=50)
    shipping_method = SelectField("Shipping", validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shipping_method.choices = _methods()

    @property
    def wanted(self) -> list[Wanted]:
        """The lines that say something; a product without a number is one piece."""
        rows = [(row["variant"], row["quantity"]) for row in self.lines.data]
        return [Wanted(variant_id=v.id, quantity=q or 1) for v, q in rows if v is not None]

    def place(self, former: PostalAddress | None = None) -> PostalAddress | None:
        """Where the goods go, or who collects them. Who may not choose a way leaves it as it was."""
        fields = self.shipping.form
        if "shipping_method" in self:
            collected = self.shipping_method.data in _collected()
        else:
            collected = former is not None and not former.line1
        return fields.address or (fields.collector if collected else None)

    def validate_lines(self, field: FieldList) -> None:
        if not self.wanted:
            raise ValidationError("What do they want to buy?")


class NewOrderForm(OrderForm):
    customer = AjaxSelectField(CUSTOMERS, "Customer", allow_blank=True)
    send = BooleanField("Send them a way to pay at once", default=True)


class OrderChanges(ModelView):
    """What OrderView mixes in: forms that call verbs instead of writing rows."""

    form_columns = ["email"]  # the forms below are all there is

    def get_create_form(self) -> type[BaseForm]:
        return NewOrderForm

    def get_edit_form(self) -> type[BaseForm]:
        return OrderForm

    def _process_ajax_references(self) -> dict[str, Lookup]:
        return {"variant": VARIANTS, "customer": CUSTOMERS}

    def empty_line(self) -> LineForm:
        """What the script copies when a line is added."""
        return LineForm(prefix="")

    def create_form(self, obj: Any = None) -> BaseForm:
        form = NewOrderForm(request.form if request.method == "POST" else None)
        if request.method == "GET" and request.args.get("customer"):
            _fill_in(form, CUSTOMERS.get_one(request.args["customer"]))
        return form

    def edit_form(self, obj: Order | None = None) -> BaseForm:
        order = obj or abort(404)
        sent = request.form if request.method == "POST" else None
        form = OrderForm(sent, data=None if sent else _values(order))
        mine = "" if roles.may_do("order", "change_lines") else LINES_NOT_MINE
        if reason := phone_orders.why_lines_are_fixed(order) or mine:
            form.lines_locked = reason
            del form.lines, form.shipping_method  # whatever is sent for them is not read
        return form

    def create_model(self, form: NewOrderForm) -> Any:
        who, wanted = form.customer.data, form.wanted
        with PlainWords():
            order_id = phone_orders.create(
                wanted,
                email=form.email.data,
                customer_id=who.id if who is not None else None,
                name=form.shipping.form.name.data or "",
                phone=form.phone.data,
                note=form.note.data or "",
                address=form.place(),
                shipping_method=form.shipping_method.data or "",
                send=form.send.data,
                actor=actor(),
            )
            return db.session.get_one(Order, order_id)
        return False

    def update_model(self, form: OrderForm, model: Order) -> bool:
        order_id = model.id
        with PlainWords():
            _require_unmoved(form, model)
            _change(order_id, form, seen=model.version)
            return True
        return False

    def get_save_return_url(self, model: Order, is_created: bool = False) -> str:
        return self.get_url(".details_view", id=model.id)


def _change(order_id: int, form: OrderForm, *, seen: int) -> None:
    """Look whether everything can be had, then write it."""
    order, who = db.session.get_one(Order, order_id), actor()
    former = order.shipping_address
    address = form.place(former)
    wanted, method = _wanted(form, order)
    new = address if address != former else None
    country_moves = new is not None and (former is None or former.country != new.country)
    requote = wanted and (country_moves or not _same(wanted, method, order))
    if requote:
        phone_orders.require_available(order_id, wanted, address=address or former, method=method)
    with transaction():
        phone_orders.change_contact(
            order_id,
            email=form.email.data,
            phone=form.phone.data,
            note=form.note.data or "",
            version=seen,
            actor=who,
        )
        if new is not None:
            orders.change_address(order_id, shipping_address=new, actor=who)
    if requote:
        phone_orders.change_lines(
            order_id, wanted, shipping_method=method, version=_version_of(order_id), actor=who
        )


def _wanted(form: OrderForm, order: Order) -> tuple[list[Wanted], str]:
    """Goods and shipping as they shall be; those of the order for whom only the address is."""
    if "lines" in form:
        return form.wanted, form.shipping_method.data or ""
    if phone_orders.why_lines_are_fixed(order):
        return [], ""
    had = {line.variant_id: line.quantity for line in order.goods}
    have = [Wanted(variant_id=v, quantity=q) for v, q in had.items() if v is not None]
    return (have, order.shipping_method) if len(have) == len(had) else ([], "")


def _require_unmoved(form: OrderForm, order: Order) -> None:
    if form.seen.data == str(order.version):
        return
    form.seen.data = str(order.version)
    event = order.events[-1] if order.events else None
    who = f"{event.actor} changed" if event else "Somebody changed"
    when = f" at {clock_time(event.created_at)}" if event else ""
    raise LostUpdate(f"{who} this order{when}. {NOT_SAVED} Save again to keep yours.")


def _version_of(order_id: int) -> int:
    with reading() as session:
        return session.scalars(select(Order.version).where(Order.id == order_id)).one()


def _same(wanted: list[Wanted], method: str, order: Order) -> bool:
    have = {line.variant_id: line.quantity for line in order.goods}
    keeps_method = not order.needs_shipping or method in {"", order.shipping_method}
    return have == {w.variant_id: w.quantity for w in wanted} and keeps_method


def _values(order: Order) -> dict[str, Any]:
    """What the form shows of an order."""
    address = order.shipping_address
    lines = [(line.variant_id, line.quantity) for line in order.goods]
    return {
        "seen": str(order.version),
        "email": order.email,
        "phone": order.phone,
        "note": order.note,
        "shipping": asdict(address) if address else {},
        "shipping_method": order.shipping_method,
        "lines": [{"variant": VARIANTS.get_one(v), "quantity": q} for v, q in lines],
    }


def _fill_in(form: NewOrderForm, customer: Customer | None) -> None:
    """Start from a customer: their mailbox and the address used last."""
    if customer is None:
        return
    form.customer.data, form.email.data, form.phone.data = customer, customer.email, customer.phone
    if customer.addresses:
        for name, value in asdict(customer.addresses[-1].postal).items():
            if name in form.shipping.form:
                form.shipping.form[name].data = value


def _methods() -> list[tuple[str, str]]:
    currency = settings.current().shop_currency
    return [
        (m.code, f"{m.name} · {money(m.amount, currency)}" if m.amount else m.name)
        for m in _offered()
    ]


def _collected() -> set[str]:
    """The ways by which goods go nowhere."""
    return {m.code for m in _offered() if m.collected}


def _offered() -> list[ShippingMethod]:
    shop = settings.current()
    return plugins.shipping().methods(
        country=shop.shop_country, currency=shop.shop_currency, weight=0, subtotal=0
    )
