"""What the shop is compared with: small applications that do one thing and nothing around it."""

import json
import os
from collections.abc import Callable, Mapping
from functools import partial
from types import FunctionType, MethodType
from typing import Any

from flask import Flask, template_rendered
from flask.typing import ResponseReturnValue
from jinja2.defaults import DEFAULT_FILTERS, DEFAULT_NAMESPACE
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

import config
from app import create_app, db
from app.db import Model, transaction

PAGES = "BENCH_PAGES"  # in the environment: a JSON object of paths and cookies
FUNCTIONS = {FunctionType, MethodType, partial}
JINJAS_OWN = DEFAULT_FILTERS.keys() | DEFAULT_NAMESPACE.keys()


class BareRow(Model):
    """About as wide as a line in a cart."""

    __tablename__ = "bare_rows"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    amount: Mapped[int]


def pages() -> Flask:
    """Pages of the shop, rendered each time from what a first visit left in memory."""
    app = Flask(__name__)
    for path, cookie in json.loads(os.environ[PAGES]).items():
        app.add_url_rule(path, endpoint=path, view_func=_prepared(create_app(), path, cookie))
    return app


def insert() -> Flask:
    """One ORM insert and its commit, with the shop's own database settings."""
    app = Flask(__name__)
    db.init_app(app, config.load())
    with app.app_context():
        BareRow.__table__.create(db.db.engine, checkfirst=True)

    @app.post("/cart/items")
    def add() -> ResponseReturnValue:
        with transaction() as session:
            session.add(BareRow(name="a line in a cart", amount=1900))
        return "", 200

    return app


def _prepared(shop: Flask, path: str, cookie: str) -> Callable[[], str]:
    """The same template with the same values; whatever it calls answers from memory."""
    visit: dict[str, Any] = {"path": path, "headers": {"Cookie": cookie}}
    shown: list[tuple[str, dict[str, Any]]] = []

    def note(_shop: Flask, template: Any, context: dict[str, Any]) -> None:
        shown.append((template.name, context))

    with template_rendered.connected_to(note, shop):
        shop.test_client().get(**visit)
    (name, context), *_ = shown
    jinja = shop.jinja_env.overlay()
    jinja.globals, jinja.filters = _remembered(jinja.globals), _remembered(jinja.filters)
    template, values = jinja.get_template(name), _remembered(context)
    with shop.test_request_context(**visit):
        template.render(values)
    return lambda: template.render(values)


def _remembered(things: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _remember(thing) if _is_the_shops(name, thing) else thing
        for name, thing in things.items()
    }


def _is_the_shops(name: str, thing: Any) -> bool:
    return name not in JINJAS_OWN and type(thing) in FUNCTIONS


def _remember(function: Callable[..., Any]) -> Callable[..., Any]:
    """Answer what was asked before; ask anew only what never was."""
    answers: dict[Any, Any] = {}

    def remember(*args: Any, **kwargs: Any) -> Any:
        key = (*(a if isinstance(a, str | int) else id(a) for a in args), *kwargs.items())
        if key not in answers:
            answers[key] = function(*args, **kwargs)
        return answers[key]

    return remember
