"""Who may come in, what a page may load, and how often somebody may knock."""

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user
from flask_wtf import CSRFProtect

from app import settings
from config import Settings

V = TypeVar("V", bound=Callable[..., Any])

# Audiences. STAFF alone is anybody with a role; `staff("orders")` narrows it.
ANYBODY = "anybody"
CUSTOMER = "customer"  # signed in
OWNER = "owner"  # holds the record's unguessable link, or owns the account; the view checks
STRIPE = "stripe"  # signs its messages
PROGRAM = "program"  # has no browser; what it sends, such as a license key, is all it needs
STAFF = "staff"

csrf = CSRFProtect()
limiter = Limiter(get_remote_address, default_limits=[], headers_enabled=True)

# Endpoints that are not ours to decorate.
DECLARED = {
    "static": ANYBODY,
    "security.static": ANYBODY,
    "security.login": ANYBODY,
    "security.logout": ANYBODY,
    "security.register": ANYBODY,
    "security.send_confirmation": ANYBODY,
    "security.confirm_email": OWNER,
    "security.forgot_password": ANYBODY,
    "security.reset_password": OWNER,
    "security.change_password": CUSTOMER,
    "security.verify": CUSTOMER,
    "security.two_factor_setup": CUSTOMER,
    "security.two_factor_setup_validate": CUSTOMER,
    "security.two_factor_token_validation": OWNER,
    "security.two_factor_rescue": OWNER,
    "security.tf_select": OWNER,
    "security.mf_recovery_codes": CUSTOMER,
    "security.mf_recovery": OWNER,
    "admin.static": ANYBODY,
}
KNOCKS = {
    "security.login": "10 per minute",
    "security.register": "10 per minute",
    "security.send_confirmation": "5 per minute",
    "security.forgot_password": "5 per minute",
    "security.reset_password": "10 per minute",
    "security.verify": "10 per minute",
    "security.change_password": "10 per minute",  # it asks for the current one
    "security.two_factor_token_validation": "10 per minute",
    "security.mf_recovery": "5 per minute",
}
STRIPE_FRAMES = "https://js.stripe.com https://*.js.stripe.com"


def init_app(app: Flask, settings: Settings) -> None:
    app.config.update(_flask_settings(settings))
    csrf.init_app(app)
    limiter.init_app(app)
    app.jinja_env.globals["csp_nonce"] = csp_nonce
    app.before_request(_refuse_nul)
    app.after_request(_add_headers)


def guard_foreign_views(app: Flask) -> None:
    """Limit how often somebody may try a password, once all routes are there."""
    for endpoint, limit in KNOCKS.items():
        if view := app.view_functions.get(endpoint):
            limited: Any = limiter.limit(limit, methods=["POST"])(view)
            app.view_functions[endpoint] = limited


def csp_nonce() -> str:
    """This answer's nonce, for `<script nonce="{{ csp_nonce() }}">`."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def audience(who: str) -> Callable[[V], V]:
    """Say who a view is for, and keep everybody else out."""

    def declare(view: V) -> V:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            return refusal(who) or view(*args, **kwargs)

        guarded.audience = who  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return declare


def staff(*roles: str) -> str:
    """The audience of these roles: `staff("orders", "billing")`. Owners are always in."""
    return ":".join([STAFF, ",".join(roles)]) if roles else STAFF


def refusal(who: str) -> Any:
    """None if the caller belongs to the audience; else where to sign in, or a 403."""
    if who in {ANYBODY, OWNER, STRIPE, PROGRAM}:
        return None
    if not current_user.is_authenticated:
        return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
    if who == CUSTOMER or admits(who):
        return None
    return abort(403)


def admits(who: str) -> bool:
    """Whether the signed-in user has a role that a staff audience asks for."""
    if not getattr(current_user, "is_staff", False):
        return False
    _, _, roles = who.partition(":")
    wanted = {"owner", *roles.split(",")} if roles else set()
    return not wanted or any(current_user.has_role(role) for role in wanted)


def audience_of(app: Flask, endpoint: str) -> str | None:
    """What a route declared: on its function, on its admin view's class, or in our table."""
    view = app.view_functions[endpoint]
    own = getattr(view, "audience", None)
    admin_view = getattr(view, "__self__", None)
    return own or getattr(admin_view, "audience", None) or DECLARED.get(endpoint)


def stripe_page(view: V) -> V:
    """A page that takes a card: Stripe's script and frames may load on it, nothing else."""

    @wraps(view)
    def allowed(*args: Any, **kwargs: Any) -> Any:
        g.stripe_page = True
        return view(*args, **kwargs)

    return allowed  # type: ignore[return-value]


def _refuse_nul() -> None:
    """No record has such a name, and PostgreSQL will not even look for one."""
    if "\x00" in request.path:
        abort(404)


def _add_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", _permissions())
    headers.setdefault("X-Frame-Options", "DENY")
    if settings.current().production:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if response.mimetype == "text/html":
        headers.setdefault("Content-Security-Policy", _policy())
        headers.setdefault("Cache-Control", "no-store")  # or Back shows a bare fragment
    return response


def _policy() -> str:
    scripts, frames, connects = f"'self' 'nonce-{csp_nonce()}'", "", "'self'"
    if g.get("own_frames"):  # a page that shows one of our own, such as a letter
        frames = "'self'"
    if g.get("stripe_page"):
        stripe = _stripe_frames()
        scripts, frames = f"{scripts} {stripe}", f"{stripe} https://hooks.stripe.com"
        connects = f"'self' {_stripe_api()}"
    rules = {
        "default-src": "'none'",
        "script-src": scripts,
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": connects,
        "frame-src": frames or "'none'",
        "manifest-src": "'self'",
        "worker-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _stripe_frames() -> str:
    origin = _origin(settings.current().stripe_js_url)
    return STRIPE_FRAMES if origin == "https://js.stripe.com" else origin


def _stripe_api() -> str:
    """Where Stripe's script sends the card: its own API, or wherever it was loaded from."""
    origin = _origin(settings.current().stripe_js_url)
    return "https://api.stripe.com" if origin == "https://js.stripe.com" else origin


def _permissions() -> str:
    origin = _origin(settings.current().stripe_js_url)
    payment = f'(self "{origin}")' if g.get("stripe_page") else "()"
    return f"camera=(), geolocation=(), microphone=(), usb=(), payment={payment}"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _flask_settings(settings: Settings) -> dict[str, Any]:
    own_host = urlsplit(settings.public_url).hostname or "localhost"
    local = () if settings.production else ("localhost", "127.0.0.1", "[::1]")
    return {
        "SECRET_KEY": settings.secret_key,
        "SECRET_KEY_FALLBACKS": list(settings.secret_key_fallbacks),
        "TRUSTED_HOSTS": [own_host, *settings.trusted_hosts, *local],
        "SESSION_COOKIE_SECURE": settings.production,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_SECURE": settings.production,
        "REMEMBER_COOKIE_HTTPONLY": True,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": None,  # a checkout may stay open for an hour
        "MAX_CONTENT_LENGTH": settings.max_upload_megabytes * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "MAX_FORM_PARTS": 2000,
        "RATELIMIT_ENABLED": settings.rate_limits,
        "RATELIMIT_STORAGE_URI": settings.rate_limit_storage,
        "RATELIMIT_SWALLOW_ERRORS": True,
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": settings.rate_limit_storage != "memory://",
    }
