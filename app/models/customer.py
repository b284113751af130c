"""Who buys, and where their goods go."""

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, Dialect, ForeignKey, String, TypeDecorator
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.db import Model

if TYPE_CHECKING:
    from app.models.invoice import Invoice
    from app.models.license import License
    from app.models.order import Order
    from app.models.subscription import Subscription
    from app.models.user import User


def normal_email(email: str) -> str:
    """One spelling per mailbox: trimmed, lower case."""
    return email.strip().lower()


@dataclass(frozen=True, kw_only=True)
class PostalAddress:
    """An address as it was at one moment. `country` is an ISO 3166 code."""

    name: str
    line1: str
    line2: str = ""
    postal_code: str
    city: str
    state: str = ""
    country: str
    phone: str = ""

    @property
    def lines(self) -> list[str]:
        """As on a parcel, without empty lines."""
        place = f"{self.postal_code} {self.city}".strip()
        return [line for line in (self.name, self.line1, self.line2, place, self.country) if line]


class PostalAddressType(TypeDecorator[PostalAddress]):
    """A postal address kept inside the row it belongs to."""

    impl = JSON
    cache_ok = True

    def process_bind_param(
        self, value: PostalAddress | None, dialect: Dialect
    ) -> dict[str, Any] | None:
        return asdict(value) if value else None

    def process_result_value(
        self, value: dict[str, Any] | None, dialect: Dialect
    ) -> PostalAddress | None:
        return PostalAddress(**value) if value else None


class Customer(Model):
    """Somebody who buys; with `user`, somebody who can also sign in."""

    __tablename__ = "customers"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    notes: Mapped[str] = mapped_column(default="")
    token: Mapped[str] = mapped_column(
        String(43), unique=True, default=lambda: secrets.token_urlsafe(16)
    )
    stripe_customer_id: Mapped[str | None] = mapped_column(String(255), unique=True)
    # What pays Stripe's next invoices, in minor units by currency: never a part of our own ledger.
    stripe_credit: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=lambda: clock.now(), index=True)

    user: Mapped["User | None"] = relationship()
    addresses: Mapped[list["Address"]] = relationship(
        back_populates="customer", order_by="Address.id", cascade="all, delete-orphan"
    )
    orders: Mapped[list["Order"]] = relationship(back_populates="customer")
    subscriptions: Mapped[list["Subscription"]] = relationship(
        back_populates="customer", order_by="Subscription.id"
    )
    licenses: Mapped[list["License"]] = relationship(
        back_populates="customer", order_by="License.id"
    )
    invoices: Mapped[list["Invoice"]] = relationship(
        back_populates="customer", order_by="Invoice.id"
    )

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>" if self.name else self.email


class Address(Model):
    """One entry of a customer's address book."""

    __tablename__ = "addresses"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    line1: Mapped[str] = mapped_column(String(200))
    line2: Mapped[str] = mapped_column(String(200), default="")
    postal_code: Mapped[str] = mapped_column(String(20))
    city: Mapped[str] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(100), default="")
    country: Mapped[str] = mapped_column(String(2))
    phone: Mapped[str] = mapped_column(String(40), default="")

    customer: Mapped[Customer] = relationship(back_populates="addresses")

    @property
    def postal(self) -> PostalAddress:
        """A copy that stays as it is when the book changes."""
        return PostalAddress(
            name=self.name,
            line1=self.line1,
            line2=self.line2,
            postal_code=self.postal_code,
            city=self.city,
            state=self.state,
            country=self.country,
            phone=self.phone,
        )

    def __str__(self) -> str:
        return ", ".join(self.postal.lines)
