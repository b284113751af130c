"""The right to use something, and the places where it is used."""

import hashlib
import secrets
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from app import clock
from app.db import Model
from app.models.customer import Customer
from app.models.mirror import Versioned
from app.models.product import Product
from app.models.record_event import RecordEvent
from app.models.stateful import Stateful
from app.models.subscription import Subscription

LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0 and O, no 1, I and L, no U


def new_key() -> str:
    """Such as `7KQ2M-9XH4T-…`: five groups of five, 122 bits, easy to read aloud."""
    groups = ("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(5))
    return "-".join(groups)


def digest_of(key: str) -> str:
    """Under which a key is looked up: how long that takes tells nothing of the key."""
    return hashlib.sha256(key.encode()).hexdigest()


class LicenseStatus(StrEnum):
    ACTIVE = "active"
    SUSPENDED = "suspended"  # not paid: comes back with the money
    REVOKED = "revoked"


L = LicenseStatus


class License(Stateful, Versioned, Model):
    """`seats` is how many places at a time; `expires_at` None is for ever."""

    __tablename__ = "licenses"
    __table_args__ = (
        CheckConstraint("seats > 0", name="some"),
        Index(
            "ix_licenses_kept",
            "id",
            sqlite_where=text("kept_by_staff = 1"),
            postgresql_where=text("kept_by_staff"),
        ),
    )
    STATES = LicenseStatus
    TRANSITIONS = {
        L.ACTIVE: {L.SUSPENDED, L.REVOKED},
        L.SUSPENDED: {L.ACTIVE, L.REVOKED},
        L.REVOKED: {L.ACTIVE},  # by staff alone, who may take it back
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(
        String(43), unique=True, default=lambda: secrets.token_urlsafe(24)
    )
    key: Mapped[str] = mapped_column(String(40), unique=True)
    key_digest: Mapped[str] = mapped_column(String(64), unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), index=True)
    subscription_id: Mapped[int | None] = mapped_column(ForeignKey("subscriptions.id"), unique=True)
    seats: Mapped[int] = mapped_column(default=1)
    kept_by_staff: Mapped[bool] = mapped_column(default=False)  # active whatever is paid
    expires_at: Mapped[datetime | None] = mapped_column(index=True)
    issued_at: Mapped[datetime] = mapped_column(default=lambda: clock.now(), index=True)

    customer: Mapped[Customer] = relationship(back_populates="licenses")
    product: Mapped[Product] = relationship()
    subscription: Mapped[Subscription | None] = relationship(back_populates="licenses")
    activations: Mapped[list["Activation"]] = relationship(
        back_populates="license", order_by="Activation.id", cascade="all, delete-orphan"
    )
    events: Mapped[list[RecordEvent]] = relationship(order_by=RecordEvent.id)

    def __init__(self, **values: Any) -> None:
        values.setdefault("key", new_key())
        super().__init__(**values)

    @validates("key")
    def _digest(self, _name: str, key: str) -> str:
        self.key_digest = digest_of(key)
        return key

    @property
    def expired(self) -> bool:
        """Nobody took it away, but its time is over."""
        over = self.expires_at is not None and self.expires_at <= clock.now()
        return self.status == LicenseStatus.ACTIVE and over

    @property
    def valid(self) -> bool:
        """It may be used now."""
        return self.status == LicenseStatus.ACTIVE and not self.expired

    def __str__(self) -> str:
        return f"License {self.key}"


class Activation(Model):
    """One place where a license is used: the name a program gives to its machine."""

    __tablename__ = "activations"
    __table_args__ = (UniqueConstraint("license_id", "machine"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    license_id: Mapped[int] = mapped_column(ForeignKey("licenses.id"), index=True)
    machine: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    seen_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())

    license: Mapped[License] = relationship(back_populates="activations")
