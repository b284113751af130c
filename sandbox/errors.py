"""The errors a Stripe API answers with: a status, a type, and the words Stripe uses."""

from typing import Any

IN_ADDRESS = ("id", "intent")  # what Stripe calls the id in an address
IN_WORDS = {
    "payment_method": "PaymentMethod",
    "promotion_code": "promotion code",
    "shipping_rate": "shipping rate",
    "tax_rate": "tax rate",
}
DOC_URL = "https://docs.stripe.com/error-codes/"


class StripeError(Exception):
    """An error answer; `body` becomes the `error` object, None fields are left out."""

    status = 400
    type = "invalid_request_error"

    def __init__(
        self, message: str, *, code: str | None = None, param: str | None = None, **more: Any
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.param = param
        self.more = more

    @property
    def body(self) -> dict[str, Any]:
        """The `error` object without what only the request knows."""
        doc_url = f"{DOC_URL}{self.code.replace('_', '-')}" if self.code else None
        known = {
            "code": self.code,
            "doc_url": doc_url,
            "message": self.message,
            "param": self.param,
            "type": self.type,
        }
        return {key: value for key, value in (known | self.more).items() if value is not None}


class InvalidRequest(StripeError):
    """400: the request makes no sense; nothing of it was done."""


class ParameterRefused(InvalidRequest):
    """400 before anything ran: such an answer is not kept under an idempotency key."""


class Unauthorized(StripeError):
    """401: no key, a malformed key, a live key or a publishable one where it may not be used."""

    status = 401


class Forbidden(StripeError):
    """403."""

    status = 403


class NotFound(StripeError):
    """404."""

    status = 404


class Conflict(StripeError):
    """409: somebody else is at it just now."""

    status = 409


class RateLimited(StripeError):
    """429."""

    status = 429


class IdempotencyMismatch(StripeError):
    """400: the same key with another request."""

    type = "idempotency_error"


class ApiError(StripeError):
    """500: Stripe's own fault, only ever made by chaos."""

    status = 500
    type = "api_error"


class CardError(StripeError):
    """402: the bank said no; what was written down about the attempt stays written."""

    status = 402
    type = "card_error"


def no_such(kind: str, object_id: str, *, param: str = "id") -> NotFound:
    """The 404 of an id nobody knows; as a parameter of another call it is a 400."""
    name = IN_WORDS.get(kind, kind)
    words = f"No such {name}: '{object_id[:100]}'"
    error = NotFound(words, code="resource_missing", param=param)
    if param not in IN_ADDRESS:
        error.status = 400
    return error


def unknown_url(method: str, path: str) -> NotFound:
    """The 404 of an address Stripe does not have."""
    return NotFound(
        f"Unrecognized request URL ({method}: {path}). Please see https://stripe.com/docs "
        "or we can help at https://support.stripe.com/."
    )
