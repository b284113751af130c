import pytest

from app.db import db, transaction
from app.errors import InvalidAmount, NotForSale, UnknownProduct
from app.models import AuditEntry, Price, Product, Variant
from app.services import products
from app.services.products import NewPrice
from tests.goods import add_product


def price(amount: int, **changed: object) -> NewPrice:
    return NewPrice(**({"unit_amount": amount, "currency": "eur"} | changed))


def active(variant: Variant) -> list[tuple[int, str, str]]:
    db.session.rollback()
    rows = db.session.scalars(db.select(Price).filter_by(variant_id=variant.id, active=True))
    return sorted((p.unit_amount, p.currency, p.interval) for p in rows)


def test_a_new_price_archives_the_one_it_replaces_and_no_other(app):
    mug = add_product("mug", unit_amount=1900)

    products.set_price(mug.id, price(2100, currency="usd"), actor="ada")
    products.set_price(mug.id, price(700, interval="month"), actor="ada")
    products.set_price(mug.id, price(2000), actor="ada")

    assert active(mug) == [(700, "eur", "month"), (2000, "eur", ""), (2100, "usd", "")]
    actions = db.session.scalars(db.select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["priced", "priced", "archived", "priced"]


@pytest.mark.parametrize(
    "wrong", [{"unit_amount": -1}, {"unit_amount": 10**9}, {"interval": "eon"}]
)
def test_a_price_that_cannot_be_charged_is_refused(app, wrong):
    mug = add_product("mug", unit_amount=1900)

    with pytest.raises(InvalidAmount):
        products.set_price(mug.id, price(**({"amount": 2000} | _as_amount(wrong))), actor="ada")

    assert active(mug) == [(1900, "eur", "")]


def test_what_is_not_in_the_catalog_has_no_price(app):
    with pytest.raises(UnknownProduct):
        products.set_price(99, price(2000), actor="ada")


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Crème brûlée", "creme-brulee"), ("  Tea & Coffee! ", "tea-coffee"), ("茶", "product")],
)
def test_a_name_becomes_an_address(name, slug):
    assert products.slug_of(name) == slug


def test_a_second_product_of_the_same_name_gets_a_number(app):
    add_product("mug")
    add_product("mug-2")

    with transaction() as session:
        assert products.free_slug(session, "Mug") == "mug-3"
        assert products.free_slug(session, "Cup") == "cup"


def test_a_product_with_a_ledger_is_kept_and_one_without_can_go(app):
    stocked, idea = add_product("mug", stock=3), add_product("idea", stock=None)

    with transaction() as session:
        with pytest.raises(NotForSale, match="Archive it instead"):
            products.remove_parts(session, session.get_one(Product, stocked.product_id))
        products.remove_parts(session, session.get_one(Product, idea.product_id))

    assert [v.sku for v in db.session.scalars(db.select(Variant))] == ["MUG"]


def _as_amount(wrong: dict[str, object]) -> dict[str, object]:
    return {"amount" if name == "unit_amount" else name: value for name, value in wrong.items()}
