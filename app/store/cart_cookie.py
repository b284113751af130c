"""The cart's cookie: signed, and holding nothing but the cart's token."""

from datetime import timedelta

from flask import Response, after_this_request, current_app, g, request, session
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeSerializer

from app import settings
from app.services import carts, customers

NAME = "cart"
AGE = timedelta(days=90)


def token() -> str | None:
    """The token of this browser's cart, if its cookie is ours."""
    if "cart_token" not in g:
        g.cart_token = _read(request.cookies.get(NAME, ""))
    found: str | None = g.cart_token
    return found


def keep(token: str | None) -> None:
    """Remember a cart in this browser, or forget it."""
    g.cart_token = token

    @after_this_request
    def set_cookie(response: Response) -> Response:
        if token is None:
            response.delete_cookie(NAME)
            return response
        response.set_cookie(
            NAME,
            _signer().dumps(token),
            max_age=AGE,
            httponly=True,
            samesite="Lax",
            secure=settings.current().production,
        )
        return response


def follow_sign_in() -> None:
    """Who signs in brings the cart along; who signs out leaves it with the account."""
    if current_user.is_authenticated:
        if session.get("cart_of") != current_user.id:
            _join(current_user.id)
    elif session.pop("cart_of", None):
        keep(None)


def _join(user_id: int) -> None:
    customer = customers.for_user(user_id)
    if customer is None:
        return
    before = token()
    merged = carts.merge(before, customer.id)
    session["cart_of"] = user_id
    if merged != before:
        keep(merged)


def _read(cookie: str) -> str | None:
    try:
        found = _signer().loads(cookie)
    except BadSignature:
        return None
    return found if isinstance(found, str) else None


def _signer() -> URLSafeSerializer:
    """The newest key signs; the ones before it are still understood."""
    keys = [*settings.current().secret_key_fallbacks, str(current_app.secret_key)]
    return URLSafeSerializer(keys, salt="cart")
