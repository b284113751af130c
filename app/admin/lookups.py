"""Finding a related record while typing, instead of loading whole tables into a form."""

from typing import Any

from flask_admin.model.ajax import AjaxModelLoader
from sqlalchemy import ColumnElement, or_, select

from app.db import db

LONGEST = 100
LARGEST_ID = 2**31 - 1


def id_of(text: object) -> int | None:
    """A row's number as it came from outside; None if it cannot be one."""
    digits = str(text).strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 10):
        return None
    number = int(digits)
    return number if number <= LARGEST_ID else None


def contains(column: Any, words: str) -> ColumnElement[bool]:
    """Anywhere in the text, whatever the case; `%` and `_` are letters like others."""
    found: ColumnElement[bool] = column.icontains(words.replace("\x00", ""), autoescape=True)
    return found


class Lookup(AjaxModelLoader):
    """Rows of one table by part of a text; `joined` are tables that `fields` need."""

    def __init__(self, name: str, model: Any, *fields: Any, join: Any = None, **options: Any):
        super().__init__(
            name, {"minimum_input_length": 0, "placeholder": "Type to search", **options}
        )
        self.model, self.fields, self.join = model, fields, join

    def format(self, model: Any) -> tuple[Any, str] | None:
        return (model.id, str(model)) if model is not None else None

    def get_one(self, pk: Any) -> Any:
        key = id_of(pk)
        with db.session.no_autoflush:
            return db.session.get(self.model, key) if key is not None else None

    def get_list(self, term: str, offset: int = 0, limit: int = 10) -> list[Any]:
        rows = select(self.model)
        if self.join is not None:
            rows = rows.join(self.join)
        for word in (term or "")[:LONGEST].split():
            rows = rows.where(or_(*(contains(field, word) for field in self.fields)))
        return list(db.session.scalars(rows.order_by(self.fields[0]).limit(limit)))
