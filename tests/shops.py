"""One shop for all tests of a process: putting it together takes longer than most of them."""

import shutil
import sqlite3
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Dialect, event

from app import create_app, plugins
from app.db import db
from app.gateway import client as gateway_client
from app.security import limiter
from app.services import moment
from config import testing
from sandbox import Sandbox
from sandbox.client import SandboxClient

LONG = 60  # seconds


class Shop:
    """Each test finds it as if it had just been made, on a database and a Stripe of its own."""

    def __init__(self, database_url: str, var_folder: Path) -> None:
        self.settings = testing(database_url=database_url, var_folder=var_folder)
        self.app = create_app(self.settings)
        # What a test may change: settings, configuration, and what the shop is made of.
        kept = (vars(self.settings), self.app.config, self.app.extensions)
        self._as_made = [(values, dict(values)) for values in kept]
        with self.app.app_context():
            event.listen(db.engine, "do_connect", self._before_connecting)
            event.listen(db.engine, "connect", _hurry)

    def fresh(self, database_url: str, sandbox: Sandbox) -> Flask:
        """The shop without anything that a test before has left in it."""
        for values, as_made in self._as_made:
            values.clear()
            values.update(as_made)
        self.settings.database_url = self.app.config["SQLALCHEMY_DATABASE_URI"] = database_url
        shutil.rmtree(self.settings.var_folder, ignore_errors=True)
        plugins.init_app(self.app, self.settings)
        gateway_client.init_app(self.app, self.settings, SandboxClient(sandbox))
        limiter.enabled = self.settings.rate_limits  # one for all shops of a process
        self.app.extensions["jobs"].huey.storage.flush_all()
        self.app.extensions["admin_counts"].clear()
        moment._kept.clear()
        return self.app

    def _before_connecting(
        self, dialect: Dialect, _: Any, arguments: list[Any], options: dict[str, Any]
    ) -> None:
        """SQLite: this test's own file. PostgreSQL: a machine full of tests may be slow to answer."""
        if dialect.name == "sqlite":
            arguments[0] = self.settings.database_url.removeprefix("sqlite:///")
        else:
            options["connect_timeout"] = LONG


def _hurry(connection: Any, _record: object) -> None:
    """Test data may be lost: SQLite waits for no disk. (PostgreSQL was told so with its database.)"""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous=OFF")
