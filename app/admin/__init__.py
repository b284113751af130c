"""DOOR: staff. Flask-Admin's machinery behind our own face."""

from flask import Flask
from flask_admin import Admin

from app import security
from app.admin import frame
from app.admin.dashboard import Dashboard
from app.admin.registry import TABLE
from app.db import db


def init_app(app: Flask) -> None:
    """One view per line of the table; who may open it stands in `roles.ROLES`."""
    frame.init_app(app)
    home = Dashboard(name="Home", menu_icon_type="svg", menu_icon_value="home")
    admin = Admin(app, name="Back office", index_view=home, csp_nonce_generator=security.csp_nonce)
    for entry in TABLE:
        admin.add_view(
            entry.view(
                entry.model,
                db,
                name=entry.name,
                category=entry.group,
                endpoint=entry.endpoint,
                menu_icon_type="svg",
                menu_icon_value=entry.icon,
            )
        )
