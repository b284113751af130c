"""A portal session begins, and lasts as long as somebody uses it."""

import hmac
from typing import Any

from sandbox.account import Account
from sandbox.shapes import Row

KIND = "billing_portal.session"
UNTIL_OPENED = 5 * 60
AFTER_LAST_LOOK = 60 * 60


def opened(account: Account, customer: Row, configuration: Row, **fields: Any) -> Row:
    """A session with an address that nobody can guess."""
    token = f"test_{account.ids.text(64)}"
    return account.add(
        KIND,
        configuration=configuration["id"],
        customer=customer["id"],
        url=f"{account.base_url}/p/session/{token}",
        _token=token,
        _until=account.now + UNTIL_OPENED,
        **fields,
    )


def of_token(account: Account, token: str) -> Row | None:
    """The session of an address, also one that is over."""
    for row in account.where(KIND, "_token", token):
        if hmac.compare_digest(row["_token"].encode(), token.encode()):
            return row
    return None


def is_over(account: Account, session: Row) -> bool:
    """Nobody opened it in time, or nobody looked for an hour."""
    return bool(session["_until"] <= account.now)


def prolong(account: Account, session: Row) -> None:
    """Somebody is looking."""
    account.store.edit(session)["_until"] = account.now + AFTER_LAST_LOOK
