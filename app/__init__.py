"""The shop: create_app() puts the rooms together."""

import hashlib
from functools import cache, partial
from pathlib import Path
from typing import Any

from flask import Flask
from flask_babel import Babel
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

import config
from app import (
    admin,
    api,
    cli,
    db,
    error_pages,
    forms,
    health,
    logs,
    money,
    plugins,
    security,
    sign_in,
    store,
    webhooks,
)
from app.addresses import Shop
from app.compression import Compression
from app.gateway import client as gateway_client
from app.jobs import engine

STATIC = Path(__file__).parent / "static"
A_YEAR = 365 * 24 * 3600


def create_app(settings: config.Settings | None = None, *, stripe_http_client: Any = None) -> Flask:
    """Settings, database, sign-in, plug-ins, doors, error pages: nothing else."""
    settings = settings or config.load()
    app = Shop(__name__, template_folder="../templates")
    app.request_class = forms.ShopRequest
    app.extensions["settings"] = settings
    app.config.update(_flask_settings(settings))
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.globals.update(
        settings=settings, format_money=partial(money.format_money, locale=settings.shop_locale)
    )

    logs.init_app(app, settings)
    db.init_app(app, settings)
    engine.init_app(app, settings)
    plugins.init_app(app, settings)
    gateway_client.init_app(app, settings, stripe_http_client)
    Babel(app, default_locale=settings.shop_locale, default_timezone=settings.shop_time_zone)
    security.init_app(app, settings)
    sign_in.init_app(app, settings)

    app.register_blueprint(health.blueprint)
    app.register_blueprint(store.blueprint)
    app.register_blueprint(webhooks.blueprint)
    security.csrf.exempt(webhooks.blueprint)  # Stripe signs instead
    app.register_blueprint(api.blueprint)
    security.csrf.exempt(api.blueprint)  # programs bring no cookie that anybody could abuse
    admin.init_app(app)
    security.guard_foreign_views(app)
    error_pages.init_app(app)
    cli.init_app(app)
    _wrap(app, settings)
    return app


def _flask_settings(settings: config.Settings) -> dict[str, Any]:
    scheme, _, host = settings.public_url.partition("://")
    return {
        "TESTING": settings.env == "testing",
        "DEBUG": settings.debug,
        "SERVER_NAME": host,  # for links in letters; requests are held to TRUSTED_HOSTS
        "PREFERRED_URL_SCHEME": scheme,
        "WTF_CSRF_ENABLED": settings.env != "testing",
    }


def _wrap(app: Flask, settings: config.Settings) -> None:
    """Static files before anything else; then the addresses that proxies in front report."""
    fresh = settings.debug or not settings.production
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=STATIC,
        prefix="static/",
        autorefresh=fresh,
        max_age=0 if fresh else A_YEAR,  # links carry the file's hash
    )
    app.wsgi_app = Compression(app.wsgi_app)  # type: ignore[method-assign]
    if hops := settings.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
    app.url_defaults(_add_hash)


def _add_hash(endpoint: str, values: dict[str, Any]) -> None:
    """A new file gets a new address, so that browsers may keep the old one for ever."""
    if endpoint == "static" and "filename" in values:
        values["v"] = _hash(STATIC / values["filename"], _changed_at(values["filename"]))


def _changed_at(filename: str) -> float:
    path = STATIC / filename
    return path.stat().st_mtime if path.is_file() else 0


@cache
def _hash(path: Path, _changed_at: float) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10] if path.is_file() else None
