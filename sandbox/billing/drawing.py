"""A new subscription's rows, before anything is told or billed."""

from sandbox.account import Account
from sandbox.billing import items, opening, proration, subscription_fields
from sandbox.billing.opening import Opening
from sandbox.errors import InvalidRequest
from sandbox.shapes import Row
from sandbox.values import missing

OVER = ("canceled", "incomplete_expired")


def drawn_up(account: Account, params: Row) -> Row:
    """The subscription and its items with their first periods."""
    given = _items_given(params)
    prices = [items.price_given(account, one, f"items[{n}]") for n, one in enumerate(given)]
    for number, price in enumerate(prices):
        items.check_price(price, f"items[{number}]")
    currency = params.get("currency") or prices[0]["currency"]
    _check_customer_currency(account, params.get("customer"), currency)
    moments = opening.planned(account, params, [price["recurring"] for price in prices])
    subscription = _row(account, params, currency, moments)
    for number, (one, price) in enumerate(zip(given, prices, strict=True)):
        known = {name: value for name, value in one.items() if name not in ("price_data", "plan")}
        items.add(account, subscription, known | {"price": price["id"]}, param=f"items[{number}]")
    every = items.of(account, subscription)
    items.check_together(subscription, every)
    for item in every:
        _set_period(account, subscription, item)
    return subscription


def _items_given(params: Row) -> list[Row]:
    if plan := params.get("plan"):
        return [{"plan": plan, "quantity": params.get("quantity", 1)}]
    given: list[Row] = params.get("items") or []
    if not given:
        raise missing("items")
    return given


def _check_customer_currency(account: Account, customer: str | None, currency: str) -> None:
    if customer is None:
        return
    running = [
        row
        for row in account.where("subscription", "customer", customer)
        if row["status"] not in OVER
    ]
    waiting = [
        row for row in account.where("invoiceitem", "customer", customer) if not row["invoice"]
    ]
    for row in (*running, *waiting):
        if row["currency"] != currency:
            raise InvalidRequest(
                "You cannot combine currencies on a single customer. This customer has an active "
                "subscription, subscription schedule, discount, quote, or invoice item with "
                f"currency {row['currency']}"
            )


def _row(account: Account, params: Row, currency: str, moments: Opening) -> Row:
    trial = moments.trial_end
    customer = account.find(params.get("customer"), "customer") or {}
    return account.add(
        "subscription",
        **subscription_fields.blank_fields(account, params),
        billing_cycle_anchor=moments.anchor,
        billing_cycle_anchor_config=moments.anchor_config,
        currency=currency,
        customer=params.get("customer"),
        metadata=dict(params.get("metadata") or {}),
        start_date=moments.start,
        status="trialing" if trial else "active",
        test_clock=customer.get("test_clock"),
        trial_end=trial,
        trial_start=account.now if trial else None,
        _next_at=None,
    )


def _set_period(account: Account, subscription: Row, item: Row) -> None:
    if subscription["trial_end"] is not None:
        start, end = account.now, subscription["trial_end"]
    else:
        start, end = proration.natural(subscription, item, account.now)
        start = max(start, subscription["start_date"])
    item.update(current_period_start=start, current_period_end=end)
