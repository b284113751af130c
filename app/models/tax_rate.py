"""How much tax is on what, where: one line of the shop's own table."""

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model


class TaxRate(Model):
    """`rate` in hundredths of a percent (1900 = 19 %); an empty country or category means any."""

    __tablename__ = "tax_rates"
    __table_args__ = (
        UniqueConstraint("country", "tax_category"),
        CheckConstraint("0 <= rate AND rate < 10000", name="sensible"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    country: Mapped[str] = mapped_column(String(2), default="")
    tax_category: Mapped[str] = mapped_column(String(40), default="")
    name: Mapped[str] = mapped_column(String(60), default="")
    rate: Mapped[int]
    active: Mapped[bool] = mapped_column(default=True)

    def __str__(self) -> str:
        place = f"{self.country or 'everywhere'} {self.tax_category}".strip()
        return f"{self.rate / 100:g} %, {place}"
