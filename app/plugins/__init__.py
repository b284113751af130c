"""What a shop may swap. Each plug is named by one line in the settings."""

import shlex
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from flask import Flask, current_app

from app.errors import UnknownPlugin
from app.plugins.mail import Mailer, mail
from app.plugins.shipping import ShippingProvider
from app.plugins.storage import Storage
from app.plugins.tax import TaxProvider
from config import BadSettings, Settings


@dataclass(frozen=True)
class Plugins:
    mail: Mailer
    shipping: ShippingProvider
    storage: Storage
    tax: TaxProvider


def init_app(app: Flask, settings: Settings) -> None:
    """Load every plug at once, so that a typo stops the shop before a customer meets it."""
    mail.init_app(app)
    try:
        app.extensions["plugins"] = Plugins(
            mail=load(settings.mailer),
            shipping=load(settings.shipping_provider),
            storage=load(settings.storage),
            tax=load(settings.tax_provider),
        )
    except UnknownPlugin as error:
        raise BadSettings(f"The shop cannot start:\n  - {error}") from error


def mailer() -> Mailer:
    return _plugins().mail


def shipping() -> ShippingProvider:
    return _plugins().shipping


def storage() -> Storage:
    return _plugins().storage


def tax() -> TaxProvider:
    return _plugins().tax


def load(line: str) -> Any:
    """`"app.plugins.tax:FlatRate rate=0.19"` → `FlatRate(rate="0.19")`."""
    try:
        path, *given = shlex.split(line)
        module, _, name = path.partition(":")
        return getattr(import_module(module), name)(
            **dict(setting.split("=", 1) for setting in given)
        )
    except (ImportError, AttributeError, TypeError, ValueError, ArithmeticError) as error:
        raise UnknownPlugin(f"the plug-in {line!r} does not load: {error}") from error


def _plugins() -> Plugins:
    plugins: Plugins = current_app.extensions["plugins"]
    return plugins
