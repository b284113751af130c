"""What a part of a period costs, to the second: credits for time unused, debits for time left."""

from collections.abc import Iterable
from fractions import Fraction

from sandbox import money
from sandbox.account import Account
from sandbox.billing import calendar, items, lasting, totals
from sandbox.billing.amounts import rounded
from sandbox.billing.lines import Line
from sandbox.shapes import Row

Period = tuple[int, int]


def share(amount: int, whole: Period, part: Period) -> Fraction:
    """The exact cost of a part of a period that costs so much as a whole."""
    return Fraction(amount * (part[1] - part[0]), whole[1] - whole[0])


def part_of(amount: int, whole: Period, part: Period, currency: str) -> int:
    """The same in minor units, half up."""
    return amount if part == whole else rounded(share(amount, whole, part), money.step_of(currency))


def natural(subscription: Row, item: Row, moment: int) -> Period:
    """The whole billing period around a moment, whatever of it the item is really billed for."""
    config = subscription["billing_cycle_anchor_config"] or {}
    recurring = item["price"]["recurring"]
    anchor = subscription["billing_cycle_anchor"]
    return calendar.period_at(anchor, recurring, moment, day=config.get("day_of_month"))


def name_of(account: Account, item: Row) -> str:
    """Its product, with the quantity where there are several."""
    product = account.find(item["price"]["product"], "product") or {}
    name = str(product.get("name") or item["price"]["product"])
    return f"{item['quantity']} × {name}" if (item["quantity"] or 1) != 1 else name


def net_amounts(account: Account, subscription: Row, every: Iterable[Row]) -> dict[str, int]:
    """Item id → what a whole period of it costs after the discounts that count now."""
    rows = list(every)
    lines = [
        Line(
            amount=items.amount(account, subscription, item),
            currency=subscription["currency"],
            price=items.price_row(account, item),
            discounts=tuple(lasting.alive(account, item["discounts"])),
        )
        for item in rows
    ]
    totals.settled(account, lines, discounts=lasting.of(account, subscription))
    return {item["id"]: line.discounted for item, line in zip(rows, lines, strict=True)}


def itemized(subscription: Row) -> bool:
    """Whether prorations are shown before discounts, and the discounts beside them."""
    flexible = subscription["billing_mode"]["flexible"] or {}
    return bool(flexible.get("proration_discounts") == "itemized")


def debit(
    account: Account, subscription: Row, item: Row, at: int, *, net: int | None = None
) -> Line | None:
    """The rest of the running period at the item's price of now; None when nothing is left."""
    end = item["current_period_end"]
    if end <= at or item["quantity"] is None:
        return None
    gross = items.amount(account, subscription, item)
    whole, part = natural(subscription, item, at), (at, end)
    if end > whole[1]:
        whole = (item["current_period_start"], end)
    shown = itemized(subscription)
    amount = gross if shown or net is None else net
    line = _line(account, subscription, item, part)
    line.amount = part_of(amount, whole, part, subscription["currency"])
    line.description = f"Remaining time on {name_of(account, item)} after {calendar.words(at)}"
    line.discountable = shown
    return line


def credit(
    account: Account, subscription: Row, item: Row, at: int, among: list[Row]
) -> Line | None:
    """What was billed for the item and is not used after a moment; None when that is nothing.
    Flexible billing gives back what was debited; classic billing what the item, `among` all those
    that were subscribed to, would cost now."""
    end = item["current_period_end"]
    if end <= at or item["quantity"] is None:
        return None
    open_debits = [one for one in item["_billed"] if one["end"] > at]
    if not open_debits:
        return None
    line = _line(account, subscription, item, (at, end))
    if subscription["billing_mode"]["type"] == "classic":
        line.amount = -_at_price_of_now(account, subscription, item, at, among)
    else:
        line.amount = -_debited_after(subscription, open_debits, at)
    line.description = f"Unused time on {name_of(account, item)} after {calendar.words(at)}"
    line.proration_details = {"credited_items": _credited(open_debits)}
    _as_debited(account, subscription, line, open_debits[-1])
    return line if line.amount else None


def _at_price_of_now(
    account: Account, subscription: Row, item: Row, at: int, among: list[Row]
) -> int:
    whole, part = natural(subscription, item, at), (at, item["current_period_end"])
    net = net_amounts(account, subscription, among)[item["id"]]
    return part_of(net, whole, part, subscription["currency"])


def _debited_after(subscription: Row, open_debits: list[Row], at: int) -> int:
    name = "gross" if itemized(subscription) else "amount"
    left = Fraction(0)
    for one in open_debits:
        left += share(one[name], (one["start"], one["end"]), (max(at, one["start"]), one["end"]))
    return rounded(left, money.step_of(subscription["currency"]))


def _as_debited(account: Account, subscription: Row, line: Line, debited: Row) -> None:
    """A credit carries the taxes of its debit, and where discounts are itemized those, too."""
    rates = debited["tax_rates"]
    line.tax_rates = None if rates is None else tuple(rates)
    line.discountable = itemized(subscription)
    if line.discountable:
        whole = lasting.of(account, subscription)
        line.discounts = tuple(one for one in debited["discounts"] if one not in whole)


def _credited(open_debits: list[Row]) -> Row | None:
    last = open_debits[-1]
    if last.get("line"):
        return {"invoice": last["invoice"], "invoice_line_items": [last["line"]]}
    return None


def _line(account: Account, subscription: Row, item: Row, period: Period) -> Line:
    own = [rate["id"] for rate in item["tax_rates"] or []]
    return Line(
        amount=0,
        currency=subscription["currency"],
        quantity=item["quantity"],
        price=items.price_row(account, item),
        period=period,
        proration=True,
        tax_rates=tuple(own) if own else None,
        subscription=subscription["id"],
        subscription_item=item["id"],
        metadata=dict(subscription["metadata"]),
    )
