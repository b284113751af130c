"""What every kind of object can do: be read by its id, listed, searched, given metadata."""

from collections.abc import Iterator
from typing import Any

from sandbox.params import checker
from sandbox.routes import Route, find
from sandbox.shapes import resource_class
from tests.sandbox.scenarios.scenario import Scenario


def read_all(s: Scenario) -> None:
    """The newest of every kind in every state, once in each of these ways."""
    known = [row for row in s.rows() if row.get("id") and not row.get("deleted")]
    newest = {row["id"]: row for row in known if _is_there(s, row)}
    for row in {(row["object"], row.get("status")): row for row in newest.values()}.values():
        url = _url(row["object"])
        for path in _ways(url, row["id"]) if url else ():
            s.get(path)
        if url and _takes_metadata(f"{url}/{row['id']}"):
            s.offer(f"{url}/{row['id']}", metadata__read="1")


def _is_there(s: Scenario, row: dict[str, Any]) -> bool:
    """What was only previewed cannot be read."""
    previewed = row["object"] in ("credit_note", "invoice", "line_item")
    return not previewed or s.sandbox.account.find(row["id"]) is not None


def _url(kind: str) -> str | None:
    declared: Any = resource_class(kind)
    return declared.class_url().removeprefix("/v1/") if hasattr(declared, "class_url") else None


def _ways(url: str, row_id: str) -> Iterator[str]:
    if _route("GET", f"{url}/{row_id}"):
        yield f"{url}/{row_id}"
    listing = _route("GET", url)
    if listing and not checker(listing.params).required:
        yield f"{url}?limit=100"
    searching = _route("GET", f"{url}/search")
    if searching and searching.path.endswith("/search"):
        yield f"{url}/search?query=created>0"


def _takes_metadata(path: str) -> bool:
    changing = _route("POST", path)
    return changing is not None and "metadata" in checker(changing.params).fields


def _route(method: str, path: str) -> Route | None:
    found = find(method, f"/v1/{path}")
    return found[0] if found else None
