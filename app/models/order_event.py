"""The record of everything an order has been."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.db import Model

if TYPE_CHECKING:
    from app.models.order import Order


class OrderEvent(Model):
    """One line of an order's history. Rows are added, never edited."""

    __tablename__ = "order_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    kind: Mapped[str] = mapped_column(String(32), default="status")
    from_status: Mapped[str] = mapped_column(String(32))
    to_status: Mapped[str] = mapped_column(String(32))
    actor: Mapped[str] = mapped_column(String(254))
    reason: Mapped[str] = mapped_column(default="")
    stripe_event_id: Mapped[str] = mapped_column(String(255), default="")
    created_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())

    order: Mapped["Order"] = relationship(back_populates="events")
