"""What is there, what is set aside, and why it changed."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.db import Model
from app.models.variant import Variant

if TYPE_CHECKING:
    from app.models.order import Order


class Stock(Model):
    """`on_hand` is the sum of the movements, `reserved` the sum of what is held."""

    __tablename__ = "stock"
    __table_args__ = (
        CheckConstraint("reserved >= 0", name="reserved_not_negative"),
        CheckConstraint("on_hand >= reserved", name="not_oversold"),
    )

    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id"), primary_key=True)
    on_hand: Mapped[int] = mapped_column(default=0)
    reserved: Mapped[int] = mapped_column(default=0)

    variant: Mapped[Variant] = relationship(back_populates="stock")

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved


class MovementKind(StrEnum):
    SALE = "sale"
    RESTOCK = "restock"
    REFUND = "refund"
    CORRECTION = "correction"
    IMPORT = "import"


class StockMovement(Model):
    """One line of the ledger. Rows are added, never edited."""

    __tablename__ = "stock_movements"

    id: Mapped[int] = mapped_column(primary_key=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id"), index=True)
    quantity: Mapped[int]
    kind: Mapped[MovementKind] = mapped_column(String(16))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"), index=True)
    actor: Mapped[str] = mapped_column(String(254))
    reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())

    variant: Mapped[Variant] = relationship()


class ReservationState(StrEnum):
    HELD = "held"
    CONFIRMED = "confirmed"
    RELEASED = "released"


class Reservation(Model):
    """Units set aside for an order until they are sold or can no longer be paid."""

    __tablename__ = "reservations"
    __table_args__ = (UniqueConstraint("order_id", "variant_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id"), index=True)
    quantity: Mapped[int]
    state: Mapped[ReservationState] = mapped_column(
        String(16), default=ReservationState.HELD, index=True
    )

    order: Mapped["Order"] = relationship(back_populates="reservations")
    variant: Mapped[Variant] = relationship()

    @property
    def held(self) -> bool:
        return self.state == ReservationState.HELD
