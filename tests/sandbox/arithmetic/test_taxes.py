"""Taxes, after https://docs.stripe.com/billing/taxes/tax-rates (its tables, unless a case says more)."""

from typing import Any

import pytest

from tests.sandbox.arithmetic.till import Sold, Tax, Till

HUNDRED = [Sold(10000)]
FIVE_AND_TEN = [Sold(500), Sold(1000)]
TEN_OFF = {"percent_off": 10}
QUEBEC = (Tax(9.975), Tax(5))


# (what the documentation says, lines, the rest of the bill, total, taxes of each rate)
CASES: list[tuple[str, list[Sold], dict[str, Any], int, list[int]]] = [
    ("Inclusive versus exclusive tax: 25% exclusive",
     [Sold(500)], {"taxes": (Tax(25),)}, 625, [125]),
    ("Inclusive versus exclusive tax: 25% inclusive",
     [Sold(500)], {"taxes": (Tax(25, inclusive=True),)}, 500, [100]),
    ("Tax exempt: 10% inclusive is backed out",
     HUNDRED, {"taxes": (Tax(10, inclusive=True),), "tax_exempt": "exempt"}, 9091, [0]),
    ("Reverse charge: 10% inclusive is backed out",
     HUNDRED, {"taxes": (Tax(10, inclusive=True),), "tax_exempt": "reverse"}, 9091, [0]),
    ("Tax exempt: 10% exclusive",
     HUNDRED, {"taxes": (Tax(10),), "tax_exempt": "exempt"}, 10000, [0]),
    ("Reverse charge: 10% exclusive",
     HUNDRED, {"taxes": (Tax(10),), "tax_exempt": "reverse"}, 10000, [0]),
    ("worked after Using multiple tax rates: line 1 has those of the invoice",
     HUNDRED, {"taxes": QUEBEC}, 11498, [998, 500]),
    ("worked after Using multiple tax rates: a line's own rate replaces the invoice's",
     [Sold(10000, (Tax(10),))], {"taxes": QUEBEC}, 11000, [1000]),
    ("worked after Using multiple tax rates: all three lines",
     [Sold(10000), Sold(10000, (Tax(10),)), Sold(10000, (Tax(1), Tax(2)))], {"taxes": QUEBEC},
     32798, [998, 500, 1000, 100, 200]),
    ("Tax amounts: two lines with two rates",
     [Sold(500, (Tax(5),)), Sold(1000, (Tax(10),))], {}, 1625, [25, 100]),
    ("Rounding: line item level",
     [Sold(100000), Sold(5000)], {"taxes": (Tax(10, inclusive=True),)}, 105000, [9546]),
    ("Exclusive tax discount example",
     FIVE_AND_TEN, {"taxes": (Tax(5),), "coupons": (TEN_OFF,)}, 1418, [68]),
    ("Inclusive tax discount example",
     FIVE_AND_TEN, {"taxes": (Tax(5, inclusive=True),), "coupons": (TEN_OFF,)}, 1350, [64]),
    ("Both inclusive and exclusive tax with discount example", FIVE_AND_TEN,
     {"taxes": (Tax(5, inclusive=True), Tax(7)), "coupons": (TEN_OFF,)}, 1440, [64, 90]),
    ("support.stripe.com, inclusive and exclusive tax options: inclusive",
     [Sold(60000)], {"taxes": (Tax(10, inclusive=True),), "currency": "eur"}, 60000, [5455]),
    ("support.stripe.com, inclusive and exclusive tax options: exclusive",
     [Sold(60000)], {"taxes": (Tax(10),), "currency": "eur"}, 66000, [6000]),
    ("worked after docs.stripe.com/currencies, Zero-decimal currencies: whole yen",
     [Sold(333)], {"taxes": (Tax(8),), "currency": "jpy"}, 360, [27]),
    ("worked after docs.stripe.com/currencies, Three-decimal currencies: the last digit is 0",
     [Sold(5120)], {"taxes": (Tax(10),), "currency": "kwd"}, 5630, [510]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "rest", "total", "taxes"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_tax_is_what_the_documentation_says(
    till: Till, lines: list[Sold], rest: dict[str, Any], total: int, taxes: list[int]
) -> None:
    invoice = till.bill(lines, **rest)

    assert (invoice.total, [tax.amount for tax in invoice.total_taxes]) == (total, taxes)


def test_what_is_left_without_tax_is_shown(till: Till) -> None:
    inclusive = (Tax(10, inclusive=True),)

    invoice = till.bill([Sold(100000), Sold(5000)], taxes=inclusive)

    assert (invoice.subtotal, invoice.total_excluding_tax) == (105000, 95454)
    assert [tax.taxable_amount for tax in invoice.total_taxes] == [95454]


@pytest.mark.parametrize(
    ("exempt", "reason"),
    [("none", "standard_rated"), ("exempt", "customer_exempt"), ("reverse", "reverse_charge")],
)
def test_a_bill_says_why_it_is_taxed_or_not(till: Till, exempt: str, reason: str) -> None:
    invoice = till.bill([Sold(1000)], taxes=(Tax(10),), tax_exempt=exempt)

    assert [tax.taxability_reason for tax in invoice.total_taxes] == [reason]
