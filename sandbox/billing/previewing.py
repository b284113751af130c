"""Doing something to see what it comes to, then undoing it."""

from sandbox.account import Account
from sandbox.expand import expanded
from sandbox.shapes import Row
from sandbox.store import copied


def undone(account: Account, row: Row, params: Row) -> Row:
    """The row as it would be, expanded as asked; nothing of the running transaction has happened."""
    answer = copied(expanded(account, row, params.pop("expand", [])))
    account.store.undo()
    return answer
