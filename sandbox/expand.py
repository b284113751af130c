"""`expand[]`: puts objects where their ids stand, down to four levels, in lists too."""

from collections.abc import Callable
from typing import Any

from sandbox.account import Account, public
from sandbox.errors import InvalidRequest
from sandbox.shapes import Row

DEEPEST = 4
Owner = tuple[Row, str]  # the object that holds a hash, and the way to it, `total_details.`
INCLUDED: dict[tuple[str, str], Callable[[Account, Row], Any]] = {}


def includes(kind: str, field: str) -> Callable[[Callable[[Account, Row], Any]], Any]:
    """Registers a field that is in the answer only when it is asked for."""

    def registered(made: Callable[[Account, Row], Any]) -> Any:
        INCLUDED[kind, field] = made
        return made

    return registered


def expanded(account: Account, row: Row, paths: list[str]) -> Row:
    """A public copy of the row with the objects at these paths put in."""
    answer = public(row)
    for path in paths:
        steps = path.split(".")
        if len(steps) - (steps[0] == "data") > DEEPEST:
            raise InvalidRequest(
                f"You cannot expand more than {DEEPEST} levels of a property ({path[:100]}).",
                param="expand",
            )
        _expand(account, answer, steps, path)
    return answer


def _expand(
    account: Account, holder: Row, steps: list[str], path: str, owner: Owner | None = None
) -> None:
    step, rest = steps[0], steps[1:]
    owner = (holder, "") if "object" in holder or owner is None else owner
    if step not in holder:
        raise InvalidRequest(
            f"This property cannot be expanded ({path[:100]}).",
            code="property_not_expandable",
            param="expand[0]",
        )
    holder[step] = _object(account, holder, step, path, owner)
    below = holder[step]
    for item in below if isinstance(below, list) else [below]:
        if rest and isinstance(item, dict):
            _expand(account, item, rest, path, (owner[0], f"{owner[1]}{step}."))


def _object(account: Account, holder: Row, step: str, path: str, owner: Owner) -> Any:
    value, (whole, way) = holder[step], owner
    made = INCLUDED.get((str(whole.get("object")), way + step))
    if made is not None and value is None:
        return made(account, whole)
    if isinstance(value, str):
        found = account.find(value)
        if found is None or found["object"][0] == "_" or step == "id":
            raise InvalidRequest(
                f"This property cannot be expanded ({path[:100]}).",
                code="property_not_expandable",
                param="expand[0]",
            )
        return public(found)
    if isinstance(value, list):
        return [_item(account, item) for item in value]
    return dict(value) if isinstance(value, dict) else value


def _item(account: Account, item: Any) -> Any:
    found = account.find(item) if isinstance(item, str) else item
    return public(found) if isinstance(found, dict) else item
