"""Every row of every table, to begin again from the same moment."""

from typing import Any

from sqlalchemy import Table, delete, insert, select

from app.db import db, reading, transaction


class Snapshot:
    """What the database held when this was made."""

    def __init__(self) -> None:
        with reading() as session:
            self._rows: dict[Table, list[dict[str, Any]]] = {
                table: [dict(row._mapping) for row in session.execute(select(table))]
                for table in db.metadata.sorted_tables
            }

    def restore(self) -> None:
        with transaction() as session:
            for table in reversed(db.metadata.sorted_tables):
                session.execute(delete(table))
            for table, rows in self._rows.items():
                if rows:
                    session.execute(insert(table), rows)
            session.expire_all()
