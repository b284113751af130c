"""Accounts: Flask-Security's views under /account, on our tables, through our outbox."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, current_app, flash, request, session, url_for
from flask_login import current_user
from flask_security import (
    Security,
    SQLAlchemyUserDatastore,
    hash_password,
    user_confirmed,
)

from app import clock, htmx, settings
from app.db import db, is_writing, transaction
from app.emails.sign_in_letter import OutboxMail
from app.models import Role, StaffRole, User, WebAuthn
from app.services import customers
from config import Settings

V = TypeVar("V", bound=Callable[..., Any])

# These change rows. Signing in does not, and so never waits for a writer.
WRITES = {
    "security.register",
    "security.send_confirmation",
    "security.confirm_email",
    "security.forgot_password",
    "security.reset_password",
    "security.change_password",
    "security.two_factor_setup",
    "security.two_factor_setup_validate",
    "security.two_factor_token_validation",
    "security.mf_recovery_codes",
    "security.mf_recovery",
}

WORDS = {
    "GENERIC_AUTHN_FAILED": ("That address and password do not open an account.", "error"),
    "UNAUTHENTICATED": ("Please sign in first.", "info"),
    "LOGIN": ("Please sign in first.", "info"),
    "REAUTHENTICATION_REQUIRED": ("Please enter your password once more.", "info"),
    "REAUTHENTICATION_SUCCESSFUL": ("Thank you. Please go on.", "success"),
    "CONFIRM_REGISTRATION": (
        "Thank you. We have sent a letter to %(email)s: its link opens the account.",
        "success",
    ),
    "EMAIL_CONFIRMED": ("Thank you. Your address is confirmed: please sign in.", "success"),
    "INVALID_CONFIRMATION_TOKEN": ("This link does not work. We can send a new one.", "error"),
    "CONFIRMATION_EXPIRED": ("This link worked for %(within)s. We can send a new one.", "error"),
    "CONFIRMATION_REQUEST": ("If an account waits for it, a letter is on its way.", "info"),
    "PASSWORD_RESET_REQUEST": ("If there is such an account, a letter is on its way.", "info"),
    "PASSWORD_RESET_EXPIRED": ("This link worked for %(within)s. We can send a new one.", "error"),
    "INVALID_RESET_PASSWORD_TOKEN": ("This link does not work. We can send a new one.", "error"),
    "PASSWORD_RESET_NO_LOGIN": ("Your new password is kept: please sign in with it.", "success"),
    "PASSWORD_CHANGE": ("Your new password is kept.", "success"),
    "TWO_FACTOR_PERMISSION_DENIED": ("Please sign in first.", "error"),
}


class Users(SQLAlchemyUserDatastore):
    """Flask-Security's way to our rows. It may not commit; transaction() does."""

    def commit(self) -> None:
        if is_writing(db.session()):
            db.session.flush()
        else:
            db.session.commit()  # a password hash renewed while signing in


def init_app(app: Flask, settings: Settings) -> None:
    app.config.update(_flask_security_settings(settings))
    users = Users(db, User, Role, WebAuthn)
    Security(app, users, mail_util_cls=OutboxMail)
    for endpoint in WRITES:
        if view := app.view_functions.get(endpoint):
            app.view_functions[endpoint] = _in_transaction(view)
    user_confirmed.connect(_claim_orders, app)


def fresh(view: V) -> V:
    """For money and secrets: somebody who signed in long ago is asked again."""

    @wraps(view)
    def checked(*args: Any, **kwargs: Any) -> Any:
        if is_fresh():
            return view(*args, **kwargs)
        back = request.full_path if request.method == "GET" else _came_from()
        flash("Please enter your password once more. Nothing was changed yet.", "info")
        return htmx.go(url_for("security.verify", next=back))

    return checked  # type: ignore[return-value]


def _came_from() -> str:
    """The page of ours that sent a form."""
    page = urlsplit(request.referrer or "/")
    return f"{page.path}?{page.query}" if page.query else page.path


def is_fresh() -> bool:
    """Whether the password was entered within the last minutes."""
    entered_at = session.get("fs_paa", 0)
    age = clock.now().timestamp() - entered_at
    return bool(current_user.is_authenticated and age < settings.current().fresh_minutes * 60)


def actor() -> str:
    """The name under which the signed-in person's doings are written down."""
    return str(current_user.email) if current_user.is_authenticated else "customer"


def add_staff(email: str, *, role: str, password: str = "") -> User:
    """Give somebody a role. Who has no account yet gets one, to be opened by a reset letter."""
    users: Users = current_app.extensions["security"].datastore
    with transaction() as database:
        user = users.find_user(email=email, case_insensitive=True)
        if user is None:
            user = users.create_user(
                email=email.lower(),
                password=hash_password(password) if password else None,
                confirmed_at=_now(),
            )
        elif (
            user.confirmed_at is None
        ):  # whoever registered it never showed that the address is theirs
            user.password = hash_password(password) if password else None
            user.confirmed_at = _now()
        users.add_role_to_user(user, users.find_or_create_role(StaffRole(role).value))
        database.flush()
        return database.get_one(User, user.id)


