"""Which pair answers which event: `fetch` asks Stripe, `record` writes it down."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from app.gateway import Gone

R = TypeVar("R", bound=Callable[..., None])


@dataclass(frozen=True)
class Subject:
    """The Stripe object that is asked for, and whose row's version guards the answer."""

    name: str
    id: str | None


def itself(thing: dict[str, Any]) -> Subject:
    """An event is about the object it carries."""
    return Subject(thing["object"], thing.get("id"))


@dataclass(frozen=True)
class Handler:
    fetch: Callable[[str], Any]
    record: Callable[[Session, Any], None]
    about: Callable[[dict[str, Any]], Subject] = itself

    def ask(self, subject: Subject) -> Any:
        """Ask Stripe about a subject; without an id there is nothing to ask."""
        return self.fetch(subject.id) if subject.id else Gone(None)


handlers: dict[str, Handler] = {}


def on(
    *event_types: str,
    fetch: Callable[[str], Any],
    about: Callable[[dict[str, Any]], Subject] = itself,
) -> Callable[[R], R]:
    def register(record: R) -> R:
        for event_type in event_types:
            if event_type in handlers:
                raise ValueError(f"{event_type} already has a handler")
            handlers[event_type] = Handler(fetch, record, about)
        return record

    return register
