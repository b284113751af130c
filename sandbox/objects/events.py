"""Events: what happened, for 30 days in Stripe and until a reset here."""

from sandbox.lists import listed
from sandbox.routes import Call, route
from sandbox.shapes import Row


@route("GET", "/v1/events", "EventListParams")
def list_all(call: Call) -> Row:
    """Newest first, by type, by types, or by whether they were delivered."""
    params = call.params
    if types := params.pop("types", None):
        params["type"] = types
    delivered = params.pop("delivery_success", None)
    if delivered is not None:
        params["pending_webhooks"] = 0 if delivered else {"gt": 0}
    if "*" in str(params.get("type", "")):
        wanted = [kind for kind in _types(call) if _matches(kind, params["type"])]
        params["type"] = wanted
    return listed(call, "event")


def _types(call: Call) -> list[str]:
    return list(call.account.store.table("event").indexes["type"].places)


def _matches(kind: str, pattern: str | list[str]) -> bool:
    patterns = [pattern] if isinstance(pattern, str) else pattern
    return any(kind == one or (one[-1:] == "*" and kind.startswith(one[:-1])) for one in patterns)


@route("GET", "/v1/events/<event>", "EventRetrieveParams")
def retrieve(call: Call, event: str) -> Row:
    """One event."""
    return call.account.get("event", event)


@route(
    "POST",
    "/v1/events/<event>/retry",
    "EventRetrieveParams",
    legacy={"for_stripecli": bool, "webhook_endpoint": str, "account": str},
)
def retry(call: Call, event: str) -> Row:
    """`stripe events resend`: once more to one webhook endpoint, or to those who listen."""
    account, row = call.account, call.account.get("event", event)
    receivers = account.listening.hearing()
    if endpoint := call.params.get("webhook_endpoint"):
        receivers = [account.get("webhook_endpoint", endpoint, param="webhook_endpoint")["id"]]
    for receiver in receivers:
        account.queue_delivery(row, receiver)
    edited = account.store.edit(row)
    edited["pending_webhooks"] += len(receivers)
    return edited
