"""A card for later: the SetupIntent of a subscription that has nothing to pay yet."""

from sandbox.account import Account, on
from sandbox.billing import items, paying, telling
from sandbox.objects import intents, payment_methods, setup_intents
from sandbox.routes import Call
from sandbox.shapes import Row


def asked(account: Account, subscription: Row, params: Row) -> None:
    """Ask for a payment method, where something will be charged and none is there or good yet."""
    charged = subscription["collection_method"] == "charge_automatically"
    every = items.of(account, subscription)
    if not charged or not any(items.amount(account, subscription, item) for item in every):
        return
    method = paying.method_of(account, subscription)
    waits = params.get("payment_behavior") == "default_incomplete"
    if method is None or waits or _needs_customer(account, method):
        wanted = {"customer": subscription["customer"], "usage": "off_session"}
        if account.find(method, "payment_method"):
            wanted["payment_method"] = str(method)
        types = intents.chosen_types({}, subscription["currency"], automatic=True)
        given = wanted | {"payment_method_types": types}
        call = Call(account, given, pinned=False, base_url=account.base_url)
        intent = setup_intents.create(call)
        intent["_subscription"] = subscription["id"]
        subscription["pending_setup_intent"] = intent["id"]


def _needs_customer(account: Account, method: str) -> bool:
    row = account.find(method, "payment_method")
    if row is None or row["type"] != "card":
        return False
    how = payment_methods.test_card(row).authentication
    return how == "always" or (how == "unless_set_up" and not row.get("_set_up"))


@on("setup_intent.succeeded")
def _done(account: Account, intent: Row) -> None:
    """The subscription has its payment method."""
    row = account.find(intent.get("_subscription"), "subscription")
    if row is None or row["pending_setup_intent"] != intent["id"] or telling.is_over(row):
        return
    subscription = account.store.edit(row)
    before = telling.as_told(subscription)
    subscription.update(pending_setup_intent=None, default_payment_method=intent["payment_method"])
    telling.updated(account, subscription, before)
