"""Trials: told of three days before their end, and what becomes of the subscription then."""

from sandbox.account import Account
from sandbox.agenda import when_due
from sandbox.billing import canceling, paying, telling
from sandbox.shapes import Row, part

NOTICE = 3 * 24 * 60 * 60


def announce(account: Account, subscription: Row) -> None:
    """Three days before the end of a trial, or at once when it is shorter."""
    if subscription["status"] != "trialing":
        return
    moment = subscription["trial_end"] - NOTICE
    if moment <= account.now:
        account.emit("customer.subscription.trial_will_end", subscription)
    else:
        account.agenda.at(moment, "tell that a trial will end", subscription["id"])


@when_due("tell that a trial will end")
def _tell(account: Account, subscription_id: str) -> None:
    row = account.get("subscription", subscription_id)
    if row["status"] == "trialing" and row["trial_end"] == account.now + NOTICE:
        account.emit("customer.subscription.trial_will_end", row)


def over(account: Account, subscription: Row, before: Row) -> bool:
    """The trial has ended; whether the subscription goes on and is billed."""
    if not goes_on(account, subscription, before):
        return False
    subscription["status"] = "active"
    if subscription["trial_settings"]["end_behavior"]["billing_cycle_anchor"] == "now":
        subscription["billing_cycle_anchor"] = account.now
    return True


def goes_on(account: Account, subscription: Row, before: Row) -> bool:
    """Whether a trial that ends now is followed by a paid time: not without anything to charge,
    if its settings say so."""
    charged = subscription["collection_method"] == "charge_automatically"
    if subscription["status"] != "trialing" or not charged:
        return True
    if paying.has_method(account, subscription):
        return True
    otherwise = subscription["trial_settings"]["end_behavior"]["missing_payment_method"]
    if otherwise == "cancel":
        canceling.ended(account, subscription, reason=None)
    elif otherwise == "pause":
        subscription["trial_end"] = account.now
        _pause(account, subscription, before)
    return bool(otherwise == "create_invoice")


def _pause(account: Account, subscription: Row, before: Row) -> None:
    subscription.update(status="paused", _next_at=None)
    subscription["status_details"] = paused_details(account, "trial_end_without_payment_method")
    telling.updated(account, subscription, before, "paused")


def paused_details(account: Account, why: str) -> Row:
    """Why a subscription is paused, and since when."""
    inner = part(
        "subscription.StatusDetails.Paused",
        subscription={"type": why},
        transitioned_at=account.now,
        type="subscription",
    )
    return part("subscription.StatusDetails", paused=inner)