def _now() -> datetime:
    """As Flask-Security's columns keep it."""
    return clock.now().replace(tzinfo=None)


def _in_transaction(view: V) -> V:
    """Changes and letters of a view, together or not at all."""

    @wraps(view)
    def joined(*args: Any, **kwargs: Any) -> Any:
        if request.method == "GET" and request.endpoint != "security.confirm_email":
            return view(*args, **kwargs)
        with transaction():
            return view(*args, **kwargs)

    return joined  # type: ignore[return-value]


def _claim_orders(_app: Flask, *, user: User, **_: object) -> None:
    """A guest's orders join the account only now that the address is theirs."""
    customers.claim(user)


def _flask_security_settings(settings: Settings) -> dict[str, Any]:
    words = {f"SECURITY_MSG_{name}": said for name, said in WORDS.items()}
    return words | {
        "SECURITY_URL_PREFIX": "/account",
        "SECURITY_LOGIN_URL": "/sign-in",
        "SECURITY_LOGOUT_URL": "/sign-out",
        "SECURITY_REGISTER_URL": "/register",
        "SECURITY_CONFIRM_URL": "/confirm",
        "SECURITY_RESET_URL": "/reset",
        "SECURITY_CHANGE_URL": "/password",
        "SECURITY_VERIFY_URL": "/verify",
        "SECURITY_TWO_FACTOR_SETUP_URL": "/two-factor",
        "SECURITY_TWO_FACTOR_TOKEN_VALIDATION_URL": "/two-factor/code",
        "SECURITY_TWO_FACTOR_RESCUE_URL": "/two-factor/rescue",
        "SECURITY_TWO_FACTOR_SELECT_URL": "/two-factor/select",
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_URL": "/recovery-codes",
        "SECURITY_MULTI_FACTOR_RECOVERY_URL": "/recovery",
        "SECURITY_POST_LOGIN_VIEW": "/account",
        "SECURITY_POST_LOGOUT_VIEW": "/",
        "SECURITY_POST_REGISTER_VIEW": "/account/sign-in",
        "SECURITY_POST_CONFIRM_VIEW": "/account/sign-in",
        "SECURITY_POST_RESET_VIEW": "/account/sign-in",
        "SECURITY_POST_CHANGE_VIEW": "/account",
        "SECURITY_REGISTERABLE": True,
        "SECURITY_CONFIRMABLE": True,
        "SECURITY_RECOVERABLE": True,
        "SECURITY_CHANGEABLE": True,
        "SECURITY_RETURN_GENERIC_RESPONSES": True,  # no page tells who has an account
        "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},  # no look-ups
        "SECURITY_API_ENABLED_METHODS": ["session"],
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SECURITY_PASSWORD_SALT": settings.secret_key,
        # Of what goes into signed links; the default's half a million rounds would hold the lock.
        "SECURITY_HASHING_SCHEMES": ["hex_sha256"],
        "SECURITY_DEPRECATED_HASHING_SCHEMES": [],
        "SECURITY_PASSWORD_LENGTH_MIN": 10,
        "SECURITY_TWO_FACTOR": True,
        "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
        "SECURITY_TWO_FACTOR_ALWAYS_VALIDATE": True,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
        "SECURITY_TOTP_ISSUER": settings.shop_name,
        "SECURITY_TOTP_SECRETS": {"1": _totp_key(settings.secret_key)},
        "SECURITY_FRESHNESS": timedelta(minutes=settings.fresh_minutes),
        "SECURITY_FRESHNESS_GRACE_PERIOD": timedelta(0),
        "SECURITY_EMAIL_SENDER": settings.shop_email,
        "SECURITY_EMAIL_SUBJECT_REGISTER": f"Your account at {settings.shop_name}",
        "SECURITY_EMAIL_SUBJECT_CONFIRM": "Please confirm your e-mail address",
        "SECURITY_EMAIL_SUBJECT_PASSWORD_RESET": "Choose a new password",
        "SECURITY_EMAIL_SUBJECT_PASSWORD_NOTICE": "Your password was changed",
        "SECURITY_EMAIL_SUBJECT_PASSWORD_CHANGE_NOTICE": "Your password was changed",
        "SECURITY_CSRF_COOKIE_NAME": None,
        "SECURITY_TWO_FACTOR_VALIDITY_COOKIE": {
            "httponly": True,
            "secure": settings.production,
            "samesite": "Strict",
        },
    }


def _totp_key(secret_key: str) -> str:
    """A key of its own for the codes' secrets, so that one leak is not the other."""
    return hashlib.sha256(b"two-factor:" + secret_key.encode()).hexdigest()
