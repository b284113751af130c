"""Who changed what, when, why, from what, to what. Rows are added, never edited."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Connection, Index, String, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from app import clock
from app.db import Model


class AuditEntry(Model):
    __tablename__ = "audit_entries"
    __table_args__ = (Index(None, "record_type", "record_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(default=lambda: clock.now(), index=True)
    actor: Mapped[str] = mapped_column(String(255), index=True)
    action: Mapped[str] = mapped_column(String(64), index=True)
    record_type: Mapped[str] = mapped_column(String(64))
    record_id: Mapped[str] = mapped_column(String(64))
    record_name: Mapped[str] = mapped_column(String(255), default="")
    reason: Mapped[str] = mapped_column(default="")
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    request_id: Mapped[str] = mapped_column(String(64), default="")

    def __str__(self) -> str:
        return f"{self.actor} {self.action} {self.record_name or self.record_type}"


@event.listens_for(AuditEntry, "before_update")
@event.listens_for(AuditEntry, "before_delete")
def _refuse(_mapper: Mapper[AuditEntry], _connection: Connection, entry: AuditEntry) -> None:
    raise RuntimeError(f"audit entry {entry.id} may not be changed")
