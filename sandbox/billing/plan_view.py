"""A recurring price as a plan: the way it was shown before there were prices."""

from sandbox.account import Account
from sandbox.shapes import Row, blank

SAME = (
    "active", "billing_scheme", "created", "currency", "id", "livemode", "nickname", "product",
    "tiers_mode",
)  # fmt: skip
OF_INTERVAL = ("interval", "interval_count", "meter", "usage_type")


def of(price: Row) -> Row:
    """The plan that a recurring price is."""
    recurring = price["recurring"]
    plan = blank("plan") | {name: price[name] for name in SAME}
    plan |= {name: recurring[name] for name in OF_INTERVAL}
    plan.update(
        amount=price["unit_amount"],
        amount_decimal=price["unit_amount_decimal"],
        metadata=dict(price["metadata"] or {}),
        transform_usage=price["transform_quantity"],
        trial_period_days=recurring.get("trial_period_days"),
    )
    return plan


def price_of(account: Account, name: str) -> Row | None:
    """The price behind the id of a price or a plan."""
    return account.find(name, "price")
