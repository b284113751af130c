"""DOOR: whoever watches the server."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app import security
from app.db import db, reading

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@security.audience(security.ANYBODY)
def healthz() -> ResponseReturnValue:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@security.audience(security.ANYBODY)
def readyz() -> ResponseReturnValue:
    """The process can serve customers: its database answers and its tables are there."""
    try:
        with reading() as session:
            session.execute(text("SELECT 1"))
            session.execute(db.metadata.tables["jobs"].select().limit(1))
    except SQLAlchemyError:
        return jsonify(status="the database is away or not migrated"), 503
    return jsonify(status="ok")
