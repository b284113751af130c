"""What is asked of Stripe carries a tag: whose doing it is, and which try this is."""

from dataclasses import dataclass
from typing import ClassVar

from app.gateway.client import installation
from app.gateway.values import Tag


@dataclass(frozen=True, kw_only=True)
class TaggedRequest:
    """A row's token; where it may be asked anew under another key, an `attempt` beside it."""

    operation: ClassVar[str]
    token: str

    @property
    def tag(self) -> Tag:
        attempt: int = getattr(self, "attempt", 1)
        return Tag(
            installation=installation(),
            token=self.token,
            operation=self.operation,
            attempt=attempt,
        )
