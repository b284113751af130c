"""What a portal configuration allows, as parameters say it."""

import re
from typing import Any

from sandbox.account import Account
from sandbox.changes import merged
from sandbox.errors import InvalidRequest, no_such
from sandbox.shapes import Row, part
from sandbox.store import copied
from sandbox.values import missing

KIND = "billing_portal.configuration"
DEFAULT = "bpc_1SandboxDefault"
LONGEST_HEADLINE = 60
MOST_PRODUCTS = 10
REASONS = (
    "too_expensive",
    "missing_features",
    "switched_service",
    "unused",
    "customer_service",
    "too_complex",
    "low_quality",
    "other",
)
# What may be sent as an empty text to mean nothing of it.
LISTS = ("allowed_updates", "default_allowed_updates", "products")


def features() -> Row:
    """Nothing is allowed."""
    return {
        "customer_update": {"allowed_updates": [], "enabled": False},
        "invoice_history": {"enabled": False},
        "payment_method_update": {"enabled": False, "payment_method_configuration": None},
        "subscription_cancel": {
            "cancellation_reason": {"enabled": False, "feedback_options": None, "options": []},
            "enabled": False,
            "mode": "at_period_end",
            "proration_behavior": "none",
        },
        "subscription_pause": {
            "duration": {"interval_options": [], "type": "indefinite"},
            "enabled": False,
        },
        "subscription_update": {
            "billing_cycle_anchor": None,
            "default_allowed_updates": [],
            "enabled": False,
            "products": [],
            "proration_behavior": "none",
            "schedule_at_period_end": {"conditions": []},
            "trial_update_behavior": "end_trial",
        },
    }


def usual() -> Row:
    """What the default configuration allows, until it is changed."""
    allowed = features()
    allowed["customer_update"] = {
        "allowed_updates": ["email", "name", "address", "phone", "tax_id"],
        "enabled": True,
    }
    for name in ("invoice_history", "payment_method_update", "subscription_cancel"):
        allowed[name]["enabled"] = True
    reason = allowed["subscription_cancel"]["cancellation_reason"]
    reason.update(enabled=True, options=list(REASONS))
    return allowed


def default(account: Account) -> Row:
    """The configuration for sessions that name none; it is there from the first look."""
    return account.find(DEFAULT) or account.add(
        KIND,
        id=DEFAULT,
        active=True,
        business_profile=part(f"{KIND}.BusinessProfile"),
        features=usual(),
        is_default=True,
        login_page={"enabled": False, "url": None},
        metadata={},
        updated=account.now,
    )


def write(account: Account, row: Row, params: Row) -> None:
    """Everything in the parameters."""
    if params.get("active") is False and row["is_default"]:
        raise InvalidRequest("You cannot deactivate the default configuration.", param="active")
    if "active" in params:
        row["active"] = params["active"]
    for field in ("default_return_url", "name"):
        if field in params:
            row[field] = params[field] or None
    check_url(row["default_return_url"], "default_return_url")
    if "metadata" in params:
        row["metadata"] = merged(row["metadata"] or {}, params["metadata"])
    _write_profile(row, params.get("business_profile") or {})
    _write_login(account, row, params.get("login_page"))
    for name, given in (params.get("features") or {}).items():
        row["features"][name] = _feature(account, name, row["features"][name], given)
    row["updated"] = account.now


def check_url(url: str | None, param: str) -> None:
    """Where people are sent must be an address."""
    if url is not None and not re.match(r"https?://[^\s/]", url):
        raise InvalidRequest("Not a valid URL", code="url_invalid", param=param)


def _write_profile(row: Row, given: Row) -> None:
    if len(given.get("headline") or "") > LONGEST_HEADLINE:
        raise InvalidRequest(
            f"The headline can have at most {LONGEST_HEADLINE} characters.",
            param="business_profile[headline]",
        )
    row["business_profile"] |= {field: value or None for field, value in given.items()}


def _write_login(account: Account, row: Row, given: Row | None) -> None:
    if given is None:
        return
    if row["login_page"]["url"] is None and given["enabled"]:
        row["_login"] = f"test_{account.ids.text(20)}"
    url = f"{account.base_url}/p/login/{row['_login']}" if given["enabled"] else None
    row["login_page"] = {"enabled": given["enabled"], "url": url}


def _feature(account: Account, name: str, before: Row, given: Row) -> Row:
    feature = copied(before)
    for field, value in given.items():
        feature[field] = _merged(feature[field], value, is_list=field in LISTS)
    if check := CHECKS.get(name):
        check(account, feature)
    return feature


def _merged(before: Any, given: Any, *, is_list: bool) -> Any:
    if given == "":
        return [] if is_list else None
    if isinstance(before, dict) and isinstance(given, dict):
        return before | {key: [] if value == "" else value for key, value in given.items()}
    return given


def _check_customer(account: Account, feature: Row) -> None:
    if feature["enabled"] and not feature["allowed_updates"]:
        raise missing("features[customer_update][allowed_updates]")


def _check_cancel(account: Account, feature: Row) -> None:
    reason = feature["cancellation_reason"]
    if reason["enabled"] and not reason["options"]:
        raise missing("features[subscription_cancel][cancellation_reason][options]")
    if feature["mode"] == "at_period_end" and feature["proration_behavior"] != "none":
        raise InvalidRequest(
            "Prorations are only supported when `mode` is `immediately`.",
            param="features[subscription_cancel][proration_behavior]",
        )


def _check_pause(account: Account, feature: Row) -> None:
    duration = feature["duration"]
    options = duration.get("interval_options") or []
    if duration["type"] == "interval_options" and not options:
        raise missing("features[subscription_pause][duration][interval_options]")
    duration["interval_options"] = [{"interval_count": 1} | option for option in options]


def _check_update(account: Account, feature: Row) -> None:
    path = "features[subscription_update]"
    for needed in ("default_allowed_updates", "products"):
        if feature["enabled"] and not feature[needed]:
            raise missing(f"{path}[{needed}]")
    if len(feature["products"]) > MOST_PRODUCTS:
        raise InvalidRequest(
            f"You can specify at most {MOST_PRODUCTS} products.", param=f"{path}[products]"
        )
    feature["products"] = [
        _product(account, given, f"{path}[products][{place}]")
        for place, given in enumerate(feature["products"])
    ]


def _product(account: Account, given: Row, path: str) -> Row:
    product = account.living("product", given["product"], param=f"{path}[product]")
    for place, name in enumerate(given["prices"]):
        _check_price(account, product, name, f"{path}[prices][{place}]")
    usual = {"enabled": False, "maximum": None, "minimum": 1}
    quantity = usual | (given.get("adjustable_quantity") or {})
    return {
        "adjustable_quantity": quantity,
        "prices": list(given["prices"]),
        "product": product["id"],
    }


def _check_price(account: Account, product: Row, name: str, path: str) -> None:
    price = account.find(name, "price")
    if price is None:
        raise no_such("price", name, param=path)
    if price["product"] != product["id"]:
        raise InvalidRequest(
            f"The price {name} does not belong to the product {product['id']}.", param=path
        )
    if not price["recurring"]:
        raise InvalidRequest(
            f"The price {name} is not recurring; only recurring prices can be subscribed to.",
            param=path,
        )


CHECKS = {
    "customer_update": _check_customer,
    "subscription_cancel": _check_cancel,
    "subscription_pause": _check_pause,
    "subscription_update": _check_update,
}
