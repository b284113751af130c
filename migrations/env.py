"""Runs the migrations on the shop's own database, all of them or none."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from alembic.operations import MigrationScript
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import Connection, TypeDecorator

db = current_app.extensions["migrate"].db


def render_item(kind: str, item: Any, _context: Any) -> str | bool:
    """Write the plain column type: a migration must not change when our classes do."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


def number(_context: Any, _revision: Any, directives: list[MigrationScript]) -> None:
    """Migrations are 0001, 0002, …; one that changes nothing is not written."""
    (script,) = directives
    if context.config.cmd_opts and script.upgrade_ops and script.upgrade_ops.is_empty():
        directives.clear()
        return
    heads = ScriptDirectory.from_config(context.config).get_heads()
    script.rev_id = f"{max((int(head) for head in heads), default=0) + 1:04}"


@contextmanager
def rebuildable_tables(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by building it anew: what points to it must wait meanwhile."""
    if connection.dialect.name != "sqlite":
        yield
        return
    raw: Any = connection.connection.driver_connection
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        if broken := raw.execute("PRAGMA foreign_key_check").fetchall():
            raise RuntimeError(f"rows point to nothing: {broken[:5]}")
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


def migrate() -> None:
    with db.engine.connect() as connection, rebuildable_tables(connection):
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,
            render_item=render_item,
            compare_type=True,
            process_revision_directives=number,
            transactional_ddl=True,
        )
        with context.begin_transaction():
            context.run_migrations()


migrate()
