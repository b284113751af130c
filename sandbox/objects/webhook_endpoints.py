"""Webhook endpoints."""

from urllib.parse import urlsplit

from sandbox.changes import apply
from sandbox.errors import InvalidRequest
from sandbox.lists import listed
from sandbox.routes import Call, route
from sandbox.shapes import Row


@route("POST", "/v1/webhook_endpoints", "WebhookEndpointCreateParams")
def create(call: Call) -> Row:
    """A new one; its secret is shown this once."""
    account, params = call.account, call.params
    if len(account.store.table("webhook_endpoint").rows) >= 16:
        raise InvalidRequest("You have reached the maximum of 16 test webhook endpoints.")
    row = account.add(
        "webhook_endpoint",
        api_version=params.get("api_version"),
        enabled_events=params["enabled_events"],
        status="enabled",
        url=_checked(params["url"]),
        _secret=f"whsec_{account.ids.text(32)}",
    )
    apply(row, params, ("description",))
    return {**row, "secret": row["_secret"]}


def _checked(url: str) -> str:
    try:
        parts = urlsplit(url)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        fine = False
    if not fine or not url.isascii() or any(letter <= " " for letter in url):
        raise InvalidRequest("Invalid URL: URL must be a valid http(s) address.", param="url")
    return url


@route("GET", "/v1/webhook_endpoints", "WebhookEndpointListParams")
def list_all(call: Call) -> Row:
    """All of them."""
    return listed(call, "webhook_endpoint")


@route("GET", "/v1/webhook_endpoints/<endpoint>", "WebhookEndpointRetrieveParams")
def retrieve(call: Call, endpoint: str) -> Row:
    """One of them, without its secret."""
    return call.account.get("webhook_endpoint", endpoint)


@route("POST", "/v1/webhook_endpoints/<endpoint>", "WebhookEndpointUpdateParams")
def update(call: Call, endpoint: str) -> Row:
    """Another address, other events, on or off."""
    row = call.account.edit("webhook_endpoint", endpoint)
    if "url" in call.params:
        row["url"] = _checked(call.params["url"])
    if "disabled" in call.params:
        row["status"] = "disabled" if call.params["disabled"] else "enabled"
    apply(row, call.params, ("description", "enabled_events"))
    return row


@route("DELETE", "/v1/webhook_endpoints/<endpoint>", "WebhookEndpointDeleteParams")
def delete(call: Call, endpoint: str) -> Row:
    """Nothing more goes there."""
    call.account.store.drop(call.account.get("webhook_endpoint", endpoint))
    return {"id": endpoint, "object": "webhook_endpoint", "deleted": True}
