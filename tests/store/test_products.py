import pytest
from sqlalchemy import event

from app.db import db, transaction
from app.models import Product, Question, Variant
from app.services import catalog
from app.store.markdown import render
from tests.goods import add_product, add_small_catalog
from tests.store.asking import HTMX


def test_the_list_answers_a_page_or_its_part(client):
    add_small_catalog()

    page = client.get("/products")
    part = client.get("/products", headers=HTMX)

    assert "<html" in page.text
    assert part.text.lstrip().startswith('<div id="product-browser"')
    assert "HX-Request-Type" in page.headers["Vary"]
    assert page.headers["Cache-Control"] == part.headers["Cache-Control"] == "no-store"


def test_the_list_and_the_first_page_name_what_is_sold(client):
    add_small_catalog()

    for path in ("/", "/products"):
        text = client.get(path).text
        assert "Mug" in text
        assert "€19.00" in text


@pytest.mark.parametrize(("path", "most"), [("/", 4), ("/products", 4), ("/products/mug", 7)])
def test_hot_pages_ask_few_questions(client, path, most):
    add_small_catalog()
    asked = listen()

    assert client.get(path).status_code == 200

    assert len(asked) <= most, asked


def test_the_list_costs_the_same_with_more_products(client):
    counts, asked = [], listen()
    for number in range(catalog.PAGE):
        if number in (1, catalog.PAGE - 1):
            asked.clear()
            client.get("/products")
            counts.append(len(asked))
        add_product(f"thing-{number}")

    assert counts[0] == counts[1]


@pytest.mark.parametrize("page", ["99999999999999999999999", "2", "1000000000"])
def test_a_page_beyond_the_end_says_so(client, page):
    add_small_catalog()

    answer = client.get(f"/products?page={page}")

    assert answer.status_code == 404
    assert "There is no such page" in answer.text
    assert client.get("/products?page=1").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "page=-1",
        "page=one",
        "page=１",
        "q=%00",
        "q=%ED%A0%80",
        "q=%F0%9F%AB%96",
        "q=%25%27%22%3Cscript%3E",
        "category=" + "x" * 3000,
        "kind=weapon&price=cheap&sort=sideways",
    ],
)
def test_odd_addresses_are_answered(client, query):
    add_small_catalog()

    answer = client.get(f"/products?{query}")

    assert answer.status_code == 200
    assert "<script>" not in answer.text.replace("<script src", "")


def test_suggestions_are_a_part_and_know_nothing_of_an_empty_search(client):
    add_small_catalog()

    found = client.get("/suggestions?q=mu", headers=HTMX).text
    nothing = client.get("/suggestions?q=", headers=HTMX).text

    assert 'role="option"' in found
    assert "Mug" in found
    assert 'role="option"' not in nothing


def test_a_product_page_shows_what_can_be_bought(client):
    add_product("mug", unit_amount=1900, stock=3, summary="A blue one", features=["Holds tea"])

    text = client.get("/products/mug").text

    for words in ("A blue one", "Holds tea", "€19.00", "Only 3 left", "Add to cart"):
        assert words in text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"coming_soon": True}, "Coming soon"),
        ({"kind": "license"}, "Not for sale at the moment"),
        ({"stock": 0}, "Sold out for now"),
    ],
)
def test_what_cannot_be_had_says_so_and_has_no_button(client, fields, words):
    add_product("thing", **fields)

    text = client.get("/products/thing").text

    assert words in text
    assert "Add to cart" not in text


@pytest.mark.parametrize("slug", ["nothing", "secret", "%F0%9F%AB%96", "..%2f..%2fetc"])
def test_an_unknown_product_is_a_404_with_a_way_on(client, slug):
    add_product("secret", status="draft")

    answer = client.get(f"/products/{slug}")

    assert answer.status_code == 404
    assert 'href="/"' in answer.text


def test_questions_become_fields(client):
    add_product("print", questions=[Question(label="For whom?", required=True)])

    assert 'name="question-1"' in client.get("/products/print").text


def test_a_sold_out_variant_cannot_be_chosen(client):
    mug = add_product("mug", stock=0)
    with transaction() as session:
        product = session.get_one(Product, mug.product_id)
        product.variants[0].options = {"glaze": "Blue"}
        moss = Variant(sku="MOSS", options={"glaze": "Moss"}, tracks_stock=False)
        moss.prices = [type(mug.prices[0])(unit_amount=2100, currency="eur")]
        product.variants.append(moss)

    text = client.get("/products/mug").text

    assert f'value="{mug.id}" disabled' in text
    assert "Moss" in text


def test_descriptions_are_markdown_without_anything_that_acts():
    html = render(
        "**Bold** [link](https://example.com) [bad](javascript:alert(1))\n\n"
        "<script>alert(1)</script> <b hx-get='/x' onclick='x'>raw</b>"
    )

    assert "<strong>Bold</strong>" in html
    assert '<a href="https://example.com" rel="nofollow noopener">' in html
    for bad in ("<script", "<b ", 'href="javascript'):
        assert bad not in html


def listen():
    """Every SELECT from now on."""
    asked = []

    def remember(_connection, _cursor, statement, *_):
        if statement.startswith("SELECT"):
            asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", remember)
    return asked
