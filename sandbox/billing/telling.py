"""What is told of a subscription: its events, and what each changed."""

from sandbox.account import Account, public
from sandbox.billing import items
from sandbox.shapes import Row
from sandbox.store import copied

OVER = ("canceled", "incomplete_expired")


def is_over(subscription: Row) -> bool:
    """Whether nothing more will come of it."""
    return subscription["status"] in OVER


def as_told(subscription: Row) -> Row:
    """The subscription as the world has seen it so far, to be compared with later."""
    return copied(public(subscription))


def created(account: Account, subscription: Row) -> None:
    """It is there."""
    items.show(account, subscription)
    account.emit("customer.subscription.created", subscription)


def updated(account: Account, subscription: Row, before: Row, *more: str) -> None:
    """It is not what it was; `more` are further events of the same moment, told after it."""
    items.show(account, subscription)
    if public(subscription) != before:
        account.emit_update("customer.subscription.updated", subscription, before=before)
    for name in more:
        account.emit(f"customer.subscription.{name}", subscription)


def deleted(account: Account, subscription: Row) -> None:
    """It is over."""
    items.show(account, subscription)
    account.emit("customer.subscription.deleted", subscription)
