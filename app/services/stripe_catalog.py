"""The catalog at Stripe: pushed from here, product by product, never duplicated."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import gateway, settings
from app.db import reading, transaction
from app.errors import ShopError
from app.gateway import PriceRequest, ProductRequest
from app.jobs import enqueue, job, minutes
from app.models import Price, Product, ProductStatus

LONGEST_DESCRIPTION = 500
MOST_AT_ONCE = 100


def changed(product: Product) -> None:
    """Let Stripe know once this transaction commits; drafts stay at home."""
    if product.status != ProductStatus.DRAFT or product.stripe_product_id:
        enqueue(push, product_id=product.id)


@job()
def push(product_id: int) -> None:
    """Make, update or archive a product and its prices at Stripe."""
    with reading() as session:
        product = session.get(Product, product_id)
        if product is None:
            return
        request, prices = _request(product), _price_requests(product)
    stripe_id = gateway.push_product(request)
    pushed = {
        price.token: gateway.push_price(replace(price, product_id=stripe_id)) for price in prices
    }
    with transaction() as session:
        _remember(session, product_id, stripe_id, pushed)


@job(every=minutes(30))
def sweep() -> None:
    """Push what was never pushed; one that fails stops no other."""
    missing = (Product.stripe_product_id.is_(None)) & (Product.status == ProductStatus.ACTIVE)
    with reading() as session:
        ids = list(session.scalars(select(Product.id).where(missing).limit(MOST_AT_ONCE)))
    for product_id in ids:
        with suppress(ShopError):
            push(product_id)


def ensure_price(price_id: int) -> str:
    """The price's id at Stripe; pushed now if that has not happened yet."""
    known = _stripe_price_id(price_id)
    if known is None:
        with reading() as session:
            product_id = session.get_one(Price, price_id).variant.product_id
        push(product_id)
        known = _stripe_price_id(price_id)
    return str(known)


def grouping_product() -> str:
    """The Stripe product of every amount that has none: `STRIPE_PRODUCT_ID`, or one of our own."""
    shop = settings.current()
    stripe_id = shop.stripe_product_id or f"prod_{shop.installation_id}"
    return gateway.ensure_product(stripe_id, name=shop.shop_name)


def _request(product: Product) -> ProductRequest:
    return ProductRequest(
        token=product.token,
        name=product.name,
        description=product.summary[:LONGEST_DESCRIPTION],
        active=product.status == ProductStatus.ACTIVE,
    )


def _price_requests(product: Product) -> list[PriceRequest]:
    """Every price that is for sale, and every one that Stripe knows already."""
    prices: Iterable[Price] = (p for variant in product.variants for p in variant.prices)
    return [
        PriceRequest(
            token=price.token,
            product_id="",
            unit_amount=price.unit_amount,
            currency=price.currency,
            interval=price.interval,
            interval_count=price.interval_count,
            active=price.active,
        )
        for price in prices
        if price.active or price.stripe_price_id
    ]


def _remember(session: Session, product_id: int, stripe_id: str, pushed: dict[str, str]) -> None:
    """As statements: nobody's open edit of the product is out of date because of this."""
    its = update(Product).where(Product.id == product_id)
    session.execute(its.values(stripe_product_id=stripe_id))
    for token, price_id in pushed.items():
        session.execute(update(Price).where(Price.token == token).values(stripe_price_id=price_id))


def _stripe_price_id(price_id: int) -> str | None:
    with reading() as session:
        return session.scalar(select(Price.stripe_price_id).where(Price.id == price_id))
