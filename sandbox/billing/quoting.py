"""What a quote comes to: now, and again with every period."""

from sandbox.account import Account
from sandbox.billing import discounts
from sandbox.billing.lines import Line, TaxAmount
from sandbox.billing.totals import Totals, settled
from sandbox.checkout import adding_up, items
from sandbox.expand import includes
from sandbox.lists import page_of
from sandbox.shapes import Row


def add_up(account: Account, quote: Row) -> None:
    """Write the amounts into a draft and its items."""
    rows = [account.store.edit(row) for row in items.of(account, quote)]
    lines = [line_of(account, row) for row in rows]
    whole = _settled(account, quote, lines)
    for row, line in zip(rows, lines, strict=True):
        _write_item(row, line)
    quote.update(_amounts(whole), _breakdown=_kept(whole))
    upfront = [line_of(account, row) for row in upfront_items(account, quote)]
    due = _settled(account, quote, upfront)
    quote["computed"] = {
        "recurring": _recurring(account, quote, rows),
        "upfront": {**_amounts(due), "line_items": None},
    }


def line_of(account: Account, item: Row) -> Line:
    """The line that an item of a quote will be on a bill."""
    return Line(
        items.amount_of(account, item),
        item["currency"],
        quantity=item["quantity"],
        price=items.price_row(account, item),
        description=item["description"],
        discounts=tuple(item.get("_own_discounts") or ()),
        tax_rates=tuple(item["_tax_rates"]) or None,
        metadata=dict(item["metadata"]),
    )


def upfront_items(account: Account, quote: Row) -> list[Row]:
    """What is billed on acceptance: everything, or what is bought once when a trial comes first or
    the subscription starts later."""
    rows = items.of(account, quote)
    if quote["subscription_data"]["trial_period_days"] or starts_later(account, quote):
        return [row for row in rows if not row["price"]["recurring"]]
    return rows


def starts_later(account: Account, quote: Row) -> bool:
    """Whether a schedule must wait for the subscription to begin."""
    moment = quote["subscription_data"]["effective_date"]
    return moment is not None and moment > account.now


def _settled(
    account: Account, quote: Row, lines: list[Line], wanted: list[str] | None = None
) -> Totals:
    customer = account.find(quote["customer"], "customer") or {}
    return settled(
        account,
        lines,
        discounts=quote["discounts"] if wanted is None else wanted,
        default_tax_rates=quote["default_tax_rates"],
        tax_exempt=customer.get("tax_exempt") or "none",
    )


def _recurring(account: Account, quote: Row, rows: list[Row]) -> Row | None:
    """Every period, with the discounts that last for ever."""
    repeated = [row for row in rows if row["price"]["recurring"]]
    if not repeated:
        return None
    lines = [line_of(account, row) for row in repeated]
    for line in lines:
        line.discounts = tuple(_lasting(account, line.discounts))
    totals = _settled(account, quote, lines, _lasting(account, quote["discounts"]))
    every = repeated[0]["price"]["recurring"]
    period = {"interval": every["interval"], "interval_count": every["interval_count"]}
    return {**_amounts(totals), **period}


def _lasting(account: Account, ids: tuple[str, ...] | list[str]) -> list[str]:
    rows = discounts.rows(account, ids)
    return [row["id"] for row in rows if _coupon(account, row)["duration"] == "forever"]


def _coupon(account: Account, discount: Row) -> Row:
    coupon = discount["source"]["coupon"]
    return coupon if isinstance(coupon, dict) else account.get("coupon", coupon)


def _write_item(item: Row, line: Line) -> None:
    item.update(
        amount_discount=line.amount - line.discounted,
        amount_subtotal=line.amount,
        amount_tax=line.exclusive_tax + line.inclusive_tax,
        amount_total=line.discounted + line.exclusive_tax,
        _discounts=[list(pair) for pair in line.discount_amounts],
        _taxes=[_kept_tax(tax) for tax in line.taxes],
    )


def _amounts(totals: Totals) -> Row:
    return {
        "amount_subtotal": totals.subtotal,
        "amount_total": totals.total,
        "total_details": {
            "amount_discount": totals.discount,
            "amount_shipping": 0,
            "amount_tax": totals.tax_exclusive + totals.tax_inclusive,
            "breakdown": None,
        },
    }


def _kept(totals: Totals) -> Row:
    return {
        "discounts": [list(pair) for pair in totals.discounts],
        "taxes": [_kept_tax(tax) for tax in totals.taxes],
    }


def _kept_tax(tax: TaxAmount) -> Row:
    return {
        "amount": tax.amount,
        "rate": tax.rate_id,
        "taxability_reason": tax.taxability_reason,
        "taxable_amount": tax.taxable_amount,
    }


@includes("quote", "total_details.breakdown")
def _breakdown(account: Account, answer: Row) -> Row:
    return adding_up.breakdown(account, account.get("quote", answer["id"]))


@includes("quote", "line_items")
def _line_items(account: Account, answer: Row) -> Row:
    return items.page(account, answer)


@includes("quote", "computed.upfront.line_items")
def _upfront_line_items(account: Account, answer: Row) -> Row:
    url = f"/v1/quotes/{answer['id']}/computed_upfront_line_items"
    return page_of(upfront_items(account, answer), url)
