from sqlalchemy import event

from app.db import db, transaction
from app.models import Price, Product
from app.services import moment, product_page
from tests.goods import add_product


def test_a_page_that_was_just_read_is_not_read_again(app):
    add_product("mug")
    product_page.find("mug", currency="eur")
    asked = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))

    again = product_page.find("mug", currency="eur")

    assert again.name == "Mug"
    assert asked == []


def test_a_change_is_seen_at_once(app):
    mug = add_product("mug", unit_amount=1900)
    assert product_page.find("mug", currency="eur").offers[0].amount == 1900

    with transaction() as session:
        session.get_one(Price, mug.prices[0].id).active = False
        session.add(Price(variant_id=mug.id, unit_amount=2100, currency="eur"))

    assert product_page.find("mug", currency="eur").offers[0].amount == 2100


def test_what_was_read_before_a_change_is_not_kept_after_it(app):
    add_product("mug")

    @moment.remembered
    def read_slowly(slug):
        name = db.session.scalar(db.select(Product.name).filter_by(slug=slug))
        if name == "Mug":
            with transaction() as session:  # somebody else, meanwhile
                session.scalars(db.select(Product).filter_by(slug=slug)).one().name = "Cup"
        return name

    assert read_slowly("mug") == "Mug"
    assert read_slowly("mug") == "Cup"


def test_after_a_moment_the_database_is_asked_again(app, monkeypatch):
    add_product("mug")
    now = [1000.0]
    monkeypatch.setattr(moment, "monotonic", lambda: now[0])
    asked = []

    @moment.remembered
    def read():
        asked.append("once more")

    for now[0] in (1000.0, 1001.9, 1002.1):
        read()

    assert len(asked) == 2
