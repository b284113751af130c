"""Amounts are ints in minor units; this is where they become text, and text becomes them."""

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache

from babel import Locale
from babel.numbers import format_currency

from app.errors import InvalidAmount

LARGEST = 99_999_999  # what Stripe accepts in one charge, minor units
# Minimum charge amounts, minor units: https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
MINIMUMS = {
    "aed": 200, "aud": 50, "bgn": 100, "brl": 50, "cad": 50, "chf": 50, "czk": 1500,
    "dkk": 250, "eur": 50, "gbp": 30, "hkd": 400, "huf": 17500, "inr": 50, "jpy": 50,
    "mxn": 1000, "myr": 200, "nok": 300, "nzd": 50, "pln": 200, "ron": 200, "sek": 300,
    "sgd": 50, "thb": 1000, "usd": 50,
}  # fmt: skip
# Stripe's minor units where they differ from CLDR's: https://docs.stripe.com/currencies#zero-decimal
ZERO_DECIMAL = {
    "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv",
    "xaf", "xof", "xpf",
}  # fmt: skip
THREE_DECIMAL = {"bhd", "jod", "kwd", "omr", "tnd"}


def exponent(currency: str) -> int:
    """How many digits follow the point: 2 for eur, 0 for jpy, 3 for kwd."""
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2


@lru_cache(maxsize=4096)
def format_money(amount: int, currency: str, *, locale: str = "en") -> str:
    """1999, "eur" → "€19.99"."""
    places = exponent(currency)
    major = Decimal(amount).scaleb(-places)
    pattern = _pattern(locale, places)
    return format_currency(major, currency.upper(), pattern, locale, currency_digits=False)


def to_input(amount: int, currency: str) -> str:
    """1999, "eur" → "19.99": what a form field shows and `parse_money` takes back."""
    return f"{Decimal(amount).scaleb(-exponent(currency)):.{exponent(currency)}f}"


def parse_money(text: str, currency: str) -> int:
    """ "19,99" or "19.99", "eur" → 1999. Anything that is no exact amount is refused."""
    plain = re.sub(r"[\s\u00a0\u202f]", "", text)
    if not re.fullmatch(r"-?[0-9]{1,12}([.,][0-9]{1,4})?", plain):
        raise InvalidAmount("Please write an amount such as 19.99.")
    minor = Decimal(plain.replace(",", ".")).scaleb(exponent(currency))
    if minor != minor.to_integral_value():
        raise InvalidAmount(f"{currency.upper()} has {exponent(currency)} digits after the point.")
    if abs(minor) > LARGEST:
        raise InvalidAmount(f"At most {to_input(LARGEST, currency)} {currency.upper()}.")
    return int(minor)


def minimum_charge(currency: str) -> int:
    """The smallest amount Stripe charges, in minor units; 0 is paid without Stripe."""
    return MINIMUMS.get(currency, 50)


def share(amount: int, rate: Decimal) -> int:
    """A part of an amount, rounded half up to a whole minor unit."""
    return int((amount * rate).quantize(Decimal(1), ROUND_HALF_UP))


def tax_inside(amount: int, rate: Decimal) -> int:
    """The tax that an amount already includes."""
    return share(amount, rate / (1 + rate))


@cache
def _pattern(locale: str, places: int) -> str:
    """The locale's own way to write money, with Stripe's number of digits."""
    pattern = Locale.parse(locale).currency_formats["standard"].pattern
    return re.sub(r"0\.0+", "0" + ("." + "0" * places if places else ""), pattern)
