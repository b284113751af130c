"""Amounts as text and back, by the currency's own number of digits."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import money
from app.errors import InvalidAmount

CURRENCIES = st.sampled_from(["eur", "usd", "jpy", "kwd", "isk", "mga"])


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "text"),
    [
        (1999, "eur", "en", "€19.99"),
        (1999, "jpy", "en", "¥1,999"),
        (1999, "kwd", "en", "KWD1.999"),
        (123456, "eur", "de", "1.234,56\xa0€"),
        (-500, "usd", "en", "-$5.00"),
    ],
)
def test_an_amount_is_written_as_its_currency_wants(amount, currency, locale, text):
    assert money.format_money(amount, currency, locale=locale) == text


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("19.99", "eur", 1999),
        ("19,9", "eur", 1990),
        (" 1 000 ", "jpy", 1000),
        ("1.999", "kwd", 1999),
    ],
)
def test_text_becomes_an_amount(text, currency, amount):
    assert money.parse_money(text, currency) == amount


@pytest.mark.parametrize(
    "text",
    ["", "abc", "1,000.00", "19.999", "1e3", "NaN", "٣", "9" * 40, "1.2.3", "--1", "€5", "1000000"],
)
def test_text_that_is_no_exact_amount_is_refused(text):
    with pytest.raises(InvalidAmount):
        money.parse_money(text, "eur")


@given(st.integers(-money.LARGEST, money.LARGEST), CURRENCIES)
def test_what_a_form_shows_is_what_it_takes_back(amount, currency):
    assert money.parse_money(money.to_input(amount, currency), currency) == amount


def test_shares_are_rounded_half_up():
    assert money.share(250, Decimal("0.01")) == 3
    assert money.tax_inside(1190, Decimal("0.19")) == 190
