"""A way to get the goods, and what it costs: one line of the shop's own table."""

from sqlalchemy import JSON, CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model

COLLECT = "collect"  # the code by which a line of the table says that goods are picked up


class ShippingRate(Model):
    """Amounts in minor units of `currency`, weights in grams; None and no country mean no limit."""

    __tablename__ = "shipping_rates"
    __table_args__ = (
        UniqueConstraint("code", "currency"),
        CheckConstraint("amount >= 0", name="not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(100))
    description: Mapped[str] = mapped_column(String(200), default="")
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[int]
    free_from: Mapped[int | None]
    countries: Mapped[list[str]] = mapped_column(JSON, default=list)
    max_weight: Mapped[int | None]
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)

    def __str__(self) -> str:
        return self.name
