"""How the goods of a session can be sent, and how they will be."""

from sandbox.account import Account
from sandbox.billing.lines import Line
from sandbox.checkout.terms import at_most
from sandbox.errors import InvalidRequest
from sandbox.objects import shipping_rates
from sandbox.routes import Call
from sandbox.shapes import Row
from sandbox.values import missing

MOST = 5


def offer(call: Call, owner: Row, given: list[Row | str]) -> None:
    """Write the options; the first is chosen until the customer chooses."""
    at_most(given, MOST, "shipping_options")
    rates = [_rate(call, option, place) for place, option in enumerate(given)]
    owner["shipping_options"] = [
        {"shipping_amount": amount_of(rate, owner["currency"]), "shipping_rate": rate["id"]}
        for rate in rates
    ]
    owner["_shipping_rate"] = rates[0]["id"] if rates else None


def _rate(call: Call, option: Row | str, place: int) -> Row:
    param = f"shipping_options[{place}]"
    if isinstance(option, dict) and (data := option.get("shipping_rate_data")):
        return shipping_rates.new(call, data, param=f"{param}[shipping_rate_data]")
    name = option.get("shipping_rate") if isinstance(option, dict) else option
    if not name:
        raise missing(f"{param}[shipping_rate]")
    rate = call.account.get("shipping_rate", name, param=f"{param}[shipping_rate]")
    if not rate["active"]:
        raise InvalidRequest(
            f"The shipping rate {name} is not active and cannot be used.",
            param=f"{param}[shipping_rate]",
        )
    return rate


def amount_of(rate: Row, currency: str) -> int:
    """What a rate costs in a currency."""
    fixed = rate["fixed_amount"]
    if fixed["currency"] == currency:
        return int(fixed["amount"])
    option = fixed.get("currency_options", {}).get(currency)
    if option is None:
        raise InvalidRequest(
            f"The shipping rate {rate['id']} is in {fixed['currency']}, but the line items are in "
            f"{currency}.",
            param="shipping_options",
        )
    return int(option["amount"])


def choose(session: Row, rate_id: str) -> None:
    """One of the options, by the customer."""
    if rate_id not in [option["shipping_rate"] for option in session["shipping_options"]]:
        raise InvalidRequest(
            f"The shipping rate {rate_id} is not one of this session's shipping options.",
            param="shipping_rate",
        )
    session["_shipping_rate"] = rate_id


def line(account: Account, session: Row) -> Line | None:
    """The chosen one as a line of the bill."""
    rate = account.find(session["_shipping_rate"], "shipping_rate")
    if rate is None:
        return None
    amount = amount_of(rate, session["currency"])
    return Line(amount, session["currency"], description=rate["display_name"], tax_rates=())


def cost(session: Row, sent: Line | None) -> Row | None:
    """What a session says of it."""
    if sent is None:
        return None
    tax = sent.exclusive_tax + sent.inclusive_tax
    return {
        "amount_subtotal": sent.amount,
        "amount_tax": tax,
        "amount_total": sent.amount + sent.exclusive_tax,
        "shipping_rate": session["_shipping_rate"],
        "taxes": None,
    }
