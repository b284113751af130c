"""What every page of the shop has around it."""

from app.db import db, in_transaction
from app.models import Product
from app.services import carts, shelves
from app.services.moment import _kept


def test_what_is_around_a_page_lets_go_of_nothing_that_the_page_has_read(app):
    db.session.scalars(db.select(Product)).all()
    _kept.clear()

    shelves.every()
    carts.count("a token")

    assert in_transaction()


def test_it_leaves_nothing_open_by_itself(app):
    shelves.every()
    carts.count("a token")

    assert not in_transaction()
