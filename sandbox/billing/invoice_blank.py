"""What a draft invoice holds before anything is on it."""

from typing import Any

from sandbox.account import Account
from sandbox.shapes import Row, part

DAY = 24 * 60 * 60


def new(
    account: Account,
    customer: Row,
    currency: str,
    reason: str,
    subscription: Row | None,
    fields: dict[str, Any],
) -> Row:
    """An empty draft for a customer."""
    start, end = fields.pop("period", None) or (account.now, account.now)
    days = fields.pop("days_until_due", None)
    settings = dict(fields.pop("payment_settings", None) or {})
    settings["payment_method_options"] = method_options(settings.get("payment_method_options"))
    known = {name: value for name, value in fields.items() if value is not None}
    invoice = account.add(
        "invoice",
        id=known.pop("id", None),
        **_amounts(),
        **_of_customer(account, customer),
        account_country="DE",
        account_name="Pretend Shop",
        attempt_count=0,
        automatic_tax=part("invoice.AutomaticTax", enabled=False),
        billing_reason=reason,
        collection_method="charge_automatically",
        currency=currency,
        issuer={"account": None, "type": "self"},
        metadata=known.pop("metadata", {}),
        parent=known.pop("parent", None) or _parent(subscription),
        payment_settings=part("invoice.PaymentSettings", **settings),
        period_end=end,
        period_start=start,
        status="draft",
        _subscription=subscription["id"] if subscription else None,
    )
    invoice.update(known)
    if days is not None:
        invoice["due_date"] = account.now + days * DAY
    return invoice


def method_options(given: Row | None) -> Row | None:
    """Of a card's options an invoice keeps two, and of instalments whether there may be any."""
    if not given or not given.get("card"):
        return given or None
    card = given["card"]
    installments = card.get("installments")
    shown = {
        "installments": {"enabled": installments.get("enabled")} if installments else None,
        "request_three_d_secure": card.get("request_three_d_secure"),
    }
    return {**given, "card": shown}


def _amounts() -> Row:
    return {
        "amount_overpaid": 0,
        "amount_paid": 0,
        "amount_paid_off_stripe": 0,
        "amount_shipping": 0,
        "post_payment_credit_notes_amount": 0,
        "pre_payment_credit_notes_amount": 0,
        "starting_balance": 0,
    }


def _of_customer(account: Account, customer: Row) -> Row:
    tax_ids = account.where("tax_id", "customer", customer["id"])
    settings = customer["invoice_settings"]
    return {
        "custom_fields": settings["custom_fields"],
        "customer": customer["id"],
        "customer_address": customer["address"],
        "customer_email": customer["email"],
        "customer_name": customer["name"],
        "customer_phone": customer["phone"],
        "customer_shipping": customer["shipping"],
        "customer_tax_exempt": customer["tax_exempt"],
        "customer_tax_ids": [{"type": row["type"], "value": row["value"]} for row in tax_ids],
        "footer": settings["footer"],
        "test_clock": customer["test_clock"],
    }


def _parent(subscription: Row | None) -> Row | None:
    if subscription is None:
        return None
    details = part(
        "invoice.Parent.SubscriptionDetails",
        metadata=dict(subscription["metadata"] or {}),
        subscription=subscription["id"],
    )
    return part("invoice.Parent", subscription_details=details, type="subscription_details")
