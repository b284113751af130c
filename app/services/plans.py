"""What can be subscribed to: the recurring prices of license products, as frozen values."""

from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.db import reading
from app.models import Price, PriceType, Product, ProductStatus, Variant


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One recurring price; `unit_amount` is for each seat and interval, in minor units."""

    price_id: int
    product_id: int
    product: str
    slug: str
    variant: str
    unit_amount: int
    currency: str
    interval: str
    interval_count: int
    trial_days: int

    @property
    def every(self) -> str:
        """How often it is paid: "month", "3 months"."""
        return (
            self.interval if self.interval_count == 1 else f"{self.interval_count} {self.interval}s"
        )

    @property
    def words(self) -> str:
        """How often it is paid, and which variant it is for."""
        return f"{self.variant}, every {self.every}" if self.variant else f"Every {self.every}"


def of_product(session: Session, product_id: int, *, currency: str) -> tuple[Plan, ...]:
    """The plans that a product offers in a currency, cheapest first."""
    mine = _FOR_SALE.where(Product.id == product_id, Price.currency == currency)
    return _read(session, mine.order_by(Variant.position, Variant.id, Price.unit_amount, Price.id))


def find(price_id: int) -> Plan | None:
    """A plan that is for sale now."""
    with reading() as session:
        return next(iter(_read(session, _FOR_SALE.where(Price.id == price_id))), None)


def of_price(price: Price) -> Plan:
    """A price as a plan, whether or not it is still for sale."""
    return _plan(price, price.variant, price.variant.product)


_FOR_SALE = (
    select(Price, Variant, Product)
    .join(Price.variant)
    .join(Variant.product)
    .where(
        Price.active,
        Price.type == PriceType.RECURRING,
        Variant.active,
        Product.status == ProductStatus.ACTIVE,
        Product.coming_soon.is_(False),
    )
)


def _read(session: Session, found: Select[Price, Variant, Product]) -> tuple[Plan, ...]:
    return tuple(_plan(*row) for row in session.execute(found).all())


def _plan(price: Price, variant: Variant, product: Product) -> Plan:
    return Plan(
        price_id=price.id,
        product_id=product.id,
        product=product.name,
        slug=product.slug,
        variant=variant.name,
        unit_amount=price.unit_amount,
        currency=price.currency,
        interval=price.interval,
        interval_count=price.interval_count,
        trial_days=price.trial_days,
    )
