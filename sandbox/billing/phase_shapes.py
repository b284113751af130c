"""The phases of a subscription schedule: from parameters to what is shown, and to a subscription's
own parameters."""

from sandbox import changes
from sandbox.account import Account, public
from sandbox.billing import calendar, items
from sandbox.errors import InvalidRequest
from sandbox.shapes import Row, part
from sandbox.values import missing

_SAME = """
application_fee_percent billing_cycle_anchor collection_method default_payment_method description
on_behalf_of
"""
SAME = tuple(_SAME.split())
TO_SUBSCRIPTION = (
    "collection_method",
    "default_payment_method",
    "description",
    "default_tax_rates",
)


def chained(account: Account, given: list[Row], start: int, behavior: str | None) -> list[Row]:
    """The phases one after the other, each from the end of the one before."""
    if not given:
        raise missing("phases")
    phases = []
    for number, one in enumerate(given):
        phase = _shown(account, one, start, f"phases[{number}]", behavior)
        if phase["end_date"] <= start:
            raise InvalidRequest(
                f"The end date of phase {number} must be after its start date.",
                param=f"phases[{number}][end_date]",
            )
        phases.append(phase)
        start = phase["end_date"]
    return phases


def _shown(account: Account, given: Row, start: int, param: str, behavior: str | None) -> Row:
    listed = [
        _item(account, one, f"{param}[items][{number}]")
        for number, one in enumerate(given["items"])
    ]
    end = _end(account, given, start, listed)
    trial_end = end if given.get("trial") else given.get("trial_end")
    if trial_end == "now":
        trial_end = None
    return part(
        "subscription_schedule.Phase",
        **{name: given.get(name) or None for name in SAME},
        add_invoice_items=[
            _added(account, one, f"{param}[add_invoice_items][{number}]")
            for number, one in enumerate(given.get("add_invoice_items") or [])
        ],
        automatic_tax=automatic_tax(given.get("automatic_tax")),
        billing_thresholds=thresholds(given.get("billing_thresholds")),
        currency=given.get("currency") or account.get("price", listed[0]["price"])["currency"],
        default_tax_rates=[
            public(account.get("tax_rate", one)) for one in given.get("default_tax_rates") or []
        ],
        discounts=[_discount(one) for one in given.get("discounts") or []],
        end_date=end,
        invoice_settings=_invoice_settings(given),
        items=listed,
        metadata=dict(given.get("metadata") or {}),
        proration_behavior=given.get("proration_behavior") or behavior or "create_prorations",
        start_date=start,
        transfer_data=transfer_data(given.get("transfer_data")),
        trial_end=trial_end,
    )


def automatic_tax(given: Row | None) -> Row | None:
    """Whether taxes are to be found automatically; they never are here."""
    if not given:
        return None
    liability = {"account": None, **given["liability"]} if given.get("liability") else None
    return {"disabled_reason": None, "enabled": given["enabled"], "liability": liability}


def thresholds(given: Row | None) -> Row | None:
    """When a phase is to be billed early; it never is here."""
    return part("subscription_schedule.Phase.BillingThresholds", **given) if given else None


def transfer_data(given: Row | None) -> Row | None:
    """To whom its money goes; there is nobody but this account."""
    return part("subscription_schedule.Phase.TransferData", **given) if given else None


def _end(account: Account, given: Row, start: int, listed: list[Row]) -> int:
    if given.get("end_date") == "now":
        return account.now
    if given.get("end_date"):
        return int(given["end_date"])
    recurring = account.get("price", listed[0]["price"])["recurring"]
    if duration := given.get("duration"):
        recurring = {"interval_count": 1, **duration}
    times = given.get("iterations") or 1
    return calendar.boundary(start, recurring, times)


