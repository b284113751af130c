"""A quote is accepted: it becomes an invoice, a subscription, or a schedule for one."""

from sandbox.account import Account
from sandbox.billing import discounts, invoicing, quoting, subscribing
from sandbox.checkout import items
from sandbox.objects import subscription_schedules
from sandbox.shapes import Row


def accepted(account: Account, quote: Row) -> None:
    """Make what was quoted."""
    rows = items.of(account, quote)
    if not any(row["price"]["recurring"] for row in rows):
        quote["invoice"] = _invoice(account, quote, rows)["id"]
    elif quoting.starts_later(account, quote):
        schedule = _schedule(account, quote, rows)
        quote["subscription_schedule"] = schedule["id"]
        quote["subscription"] = schedule["subscription"]
    else:
        subscription = subscribing.begun(account, _subscription_params(quote, rows))
        quote.update(subscription=subscription["id"], invoice=subscription["latest_invoice"])


def _invoice(account: Account, quote: Row, rows: list[Row]) -> Row:
    """A draft that waits for somebody to finalize it."""
    settings = quote["invoice_settings"]
    return invoicing.draft(
        account,
        quote["customer"],
        currency=quote["currency"],
        reason="manual",
        lines=[quoting.line_of(account, row) for row in rows],
        discounts=discounts.alive(account, quote["discounts"], account.now),
        default_tax_rates=quote["default_tax_rates"],
        auto_advance=False,
        collection_method=quote["collection_method"],
        custom_fields=settings["custom_fields"],
        days_until_due=settings["days_until_due"],
        description=settings["description"] or quote["description"],
        footer=settings["footer"] or quote["footer"],
        metadata=dict(quote["metadata"]),
        parent={
            "quote_details": {"quote": quote["id"]},
            "subscription_details": None,
            "type": "quote_details",
        },
    )


def _subscription_params(quote: Row, rows: list[Row]) -> Row:
    data = quote["subscription_data"]
    params: Row = {
        "customer": quote["customer"],
        "currency": quote["currency"],
        "items": _items(rows, recurring=True),
        "add_invoice_items": _items(rows, recurring=False),
        "billing_mode": {"type": data["billing_mode"]["type"]},
        "collection_method": quote["collection_method"],
        "metadata": dict(data["metadata"] or {}),
        **_shared(quote),
    }
    if data["trial_period_days"]:
        params["trial_period_days"] = data["trial_period_days"]
    if quote["collection_method"] == "send_invoice":
        params["days_until_due"] = quote["invoice_settings"]["days_until_due"]
    return params


def _shared(quote: Row) -> Row:
    known = {
        "default_tax_rates": quote["default_tax_rates"],
        "description": quote["subscription_data"]["description"],
        "discounts": [{"discount": name} for name in quote["discounts"]],
    }
    return {name: value for name, value in known.items() if value}


def _items(rows: list[Row], *, recurring: bool) -> list[Row]:
    return [_item(row) for row in rows if bool(row["price"]["recurring"]) == recurring]


def _item(row: Row) -> Row:
    item = {"price": row["price"]["id"], "quantity": row["quantity"]}
    if row["_tax_rates"]:
        item["tax_rates"] = row["_tax_rates"]
    if row.get("_own_discounts"):
        item["discounts"] = [{"discount": name} for name in row["_own_discounts"]]
    return item


def _schedule(account: Account, quote: Row, rows: list[Row]) -> Row:
    data = quote["subscription_data"]
    phase = {
        "add_invoice_items": _items(rows, recurring=False),
        "collection_method": quote["collection_method"],
        "items": _items(rows, recurring=True),
        "metadata": dict(data["metadata"] or {}),
        **_shared(quote),
    }
    if data["trial_period_days"]:
        phase["trial_end"] = data["effective_date"] + data["trial_period_days"] * 24 * 60 * 60
    return subscription_schedules.begun(
        account,
        {
            "customer": quote["customer"],
            "phases": [phase],
            "start_date": data["effective_date"],
            "billing_mode": {"type": data["billing_mode"]["type"]},
        },
    )
