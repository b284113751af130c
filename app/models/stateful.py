"""What rows with a state and a history have in common: one machine, one door, one record."""

from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, String
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from app.errors import InvalidTransition
from app.models.record_event import RecordEvent


class Stateful:
    """`status` is read-only; `move_to` is the only door, and writes the history in the same step.

    A class says its `STATES`, the `TRANSITIONS` between them, and has `events`.
    """

    STATES: ClassVar[type[StrEnum]]
    TRANSITIONS: ClassVar[dict[Any, set[Any]]]
    events: Any

    _status: Mapped[str] = mapped_column("status", String(32), index=True)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if missing := set(cls.STATES) - set(cls.TRANSITIONS):
            raise TypeError(f"{cls.__name__} does not say what becomes of {missing}")

    def __init__(self, **values: Any) -> None:
        values.setdefault("_status", next(iter(self.STATES)))
        super().__init__(**values)

    @hybrid_property
    def status(self) -> Any:
        return self.STATES(self._status)

    @status.inplace.expression
    @classmethod
    def _status_expression(cls) -> ColumnElement[str]:
        return cls._status.expression

    def may_become(self, status: StrEnum) -> bool:
        return status in self.TRANSITIONS[self.status]

    def move_to(self, status: StrEnum, *, actor: str, reason: str = "") -> None:
        """Change status and write the event, in one step; to the same one changes nothing."""
        before = self.status
        if status == before:
            return
        if not self.may_become(status):
            raise InvalidTransition(f"{self} is {_in_words(before)}, not {_in_words(status)}.")
        self._status = status
        self.events.append(
            RecordEvent(from_status=before, to_status=status, actor=actor, reason=reason)
        )

    def note_event(self, kind: str, *, actor: str, reason: str = "") -> None:
        """Add a line of history that is no change of status, such as `sent`."""
        now = self.status
        self.events.append(
            RecordEvent(kind=kind, from_status=now, to_status=now, actor=actor, reason=reason)
        )


def _in_words(status: StrEnum) -> str:
    return status.replace("_", " ")
