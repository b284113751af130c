"""Single values as they come in a form: text, numbers, truth, metadata."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.errors import ParameterRefused

INTEGER = re.compile(r"[+-]?[0-9]{1,18}\Z")
COUNTRY = re.compile(r"[A-Z]{2}\Z")
LONGEST = 5_000
MOST_METADATA = 50
TOO_MUCH_METADATA = f"Metadata can have up to {MOST_METADATA} keys."


def within(path: str, key: str) -> str:
    """`shipping` + `name` → `shipping[name]`."""
    return f"{path}[{key}]" if path else key


def missing(name: str) -> ParameterRefused:
    """The refusal of a request that lacks a parameter."""
    return ParameterRefused(
        f"Missing required param: {name}.", code="parameter_missing", param=name
    )


def string(value: Any, path: str) -> str:
    """A text, not empty."""
    if not isinstance(value, str):
        raise ParameterRefused(f"Invalid string: {_short(value)}", param=path)
    if value == "":
        raise ParameterRefused(
            f"You passed an empty string for '{path}'. We assume empty values are an attempt to "
            f"unset a parameter; however '{path}' cannot be unset. You should remove '{path}' "
            "from your request or supply a non-empty value.",
            code="parameter_invalid_empty",
            param=path,
        )
    if len(value) > LONGEST:
        raise ParameterRefused(
            f"Invalid string: {value[:20]}...; must be at most {LONGEST} characters", param=path
        )
    return value


def integer(value: Any, path: str) -> int:
    """A whole number."""
    if not isinstance(value, str) or not INTEGER.match(value):
        raise ParameterRefused(
            f"Invalid integer: {_short(value)}", code="parameter_invalid_integer", param=path
        )
    return int(value)


def boolean(value: Any, path: str) -> bool:
    """`true` or `false`."""
    if value not in ("true", "false"):
        raise ParameterRefused(f"Invalid boolean: {_short(value)}", param=path)
    return bool(value == "true")


def number(value: Any, path: str) -> float:
    """A number with a fraction."""
    return float(decimal(value, path))


def decimal(value: Any, path: str) -> str:
    """A decimal number, kept as the text it came as."""
    try:
        if len(value) > 40 or not Decimal(value).is_finite():
            raise InvalidOperation
    except (InvalidOperation, TypeError, ValueError):
        raise ParameterRefused(f"Invalid decimal: {_short(value)}", param=path) from None
    return str(value)


def anything(value: Any, path: str) -> Any:
    """Whatever the SDK does not type."""
    return value


def at_most(text: str, length: int, path: str) -> None:
    """Refuse a text that is too long for its place."""
    if len(text) > length:
        raise ParameterRefused(
            f"Invalid string: {text[:10]}...{text[-10:]}; must be at most {length} characters",
            param=path,
        )


def places(value: float, most: int, path: str) -> None:
    """Refuse more digits after the point than a number may have."""
    exponent = Decimal(str(value)).normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > most:
        words = {2: "two", 4: "four", 12: "twelve"}[most]
        raise ParameterRefused(
            f"Invalid decimal: {value}; must contain at maximum {words} decimal places.", param=path
        )


def in_future(moment: int, now: int, path: str) -> int:
    """A moment that is still to come."""
    if moment <= now:
        raise ParameterRefused(
            f"The parameter `{path}` expects a unix timestamp representing a date and time in the "
            f"future. You specified the value `{moment}` which is in the past.",
            param=path,
        )
    return moment


def country(code: str | None, path: str) -> None:
    """Refuse what is no two-letter country code; nothing at all is fine."""
    if code and not COUNTRY.match(code):
        raise ParameterRefused(
            f"Country '{code[:20]}' is unknown. Try using a 2-character alphanumeric country code "
            "instead, such as 'US', 'EG', or 'GB'. A full list of country codes is available at "
            "https://stripe.com/global",
            code="country_code_invalid",
            param=path,
        )


def _short(value: Any) -> str:
    return str(value)[:100]


def metadata(given: Mapping[str, Any], path: str) -> dict[str, str]:
    """Key-value pairs within Stripe's limits."""
    if len(given) > MOST_METADATA:
        raise ParameterRefused(TOO_MUCH_METADATA, param=path)
    for key, value in given.items():
        if not isinstance(value, str):
            raise ParameterRefused(
                f"Metadata values must be strings, but for key \"{key[:40]}\" you passed in a "
                "value of type hash", param=path
            )  # fmt: skip
        if len(key) > 40:
            raise ParameterRefused(
                f"Metadata keys can have up to 40 characters, but you passed in a key of "
                f"{len(key)} characters. Invalid value: {key[:40]}", param=path
            )  # fmt: skip
        if len(value) > 500:
            raise ParameterRefused(
                f"Metadata values can have up to 500 characters, but you passed in a value that "
                f"is {len(value)} characters. Invalid value: {value[:20]}...",
                param=within(path, key),
            )
    return dict(given)


SCALARS: dict[Any, Callable[[Any, str], Any]] = {
    str: string,
    int: integer,
    bool: boolean,
    float: number,
    Decimal: decimal,
    Any: anything,
}
