"""Work to do later. Written in the same transaction as its cause."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.db import Model


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(Model):
    __tablename__ = "jobs"
    __table_args__ = (Index(None, "state", "run_after"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), index=True)
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON)
    slot: Mapped[str | None] = mapped_column(String(250), unique=True)  # recurring: once per slot
    state: Mapped[JobState] = mapped_column(String(16), default=JobState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    run_after: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    leased_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")

    @property
    def failed(self) -> bool:
        return self.state == JobState.FAILED

    def __str__(self) -> str:
        return self.name
