"""What tax rates make of an amount: inside it or on top of it, half up for each rate and line."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from sandbox.account import Account
from sandbox.billing.amounts import exact, rounded
from sandbox.billing.lines import TaxAmount
from sandbox.errors import InvalidRequest
from sandbox.money import step_of
from sandbox.shapes import Row

MOST = 10
NOT_TAXED = {"exempt": "customer_exempt", "reverse": "reverse_charge"}


def on_amount(
    account: Account, amount: int, currency: str, rate_ids: Iterable[str], tax_exempt: str = "none"
) -> list[TaxAmount]:
    """The taxes in or on an amount. Inclusive rates share what lies inside it, and exclusive ones
    are put on what is left; a customer who is exempt, or owes the tax himself, pays none."""
    rates = [account.get("tax_rate", rate_id, param="tax_rates") for rate_id in rate_ids]
    if not rates:
        return []
    step, not_taxed = step_of(currency), NOT_TAXED.get(tax_exempt)
    inside = sum((share(rate) for rate in rates if rate["inclusive"]), Fraction(0))
    within = {
        rate["id"]: rounded(amount * share(rate) / (1 + inside), step)
        for rate in rates
        if rate["inclusive"]
    }
    net = amount - sum(within.values())
    return [
        _tax(rate, within.get(rate["id"], rounded(net * share(rate), step)), net, not_taxed)
        for rate in rates
    ]


def _tax(rate: Row, amount: int, net: int, not_taxed: str | None) -> TaxAmount:
    reason = not_taxed or ("standard_rated" if rate["percentage"] else "zero_rated")
    return TaxAmount(rate["id"], 0 if not_taxed else amount, net, rate["inclusive"], reason)


def inside_of(account: Account, amount: int, currency: str, rate_ids: Iterable[str]) -> int:
    """What of an amount is tax already, whoever pays it."""
    taxes = on_amount(account, amount, currency, rate_ids)
    return sum(tax.amount for tax in taxes if tax.inclusive)


def share(rate: Row) -> Fraction:
    """The rate as a part of one."""
    return exact(rate["percentage"]) / 100


def summed(taxes: Iterable[TaxAmount]) -> list[TaxAmount]:
    """One amount for each rate."""
    found: dict[tuple[str, bool, str], list[TaxAmount]] = {}
    for tax in taxes:
        found.setdefault((tax.rate_id, tax.inclusive, tax.taxability_reason), []).append(tax)
    return [
        TaxAmount(
            rate_id,
            sum(tax.amount for tax in same),
            sum(tax.taxable_amount for tax in same),
            inclusive,
            reason,
        )
        for (rate_id, inclusive, reason), same in found.items()
    ]


def checked(account: Account, rate_ids: Sequence[str], *, param: str = "tax_rates") -> list[str]:
    """Rates that are there, active, and not twice; what objects take for `tax_rates`."""
    if len(rate_ids) > MOST:
        raise InvalidRequest(
            f"You can specify at most {MOST} tax rates for a line item.", param=param
        )
    for place, rate_id in enumerate(rate_ids):
        rate = account.get("tax_rate", rate_id, param=f"{param}[{place}]")
        if not rate["active"]:
            raise InvalidRequest(
                f"The tax rate {rate_id} is not active and cannot be used.", param=param
            )
    if len(set(rate_ids)) < len(rate_ids):
        raise InvalidRequest("You cannot apply the same tax rate more than once.", param=param)
    return list(rate_ids)
