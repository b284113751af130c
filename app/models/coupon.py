"""Something off, for those who know the code."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.db import Model

if TYPE_CHECKING:
    from app.models.order import Order


class Coupon(Model):
    """Percent (in hundredths: 1250 = 12.5 %) or amount off; None means without limit.

    `code` is in capital letters; `uses` counts the orders that keep one.
    """

    __tablename__ = "coupons"
    __table_args__ = (
        CheckConstraint("(percent_off IS NULL) <> (amount_off IS NULL)", name="percent_or_amount"),
        CheckConstraint("max_uses IS NULL OR uses <= max_uses", name="within_limit"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    percent_off: Mapped[int | None]
    amount_off: Mapped[int | None]
    currency: Mapped[str | None] = mapped_column(String(3))
    minimum_amount: Mapped[int] = mapped_column(default=0)
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    max_uses: Mapped[int | None]
    max_uses_per_customer: Mapped[int | None]
    uses: Mapped[int] = mapped_column(default=0)
    product_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    active: Mapped[bool] = mapped_column(default=True)

    def __str__(self) -> str:
        return self.code


class CouponUse(Model):
    """An order with something off; `code` is what the coupon was called then.

    It counts until the order can no longer be paid.
    """

    __tablename__ = "coupon_uses"

    id: Mapped[int] = mapped_column(primary_key=True)
    coupon_id: Mapped[int] = mapped_column(ForeignKey("coupons.id"), index=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), unique=True)
    code: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    given_back_at: Mapped[datetime | None]

    coupon: Mapped[Coupon] = relationship()
    order: Mapped["Order"] = relationship(back_populates="coupon_use")
