"""The harness itself: real programs on both databases, and books that notice."""

import urllib.request

import pytest
from sqlalchemy import update

from app.db import db, transaction
from app.models import Product, Stock
from tests import goods


@pytest.mark.databases("sqlite", "postgresql")
def test_a_real_shop_sells_what_is_in_its_database(start_shop):
    shop = start_shop(processes=2)

    with urllib.request.urlopen(f"{shop.url}/products", timeout=10) as page:  # noqa: S310
        assert "Notebook" in page.read().decode()
    shop.assert_books()
    with shop.opened():
        assert db.session.query(Product).count() == 4


def test_a_killed_shop_comes_back_on_the_same_address(start_shop):
    shop = start_shop()

    shop.web.kill()
    with pytest.raises(OSError, match="refused|reset"):
        urllib.request.urlopen(shop.url, timeout=10)  # noqa: S310
    shop.web.start()

    assert urllib.request.urlopen(f"{shop.url}/readyz", timeout=10).status == 200  # noqa: S310


def test_books_that_do_not_add_up_are_noticed(app, assert_books):
    goods.add_product("mug", stock=5)
    assert_books()

    with transaction() as session:
        session.execute(update(Stock).values(on_hand=4))

    with pytest.raises(AssertionError, match="4 on hand, 5 by its movements"):
        assert_books()


def test_a_dump_sees_content_and_links_but_neither_ids_nor_moments(app, dump):
    goods.add_product("mug")
    goods.add_product("notebook", unit_amount=500)
    before = dump()
    with transaction() as session:
        for table in reversed(db.metadata.sorted_tables):
            session.execute(table.delete())

    goods.add_product("notebook", unit_amount=500)
    goods.add_product("mug")
    assert dump() == before

    with transaction() as session:
        session.execute(db.text("UPDATE prices SET unit_amount = 501 WHERE unit_amount = 500"))
    assert dump() != before


def test_nobody_is_signed_in_by_accident(app, staff, client):
    somebody = staff("owner")

    for _ in range(2):
        assert somebody.get("/admin/").status_code == 200
        assert client.get("/admin/").status_code != 200


@pytest.mark.databases("postgresql")
def test_a_test_finds_postgresql_empty_and_counting_from_one(app):
    assert db.session.query(Product).count() == 0

    assert goods.add_product("mug").product_id == 1


@pytest.mark.databases("postgresql")
def test_the_next_test_does_too(app):
    test_a_test_finds_postgresql_empty_and_counting_from_one(app)
