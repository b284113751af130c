"""Customers, their address book, and what they bought."""

from typing import Any

from flask import request
from flask_admin import expose
from flask_admin.form import BaseForm
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from wtforms import TextAreaField
from wtforms.validators import Email, InputRequired

from app.admin import filters
from app.admin.cells import link_to
from app.admin.customer_billing import CustomerBilling, billing_of
from app.admin.fields import PlainText, country
from app.admin.lookups import contains, id_of
from app.admin.records import RecordView
from app.db import db
from app.errors import ShopError
from app.jobs import enqueue
from app.models import Address, Customer, Order, normal_email
from app.services import customers, stripe_customers


class CustomerView(CustomerBilling, RecordView):
    one = "customer"
    lead = (
        "Everybody with an account, and whom staff wrote down or billed. Who bought as a guest is "
        "found among the orders, by their e-mail."
    )
    creates = edits = deletes = can_export = True
    details_template = "admin/customer.html"
    column_list = ["name", "email", "phone", "created_at"]
    column_labels = {"created_at": "Since", "email": "E-mail"}
    column_default_sort = ("id", True)
    column_sortable_list = ["created_at", "email"]
    searched_by = "Name or e-mail"
    column_formatters = {"name": link_to("customer.details_view", lambda c: c.name or c.email)}
    column_filters = [
        filters.Contains(Customer.email, "E-mail"),
        filters.Since(Customer.created_at, "Since"),
    ]
    form_columns = ["name", "email", "phone", "notes", "addresses"]
    form_overrides = {
        "name": PlainText,
        "email": PlainText,
        "phone": PlainText,
        "notes": TextAreaField,
    }
    form_args = {
        "email": {"label": "E-mail", "validators": [InputRequired(), Email("This is no address.")]},
        "notes": {"description": "Only staff see this."},
    }
    form_widget_args = {"notes": {"rows": 3}}
    inline_models = [
        (
            Address,
            {
                "form_columns": [
                    "id", "name", "line1", "line2", "postal_code", "city", "state", "country",
                    "phone",
                ],
                "form_args": {
                    "country": {"validators": [InputRequired(), country]},
                    "postal_code": {"label": "Postal code"},
                    "line1": {"label": "Street and number"},
                    "line2": {"label": "More"},
                },
            },
        )
    ]  # fmt: skip

    def heading(self, row: Customer) -> str:
        return row.name or row.email

    def found_by(self, words: str) -> list[Any]:
        return [contains(Customer.name, words), contains(Customer.email, words)]

    def on_model_change(self, form: BaseForm, model: Customer, is_created: bool) -> None:
        model.email = normal_email(model.email)
        if model.stripe_customer_id:
            enqueue(stripe_customers.push, customer_id=model.id)

    def on_model_delete(self, model: Customer) -> None:
        if why := customers.why_kept(db.session(), model):
            raise ShopError(f"{model} was kept: {why}.")

    @expose("/details/")
    def details_view(self) -> Any:
        found = select(Order).where(Order.customer_id == id_of(request.args.get("id")))
        eager = found.options(selectinload(Order.payments), selectinload(Order.disputes))
        newest = eager.order_by(Order.id.desc()).limit(20)
        self._template_args["orders"] = list(db.session.scalars(newest))
        if (customer := self.get_one(request.args.get("id"))) is not None:
            self._template_args["billing"] = billing_of(customer)
        return super().details_view()
