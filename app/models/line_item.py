"""What was bought, as it was at that moment."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model

if TYPE_CHECKING:
    from app.models.order import Order

SHIPPING = "shipping"


class LineItem(Model):
    """`kind` is the product's, or `shipping`.

    `total_amount` is what the line costs after discount; whether it contains
    `tax_amount` or tax comes on top is kept in `tax_included`.
    """

    __tablename__ = "line_items"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    variant_id: Mapped[int | None] = mapped_column(ForeignKey("variants.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(300))
    sku: Mapped[str] = mapped_column(String(60), default="")
    unit_amount: Mapped[int]
    quantity: Mapped[int] = mapped_column(default=1)
    discount_amount: Mapped[int] = mapped_column(default=0)
    tax_amount: Mapped[int] = mapped_column(default=0)
    tax_included: Mapped[bool] = mapped_column(default=True)
    total_amount: Mapped[int]
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    download_file: Mapped[str] = mapped_column(String(200), default="")

    order: Mapped["Order"] = relationship(back_populates="line_items")

    @property
    def full_amount(self) -> int:
        """Before discount."""
        return self.total_amount + self.discount_amount
