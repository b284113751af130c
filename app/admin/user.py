"""Accounts, and what their owners may do here. Passwords are never here: people set their own."""

from typing import Any, cast

from flask import flash, request
from flask_admin import expose
from flask_admin.form import BaseForm
from flask_login import current_user
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload
from wtforms import BooleanField, SelectMultipleField
from wtforms.validators import Email, InputRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from app import sign_in
from app.admin import filters
from app.admin.cells import link_to
from app.admin.fields import PlainText
from app.admin.lookups import contains
from app.admin.records import RecordView
from app.admin.writing import SeenField
from app.db import db
from app.errors import ShopError
from app.models import Role, StaffRole, User
from app.sign_in import fresh

ABOUT = {
    StaffRole.OWNER: "Owner: everything",
    StaffRole.CATALOG: "Catalog: products, prices, stock",
    StaffRole.ORDERS: "Orders: orders, shipping, stock, customers, payment links",
    StaffRole.BILLING: (
        "Billing: refunds, captures, invoices, subscriptions, licenses, payment links, Stripe’s "
        "events"
    ),
    StaffRole.SUPPORT: "Support: look, mend addresses, send letters again",
}


class RolesField(SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class UserForm(BaseForm):
    seen = SeenField()
    staff_roles = RolesField(
        "Roles", choices=[(role.value, words) for role, words in ABOUT.items()]
    )
    active = BooleanField("May sign in")


class NewStaffForm(BaseForm):
    email = PlainText(
        "E-mail", validators=[InputRequired(), Email("This is no address."), Length(max=254)]
    )
    staff_roles = RolesField(
        "Roles", choices=[(role.value, words) for role, words in ABOUT.items()]
    )

    def validate_staff_roles(self, field: RolesField) -> None:
        if not field.data:
            raise ValidationError("What may they do?")


def _roles(_view: Any, _context: Any, user: User, _name: str) -> str:
    return ", ".join(role.name.capitalize() for role in user.roles) or "Customer"


class UserView(RecordView):
    one = "account"
    lead = "Who can sign in, and what they may do here."
    creates = edits = True
    can_view_details = False
    column_list = ["email", "roles", "active", "confirmed_at", "tf_primary_method"]
    column_labels = {
        "email": "E-mail",
        "active": "May sign in",
        "confirmed_at": "Address confirmed",
        "tf_primary_method": "Second factor",
    }
    column_default_sort = "email"
    column_auto_select_related = False  # see get_query
    column_sortable_list = ["email"]
    searched_by = "E-mail"
    column_formatters = {"roles": _roles, "email": link_to("user.edit_view", lambda u: u.email)}
    column_filters = [
        filters.Condition(User.id, "Staff", User.roles.any()),
        filters.Contains(User.email, "E-mail"),
    ]
    saved = [("Staff only", {"flt0_staff_equals": "yes"})]
    form_columns = ["active", "roles"]

    def get_query(self) -> Any:
        return db.session.query(User).options(selectinload(User.roles))

    def found_by(self, words: str) -> list[Any]:
        return [contains(User.email, words)]

    def get_create_form(self) -> type[BaseForm]:
        return NewStaffForm

    def get_edit_form(self) -> type[BaseForm]:
        return UserForm

    def edit_form(self, obj: Any = None) -> BaseForm:
        if request.method == "POST":
            return UserForm(request.form)
        names = [role.name for role in obj.roles]
        return UserForm(seen=self.looks_of(obj), staff_roles=names, active=obj.active)

    @expose("/new/", methods=["GET", "POST"])
    @fresh
    def create_view(self) -> Any:
        return super().create_view()

    @expose("/edit/", methods=["GET", "POST"])
    @fresh
    def edit_view(self) -> Any:
        return super().edit_view()

    def write_new(self, session: Session, form: NewStaffForm) -> User:
        for role in form.staff_roles.data:
            user = sign_in.add_staff(form.email.data, role=role)
        flash(f"{user.email} can choose a password with “Forgot your password?”.", "info")
        return user

    def write(self, session: Session, form: UserForm, row: User) -> None:
        wanted = set(form.staff_roles.data)
        stays = wanted | {r.name for r in row.roles if r.name not in set(StaffRole)}
        _require_an_owner(session, row, still=StaffRole.OWNER in wanted and form.active.data)
        row.roles = [_role(session, name) for name in sorted(stays)]
        row.active = form.active.data

    def facts(self, row: User) -> dict[str, Any]:
        return {
            "email": row.email,
            "active": row.active,
            "roles": sorted(role.name for role in row.roles),
        }


def _role(session: Session, name: str) -> Role:
    found = session.scalar(select(Role).where(Role.name == name))
    return found or Role(name=name)


def _require_an_owner(session: Session, user: User, *, still: bool) -> None:
    """Nobody locks themselves out, and the shop never loses its last owner."""
    if still or not any(role.name == StaffRole.OWNER for role in user.roles):
        return
    if user.id == current_user.id:
        raise ShopError("You cannot take the owner’s role from yourself: ask another owner.")
    others: Any = (
        cast(Any, User.active).is_(True),
        User.roles.any(Role.name == StaffRole.OWNER),
        User.id != user.id,
    )
    owners = select(func.count()).select_from(User).where(*others)
    if not session.scalar(owners):
        raise ShopError("This is the last owner: name another one first.")
