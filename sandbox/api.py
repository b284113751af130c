"""The API under /v1 as a WSGI application: without Flask's routing and contexts, which would cost
more than most answers."""

import logging
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.wrappers import Request, Response

from sandbox.errors import ApiError, StripeError, unknown_url
from sandbox.protocol import Protocol
from sandbox.routes import find

PREFLIGHT = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": (
        "Authorization, Content-Type, Idempotency-Key, Stripe-Account, Stripe-Version"
    ),
    "Access-Control-Max-Age": "300",
}
UPLOAD = "multipart/form-data"
LARGEST_UPLOAD = 20_000_000
BROKEN = "The sandbox itself is broken here; its log has the traceback."
log = logging.getLogger("sandbox")


class Api:
    """Answers the calls of one account, also those that make no sense."""

    def __init__(self, protocol: Protocol, *, largest_body: int) -> None:
        self.protocol = protocol
        self.largest_body = largest_body
        self.raises = False  # let an error of the sandbox's own go through, for tests

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        request = Request(environ)
        try:
            response = self._answered(request)
        except Exception:
            if self.raises:
                raise
            log.exception("%s %s", request.method, request.path)
            response = self.protocol.refusal(request, ApiError(BROKEN))
        return response(environ, start_response)

    def _answered(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status=204, headers=PREFLIGHT)
        largest = LARGEST_UPLOAD if request.mimetype == UPLOAD else self.largest_body
        if (request.content_length or 0) > largest:
            return self.protocol.refusal(request, _too_large())
        found = find(request.method, request.path)
        if found is None:
            return self.protocol.refusal(request, unknown_url(request.method, request.path))
        return self.protocol.respond(request, *found)


def _too_large() -> StripeError:
    refusal = StripeError("Request is too large.")
    refusal.status = 413
    return refusal
