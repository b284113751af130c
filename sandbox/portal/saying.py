"""What the portal tells a customer on the next page they see, once."""

from sandbox.account import Account
from sandbox.shapes import Row


def say(account: Account, session: Row, kind: str, text: str) -> None:
    """`kind` is good or bad."""
    account.store.edit(session)["_said"] = [kind, text]


def said(account: Account, session: Row) -> list[str] | None:
    """Kind and text, if something is to be said; then it has been."""
    found: list[str] | None = session.get("_said")
    if found:
        account.store.edit(session)["_said"] = None
    return found
