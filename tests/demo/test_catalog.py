"""The demo's goods and people are complete and fit what the shop asks of them."""

import io
import zipfile
from collections import Counter

import pytest
from PIL import Image

from app.demo import files, pictures
from app.demo.catalog import CATEGORIES, PRODUCTS
from app.demo.people import CUSTOMERS, STAFF
from app.models.product import ProductKind, ProductStatus, QuestionType
from app.models.variant import PriceType

VARIANTS = [variant for product in PRODUCTS for variant in product.variants]
PRICES = [price for variant in VARIANTS for price in variant.prices]
QUESTIONS = [question for product in PRODUCTS for question in product.questions]
DOWNLOADS = [product for product in PRODUCTS if product.kind == "digital"]

each_product = pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.slug)
each_download = pytest.mark.parametrize("product", DOWNLOADS, ids=lambda product: product.slug)


def test_there_are_at_least_28_products_of_all_kinds():
    assert len(PRODUCTS) >= 28
    assert {product.kind for product in PRODUCTS} == set(ProductKind)
    assert {product.status for product in PRODUCTS} == set(ProductStatus)


def test_slugs_skus_and_addresses_of_letters_are_unique():
    slugs = [thing.slug for thing in (*PRODUCTS, *CATEGORIES)]
    skus = [variant.sku for variant in VARIANTS]
    emails = [person.email for person in (*CUSTOMERS, *STAFF)]

    assert repeated(slugs) == repeated(skus) == repeated(emails) == []


def test_every_parent_stands_before_its_children_and_every_product_in_a_category():
    known = {""}
    for category in CATEGORIES:
        assert category.parent in known
        known.add(category.slug)

    assert {product.category for product in PRODUCTS} <= known - {""}


def test_every_price_is_positive_and_once_per_currency_and_interval():
    assert all(price.unit_amount > 0 for price in PRICES)
    assert {price.currency for price in PRICES} == {"eur", "usd"}
    assert {price.type for price in PRICES} == set(PriceType)
    for variant in VARIANTS:
        assert repeated([(price.currency, price.interval) for price in variant.prices]) == []


@each_product
def test_every_product_says_what_it_is(product):
    assert product.summary
    assert product.description.strip()
    assert product.features
    assert product.tags
    assert product.variants
    assert all(price.currency == "eur" for price in first_prices(product))


@each_product
def test_only_goods_that_are_posted_are_weighed_and_counted(product):
    posted = product.kind == ProductKind.PHYSICAL

    assert (product.weight > 0) == posted
    assert all((variant.stock is not None) == posted for variant in product.variants)


@each_product
def test_services_are_not_sold_yet(product):
    assert product.coming_soon or product.kind != ProductKind.SERVICE


@each_product
def test_several_variants_differ_in_their_options(product):
    options = [variant.options for variant in product.variants]

    assert repeated(options) == []
    assert len(options) == 1 or all(options)


def test_one_product_is_sold_out_and_one_nearly():
    units = {
        product.slug: sum(variant.stock or 0 for variant in product.variants)
        for product in PRODUCTS
        if product.kind == "physical" and product.status == "active"
    }

    assert [slug for slug, left in units.items() if left == 0] == ["harbour-print"]
    assert [slug for slug, left in units.items() if left == 2] == ["cedar-candle"]


def test_a_choice_has_choices_and_other_questions_have_none():
    assert {question.type for question in QUESTIONS} == set(QuestionType)
    assert all(bool(question.choices) == (question.type == "choice") for question in QUESTIONS)


@each_product
def test_every_picture_is_there_in_every_width(product):
    for picture in product.pictures:
        for width in pictures.WIDTHS:
            path = pictures.FOLDER / pictures.file_name(picture.stem, width)
            with Image.open(path) as image:
                assert (image.format, image.size) == ("WEBP", (width, width * 5 // 4))


def test_no_picture_is_left_over_and_all_together_are_small():
    shipped = list(pictures.FOLDER.glob("*.webp"))

    assert len(shipped) == len(PRODUCTS) * len(pictures.VIEWS) * len(pictures.WIDTHS)
    assert sum(path.stat().st_size for path in shipped) < 4_000_000


@each_download
def test_every_download_is_a_whole_file(product):
    content = (files.FOLDER / product.download_file).read_bytes()

    if product.download_file.endswith(".zip"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert archive.testzip() is None
            assert len(archive.namelist()) > 1
    else:
        assert content.startswith(b"%PDF-")
        assert content.endswith(b"%%EOF\n")


def test_only_digital_products_have_files():
    with_files = [product for product in PRODUCTS if product.download_file]

    assert with_files == DOWNLOADS


def test_customers_live_in_four_countries_and_no_letter_reaches_anybody():
    countries = {address.country for person in CUSTOMERS for address in person.addresses}

    assert len(CUSTOMERS) >= 12
    assert countries == {"DE", "AT", "FR", "CH"}
    assert all(person.email.endswith("@example.com") for person in CUSTOMERS)
    assert all(person.email.endswith("@shop.example") for person in STAFF)


def test_there_is_one_member_of_staff_for_each_role():
    roles = [person.role for person in STAFF]

    assert roles == ["owner", "catalog", "orders", "billing", "support"]


def repeated(values):
    return [value for value, times in Counter(values).items() if times > 1]


def first_prices(product):
    return [variant.prices[0] for variant in product.variants]
