"""Writing an invoice: lines with their own due dates, a look at it, then one verb."""

from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from flask import Response, abort, flash, make_response, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.contrib.sqla import ModelView
from flask_admin.form import BaseForm
from flask_admin.model.fields import AjaxSelectField
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FormField,
    HiddenField,
    SelectField,
    TextAreaField,
)
from wtforms.validators import (
    InputRequired,
    Length,
    NumberRange,
    Optional,
    StopValidation,
    ValidationError,
)

from app import settings
from app.admin import frame
from app.admin.dates import local, start_of, today
from app.admin.fields import MoneyField, PlainText, WholeField
from app.admin.invoice_paper import illegible
from app.admin.lookups import Lookup
from app.admin.order_changes import CUSTOMERS
from app.admin.steps import RecordSteps
from app.admin.writing import PlainWords
from app.errors import ShopError
from app.models import Invoice, InvoiceStatus
from app.money import LARGEST, MINIMUMS
from app.services import invoices
from app.services.invoices import MONTH, MOST_ITEMS, NewInvoice, NewItem
from app.sign_in import actor

SEEN = "Somebody changed this draft while you wrote. Save again to keep yours."


class Needed(InputRequired):
    """Of every line that says anything; empty lines are left out."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.field_flags: dict[str, Any] = {}  # a browser need not fill in empty lines

    def __call__(self, form: Any, field: Any) -> None:
        if not field.data and not field.errors and form.says_something:
            raise StopValidation(str(self.message))


class _ItemForm(BaseForm):
    """One line. Its price is of the invoice's currency."""

    description = PlainText(
        "For what",
        validators=[Needed("For what is it?"), Length(max=500, message="A little shorter.")],
    )
    quantity = WholeField(
        "Pieces", validators=[Optional(), NumberRange(1, 9999, "Between 1 and 9999, please.")]
    )
    unit_amount: MoneyField
    due_on = DateField("Due", validators=[Optional()])

    @property
    def says_something(self) -> bool:
        """Somebody typed into it."""
        return any(field.raw_data and field.raw_data[0].strip() for field in self)

    def validate_due_on(self, field: DateField) -> None:
        if field.data and field.data < today():
            raise ValidationError("That day has passed already.")
        if field.data and field.data.year > today().year + 50:
            raise ValidationError("That is too far away.")

    @property
    def item(self) -> NewItem | None:
        """What it says; None for an empty line."""
        if not self.description.data:
            return None
        day = None if self.due_on.errors else self.due_on.data
        return NewItem(
            description=self.description.data,
            unit_amount=self.unit_amount.data or 0,
            quantity=self.quantity.data or 1,
            due_at=end_of(day) if day else None,
        )


class _InvoiceForm(BaseForm):
    seen = HiddenField()
    customer = AjaxSelectField(
        CUSTOMERS, "Customer", validators=[InputRequired("Who is it for?")], allow_blank=True
    )
    currency = SelectField("Currency")
    items: FieldList
    note = TextAreaField("Note", validators=[Length(max=2000, message="A little shorter, please.")])
    monthly = BooleanField("Write it again every month")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency.choices = [(code, code.upper()) for code in currencies()]

    def validate_customer(self, field: AjaxSelectField) -> None:
        if field.data is None:
            raise ValidationError("Who is it for?")

    def validate_items(self, field: FieldList) -> None:
        found = [row.form.item for row in field]
        wanted = [item for item in found if item is not None]
        if not wanted and not any(row.form.errors for row in field):
            raise ValidationError("What do you bill? At least one line, please.")
        if len(wanted) > MOST_ITEMS:
            raise ValidationError(f"At most {MOST_ITEMS} lines, please: write another invoice.")
        if sum(item.unit_amount * item.quantity for item in wanted) > LARGEST:
            raise ValidationError("That is more than can be paid at once.")

    def wanted(self, customer_id: int) -> NewInvoice:
        """What was typed, as the verb takes it; empty lines are left out."""
        rows = [row.form.item for row in self.items]
        return NewInvoice(
            customer_id=customer_id,
            currency=self.currency.data,
            items=tuple(item for item in rows if item is not None),
            note=(self.note.data or "").replace("\x00", "").strip(),
            repeats_every=MONTH if self.monthly.data else "",
        )


@cache
def form_class(currency: str) -> type[_InvoiceForm]:
    """A form whose amounts are read and written in one currency."""
    needed = Needed("An amount above zero, please.")
    money_field = MoneyField("Price", validators=[needed], currency=currency)
    item = type("ItemForm", (_ItemForm,), {"unit_amount": money_field})
    lines = FieldList(FormField(item), min_entries=1)  # too many are refused, not lost
    return type("InvoiceForm", (_InvoiceForm,), {"items": lines})


def currencies() -> list[str]:
    """The shop's own first, then what Stripe charges in."""
    own = settings.current().shop_currency
    return [own, *sorted(set(MINIMUMS) - {own})]


