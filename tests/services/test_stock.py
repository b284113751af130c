import pytest

from app.db import db, transaction
from app.errors import InvalidQuantity, OutOfStock, UnknownProduct
from app.models import MovementKind, Stock, StockMovement
from app.services import stock
from tests.goods import add_product


@pytest.fixture
def mug(app):
    """Ten on the shelf, four of them reserved."""
    variant = add_product("mug", stock=10)
    with transaction() as session:
        session.get_one(Stock, variant.id).reserved = 4
    return variant


def shelf(variant):
    db.session.rollback()
    row = db.session.get_one(Stock, variant.id)
    moved = sum(
        db.session.scalars(db.select(StockMovement.quantity).filter_by(variant_id=row.variant_id))
    )
    assert row.on_hand == moved
    return row.on_hand


def test_a_correction_is_a_line_of_the_ledger(mug):
    assert stock.correct(mug.id, quantity=-3, reason="broken", actor="ada") == 7

    line = db.session.scalars(db.select(StockMovement).order_by(StockMovement.id.desc())).first()
    assert (line.quantity, line.kind, line.reason) == (-3, MovementKind.CORRECTION, "broken")
    assert shelf(mug) == 7


def test_what_orders_hold_cannot_be_taken_from_the_shelf(mug):
    with pytest.raises(OutOfStock, match="4 are reserved"):
        stock.correct(mug.id, quantity=-7, reason="lost", actor="ada")
    assert shelf(mug) == 10

    assert stock.correct(mug.id, quantity=-6, reason="lost", actor="ada") == 4


def test_a_count_writes_the_difference_and_nothing_when_there_is_none(mug):
    assert stock.set_on_hand(mug.id, on_hand=12, reason="counted", actor="ada") == 12
    assert stock.set_on_hand(mug.id, on_hand=12, reason="counted", actor="ada") == 12

    assert db.session.query(StockMovement).count() == 2
    assert shelf(mug) == 12


@pytest.mark.parametrize("quantity", [0, 10**9, -(10**9)])
def test_an_odd_number_is_refused(mug, quantity):
    with pytest.raises(InvalidQuantity):
        stock.correct(mug.id, quantity=quantity, reason="?", actor="ada")

    assert shelf(mug) == 10


def test_what_nobody_counts_has_no_stock(app):
    ebook = add_product("ebook", stock=None)

    with pytest.raises(UnknownProduct):
        stock.correct(ebook.id, quantity=1, reason="?", actor="ada")
