"""What a subscription says about itself, and how parameters change it."""

from sandbox import changes
from sandbox.account import Account, public
from sandbox.billing import discounts, pending_interval, taxes
from sandbox.errors import InvalidRequest, no_such
from sandbox.shapes import Row, part

PLAIN = (
    "application_fee_percent",
    "days_until_due",
    "description",
    "on_behalf_of",
    "transfer_data",
)


def blank_fields(account: Account, params: Row) -> Row:
    """The fields of a new subscription that nobody has said anything about."""
    return {
        "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
        "billing_mode": billing_mode(account, params.get("billing_mode") or {}),
        "cancellation_details": part("subscription.CancellationDetails"),
        "collection_method": params.get("collection_method") or "charge_automatically",
        "default_tax_rates": [],
        "invoice_settings": part(
            "subscription.InvoiceSettings", issuer={"account": None, "type": "self"}
        ),
        "payment_settings": part("subscription.PaymentSettings", save_default_payment_method="off"),
        "trial_settings": {
            "end_behavior": {
                "billing_cycle_anchor": None,
                "missing_payment_method": "create_invoice",
            }
        },
    }


def billing_mode(account: Account, given: Row) -> Row:
    """Flexible unless classic was asked for."""
    if given.get("type", "flexible") == "classic":
        return {"flexible": None, "type": "classic", "updated_at": None}
    shown = (given.get("flexible") or {}).get("proration_discounts") or "included"
    flexible = {"proration_discounts": shown}
    return {"flexible": flexible, "type": "flexible", "updated_at": account.now}


def write(account: Account, subscription: Row, params: Row) -> None:
    """Everything in the parameters but items, trial, anchor and cancellation."""
    changes.apply(subscription, params, PLAIN)
    if to := params.get("transfer_data"):
        subscription["transfer_data"] = part("subscription.TransferData", **to)
    if "collection_method" in params:
        subscription["collection_method"] = params["collection_method"]
    _check_collection(subscription, params)
    _hashes(subscription, params)
    pending_interval.write(account, subscription, params)
    _methods(account, subscription, params)
    if "default_tax_rates" in params:
        ids = taxes.checked(account, params["default_tax_rates"] or [], param="default_tax_rates")
        subscription["default_tax_rates"] = [public(account.get("tax_rate", one)) for one in ids]
    if "discounts" in params:
        subscription["discounts"] = discounts.given(
            account,
            params["discounts"] or [],
            customer=subscription["customer"],
            subscription=subscription["id"],
            currency=subscription["currency"],
        )


def _check_collection(subscription: Row, params: Row) -> None:
    sends = subscription["collection_method"] == "send_invoice"
    if sends and subscription["days_until_due"] is None:
        raise InvalidRequest(
            "You must pass `days_until_due` when `collection_method` is `send_invoice`.",
            param="days_until_due",
        )
    if not sends and params.get("days_until_due") is not None:
        raise InvalidRequest(
            "You can only pass `days_until_due` when `collection_method` is `send_invoice`.",
            param="days_until_due",
        )
    if not sends:
        subscription["days_until_due"] = None


def _hashes(subscription: Row, params: Row) -> None:
    for field in ("invoice_settings", "payment_settings"):
        if given := params.get(field):
            subscription[field] = subscription[field] | changes.filled(given)
    if tax := params.get("automatic_tax"):
        liability = tax.get("liability") or ({"type": "self"} if tax["enabled"] else None)
        shown = {"account": None, **liability} if liability else None
        subscription["automatic_tax"] |= {"enabled": tax["enabled"], "liability": shown}
    if settings := params.get("trial_settings"):
        known = subscription["trial_settings"]["end_behavior"]
        subscription["trial_settings"] = {"end_behavior": known | settings["end_behavior"]}
    if thresholds := params.get("billing_thresholds"):
        subscription["billing_thresholds"] = part("subscription.BillingThresholds", **thresholds)
    elif thresholds == "":
        subscription["billing_thresholds"] = None


def _methods(account: Account, subscription: Row, params: Row) -> None:
    if name := params.get("default_payment_method"):
        subscription["default_payment_method"] = _own_method(account, subscription, name)
    elif name == "":
        subscription["default_payment_method"] = None
    if name := params.get("default_source"):
        source = account.find(name, "card")
        if source is None or source["customer"] != subscription["customer"]:
            raise no_such("source", name, param="default_source")
        subscription["default_source"] = name
    elif name == "":
        subscription["default_source"] = None


def _own_method(account: Account, subscription: Row, name: str) -> str:
    method = account.find(name, "payment_method")
    if method is None or method["customer"] != subscription["customer"]:
        raise InvalidRequest(
            f"The customer does not have a payment method with the ID {name}. The payment method "
            "must be attached to the customer.",
            code="resource_missing",
            param="default_payment_method",
        )
    return str(method["id"])
