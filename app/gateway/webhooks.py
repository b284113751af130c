"""Is this message really from Stripe, and from just now?"""

import json
import math
from dataclasses import dataclass
from typing import Any, NoReturn

from app import clock, settings
from app.errors import InvalidSignature
from app.gateway.client import check_signature

TOLERANCE = 300  # seconds, into the past and into the future
LONGEST_INTEGER = 18  # digits; a longer number is no amount, no time and no count
LONGEST_NAME = 255


@dataclass(frozen=True, kw_only=True)
class VerifiedEvent:
    id: str
    type: str
    object_name: str
    object_id: str | None  # a balance has none
    payload: dict[str, Any]
    api_version: str | None
    livemode: bool | None
    account: str | None  # whose it is, when it is not ours


def verify_event(payload: bytes, signature: str) -> VerifiedEvent:
    """Take a message that one of our secrets signed within the last five minutes."""
    try:
        text = payload.decode()
        sent_at = check_signature(text, signature, settings.current().stripe_webhook_secret)
        if abs(sent_at - clock.now().timestamp()) > TOLERANCE:
            raise InvalidSignature("too old, or from the future")
        return read_event(_parse(text))
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise InvalidSignature("not a Stripe event") from error


def read_event(event: dict[str, Any]) -> VerifiedEvent:
    """The parts of an event that the inbox needs; ValueError if they are not there."""
    thing = event["data"]["object"]
    return VerifiedEvent(
        id=_name(event["id"]),
        type=_name(event["type"]),
        object_name=_name(thing["object"]),
        object_id=_name_or_none(thing.get("id")),
        payload=event,
        api_version=_name_or_none(event.get("api_version")),
        livemode=_yes_or_no(event.get("livemode")),
        account=_name_or_none(event.get("account")),
    )


def _parse(text: str) -> dict[str, Any]:
    event = json.loads(
        text, parse_int=_integer, parse_float=_number, parse_constant=_refuse_constant
    )
    if "\\u0000" in text or "\\ud" in text.lower():
        _require_storable(event)
    if "\x00" in text or not isinstance(event, dict):
        raise ValueError("not an object that a database can keep")
    return event


def _integer(digits: str) -> int:
    if len(digits) > LONGEST_INTEGER:
        raise ValueError("a number too large")
    return int(digits)


def _number(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number too large")
    return number


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _require_storable(value: Any) -> None:
    """No NUL and no half of a surrogate pair, in any key or text."""
    if isinstance(value, dict):
        _require_storable([*value.keys(), *value.values()])
    elif isinstance(value, list):
        for inner in value:
            _require_storable(inner)
    elif isinstance(value, str):
        value.encode()
        if "\x00" in value:
            raise ValueError("a NUL character")


def _name(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_NAME:
        raise ValueError("not a name")
    return value


def _name_or_none(value: Any) -> str | None:
    return None if value is None else _name(value)


def _yes_or_no(value: Any) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise ValueError("neither yes nor no")
