"""Values that fit a parameter: by its type, by its name, and ids of what is really there."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from sandbox.account import Account
from sandbox.kinds import KINDS
from sandbox.shapes import Row
from tests.sandbox.parameters import Field

DAY = 24 * 3600
TEXTS = {
    "country": ("DE", "US"), "currency": ("eur", "usd"), "email": ("b@example.com",),
    "url": ("https://y.example/1",), "images": ("https://y.example/1",), "phone": ("+4912345",),
    "locale": ("de",), "code": ("SAVE10",), "tax_code": ("txcd_10000000",), "page": ("1",),
    "ip_address": ("127.0.0.2",), "source": ("tok_visa",), "token": ("tok_visa",),
    "query": ("created>0",), "number": ("5555555555554444",), "iban": ("DE89370400440532013000",),
    "state": ("BY",), "postal_code": ("89073",), "type": ("customer.created",),
    "payment_method": ("pm_card_visa", "pm_card_mastercard", "pm_card_chargeDeclined"),
}  # fmt: skip
NUMBERS = {
    "exp_month": ("11",), "exp_year": ("2039",), "limit": ("1", "1000"), "percent_off": ("20",),
    "interval_count": ("2",), "quantity": ("3", "2"), "days_until_due": ("7",), "day": ("3",),
    "month": ("3",), "year": ("1990",), "hour": ("3",), "minute": ("3",), "second": ("3",),
    "day_of_month": ("3",), "trial_period_days": ("5",), "iterations": ("2",), "minimum": ("2",),
}  # fmt: skip
MOMENTS = ("_at", "_date", "_end", "_start", "anchor", "start", "end", "gt", "gte", "redeem_by",
           "after", "from", "frozen_time", "timestamp", "trial_end", "until")  # fmt: skip


def examples(field: Field, account: Account, answer: Row) -> Iterator[str]:
    """Raw values for one parameter that is no hash; `answer` is what the call says without it."""
    yield from (word for word in field.words if word)
    for scalar in field.scalars:
        yield from _scalar(field.name, scalar, account, answer)
    if "" in field.words:
        yield ""


def _scalar(name: str, scalar: type, account: Account, answer: Row) -> Iterator[str]:
    if scalar is bool:
        yield from ("true", "false")
    elif scalar is int:
        yield from _whole(name, account.now)
    elif scalar in (float, Decimal):
        yield from NUMBERS.get(name, ("12.5", "3"))
    else:
        yield from _text(name, account, answer)


def _whole(name: str, now: int) -> Iterator[str]:
    if name in NUMBERS:
        yield from NUMBERS[name]
    elif name.endswith(MOMENTS):
        yield from (str(now + days * DAY) for days in (3, 40, -3))
    elif name.startswith("lt"):
        yield str(now - 4000 * DAY)
    else:
        yield from ("700", "1", "3")


def _text(name: str, account: Account, answer: Row) -> Iterator[str]:
    data: Any = answer.get("data")
    if name in ("starting_after", "ending_before") and isinstance(data, list) and data:
        yield from (data[0]["id"], data[-1]["id"])
    if isinstance(answer.get(name), str):
        yield answer[name]
    for ending, texts in TEXTS.items():
        if f"_{name}".endswith((f"_{ending}", f"_{ending}s")):
            yield from texts
    yield from _ids(name, account, answer.get("customer") or answer.get("id"))
    yield from ("x", "Y2")


def _ids(name: str, account: Account, customer: Any) -> Iterator[str]:
    """Of every kind that the name speaks of: the newest of the same customer, the newest few."""
    for kind in KINDS:
        if name.rstrip("s").endswith(kind.rpartition(".")[2]) and kind in account.store.tables:
            rows = account.store.table(kind).rows
            own = [known for known, row in rows.items() if row.get("customer") == customer]
            yield from [*own[-1:], *list(rows)[-3:]]
