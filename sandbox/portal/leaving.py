"""Ending a subscription in the portal, pausing it, and thinking again."""

from sandbox.account import Account
from sandbox.billing import subscribing
from sandbox.billing.calendar import boundary
from sandbox.errors import InvalidRequest
from sandbox.shapes import Row


def canceled(account: Account, configuration: Row, subscription: Row, reason: Row) -> Row:
    """Cancel it when, and with what is given back, as the configuration says. `reason` is
    `{feedback, comment}`, as far as the customer gave one."""
    feature = configuration["features"]["subscription_cancel"]
    said = _allowed(feature["cancellation_reason"], reason)
    if feature["mode"] == "at_period_end":
        wanted = {"cancel_at_period_end": True, "cancellation_details": said}
        return subscribing.changed(account, subscription, wanted)
    behavior = feature["proration_behavior"]
    return subscribing.canceled(
        account,
        subscription,
        invoice_now=behavior == "always_invoice",
        prorate=behavior != "none",
        reason=said,
    )


def _allowed(asked: Row, reason: Row) -> Row:
    if not asked["enabled"]:
        return {}
    feedback = reason.get("feedback")
    if feedback and feedback not in asked["options"]:
        raise InvalidRequest("Please choose one of the reasons.")
    return {name: value for name, value in reason.items() if value}


def can_cancel(subscription: Row) -> bool:
    """It runs, and its end is not set."""
    return subscription["cancel_at"] is None and subscription["status"] != "incomplete"


def taken_back(account: Account, subscription: Row) -> Row:
    """It goes on after all."""
    return subscribing.changed(account, subscription, {"cancel_at_period_end": False})


def paused(account: Account, configuration: Row, subscription: Row, choice: int | None) -> Row:
    """Nothing is billed for a while: for the chosen time, or until somebody goes on."""
    duration = configuration["features"]["subscription_pause"]["duration"]
    pause: Row = {"behavior": "void"}
    if duration["type"] == "interval_options":
        options = duration["interval_options"]
        if choice is None or not 0 <= choice < len(options):
            raise InvalidRequest("Please choose for how long.")
        pause["resumes_at"] = boundary(account.now, options[choice], 1)
    return subscribing.changed(account, subscription, {"pause_collection": pause})


def resumed(account: Account, subscription: Row) -> Row:
    """Billing goes on."""
    return subscribing.changed(account, subscription, {"pause_collection": ""})


def stayed(account: Account, subscription: Row, coupon: str) -> Row:
    """The customer takes an offer instead of leaving."""
    return subscribing.changed(account, subscription, {"discounts": [{"coupon": coupon}]})
