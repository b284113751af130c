"""What a seller asks for and shows at a checkout; sessions and payment links say it alike."""

from collections.abc import Callable
from typing import Any

from sandbox.changes import merged
from sandbox.errors import InvalidRequest
from sandbox.shapes import Row, part
from sandbox.values import missing

TEXTS = ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
INVOICE = ("account_tax_ids", "custom_fields", "description", "footer", "rendering_options")
MOST_FIELDS = 3
MOST_OPTIONS = 200


def write(row: Row, params: Row) -> None:
    """Write what of these terms is given into a session or link."""
    for field, shaped in SHAPED.items():
        if field in params:
            row[field] = shaped(params[field])
    if "metadata" in params:
        row["metadata"] = merged(row.get("metadata") or {}, params["metadata"])


def _plain(given: Any) -> Any:
    return None if given == "" else given


def custom_fields(given: Any) -> list[Row]:
    """Questions of the seller's own, at most three, each with a key of its own."""
    fields = given or []
    at_most(fields, MOST_FIELDS, "custom_fields")
    keys = [field["key"] for field in fields]
    if len(set(keys)) < len(keys):
        raise InvalidRequest(
            "The `key` of each custom field must be unique.", param="custom_fields"
        )
    return [_custom_field(field, f"custom_fields[{place}]") for place, field in enumerate(fields)]


def _custom_field(given: Row, param: str) -> Row:
    kind = given["type"]
    if kind == "dropdown" and not given.get("dropdown"):
        raise missing(f"{param}[dropdown]")
    details = given.get(kind) or {}
    if kind == "dropdown":
        at_most(details["options"], MOST_OPTIONS, f"{param}[dropdown][options]")
        known = {"default_value": details.get("default_value"), "options": details["options"]}
    else:
        bounds = ("default_value", "maximum_length", "minimum_length")
        known = {bound: details.get(bound) for bound in bounds}
    return {
        "dropdown": None,
        "key": given["key"],
        "label": given["label"],
        "numeric": None,
        "optional": given.get("optional", False),
        "text": None,
        "type": kind,
        kind: known,
    }


def at_most(given: list[Any], most: int, param: str) -> None:
    """Refuse a list that is too long."""
    if len(given) > most:
        raise InvalidRequest(
            f"Array {param} exceeded maximum {most} allowed elements.", param=param
        )


def custom_text(given: Any) -> Row:
    """Words of the seller's own in four places."""
    return {place: (given or {}).get(place) or None for place in TEXTS}


def _consent(given: Any) -> Row | None:
    return part("checkout.session.ConsentCollection", **given) if given else None


def _names(given: Any) -> Row | None:
    if not given:
        return None
    return {
        kind: {"enabled": asked["enabled"], "optional": asked.get("optional", False)}
        if (asked := given.get(kind))
        else None
        for kind in ("business", "individual")
    }


def _tax_ids(given: Any) -> Row:
    return {"enabled": given["enabled"], "required": given.get("required") or "never"}


def invoice_creation(given: Any) -> Row:
    """Whether a payment is followed by an invoice, and what stands on it."""
    data = given.get("invoice_data") or {}
    known = {field: data.get(field) or None for field in INVOICE}
    options = known["rendering_options"]
    if options:
        names = ("amount_tax_display", "template")
        known["rendering_options"] = {name: options.get(name) or None for name in names}
    issuer = data.get("issuer")
    known["issuer"] = {"account": None, "type": issuer["type"]} if issuer else None
    return {
        "enabled": given["enabled"],
        "invoice_data": {**known, "metadata": data.get("metadata") or {}},
    }


def _redisplay(given: Any) -> Row:
    return {
        "allow_redisplay_filters": given.get("allow_redisplay_filters") or ["always"],
        "payment_method_remove": given.get("payment_method_remove") or "disabled",
        "payment_method_save": given.get("payment_method_save"),
    }


SHAPED: dict[str, Callable[[Any], Any]] = {
    "allow_promotion_codes": _plain,
    "billing_address_collection": _plain,
    "consent_collection": _consent,
    "custom_fields": custom_fields,
    "custom_text": custom_text,
    "invoice_creation": invoice_creation,
    "name_collection": _names,
    "payment_method_collection": _plain,
    "phone_number_collection": _plain,
    "saved_payment_method_options": _redisplay,
    "shipping_address_collection": _plain,
    "submit_type": _plain,
    "tax_id_collection": _tax_ids,
}
