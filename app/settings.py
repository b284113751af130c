"""The settings of the shop at work. Call it as `settings.current()`."""

from flask import current_app

from config import Settings


def current() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
