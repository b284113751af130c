"""The discounts that count for a subscription at a moment: its own, else its customer's."""

from collections.abc import Iterable

from sandbox.account import Account
from sandbox.billing import discounts
from sandbox.shapes import Row


def alive(account: Account, ids: Iterable[str]) -> list[str]:
    """Those of these discounts that still count."""
    return discounts.alive(account, ids, account.now)


def of(account: Account, subscription: Row) -> list[str]:
    """The ids of the discounts on everything it bills."""
    own = alive(account, subscription["discounts"])
    customer = subscription["customer"]
    return own or (discounts.on_customer(account, customer) if customer else [])
