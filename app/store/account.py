"""What belongs to a signed-in customer: orders and addresses."""

import re

from flask import abort, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from app import htmx, security
from app.db import db
from app.errors import ShopError
from app.models import Customer, Order
from app.services import addresses, customers, debts_ledger
from app.store import order_words
from app.store.address_form import AddressForm, countries
from app.store.frame import blueprint
from app.store.subscribe import WAY_BACK

RECENT, PAGE = 5, 20


@blueprint.get("/account")
@security.audience(security.CUSTOMER)
def account() -> ResponseReturnValue:
    customer = _customer()
    orders = _orders(customer, limit=RECENT) if customer else []
    return render_template(
        "store/account.html",
        customer=customer,
        orders=orders,
        past_due=debts_ledger.past_due_of(customer.id) if customer else [],
        way_back=session.get(WAY_BACK, ""),
        badge=order_words.badge,
    )


@blueprint.get("/account/orders")
@security.audience(security.CUSTOMER)
def own_orders() -> ResponseReturnValue:
    """Newest first; `before` is the last number of the page before."""
    customer = _customer()
    found = _orders(customer, limit=PAGE + 1, before=_before()) if customer else []
    return render_template(
        "store/account_orders.html",
        orders=found[:PAGE],
        more=len(found) > PAGE,
        badge=order_words.badge,
    )


@blueprint.get("/account/orders/<number>")
@security.audience(security.CUSTOMER)
def own_order(number: str) -> ResponseReturnValue:
    """The way to an own order by its number; anybody else's does not exist."""
    customer = _customer() or abort(404)
    mine = select(Order.token).where(Order.number == number, Order.customer_id == customer.id)
    token = db.session.scalar(mine) or abort(404)
    return redirect(f"/orders/{token}", 303)


@blueprint.get("/account/addresses")
@security.audience(security.CUSTOMER)
def address_book() -> ResponseReturnValue:
    return _show_book(AddressForm())


@blueprint.post("/account/addresses")
@security.audience(security.CUSTOMER)
def add_address() -> ResponseReturnValue:
    customer, form = _customer() or abort(404), AddressForm(request.form)
    if not form.validate():
        return _show_book(form, 422)
    try:
        addresses.add(customer.id, form.postal)
    except ShopError as error:
        return _show_book(form, error.status_code, refusal=str(error))
    return _book_changed()


@blueprint.post("/account/addresses/<int(max=2147483647):address_id>/removal")
@security.audience(security.CUSTOMER)
def remove_address(address_id: int) -> ResponseReturnValue:
    customer = _customer() or abort(404)
    addresses.remove(customer.id, address_id)
    return _book_changed()


def _customer() -> Customer | None:
    return customers.for_user(current_user.id)


def _orders(customer: Customer, *, limit: int, before: int | None = None) -> list[Order]:
    mine = select(Order).where(Order.customer_id == customer.id)
    if before is not None:
        mine = mine.where(Order.id < before)
    return list(db.session.scalars(mine.order_by(Order.id.desc()).limit(limit)))


def _before() -> int | None:
    text = request.args.get("before", "")
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def _book_changed() -> ResponseReturnValue:
    if htmx.wants_fragment():
        return _show_book(AddressForm(MultiDict()))
    return redirect("/account/addresses", 303)


def _show_book(form: AddressForm, status: int = 200, *, refusal: str = "") -> ResponseReturnValue:
    customer = _customer()
    return htmx.render(
        "store/addresses.html",
        "store/_address_book.html",
        status,
        customer=customer,
        values={name: value or "" for name, value in form.data.items()},
        errors=form.problems,
        countries=countries(),
        refusal=refusal,
    )
