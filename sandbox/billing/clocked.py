"""Who lives by a test clock, and how far it may be moved at once."""

from sandbox.account import Account
from sandbox.errors import InvalidRequest
from sandbox.shapes import Row

MOST_CUSTOMERS = 3
DAY = 24 * 60 * 60
YEAR = 366 * DAY
LONGEST = {"day": DAY, "week": 7 * DAY, "month": 31 * DAY, "year": YEAR}
OVER = ("canceled", "incomplete_expired")


def join(account: Account, customer: Row, clock: str) -> None:
    """From now on this customer's time is the clock's."""
    account.get("test_helpers.test_clock", clock, param="test_clock")
    if customer["test_clock"] is not None:
        raise InvalidRequest(
            f"The customer {customer['id']} is already attached to a test clock.", param="customer"
        )
    if len(account.where("customer", "test_clock", clock)) >= MOST_CUSTOMERS:
        raise InvalidRequest(
            f"You can only have up to {MOST_CUSTOMERS} customers per test clock.",
            param="test_clock",
        )
    account.store.edit(customer)["test_clock"] = clock


def check_beginning(account: Account, moment: int) -> None:
    """A clock may start in the past or within five years."""
    if moment < 0:
        raise InvalidRequest("Invalid timestamp: must not be negative", param="frozen_time")
    if moment > account.now + 5 * YEAR:
        raise InvalidRequest(
            "Invalid timestamp: can be no more than five years in the future", param="frozen_time"
        )


def check_advance(account: Account, clock: Row, until: int) -> None:
    """Forward only, and by two of the shortest intervals or two years at most."""
    if until <= clock["frozen_time"]:
        raise InvalidRequest(
            "The frozen_time must be after the test clock's current frozen time.",
            param="frozen_time",
        )
    intervals = _intervals(account, clock)
    if until > clock["frozen_time"] + 2 * min(intervals, default=YEAR):
        raise InvalidRequest(_TOO_FAR if intervals else _TOO_FAR_ALONE, param="frozen_time")


_TOO_FAR = (
    "The frozen_time cannot be more than two intervals in the future from the shortest subscription "
    "in this test clock."
)
_TOO_FAR_ALONE = (
    "The frozen_time cannot be more than two years in the future, because there are no "
    "subscriptions in this test clock."
)


def _intervals(account: Account, clock: Row) -> list[int]:
    """How long each price's interval may last, in seconds."""
    return [
        LONGEST[recurring["interval"]] * recurring["interval_count"]
        for customer in account.where("customer", "test_clock", clock["id"])
        for subscription in account.where("subscription", "customer", customer["id"])
        if subscription["status"] not in OVER
        for item in account.where("subscription_item", "subscription", subscription["id"])
        if (recurring := _price(account, item).get("recurring"))
    ]


def _price(account: Account, item: Row) -> Row:
    price = item["price"]
    return price if isinstance(price, dict) else account.get("price", price)
