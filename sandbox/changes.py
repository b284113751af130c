"""How an update is written into an object: metadata merges, empty text unsets, hashes are filled."""

from collections.abc import Callable, Iterable
from typing import Any

from sandbox.errors import InvalidRequest
from sandbox.shapes import Row
from sandbox.values import MOST_METADATA, TOO_MUCH_METADATA

ADDRESS = ("city", "country", "line1", "line2", "postal_code", "state")
SHIPPING = ("address", "carrier", "name", "phone", "tracking_number")


def apply(row: Row, params: Row, fields: Iterable[str]) -> None:
    """Write these fields of the parameters, where they are given, into the row."""
    for field in fields:
        if field in params:
            row[field] = SHAPED.get(field, _plain)(params[field])
    if "metadata" in params:
        row["metadata"] = merged(row.get("metadata") or {}, params["metadata"])


def merged(known: Row, given: Any) -> Row:
    """Metadata after an update: an empty value removes its key, an empty whole removes all."""
    if given == "":
        return {}
    both = {**known, **given}
    left = {key: value for key, value in both.items() if value != ""}
    if len(left) > MOST_METADATA:
        raise InvalidRequest(TOO_MUCH_METADATA, param="metadata")
    return left


def address(given: Any) -> Row | None:
    """Every field of an address."""
    if given in ("", None):
        return None
    return {field: given.get(field) or None for field in ADDRESS}


def shipping(given: Any) -> Row | None:
    """Where goods go."""
    if given in ("", None):
        return None
    filled = {field: given.get(field) or None for field in SHIPPING}
    return {**filled, "address": address(given.get("address"))}


def billing_details(given: Any) -> Row:
    """Who pays."""
    given = given or {}
    return {
        "address": address(given.get("address") or {}),
        "email": given.get("email") or None,
        "name": given.get("name") or None,
        "phone": given.get("phone") or None,
        "tax_id": given.get("tax_id") or None,
    }


def filled(given: Row) -> Row:
    """A hash of settings as it is shown: unset is null, and what is inside is whole."""
    return {name: SHAPED.get(name, _null_if_unset)(value) for name, value in given.items()}


def issuer(given: Any) -> Row | None:
    """Who issues an invoice: this account, for there is no other."""
    return {"account": None, **given} if given else None


def rendering_options(given: Any) -> Row | None:
    """How invoices are drawn."""
    return {"amount_tax_display": None, "template": None, **filled(given)} if given else None


def _null_if_unset(value: Any) -> Any:
    return value or None


def _plain(value: Any) -> Any:
    return None if value == "" else value


SHAPED: dict[str, Callable[[Any], Any]] = {
    "address": address,
    "shipping": shipping,
    "billing_details": billing_details,
    "issuer": issuer,
    "rendering_options": rendering_options,
}
