"""What the customer told at the checkout: who, where to, and the answers to the seller's questions."""

import re
from typing import Any

from sandbox import changes
from sandbox.account import Account
from sandbox.billing import tax_id_forms
from sandbox.checkout import adding_up, basket, codes, shipping
from sandbox.errors import InvalidRequest
from sandbox.routes import Call
from sandbox.shapes import Row

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+\Z")
DETAILS = ("address", "business_name", "email", "individual_name", "name", "phone", "tax_exempt",
           "tax_ids")  # fmt: skip


def begin(account: Account, session: Row) -> None:
    """What is known of the customer before anything was typed."""
    customer = account.find(session["customer"], "customer")
    if customer is None and not session["customer_email"]:
        return
    details = details_of(session)
    details["email"] = session["customer_email"] or (customer or {}).get("email")
    if customer:
        details["tax_exempt"] = customer["tax_exempt"]


def details_of(session: Row) -> Row:
    """The customer details, to be written."""
    if session["customer_details"] is None:
        empty = dict.fromkeys(DETAILS)
        session["customer_details"] = {**empty, "tax_exempt": "none", "tax_ids": None}
    details: Row = session["customer_details"]
    return details


def information_of(session: Row) -> Row:
    """The information collected, to be written."""
    if session["collected_information"] is None:
        names = ("business_name", "individual_name", "shipping_details")
        session["collected_information"] = dict.fromkeys(names)
    information: Row = session["collected_information"]
    return information


def take(call: Call, session: Row) -> None:
    """Write what the call tells; whatever changes the amounts adds them up anew."""
    params, account = call.params, call.account
    for field, taken in TAKEN.items():
        if field in params:
            taken(session, params[field])
    basket.change(call, session)
    if "shipping_rate" in params:
        shipping.choose(session, params["shipping_rate"])
    adding_up.add_up(account, session)
    if "promotion_code" in params:
        codes.type_in(account, session, params["promotion_code"])
        adding_up.add_up(account, session)


def _email(session: Row, email: str) -> None:
    if session["customer_email"] and email != session["customer_email"]:
        raise InvalidRequest(
            "The email of this Checkout Session was set by the seller and cannot be changed.",
            param="email",
        )
    if not EMAIL.match(email) or len(email) > 512:
        raise InvalidRequest(
            f"Invalid email address: {email[:100]}", code="email_invalid", param="email"
        )
    details_of(session)["email"] = email


def _phone(session: Row, phone: str) -> None:
    if len(re.sub(r"\D", "", phone)) < 5:
        raise InvalidRequest("Your phone number is invalid.", param="phone")
    details_of(session)["phone"] = phone


def _name(session: Row, name: str) -> None:
    details_of(session)["name"] = name


def _address(session: Row, address: Row) -> None:
    details_of(session)["address"] = changes.address(address)


def _shipping(session: Row, given: Row) -> None:
    """Only to countries that the seller sends to."""
    address = changes.address(given.get("address") or {}) or {}
    allowed = (session["shipping_address_collection"] or {}).get("allowed_countries")
    if allowed and address.get("country") not in allowed:
        raise InvalidRequest(
            "The shipping address is in a country that this seller does not send to.",
            param="shipping_address[address][country]",
        )
    send_to(session, {"address": address, "name": given.get("name")})
    if given.get("phone"):
        _phone(session, given["phone"])


def send_to(session: Row, given: Row) -> None:
    """Where the goods go, as the customer or the seller's server says."""
    known = {"address": changes.address(given["address"]), "name": given["name"]}
    information_of(session)["shipping_details"] = known


def _names(kind: str) -> Any:
    def taken(session: Row, name: str) -> None:
        details_of(session)[f"{kind}_name"] = name or None
        information_of(session)[f"{kind}_name"] = name or None

    return taken


def _tax_id(session: Row, given: Row) -> None:
    if not session["tax_id_collection"]["enabled"]:
        raise InvalidRequest("This session collects no tax ids.", param="tax_id")
    value = tax_id_forms.checked(given["type"], given["value"])
    details_of(session)["tax_ids"] = [{"type": given["type"], "value": value}]


def _answers(session: Row, answers: Row) -> None:
    known = {field["key"]: field for field in session["custom_fields"]}
    for key, value in answers.items():
        if key not in known:
            raise InvalidRequest(f"No such custom field: '{key[:100]}'", param="custom_fields")
        field = known[key]
        if value:
            check_answer(field, value, f"custom_fields[{key}]")
        field[field["type"]]["value"] = value or None


def check_answer(field: Row, value: str, param: str) -> None:
    """Of the kind and length that the seller asked for."""
    label, bounds = field["label"]["custom"], field[field["type"]]
    if field["type"] == "dropdown":
        if value not in [option["value"] for option in bounds["options"]]:
            raise InvalidRequest(f"{label}: choose one of the options.", param=param)
        return
    if field["type"] == "numeric" and not value.isdecimal():
        raise InvalidRequest(f"{label}: only digits are allowed.", param=param)
    least, most = bounds["minimum_length"] or 0, bounds["maximum_length"] or 255
    if not least <= len(value) <= most:
        span = f"at least {least}" if len(value) < least else f"at most {most}"
        raise InvalidRequest(f"{label}: {span} characters are needed.", param=param)


def _consent(session: Row, given: Row) -> None:
    known = session["consent"] or {"promotions": None, "terms_of_service": None}
    session["consent"] = known | {key: given[key] or None for key in known if key in given}


TAKEN: dict[str, Any] = {
    "email": _email,
    "phone": _phone,
    "name": _name,
    "billing_address": _address,
    "shipping_address": _shipping,
    "business_name": _names("business"),
    "individual_name": _names("individual"),
    "tax_id": _tax_id,
    "custom_fields": _answers,
    "consent": _consent,
}


def needed(account: Account, session: Row) -> list[str]:
    """The parameters that a confirmation still lacks, in the order of the page."""
    details, information = details_of(session), session["collected_information"] or {}
    customer = account.find(session["customer"], "customer") or {}
    asked = {
        "email": (True, details["email"] or customer.get("email")),
        "shipping_address": (
            session["shipping_address_collection"],
            information.get("shipping_details"),
        ),
        "phone": (session["phone_number_collection"]["enabled"], details["phone"]),
    }
    lacking = [name for name, (wanted, known) in asked.items() if wanted and not known]
    return [*lacking, *_names_needed(session), *_answers_needed(session)]


def _names_needed(session: Row) -> list[str]:
    wanted = (session["name_collection"] or {}).items()
    return [
        f"{kind}_name"
        for kind, asked in wanted
        if asked
        and asked["enabled"]
        and not asked["optional"]
        and not details_of(session)[f"{kind}_name"]
    ]


def _answers_needed(session: Row) -> list[str]:
    lacking = [
        f"custom_fields[{field['key']}]"
        for field in session["custom_fields"]
        if not field["optional"] and not answer_of(field)
    ]
    terms = (session["consent_collection"] or {}).get("terms_of_service")
    if terms == "required" and not (session["consent"] or {}).get("terms_of_service"):
        lacking.append("consent[terms_of_service]")
    return lacking


def answer_of(field: Row) -> str | None:
    """What was answered, or is answered unless the customer says something else."""
    details = field[field["type"]]
    return details.get("value") or details.get("default_value")
