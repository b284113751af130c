"""What a real account sets in its Dashboard: when to charge again, what to do in the end, how
invoices are numbered."""

from typing import Any

from sandbox.account import Account
from sandbox.errors import InvalidRequest
from sandbox.shapes import Row

NUMBERINGS = ("customer", "account")
AFTER_RETRIES = ("canceled", "unpaid", "past_due")
DEFAULTS: Row = {
    "retry_days": [3, 5, 7],  # after each failure, how long until the next attempt
    "after_retries": "canceled",
    "invoice_numbering": "customer",  # a series for each, or one for the whole account
    "upcoming_days": 7,  # how long before a renewal invoice.upcoming is told
}


def of(account: Account) -> Row:
    """The settings in force."""
    return DEFAULTS | (account.find("settings") or {}).get("values", {})


def change(account: Account, given: dict[str, Any]) -> Row:
    """Set some of them; the rest stays. They are forgotten with everything else."""
    for name in given:
        if name not in DEFAULTS:
            raise InvalidRequest(f"There is no setting {name[:40]}.", param=name[:40])
    _check(given)
    known = account.find("settings") or {"id": "settings", "object": "_settings", "values": {}}
    account.store.edit(known)["values"] = known["values"] | given
    return of(account)


def _check(given: dict[str, Any]) -> None:
    if given.get("after_retries", "canceled") not in AFTER_RETRIES:
        raise InvalidRequest(
            f"after_retries is one of {', '.join(AFTER_RETRIES)}.", param="after_retries"
        )
    if given.get("invoice_numbering", "customer") not in NUMBERINGS:
        raise InvalidRequest(
            f"invoice_numbering is one of {', '.join(NUMBERINGS)}.", param="invoice_numbering"
        )
    days = given.get("retry_days", [])
    if not isinstance(days, list) or not all(_is_days(one, 1) for one in days) or len(days) > 8:
        raise InvalidRequest(
            "retry_days is a list of up to eight numbers of days.", param="retry_days"
        )
    if not _is_days(given.get("upcoming_days", 7), 0):
        raise InvalidRequest("upcoming_days is a number of days.", param="upcoming_days")


def _is_days(value: Any, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= 60
