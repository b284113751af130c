"""What every answer to a program has in common: one JSON object, and errors with a code."""

import re
from typing import Any

from flask import Blueprint, Response, abort, g, jsonify, request

from app.errors import MalformedRequest, MissingField, NotJson, ShopError

LARGEST = 10_000  # bytes of a request's body
LONGEST = 200  # characters of a field
TOO_OFTEN = "You ask too often. Please wait a minute."

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


@blueprint.before_request
def limit_size() -> None:
    if (request.content_length or 0) > LARGEST:
        abort(413)


@blueprint.after_request
def never_keep(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.errorhandler(ShopError)
def refuse(error: ShopError) -> Response:
    """The sentence for people, the code for programs: `SeatsTaken` is `seats_taken`."""
    name = type(error).__name__
    code = re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()
    return _error(error.status_code, code, str(error))


def too_often(_limit: object) -> Response:
    return _error(429, "too_many_requests", TOO_OFTEN)


class Body:
    """The JSON object that a program sent. Fields that nobody asks for are not read."""

    def __init__(self) -> None:
        if not request.is_json:
            raise NotJson("Send JSON, with the header Content-Type: application/json.")
        self._sent: dict[str, Any] = _sent()

    def text(self, name: str) -> str:
        """A field that must be there."""
        return self.maybe(name) or self._refuse(name)

    def maybe(self, name: str) -> str:
        """A field that may be missing; then it is empty."""
        value = self._sent.get(name)
        if value is None:
            return ""
        if not isinstance(value, str) or len(value) > LONGEST:
            return self._refuse(name)
        if not _is_unicode(value):
            raise MalformedRequest(f"“{name}” is no text: it holds half a character.")
        return value.strip()

    def _refuse(self, name: str) -> str:
        raise MissingField(f"Send “{name}” as text of 1 to {LONGEST} characters.")


def _sent() -> dict[str, Any]:
    try:
        sent = request.get_json(silent=True)
    except RecursionError:  # thousands of lists in lists
        sent = None
    if not isinstance(sent, dict):
        raise MalformedRequest("Send one JSON object.")
    return sent


def _is_unicode(text: str) -> bool:
    """JSON can write half of a surrogate pair, which no database and no digest takes."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _error(status: int, code: str, sentence: str) -> Response:
    response = jsonify(error=sentence, code=code, request_id=g.get("request_id", ""))
    response.status_code = status
    return response
