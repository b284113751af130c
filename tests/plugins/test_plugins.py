"""Plug-ins: a typo stops the shop at its start; the built-ins keep their promises."""

import io
from decimal import Decimal

import pytest

import config
from app import create_app, plugins
from app.db import in_transaction, transaction
from app.models import ShippingRate, TaxRate
from app.plugins.shipping import FlatShipping
from app.plugins.storage import Local
from app.plugins.tax import ByCountry, FlatRate, NoTax
from config import BadSettings


def test_the_configured_plug_in_is_used(app):
    assert plugins.tax().rate("DE", "") == Decimal("0.19")


@pytest.mark.parametrize(
    "line",
    [
        "app.plugins.tax:FlatRat",
        "app.plugins.tx:FlatRate rate=0.19",
        "app.plugins.tax:FlatRate",
        "app.plugins.tax:FlatRate rate=19",
        "app.plugins.tax:FlatRate rate=much",
        "app.plugins.tax",
        "",
    ],
)
def test_a_plug_in_that_does_not_load_stops_the_shop_in_plain_words(database, line):
    with pytest.raises(BadSettings, match="does not load"):
        create_app(config.testing(database_url=database, tax_provider=line))


def test_tax_by_country_and_category():
    tax = ByCountry(**{"DE": "0.19", "DE.books": "0.07", "FR": "0.20", "default": "0"})

    rates = [
        tax.rate(*place) for place in [("DE", ""), ("DE", "books"), ("FR", "books"), ("US", "")]
    ]

    assert rates == [Decimal("0.19"), Decimal("0.07"), Decimal("0.20"), 0]
    assert NoTax().rate("DE", "") == 0
    assert FlatRate("0.19").rate("US", "books") == Decimal("0.19")


def test_a_category_may_be_free_of_tax():
    tax = ByCountry(**{"DE": "0.19", "DE.stamps": "0"})

    assert tax.rate("DE", "stamps") == 0


def test_standard_shipping_is_free_from_sixty_euros():
    def standard(subtotal):
        ways = FlatShipping().methods(country="DE", currency="eur", weight=1, subtotal=subtotal)
        return [(way.code, way.amount) for way in ways]

    assert standard(5999) == [("standard", 490), ("express", 990), ("collect", 0)]
    assert standard(6000) == [("standard", 0), ("express", 990), ("collect", 0)]


def test_a_file_comes_back_as_it_was_until_it_is_deleted(tmp_path):
    storage = Local(str(tmp_path))

    key = storage.save("../../Pattern Book.PDF", io.BytesIO(b"%PDF"))

    assert key.endswith(".pdf")
    with storage.open(key) as file:
        assert file.read() == b"%PDF"
    storage.delete(key)
    with pytest.raises(FileNotFoundError):
        storage.open(key)


@pytest.mark.parametrize("key", ["../secret", "/etc/passwd", "a/../../secret", "", "."])
def test_a_key_leads_nowhere_outside_the_folder(tmp_path, key):
    (tmp_path / "secret").write_text("secret")
    storage = Local(str(tmp_path / "files"))

    with pytest.raises(FileNotFoundError):
        storage.open(key)


def test_the_most_fitting_line_of_the_tax_table_counts(app):
    lines = [("", "", 1900), ("", "books", 700), ("FR", "", 2000), ("FR", "books", 550)]
    off = TaxRate(country="US", rate=100, active=False)
    with transaction() as session:
        session.add_all([TaxRate(country=c, tax_category=t, rate=r) for c, t, r in lines] + [off])

    tax = plugins.tax()

    places = [("DE", "standard"), ("DE", "books"), ("FR", "toys"), ("FR", "books"), ("US", "x")]
    assert [tax.rate(*place) * 100 for place in places] == [19, 7, 20, Decimal("5.5"), 19]
    assert not in_transaction()


def test_the_shipping_table_offers_what_goes_there_and_fixed_prices_elsewhere(app):
    with transaction() as session:
        session.add_all(
            [
                ShippingRate(code="post", name="Post", currency="eur", amount=500, free_from=3000),
                ShippingRate(code="van", name="Van", currency="eur", amount=900, countries=["DE"]),
                ShippingRate(code="letter", name="Letter", currency="eur", amount=1, max_weight=9),
                ShippingRate(code="owl", name="Owl", currency="eur", amount=1, active=False),
            ]
        )

    def ways(**asked):
        given = {"country": "DE", "currency": "eur", "weight": 10, "subtotal": 2999} | asked
        return [(way.code, way.amount) for way in plugins.shipping().methods(**given)]

    assert ways() == [("post", 500), ("van", 900)]
    assert ways(country="FR", subtotal=3000) == [("post", 0)]
    assert ways(weight=9)[-1] == ("letter", 1)
    assert ("express", 990) in ways(currency="gbp")


def test_what_is_collected_is_known_by_its_code_in_the_table_and_without_one(app):
    def collected(currency):
        ways = plugins.shipping().methods(country="DE", currency=currency, weight=1, subtotal=1)
        return {way.code: way.collected for way in ways}

    with transaction() as session:
        session.add_all(
            ShippingRate(code=code, name=code, currency="usd", amount=0)
            for code in ("post", "collect")
        )

    assert collected("usd") == {"post": False, "collect": True}
    assert collected("eur") == {"standard": False, "express": False, "collect": True}
