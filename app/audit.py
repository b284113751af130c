"""Write down who changed what, in the transaction that changes it."""

from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from sqlalchemy import inspect, select

from app.db import db, is_writing
from app.logs import SECRET_NAMES, request_id
from app.models import AuditEntry

Fields = dict[str, Any]


def record(
    action: str,
    row: Any,
    *,
    actor: str,
    reason: str = "",
    before: Fields | None = None,
    after: Fields | None = None,
) -> AuditEntry:
    """Add an entry about a row. Without before and after: what is about to be flushed."""
    session = db.session()
    if not is_writing(session):
        raise RuntimeError("audit.record() belongs inside a transaction()")
    if before is None and after is None:
        before, after = changes(row)
    if inspect(row).pending:
        session.flush()  # now it has an id
    entry = AuditEntry(
        actor=actor,
        action=action,
        record_type=type(row).__name__,
        record_id=str(inspect(row).mapper.primary_key_from_instance(row)[0]),
        record_name=_name(row),
        reason=reason,
        before=_plain(before or {}),
        after=_plain(after or {}),
        request_id=request_id(),
    )
    session.add(entry)
    return entry


def changes(row: Any) -> tuple[Fields, Fields]:
    """The columns of a row that are about to change: what they were, what they become."""
    before: Fields = {}
    after: Fields = {}
    state = inspect(row)
    for column in state.mapper.column_attrs:
        history = state.attrs[column.key].history
        if history.has_changes():
            before[column.key] = next(iter(history.deleted), None)
            after[column.key] = next(iter(history.added), None)
    if state.persistent:
        before |= _as_stored(row, [name for name, value in before.items() if value is None])
    return before, after


def _as_stored(row: Any, names: list[str]) -> Fields:
    """What was overwritten without having been read."""
    if not names:
        return {}
    state = inspect(row)
    key = state.mapper.primary_key[0] == state.identity[0]
    columns = [getattr(type(row), name) for name in names]
    with db.session.no_autoflush:
        values = db.session.execute(select(*columns).where(key)).one()
    return dict(zip(names, values, strict=True))


def everything(row: Any) -> Fields:
    """All columns of a row: what is worth keeping of one that is about to be deleted."""
    return {column.key: getattr(row, column.key) for column in inspect(row).mapper.column_attrs}


def _name(row: Any) -> str:
    """What people call it, if its model says so."""
    return str(row)[:255] if "__str__" in vars(type(row)) else ""


def _plain(fields: Fields) -> Fields:
    return {
        name.lstrip("_"): "…" if SECRET_NAMES.search(name) and value else _json(value)
        for name, value in fields.items()
    }


def _json(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return {str(key): _json(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set):
        return [_json(inner) for inner in value]
    return value if isinstance(value, str | bool | int | float | None) else str(value)