def end_of(day: date) -> datetime:
    """The last second of a day of the shop: it is past due from the next one on."""
    return start_of(day + timedelta(days=1)) - timedelta(seconds=1)


class InvoiceForms(RecordSteps, ModelView):
    """What InvoiceView mixes in: forms that call verbs instead of writing rows."""

    form_columns = ["note"]  # the forms above are all there is
    create_template = edit_template = "admin/invoice_form.html"

    def _process_ajax_references(self) -> dict[str, Lookup]:
        return {"customer": CUSTOMERS}

    def get_create_form(self) -> type[BaseForm]:
        return _InvoiceForm

    def get_edit_form(self) -> type[BaseForm]:
        return _InvoiceForm

    def empty_line(self, form: _InvoiceForm) -> BaseForm:
        """What the script copies when a line is added."""
        found: BaseForm = form.items.unbound_field.args[0](prefix="")
        return found

    @expose("/new/", methods=["GET", "POST"])
    def create_view(self) -> ResponseReturnValue:
        form = sent_form()
        if request.method == "GET":
            form.customer.data = CUSTOMERS.get_one(request.args.get("customer", ""))
            return self.show_form(form)
        if not form.validate():
            return self.show_form(form, status=422)
        customer_id = form.customer.data.id
        try:
            invoice_id = invoices.draft(form.wanted(customer_id), actor=actor())
        except ShopError as error:
            flash(str(error), "error")
            return self.show_form(sent_form(), status=error.status_code)
        return self.written(invoice_id, "drafted", "Written. Nobody has got it yet.")

    @expose("/edit/", methods=["GET", "POST"])
    def edit_view(self) -> ResponseReturnValue:
        row: Invoice = self.record_or_404(request.args.get("id", ""))
        if row.status != InvoiceStatus.DRAFT:
            flash(f"{row} was sent already: void it, and write another one.", "error")
            return self.show_form(filled_form(row), row, status=409 if _sent() else 200)
        if not _sent():
            return self.show_form(filled_form(row), row)
        form = sent_form()
        del form.customer  # whose it is cannot be changed
        if not form.validate():
            return self.show_form(form, row, status=422)
        if form.seen.data != str(row.version):
            flash(SEEN, "error")
            form.seen.data = form.seen.raw_data = None
            form.seen.data = str(row.version)
            return self.show_form(form, row, status=409)
        invoice_id, wanted = row.id, form.wanted(row.customer_id)
        try:
            invoices.edit(invoice_id, wanted, actor=actor())
        except ShopError as error:
            flash(str(error), "error")
            return self.show_form(sent_form(), self.record_or_404(invoice_id), error.status_code)
        return self.written(invoice_id, "changed", "Saved.")

    def delete_model(self, model: Invoice) -> bool:
        """Only a draft: it was never owed."""
        invoice_id = model.id
        with PlainWords():
            if model.status == InvoiceStatus.DRAFT:
                self.write_down(invoice_id, "deleted")
            invoices.delete_draft(invoice_id)
            return True
        return False

    def delete_words(self, row: Invoice) -> str:
        return "Delete this draft? Nobody has got it, and it has no number."

    def written(self, invoice_id: int, action: str, said: str) -> Response:
        self.write_down(invoice_id, action)
        frame.forget()
        flash(said, "success")
        if request.form.get("then") == "preview":  # which says what cannot be read on paper, too
            return redirect(self.get_url(".preview", record_id=invoice_id), 303)  # type: ignore[return-value]
        if words := illegible(self.record_or_404(invoice_id)):
            flash(words, "warning")
        return self.back_to(invoice_id)

    def show_form(
        self, form: _InvoiceForm, row: Invoice | None = None, status: int = 200
    ) -> Response:
        page = self.render(self.create_template, form=form, model=row)
        return make_response(page, status)


def sent_form() -> _InvoiceForm:
    """The form as it was sent, in the currency that it says; or an empty one."""
    own = settings.current().shop_currency
    currency = request.form.get("currency") or own
    if currency not in currencies():
        currency = own
    form = form_class(currency)(request.form if _sent() else None)
    if not _sent():
        form.currency.data = currency
    return form


def filled_form(row: Invoice) -> _InvoiceForm:
    """What the form shows of a draft."""
    if row.currency not in currencies():
        abort(404)
    return form_class(row.currency)(
        data={
            "seen": str(row.version),
            "customer": row.customer,
            "currency": row.currency,
            "items": [
                {
                    "description": item.description,
                    "quantity": item.quantity,
                    "unit_amount": item.unit_amount,
                    "due_on": local(item.due_at).date() if item.due_at else None,
                }
                for item in row.items
            ],
            "note": row.note,
            "monthly": bool(row.repeats_every),
        }
    )


def _sent() -> bool:
    return request.method == "POST"
