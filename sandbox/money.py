"""Currencies, their smallest charges, fees, and amounts in words."""

from decimal import Decimal

from sandbox.errors import InvalidRequest, ParameterRefused

ALL_CURRENCIES = """
usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn
bzd cad cdf chf clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf
gtq gyd hkd hnl hrk htg huf idr ils inr isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp
lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr pab
pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos srd std szl thb tjs
tnd top try ttd twd tzs uah ugx uyu uzs vnd vuv wst xaf xcd xof xpf yer zar zmw
"""
CURRENCIES = tuple(ALL_CURRENCIES.split())
NO_MINOR_UNIT = "bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf"
WITHOUT_MINOR = frozenset(NO_MINOR_UNIT.split())
THREE_DECIMALS = frozenset({"bhd", "jod", "kwd", "omr", "tnd"})
# https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
SMALLEST = {
    "aed": 200, "aud": 50, "bgn": 100, "brl": 50, "cad": 50, "chf": 50, "czk": 1500, "dkk": 250,
    "eur": 50, "gbp": 30, "hkd": 400, "huf": 17500, "inr": 50, "jpy": 50, "mxn": 1000, "myr": 200,
    "nok": 300, "nzd": 50, "pln": 200, "ron": 200, "sek": 300, "sgd": 50, "thb": 1000, "usd": 50,
}  # fmt: skip
LARGEST = 99_999_999
SYMBOLS = {"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥", "aud": "A$", "cad": "CA$", "nzd": "NZ$"}
DISPUTE_FEE = 1_500


def checked_currency(currency: str, *, param: str = "currency") -> str:
    """A currency Stripe knows, in lower case."""
    found = currency.lower()
    if found not in CURRENCIES:
        raise InvalidRequest(
            f"Invalid currency: {currency[:20]}. Stripe currently supports these currencies: "
            f"{', '.join(CURRENCIES)}",
            param=param,
        )
    return found


def checked_amount(amount: int, currency: str, *, param: str = "amount") -> int:
    """An amount that can be charged."""
    positive(amount, param=param)
    smallest = SMALLEST.get(currency, 1)
    if amount < smallest:
        raise InvalidRequest(
            f"Amount must be at least {words(smallest, currency)} {currency}",
            code="amount_too_small",
            param=param,
        )
    if amount > LARGEST:
        raise InvalidRequest(
            f"Amount must be no more than {words(LARGEST, currency)} {currency}",
            code="amount_too_large",
            param=param,
        )
    return amount


def positive(amount: int, *, param: str = "amount", at_least: int = 1) -> int:
    """Not below one (or another bound)."""
    if amount < at_least:
        raise ParameterRefused(
            f"This value must be greater than or equal to {at_least}.",
            code="parameter_invalid_integer",
            param=param,
        )
    return amount


def words(amount: int, currency: str) -> str:
    """`€12.34`, `-€3.00`, `¥500`, `12.34 SEK`."""
    if amount < 0:
        return f"-{words(-amount, currency)}"
    if currency in WITHOUT_MINOR:
        digits = f"{amount:,}"
    else:
        places = 3 if currency in THREE_DECIMALS else 2
        digits = f"{Decimal(amount).scaleb(-places):,.{places}f}"
    symbol = SYMBOLS.get(currency)
    return f"{symbol}{digits}" if symbol else f"{digits} {currency.upper()}"


def step_of(currency: str) -> int:
    """What amounts are rounded to: the last of three decimals is always 0."""
    return 10 if currency in THREE_DECIMALS else 1


def fee(amount: int) -> int:
    """What the pretend Stripe takes of a payment: 1.5 % and 25, in whole minor units."""
    return min(amount, (amount * 15 + 500) // 1000 + 25)
