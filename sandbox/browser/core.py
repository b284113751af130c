"""All that the pages ask the sandbox itself."""

from typing import Any, cast

from flask import current_app

from sandbox.shapes import Row


def find(row_id: str, kind: str | None = None) -> Row | None:
    """The row with this id, not to be changed."""
    store = cast(Any, current_app).store
    with store.lock:
        return cast("Row | None", store.find(row_id, kind))


def finish_authentication(intent_id: str, outcome: str) -> None:
    """Tell the sandbox how the bank's question ended: "complete" or "fail"."""
    cast(Any, current_app).finish_authentication(intent_id, outcome)
