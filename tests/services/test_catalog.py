import pytest

from app.db import transaction
from app.models import Category, Picture, Price, Variant
from app.services import catalog, product_page, shelves
from app.services.catalog import Wish
from tests.goods import add_product


def test_lists_show_what_is_active_with_its_lowest_price(app):
    add_product("mug", unit_amount=1900)
    add_product("secret", status="draft")
    add_product("gone", status="archived")
    teapot = add_product("teapot", unit_amount=6200)
    with transaction() as session:
        moss = Variant(product_id=teapot.product_id, sku="MOSS", tracks_stock=False)
        moss.prices = [Price(unit_amount=5900, currency="eur")]
        session.add(moss)

    listing = browse()

    assert [(card.slug, card.amount, card.varies) for card in listing.cards] == [
        ("mug", 1900, False),
        ("teapot", 5900, True),
    ]
    assert listing.total == 2


def test_a_card_shows_the_first_picture(app):
    mug = add_product("mug")
    with transaction() as session:
        for position, stem in enumerate(["mug-front", "mug-detail"]):
            session.add(Picture(product_id=mug.product_id, stem=stem, position=position))

    (card,) = browse().cards

    assert card.picture == "mug-front"


def test_an_archived_price_or_another_currency_is_not_shown(app):
    add_product("dollars", currency="usd")

    (card,) = browse().cards

    assert card.amount is None
    assert not card.available


def test_what_is_held_for_others_is_sold_out(app):
    lamp = add_product("lamp", stock=1)
    assert browse().cards[0].available

    with transaction() as session:
        session.merge(lamp).stock.reserved = 1

    assert not browse().cards[0].available


def test_services_are_coming_soon_and_licenses_are_here(app):
    add_product("visit", kind="service")
    add_product("app", kind="license")

    assert {card.slug: card.coming_soon for card in browse().cards} == {"visit": True, "app": False}


def test_facets_count_what_they_would_show(app):
    house = add_category("house")
    kitchen = add_category("kitchen", parent=house)
    paper = add_category("paper")
    add_product("mug", unit_amount=1900, category_id=kitchen)
    add_product("lamp", unit_amount=8900, category_id=house)
    add_product("book", unit_amount=1500, category_id=paper, kind="digital")

    listing = browse(categories=("house",))

    assert [card.slug for card in listing.cards] == ["mug", "lamp"]
    assert listing.total == 2
    assert listing.counts["category"] == {"house": 2, "kitchen": 1, "paper": 1}
    assert listing.counts["kind"] == {"physical": 2, "digital": 0}
    assert listing.counts["price"] == {"low": 1, "high": 1}


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        ({"term": "mug"}, ["mug"]),
        ({"term": "MUG blue"}, ["mug"]),
        ({"term": "mug-1"}, []),
        ({"term": "%"}, []),
        ({"term": "_"}, []),
        ({"term": "\\"}, []),
        ({"term": "'; DROP TABLE products; --"}, []),
        ({"term": "\x00"}, ["mug", "lamp"]),
        ({"term": "🫖 ﷽ \u202e"}, []),
        ({"price": "low"}, ["mug"]),
        ({"price": "nonsense"}, ["mug", "lamp"]),
        ({"sort": "dear"}, ["lamp", "mug"]),
        ({"sort": "cheap"}, ["mug", "lamp"]),
        ({"kinds": ("digital",)}, []),
        ({"categories": ("nowhere",)}, []),
    ],
)
def test_a_wish_narrows_the_list(app, wish, found):
    add_product("mug", unit_amount=1900, summary="A blue one")
    add_product("lamp", unit_amount=8900)

    assert [card.slug for card in browse(**wish).cards] == found


def test_pages_follow_each_other_and_end(app):
    for number in range(catalog.PAGE + 1):
        add_product(f"thing-{number:02}")

    first, second, third = (browse(page=page) for page in (1, 2, 10**9))

    assert (len(first.cards), first.pages, first.total) == (24, 2, 25)
    assert [card.slug for card in second.cards] == ["thing-24"]
    assert third.cards == ()


def test_suggestions_put_names_that_begin_so_first(app):
    add_product("dusk-mug")
    add_product("mug")

    assert [card.name for card in catalog.suggest("mu", currency="eur")] == ["Mug", "Dusk Mug"]
    assert catalog.suggest("  ", currency="eur") == []


def test_a_product_page_knows_its_variants_and_what_is_left(app):
    lamp = add_product("lamp", unit_amount=8900, stock=4)
    with transaction() as session:
        session.merge(lamp).stock.reserved = 1

    page = product_page.find("lamp", currency="eur")

    assert [(o.amount, o.available, o.buyable) for o in page.offers] == [(8900, 3, True)]
    assert page.buyable


@pytest.mark.parametrize("status", ["draft", "archived"])
def test_only_active_products_have_a_page(app, status):
    add_product("mug")
    add_product("secret", status=status)

    assert product_page.find("mug", currency="eur")
    assert product_page.find("secret", currency="eur") is None


def test_a_tree_that_bites_its_own_tail_ends(app):
    first = add_category("first")
    second = add_category("second", parent=first)
    with transaction() as session:
        session.get_one(Category, first).parent_id = second

    assert {shelf.slug: shelf.family for shelf in shelves.every()} == {
        "first": (first, second),
        "second": (second, first),
    }


def test_a_shelf_is_shown_by_a_picture_from_below_it(app):
    house = add_category("house")
    mug = add_product("mug", category_id=add_category("kitchen", parent=house))
    with transaction() as session:
        session.add(Picture(product_id=mug.product_id, stem="mug-front"))

    assert shelves.covers(shelves.every())[house] == "mug-front"


def browse(**wish):
    return catalog.browse(Wish(**wish), shelves.every(), currency="eur")


def add_category(slug, parent=None):
    with transaction() as session:
        category = Category(slug=slug, name=slug.title(), parent_id=parent)
        session.add(category)
        session.flush()
        return category.id
