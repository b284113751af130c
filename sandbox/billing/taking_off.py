"""What discounts take off lines, one after the other, never below nothing."""

from collections.abc import Sequence
from fractions import Fraction

from sandbox.account import Account
from sandbox.billing.amounts import apportioned, exact, rounded
from sandbox.billing.discounts import rows
from sandbox.billing.lines import Line
from sandbox.money import step_of
from sandbox.shapes import Row


def spread(account: Account, lines: list[Line], whole: Sequence[str]) -> None:
    """Write into each line what every discount takes off it: first the line's own ones, then
    those of the whole, in their order."""
    for line in lines:
        line.discount_amounts = []
        for row in rows(account, line.discounts):
            _take(row, [line])
    for row in rows(account, whole):
        _take(row, lines)


def _take(discount: Row, lines: list[Line]) -> None:
    meant = [line for line in lines if line.discountable and _applies(discount["_terms"], line)]
    percent = discount["_terms"]["percent_off"]
    if percent is not None:
        _take_percent(discount["id"], exact(percent) / 100, meant)
    else:
        _take_amount(discount, [line for line in meant if line.discounted > 0])


def _applies(terms: Row, line: Line) -> bool:
    products = (terms["applies_to"] or {}).get("products")
    return not products or (line.price is not None and line.price["product"] in products)


def _take_percent(discount_id: str, share: Fraction, lines: list[Line]) -> None:
    for line in lines:
        amount = rounded(line.discounted * share, step_of(line.currency))
        line.discount_amounts.append((discount_id, amount))


def _take_amount(discount: Row, lines: list[Line]) -> None:
    """An amount off the whole is shared among the lines; never more than there is."""
    if not lines:
        return
    left = [line.discounted for line in lines]
    amount = min(amount_off(discount["_terms"], lines[0].currency), sum(left))
    step = step_of(lines[0].currency)
    for line, part in zip(lines, apportioned(amount // step, left), strict=True):
        line.discount_amounts.append((discount["id"], part * step))


def amount_off(terms: Row, currency: str) -> int:
    """What a coupon takes off in a currency; nothing in one that it does not know."""
    if terms["currency"] == currency:
        return int(terms["amount_off"])
    option = (terms["currency_options"] or {}).get(currency)
    return int(option["amount_off"]) if option else 0
