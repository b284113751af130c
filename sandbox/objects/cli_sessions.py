"""Sessions of the official command-line program: `stripe listen` and `stripe logs tail`."""

from sandbox.account import VERSION
from sandbox.errors import InvalidRequest
from sandbox.listening import EVENTS, LOGS
from sandbox.routes import Call, route
from sandbox.shapes import Row

SOCKET = "/stripecli/subscribe"
RECONNECT_EVERY = 3_600
TAKEN = {
    "device_name": str,
    "websocket_features": list[str],
    "filters": str,
    "forward_to_url": str,
    "forward_connect_to_url": str,
    "forward_thin_to_url": str,
    "forward_thin_connect_to_url": str,
}


@route("POST", "/v1/stripecli/sessions", "EventRetrieveParams", legacy=TAKEN)
def create(call: Call) -> Row:
    """Where to connect to, and with what its deliveries are signed."""
    params = call.params
    features = params.get("websocket_features") or [EVENTS]
    if features[0] not in (EVENTS, LOGS):
        raise InvalidRequest(
            f"Invalid websocket_features[0]: must be one of {EVENTS} or {LOGS}",
            param="websocket_features[0]",
        )
    session = call.account.listening.begin(
        params.get("device_name", ""),
        features[0],
        params.get("forward_to_url", ""),
        params.get("filters", ""),
    )
    return {
        "websocket_id": session.id,
        "websocket_url": f"ws{call.base_url.removeprefix('http')}{SOCKET}",
        "websocket_authorized_feature": session.feature,
        "secret": session.secret,
        "reconnect_delay": RECONNECT_EVERY,
        "display_connect_filter_warning": False,
        "default_version": VERSION,
        "latest_version": VERSION,
    }
