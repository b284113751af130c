"""What goes back to the caller."""

import json
from dataclasses import dataclass, replace
from typing import Any

from sandbox.account import public
from sandbox.errors import StripeError
from sandbox.shapes import Row


@dataclass(frozen=True)
class Answer:
    """A status and a body, or a connection that is cut instead."""

    status: int
    body: bytes
    replayed: str | None = None  # the id of the request that was answered first
    cut: bool = False
    type: str = "application/json"

    def but_cut(self) -> "Answer":
        """The work is done, nobody hears of it."""
        return replace(self, cut=True)


@dataclass(frozen=True)
class Document:
    """What a call answers instead of an object: a PDF, or a file as it was sent."""

    body: bytes
    type: str


def object_answer(row: Row) -> Answer:
    """200 with an object."""
    return Answer(200, json.dumps(row).encode())


def error_answer(error: StripeError, request_id: str) -> Answer:
    """An error object; objects inside it without what only the sandbox knows."""
    body: dict[str, Any] = {
        key: public(value) if isinstance(value, dict) else value
        for key, value in error.body.items()
    }
    body["request_log_url"] = f"https://dashboard.stripe.com/test/logs/{request_id}?t=0"
    return Answer(error.status, json.dumps({"error": body}).encode())
