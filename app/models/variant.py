"""One exact thing to buy, and what it costs. A product has at least one."""

import secrets
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.db import Model
from app.models.product import Product

if TYPE_CHECKING:
    from app.models.stock import Stock


class Variant(Model):
    """`options` name the differences, such as {"colour": "moss"}."""

    __tablename__ = "variants"

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), index=True)
    sku: Mapped[str] = mapped_column(String(60), unique=True)
    options: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    tracks_stock: Mapped[bool] = mapped_column(default=True)
    active: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)

    product: Mapped[Product] = relationship(back_populates="variants")
    prices: Mapped[list["Price"]] = relationship(back_populates="variant", order_by="Price.id")
    stock: Mapped["Stock | None"] = relationship(back_populates="variant")

    @property
    def name(self) -> str:
        """The options in words; empty when there is nothing to choose."""
        return ", ".join(self.options.values())

    @property
    def full_name(self) -> str:
        return f"{self.product.name} ({self.name})" if self.name else self.product.name

    def price_in(self, currency: str) -> "Price | None":
        """The active one-time price in a currency; the newest if there are several."""
        fits = [p for p in self.prices if p.active and p.currency == currency and not p.recurring]
        return fits[-1] if fits else None

    def __str__(self) -> str:
        return f"{self.full_name} · {self.sku}"


class PriceType(StrEnum):
    ONE_TIME = "one_time"
    RECURRING = "recurring"


class Price(Model):
    """Immutable as at Stripe: a new amount is a new price and the old one is archived."""

    __tablename__ = "prices"
    __table_args__ = (CheckConstraint("unit_amount >= 0", name="not_negative"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id"), index=True)
    unit_amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    type: Mapped[PriceType] = mapped_column(String(16), default=PriceType.ONE_TIME)
    interval: Mapped[str] = mapped_column(String(8), default="")
    interval_count: Mapped[int] = mapped_column(default=1)
    trial_days: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    token: Mapped[str] = mapped_column(
        String(43), unique=True, default=lambda: secrets.token_urlsafe(16)
    )
    stripe_price_id: Mapped[str | None] = mapped_column(String(255), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())

    variant: Mapped[Variant] = relationship(back_populates="prices")

    @property
    def recurring(self) -> bool:
        return self.type == PriceType.RECURRING

    @property
    def every(self) -> str:
        """How often it is paid: "month", "3 months"; empty for what is paid once."""
        return (
            self.interval if self.interval_count == 1 else f"{self.interval_count} {self.interval}s"
        )
