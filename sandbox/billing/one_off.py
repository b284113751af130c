"""`add_invoice_items`: what is billed once, with a subscription's next invoice."""

from sandbox import money
from sandbox.account import Account
from sandbox.billing import items, taxes
from sandbox.billing.amounts import line_amount
from sandbox.billing.lines import Line
from sandbox.errors import InvalidRequest
from sandbox.shapes import Row


def lines(account: Account, subscription: Row, params: Row) -> list[Line]:
    """The lines that the parameters add."""
    given = params.get("add_invoice_items") or []
    return [_line(account, subscription, one, f"add_invoice_items[{n}]")
            for n, one in enumerate(given)]  # fmt: skip


def _line(account: Account, subscription: Row, given: Row, param: str) -> Line:
    price = items.price_given(account, given, param)
    if price["type"] != "one_time":
        raise InvalidRequest(
            "The price specified is set to `type=recurring` but this field only accepts prices "
            "with `type=one_time`.",
            param=f"{param}[price]",
        )
    items.fits_currency(price, subscription["currency"], param)
    quantity = items.checked_quantity(given.get("quantity", 1), param)
    product = account.find(price["product"], "product") or {}
    own = given.get("tax_rates")
    return Line(
        amount=line_amount(items.in_currency(price, subscription["currency"]), quantity),
        currency=money.checked_currency(subscription["currency"]),
        quantity=quantity,
        price=price,
        description=product.get("name"),
        period=_period(account, subscription, given.get("period")),
        discountable=given.get("discountable", True),
        tax_rates=tuple(taxes.checked(account, own, param=f"{param}[tax_rates]")) if own else None,
        subscription=subscription["id"],
        metadata=dict(given.get("metadata") or {}),
    )


def _period(account: Account, subscription: Row, given: Row | None) -> tuple[int, int]:
    every = items.of(account, subscription)
    start = max((item["current_period_start"] for item in every), default=account.now)
    end = min((item["current_period_end"] for item in every), default=account.now)
    if given:
        start = {"now": account.now, "timestamp": given["start"].get("timestamp") or start}.get(
            given["start"]["type"], start
        )
        end = given["end"].get("timestamp") or end
    return start, end
