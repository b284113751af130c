"""What a bill comes to: lines, less discounts, plus taxes, plus shipping."""

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.account import Account
from sandbox.billing import taking_off, taxes
from sandbox.billing.lines import Line, TaxAmount


@dataclass(frozen=True)
class Totals:
    """The sums, in minor units. `total` = `subtotal` - `discount` + `tax_exclusive` + `shipping`,
    less the tax inside prices that an exempt customer does not pay; shipping is without its
    exclusive tax, which is in `tax_exclusive`."""

    subtotal: int
    subtotal_excluding_tax: int
    discount: int
    tax_exclusive: int
    tax_inclusive: int
    shipping: int
    total: int
    total_excluding_tax: int
    discounts: list[tuple[str, int]]
    taxes: list[TaxAmount]


def settled(
    account: Account,
    lines: list[Line],
    *,
    discounts: Sequence[str] = (),
    default_tax_rates: Sequence[str] = (),
    shipping: Line | None = None,
    tax_exempt: str = "none",
) -> Totals:
    """The totals of these lines; fills in the lines' own discount amounts and taxes. A line's own
    discounts come before those of the whole, each on what the one before has left. Shipping is
    taxed by its own rates and never discounted."""
    taking_off.spread(account, lines, discounts)
    everything = [*lines, shipping] if shipping else lines
    for line in everything:
        if line.tax_rates is None:
            line_rates = () if line is shipping else default_tax_rates
        else:
            line_rates = line.tax_rates
        _tax(account, line, line_rates, tax_exempt)
    return _summed(lines, everything, _without_tax(account, lines))


def _tax(account: Account, line: Line, rates: Sequence[str], tax_exempt: str) -> None:
    amount = line.discounted
    line.taxes = taxes.on_amount(account, amount, line.currency, rates, tax_exempt)
    exempt = tax_exempt in taxes.NOT_TAXED
    line.relieved = taxes.inside_of(account, amount, line.currency, rates) if exempt else 0


def _summed(lines: list[Line], everything: list[Line], subtotal_excluding_tax: int) -> Totals:
    subtotal = sum(line.amount for line in lines)
    discount = subtotal - sum(line.discounted for line in lines)
    added = sum(line.exclusive_tax for line in everything)
    inside = sum(line.inclusive_tax for line in everything)
    shipping = sum(line.amount for line in everything) - subtotal
    before_tax = subtotal - discount + shipping - sum(line.relieved for line in everything)
    return Totals(
        subtotal=subtotal,
        subtotal_excluding_tax=subtotal_excluding_tax,
        discount=discount,
        tax_exclusive=added,
        tax_inclusive=inside,
        shipping=shipping,
        total=before_tax + added,
        total_excluding_tax=before_tax - inside,
        discounts=_by_discount(lines),
        taxes=taxes.summed(tax for line in everything for tax in line.taxes),
    )


def _without_tax(account: Account, lines: list[Line]) -> int:
    """The lines before discounts, without the tax that would be inside them."""
    net = 0
    for line in lines:
        rates = [tax.rate_id for tax in line.taxes if tax.inclusive]
        inside = taxes.inside_of(account, line.amount, line.currency, rates) if rates else 0
        net += line.amount - inside
    return net


def _by_discount(lines: list[Line]) -> list[tuple[str, int]]:
    found: dict[str, int] = {}
    for line in lines:
        for discount, amount in line.discount_amounts:
            found[discount] = found.get(discount, 0) + amount
    return list(found.items())
