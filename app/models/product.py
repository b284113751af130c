"""What is for sale, and what a buyer is asked about it."""

import secrets
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.db import Model
from app.models.category import Category
from app.models.mirror import Versioned

if TYPE_CHECKING:
    from app.models.variant import Variant


class ProductKind(StrEnum):
    PHYSICAL = "physical"
    DIGITAL = "digital"
    LICENSE = "license"
    SERVICE = "service"


class ProductStatus(StrEnum):
    DRAFT = "draft"
    ACTIVE = "active"
    ARCHIVED = "archived"


class Product(Versioned, Model):
    """`description` is Markdown; `weight` is in grams; only active ones are shown."""

    __tablename__ = "products"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    name: Mapped[str] = mapped_column(String(200), index=True)
    summary: Mapped[str] = mapped_column(String(500), default="")
    description: Mapped[str] = mapped_column(default="")
    kind: Mapped[ProductKind] = mapped_column(String(16), default=ProductKind.PHYSICAL)
    status: Mapped[ProductStatus] = mapped_column(
        String(16), default=ProductStatus.DRAFT, index=True
    )
    coming_soon: Mapped[bool] = mapped_column(default=False)
    featured: Mapped[bool] = mapped_column(default=False)
    level: Mapped[str] = mapped_column(String(60), default="")
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    features: Mapped[list[str]] = mapped_column(JSON, default=list)
    tax_category: Mapped[str] = mapped_column(String(40), default="standard")
    weight: Mapped[int] = mapped_column(default=0)
    download_file: Mapped[str] = mapped_column(String(200), default="")
    token: Mapped[str] = mapped_column(
        String(43), unique=True, default=lambda: secrets.token_urlsafe(16)
    )
    stripe_product_id: Mapped[str | None] = mapped_column(String(255), unique=True)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())

    category: Mapped[Category | None] = relationship(back_populates="products")
    variants: Mapped[list["Variant"]] = relationship(
        back_populates="product", order_by="Variant.position, Variant.id"
    )
    pictures: Mapped[list["Picture"]] = relationship(
        back_populates="product",
        order_by="Picture.position, Picture.id",
        cascade="all, delete-orphan",
    )
    questions: Mapped[list["Question"]] = relationship(
        back_populates="product",
        order_by="Question.position, Question.id",
        cascade="all, delete-orphan",
    )

    @property
    def needs_shipping(self) -> bool:
        return self.kind == ProductKind.PHYSICAL

    @property
    def is_buyable(self) -> bool:
        """Licenses and services are sold once their fulfilment exists."""
        sold_here = self.kind in {ProductKind.PHYSICAL, ProductKind.DIGITAL}
        return sold_here and self.status == ProductStatus.ACTIVE and not self.coming_soon

    def __str__(self) -> str:
        return self.name


class Picture(Model):
    """`stem` names the files in storage: `<stem>-<width>.webp` for each width."""

    __tablename__ = "pictures"

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), index=True)
    stem: Mapped[str] = mapped_column(String(200))
    alt: Mapped[str] = mapped_column(String(300), default="")
    position: Mapped[int] = mapped_column(default=0)

    product: Mapped[Product] = relationship(back_populates="pictures")


class QuestionType(StrEnum):
    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    DATE = "date"
    CHECKBOX = "checkbox"


class Question(Model):
    """A field that staff define and a buyer answers; answers go to the line item."""

    __tablename__ = "questions"

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), index=True)
    label: Mapped[str] = mapped_column(String(200))
    hint: Mapped[str] = mapped_column(String(300), default="")
    type: Mapped[QuestionType] = mapped_column(String(16), default=QuestionType.TEXT)
    choices: Mapped[list[str]] = mapped_column(JSON, default=list)
    required: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)

    product: Mapped[Product] = relationship(back_populates="questions")
