"""Products and prices stand at Stripe once, as they are here."""

import pytest

from app.db import db, transaction
from app.models import Price, Product, ProductStatus
from app.services import products, stripe_catalog
from app.services.products import NewPrice
from tests.goods import add_product

pytestmark = pytest.mark.databases("sqlite")

MONTHLY = NewPrice(unit_amount=700, currency="eur", interval="month")


def test_a_new_price_brings_its_product_to_stripe(shelf, run_jobs, at_stripe):
    products.set_price(shelf.id, MONTHLY, actor="ada")
    run_jobs()

    product, prices = at_stripe(shelf.product_id)
    assert (product.name, product.active) == (shelf.product.name, True)
    assert {(p.unit_amount, p.recurring and p.recurring.interval) for p in prices} == {
        (1000, None),
        (700, "month"),
    }


def test_a_replaced_price_is_archived_there_too(shelf, run_jobs, at_stripe):
    products.set_price(shelf.id, MONTHLY, actor="ada")
    run_jobs()
    products.set_price(shelf.id, NewPrice(unit_amount=800, currency="eur", interval="month"), actor="ada")  # fmt: skip
    run_jobs()

    _, prices = at_stripe(shelf.product_id)
    monthly = {p.unit_amount: p.active for p in prices if p.recurring}
    assert monthly == {700: False, 800: True}


def test_pushing_again_makes_nothing_twice(shelf, at_stripe):
    for _ in range(3):
        stripe_catalog.push(shelf.product_id)
        forget(shelf.product_id)

    _, prices = at_stripe_after(shelf, at_stripe)
    assert len(prices) == 1


def test_a_draft_stays_at_home_until_it_is_shown(shelf, run_jobs, stripe_client):
    with transaction() as session:
        session.get_one(Product, shelf.product_id).status = ProductStatus.DRAFT
    products.set_price(shelf.id, MONTHLY, actor="ada")
    run_jobs()
    assert stripe_client.v1.products.list().data == []

    with transaction() as session:
        session.get_one(Product, shelf.product_id).status = ProductStatus.ACTIVE
    stripe_catalog.sweep()
    assert len(stripe_client.v1.products.list().data) == 1


def test_a_price_is_pushed_when_somebody_needs_it(shelf, stripe_client):
    price_id = products.set_price(shelf.id, MONTHLY, actor="ada")

    stripe_id = stripe_catalog.ensure_price(price_id)

    assert stripe_client.v1.prices.retrieve(stripe_id).unit_amount == 700
    assert stripe_catalog.ensure_price(price_id) == stripe_id


def test_amounts_without_a_product_share_one(app, stripe_client):
    first, again = stripe_catalog.grouping_product(), stripe_catalog.grouping_product()

    assert first == again
    assert [p.id for p in stripe_client.v1.products.list().data] == [first]


def forget(product_id):
    """As if the answer had been lost."""
    with transaction() as session:
        product = session.get_one(Product, product_id)
        product.stripe_product_id = None
        for variant in product.variants:
            for price in variant.prices:
                price.stripe_price_id = None


def at_stripe_after(shelf, at_stripe):
    stripe_catalog.push(shelf.product_id)
    return at_stripe(shelf.product_id)


@pytest.fixture
def shelf(app):
    """A variant with one price of 10.00 EUR."""
    return add_product("mug", unit_amount=1000)


@pytest.fixture
def at_stripe(stripe_client):
    """A product as Stripe has it, with all its prices; our rows name the same ones."""

    def look(product_id):
        db.session.rollback()
        product = db.session.get_one(Product, product_id)
        prices = stripe_client.v1.prices.list({"product": product.stripe_product_id, "limit": 100})
        ours = db.session.scalars(db.select(Price.stripe_price_id))
        assert {price.id for price in prices.data} == set(ours)
        return stripe_client.v1.products.retrieve(product.stripe_product_id), prices.data

    return look
