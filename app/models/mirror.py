"""What rows that follow a Stripe object have in common."""

from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column


class Versioned:
    """A row whose version rises with every change; a stale write is refused."""

    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class Mirror(Versioned):
    """A row that says what Stripe said about one of its objects."""

    stripe_object: ClassVar[str]

    stripe_id: Mapped[str | None] = mapped_column(unique=True)


def version_of(session: Session, stripe_object: str, stripe_id: str | None) -> int | None:
    """The version of the row that mirrors an object; None if there is none yet."""
    for mirror in Mirror.__subclasses__():
        if mirror.stripe_object == stripe_object:
            version = select(mirror.version).where(mirror.stripe_id == stripe_id)
            return session.scalar(version)
    return None
