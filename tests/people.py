"""People with a browser of their own, signed in without going through the form."""

import secrets
from contextvars import Context
from functools import cache
from typing import Any

from flask import Flask, current_app, session
from flask.testing import FlaskClient
from flask_security.utils import hash_password, login_user

from app import clock
from app.db import db, transaction
from app.models import Customer, Role, User

PASSWORD = "correct horse battery staple"


def add_user(email: str, *, role: str | None = None) -> User:
    """Somebody with a confirmed address; with a role, somebody from staff."""
    with transaction() as session:
        user = User(
            email=email,
            password=_hashed(PASSWORD, current_app.config["SECURITY_PASSWORD_SALT"]),
            active=True,
            confirmed_at=clock.now(),
            fs_uniquifier=secrets.token_hex(16),
        )
        user.roles = [_role(role)] if role else []
        session.add(user)
    return user


def add_customer(email: str) -> User:
    """A customer with an account."""
    user = add_user(email)
    with transaction() as session:
        session.add(Customer(email=email, name="Eve Example", user_id=user.id))
    return user


def sign_in(app: Flask, user: User) -> FlaskClient:
    """A client whose session is what signing in just now would have made it."""
    client = app.test_client()
    values = Context().run(_session_of, app, user.id, client.environ_base)
    with client.session_transaction() as cookie:
        cookie.update(values)
    return client


@cache
def _hashed(password: str, _salt: str) -> str:
    """Slow by intention, so done once for each shop."""
    return str(hash_password(password))


def _session_of(app: Flask, user_id: int, environ_base: dict[str, Any]) -> dict[str, Any]:
    with app.test_request_context(environ_base=environ_base):
        login_user(db.session.get_one(User, user_id))
        values = dict(session)
        db.session.rollback()
        return values


def _role(name: str) -> Role:
    found = db.session.scalar(db.select(Role).filter_by(name=name))
    return found or Role(name=name)
