"""Customer sessions: what a page may see and do of one customer for half an hour."""

from typing import Any

from sandbox.errors import InvalidRequest
from sandbox.routes import Call, route
from sandbox.shapes import Row
from sandbox.values import missing

LASTS = 30 * 60
FILTERS = "payment_method_allow_redisplay_filters"
FEATURES: dict[str, Row] = {
    "customer_sheet": {FILTERS: ["always"], "payment_method_remove": "enabled"},
    "mobile_payment_element": {
        FILTERS: ["always"],
        "payment_method_redisplay": "enabled",
        "payment_method_remove": "enabled",
        "payment_method_save": "disabled",
        "payment_method_save_allow_redisplay_override": None,
    },
    "payment_element": {
        FILTERS: ["always"],
        "payment_method_redisplay": "disabled",
        "payment_method_redisplay_limit": None,
        "payment_method_remove": "disabled",
        "payment_method_save": "disabled",
        "payment_method_save_usage": None,
    },
}
PLAIN = ("active_entitlements", "buy_button", "customer_portal", "pricing_table")
MOST_SHOWN = 10
USUALLY_SHOWN = 3


@route("POST", "/v1/customer_sessions", "CustomerSessionCreateParams")
def create(call: Call) -> Row:
    """A client secret for these components; the session itself has no id."""
    account, params = call.account, call.params
    if "customer" not in params:
        raise missing("customer")
    customer = account.living("customer", params["customer"], param="customer")
    session = account.add(
        "customer_session",
        client_secret=f"_{account.ids.text(60)}",
        components=_components(params["components"]),
        customer=customer["id"],
        expires_at=account.now + LASTS,
    )
    return {key: value for key, value in session.items() if key != "id"}


def _components(given: Row) -> Row:
    if not any(component.get("enabled") for component in given.values()):
        raise InvalidRequest("You must enable at least one component.", param="components")
    plain = {name: {"enabled": _enabled(given, name)} for name in PLAIN}
    featured = {name: _featured(given, name) for name in FEATURES}
    return plain | featured


def _enabled(given: Row, name: str) -> bool:
    return bool(given.get(name, {}).get("enabled"))


def _featured(given: Row, name: str) -> Row:
    wanted: dict[str, Any] = given.get(name, {}).get("features") or {}
    if not _enabled(given, name):
        return {"enabled": False, "features": None}
    features = FEATURES[name] | wanted
    if name == "payment_element":
        features["payment_method_redisplay_limit"] = _limit(features)
    return {"enabled": True, "features": features}


def _limit(features: Row) -> int | None:
    limit: int | None = features["payment_method_redisplay_limit"]
    if features["payment_method_redisplay"] != "enabled":
        return None
    if limit is not None and not 1 <= limit <= MOST_SHOWN:
        raise InvalidRequest(
            f"payment_method_redisplay_limit must be between 1 and {MOST_SHOWN}.",
            param="components[payment_element][features][payment_method_redisplay_limit]",
        )
    return limit or USUALLY_SHOWN