def _item(account: Account, given: Row, param: str) -> Row:
    price = items.price_given(account, given, param)
    items.check_price(price, param)
    return part(
        "subscription_schedule.Phase.Item",
        billing_thresholds=dict(given.get("billing_thresholds") or {}) or None,
        discounts=[_discount(one) for one in given.get("discounts") or []],
        metadata=dict(given.get("metadata") or {}),
        plan=price["id"],
        price=price["id"],
        quantity=items.checked_quantity(given.get("quantity", 1), param),
        tax_rates=[public(account.get("tax_rate", one)) for one in given.get("tax_rates") or []],
    )


def _added(account: Account, given: Row, param: str) -> Row:
    price = items.price_given(account, given, param)
    return part(
        "subscription_schedule.Phase.AddInvoiceItem",
        discountable=given.get("discountable"),
        metadata=dict(given.get("metadata") or {}),
        discounts=[_discount(one) for one in given.get("discounts") or []],
        period={
            "end": _edge(given, "end", "min_item_period_end"),
            "start": _edge(given, "start", "max_item_period_start"),
        },
        price=price["id"],
        quantity=given.get("quantity", 1),
        tax_rates=[public(account.get("tax_rate", one)) for one in given.get("tax_rates") or []],
    )


def _edge(given: Row, name: str, otherwise: str) -> Row:
    known = (given.get("period") or {}).get(name) or {"type": otherwise}
    return {"timestamp": None, **known}


def _discount(given: Row) -> Row:
    return part("subscription_schedule.Phase.Discount", **given)


def _invoice_settings(given: Row) -> Row | None:
    wanted = given.get("invoice_settings")
    if not wanted:
        return None
    return part("subscription_schedule.Phase.InvoiceSettings", **changes.filled(wanted))


def of_subscription(account: Account, subscription: Row) -> Row:
    """The phase that a subscription is in by itself: its running period."""
    every = items.of(account, subscription)
    return part(
        "subscription_schedule.Phase",
        currency=subscription["currency"],
        default_tax_rates=list(subscription["default_tax_rates"]),
        discounts=[_discount({"discount": one}) for one in subscription["discounts"]],
        end_date=max(item["current_period_end"] for item in every),
        items=[
            part(
                "subscription_schedule.Phase.Item",
                metadata=dict(item["metadata"]),
                plan=item["price"]["id"],
                price=item["price"]["id"],
                quantity=item["quantity"],
                tax_rates=list(item["tax_rates"]),
            )
            for item in every
        ],
        metadata={},
        proration_behavior="create_prorations",
        start_date=min(item["current_period_start"] for item in every),
        trial_end=subscription["trial_end"] if subscription["status"] == "trialing" else None,
    )


def to_params(schedule: Row, phase: Row) -> Row:
    """What a phase asks of its subscription, as parameters."""
    default = schedule["default_settings"]
    params: Row = {
        "items": [_item_params(item) for item in phase["items"]],
        "proration_behavior": phase["proration_behavior"],
    }
    for name in TO_SUBSCRIPTION:
        if value := phase.get(name) or default.get(name):
            params[name] = value
    if "default_tax_rates" in params:
        params["default_tax_rates"] = [rate["id"] for rate in params["default_tax_rates"]]
    settings = phase["invoice_settings"] or default["invoice_settings"] or {}
    if settings.get("days_until_due"):
        params["days_until_due"] = settings["days_until_due"]
    if phase["discounts"]:
        params["discounts"] = [_given(one) for one in phase["discounts"]]
    if phase["metadata"]:
        params["metadata"] = phase["metadata"]
    if phase["add_invoice_items"]:
        params["add_invoice_items"] = [
            {"price": one["price"], "quantity": one["quantity"]}
            for one in phase["add_invoice_items"]
        ]
    return params


def _item_params(item: Row) -> Row:
    params = {"price": item["price"], "quantity": item["quantity"], "metadata": item["metadata"]}
    if item["tax_rates"]:
        params["tax_rates"] = [rate["id"] for rate in item["tax_rates"]]
    if item["discounts"]:
        params["discounts"] = [_given(one) for one in item["discounts"]]
    return params


def _given(discount: Row) -> Row:
    return {name: value for name, value in discount.items() if value}
