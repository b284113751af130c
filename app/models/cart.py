"""What somebody is about to buy."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.db import Model
from app.models.variant import Price, Variant


class Cart(Model):
    """One currency; found by its token in a signed cookie, or by its customer."""

    __tablename__ = "carts"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(
        String(43), unique=True, default=lambda: secrets.token_urlsafe(24)
    )
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    currency: Mapped[str] = mapped_column(String(3))
    coupon_id: Mapped[int | None] = mapped_column(ForeignKey("coupons.id"), index=True)
    updated_at: Mapped[datetime] = mapped_column(default=lambda: clock.now(), index=True)

    items: Mapped[list["CartItem"]] = relationship(
        back_populates="cart", order_by="CartItem.id", cascade="all, delete-orphan"
    )


class CartItem(Model):
    """`seen_amount` is the unit amount the customer last saw."""

    __tablename__ = "cart_items"
    __table_args__ = (CheckConstraint("quantity > 0", name="some"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cart_id: Mapped[int] = mapped_column(ForeignKey("carts.id"), index=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id"), index=True)
    price_id: Mapped[int] = mapped_column(ForeignKey("prices.id"))
    quantity: Mapped[int]
    seen_amount: Mapped[int]
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    cart: Mapped[Cart] = relationship(back_populates="items")
    variant: Mapped[Variant] = relationship()
    price: Mapped[Price] = relationship()
