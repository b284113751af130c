"""Things that happened at Stripe before the shop heard a word of it, each told by its events."""

from collections.abc import Callable
from typing import Any

import stripe

from app.db import db
from app.models import Customer
from app.services import customers, debts, stripe_customers, subscriptions
from sandbox import Sandbox
from tests.billing import (
    add_plan,
    give_card,
    open_invoice,
    pay_debt,
    pay_first,
    subscription_of,
)
from tests.buying import fill_cart, pay, place
from tests.goods import add_product
from tests.links import open_link, pay_session

DAY = 24 * 3600
Events = list[dict[str, Any]]
Story = Callable[[Sandbox, stripe.StripeClient], Events]


def purchase(sandbox: Sandbox, client: stripe.StripeClient) -> Events:
    """A purchase, a dispute that was won, and a partial refund."""
    sheet = place(fill_cart((add_product(), 2)))
    intent = pay(client, sheet, "pm_card_createDispute")
    (dispute,) = client.v1.disputes.list({"payment_intent": intent.id}).data
    close = f"/_sandbox/disputes/{dispute.id}/close"
    assert sandbox.test_client().post(close, data={"status": "won"}).status_code == 200
    client.v1.refunds.create({"payment_intent": intent.id, "amount": 700})
    return _told(
        sandbox,
        "payment_intent.created",
        "payment_intent.succeeded",
        "charge.succeeded",
        "charge.dispute.created",
        "charge.dispute.closed",
        "refund.created",
        "charge.refunded",
    )


def first_payment(sandbox: Sandbox, client: stripe.StripeClient) -> Events:
    """A subscription begins."""
    pay_first(client, _begun())
    return _told(
        sandbox,
        "customer.subscription.created",
        "invoice.created",
        "invoice.finalized",
        "payment_intent.succeeded",
        "invoice.paid",
        "customer.subscription.updated",
    )


def renewal_that_recovers(sandbox: Sandbox, client: stripe.StripeClient) -> Events:
    """A renewal is declined, then paid with another card."""
    sheet = _running(client)
    give_card(client, subscription_of(sheet.token), "pm_card_chargeCustomerFail")
    since = len(sandbox.events)
    sandbox.advance(32 * DAY)
    subscription = subscription_of(sheet.token)
    give_card(client, subscription, "pm_card_visa")
    (last, *_) = client.v1.invoices.list({"subscription": str(subscription.stripe_id)}).data
    client.v1.invoices.pay(str(last.id))
    return _told(
        sandbox,
        "invoice.created",
        "invoice.payment_failed",
        "charge.failed",
        "payment_intent.succeeded",
        "invoice.paid",
        "customer.subscription.updated",
        since=since,
    )


def upgrade(sandbox: Sandbox, client: stripe.StripeClient) -> Events:
    """More seats, charged at once."""
    sheet = _running(client)
    subscription, since = subscription_of(sheet.token), len(sandbox.events)
    client.v1.subscriptions.update(
        str(subscription.stripe_id),
        {
            "items": [{"id": subscription.stripe_item_id, "quantity": 4}],
            "proration_behavior": "always_invoice",
        },
    )
    return _told(
        sandbox,
        "customer.subscription.updated",
        "invoice.created",
        "payment_intent.succeeded",
        "charge.succeeded",
        "invoice.paid",
        since=since,
    )


def upgrade_with_the_bank(sandbox: Sandbox, client: stripe.StripeClient) -> Events:
    """More seats, which wait until the customer has answered their bank."""
    sheet = _running(client)
    give_card(client, subscription_of(sheet.token), "pm_card_authenticationRequired")
    subscription, since = subscription_of(sheet.token), len(sandbox.events)
    changed = client.v1.subscriptions.update(
        str(subscription.stripe_id),
        {
            "items": [{"id": subscription.stripe_item_id, "quantity": 4}],
            "proration_behavior": "always_invoice",
            "payment_behavior": "pending_if_incomplete",
            "expand": ["latest_invoice.confirmation_secret"],
        },
    )
    invoice: Any = changed.latest_invoice
    intent_id, _, _ = invoice.confirmation_secret.client_secret.partition("_secret_")
    sandbox.finish_authentication(intent_id, "complete")
    return _told(
        sandbox,
        "customer.subscription.updated",
        "payment_intent.requires_action",
        "payment_intent.succeeded",
        "invoice.paid",
        "customer.subscription.pending_update_applied",
        since=since,
    )


def cancellation(sandbox: Sandbox, client: stripe.StripeClient) -> Events:
    """Ended at the period's end, as asked before."""
    sheet = _running(client)
    subscription, since = subscription_of(sheet.token), len(sandbox.events)
    client.v1.subscriptions.update(str(subscription.stripe_id), {"cancel_at_period_end": True})
    sandbox.advance(32 * DAY)
    return _told(
        sandbox, "customer.subscription.updated", "customer.subscription.deleted", since=since
    )


def external_payment(sandbox: Sandbox, client: stripe.StripeClient) -> Events:
    """Paid with a link from Stripe's dashboard, refunded in part."""
    open_invoice(customers.find_or_create("eve@example.com"), 1000, 2000)
    product = client.v1.products.create({"name": "Something"})
    price = client.v1.prices.create({"product": product.id, "unit_amount": 2500, "currency": "eur"})
    link = client.v1.payment_links.create({"line_items": [{"price": price.id, "quantity": 1}]})
    pay_session(sandbox, open_link(sandbox, link.url))
    (intent,) = client.v1.payment_intents.list({"limit": 1}).data
    client.v1.refunds.create({"payment_intent": intent.id, "amount": 700})
    return _told(
        sandbox,
        "payment_intent.succeeded",
        "charge.succeeded",
        "checkout.session.completed",
        "refund.created",
        "charge.refunded",
    )


def dispute(sandbox: Sandbox, client: stripe.StripeClient) -> Events:
    """What an invoice was paid with is given back by the bank: the dispute is lost."""
    eve = customers.find_or_create("eve@example.com")
    open_invoice(eve, 1000, 2000)
    pay_debt(client, debts.get_or_create_payment_intent(eve), "pm_card_createDispute")
    (dispute,) = client.v1.disputes.list().data
    close = f"/_sandbox/disputes/{dispute.id}/close"
    assert sandbox.test_client().post(close, data={"status": "lost"}).status_code == 200
    return _told(
        sandbox,
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.closed",
    )


def told(sandbox: Sandbox, *, since: int = 0) -> Events:
    """Everything that Stripe has to say, as it says it."""
    return [
        {name: value for name, value in event.items() if not name.startswith("_")}
        for event in sandbox.events[since:]
    ]


STORIES: list[Story] = [
    purchase,
    first_payment,
    renewal_that_recovers,
    upgrade,
    upgrade_with_the_bank,
    cancellation,
    external_payment,
    dispute,
]


def _begun() -> subscriptions.SubscriptionSheet:
    eve = customers.find_or_create("eve@example.com")
    stripe_customers.ensure(eve)
    return subscriptions.start(eve, add_plan()["month"], start_key="form", actor="customer")


def _running(client: stripe.StripeClient) -> subscriptions.SubscriptionSheet:
    """A subscription that was paid, and of which the shop knows."""
    sheet = _begun()
    pay_first(client, sheet)
    subscriptions.sync(subscription_of(sheet.token).id)
    assert db.session.scalar(db.select(Customer.stripe_customer_id))
    return sheet


def _told(sandbox: Sandbox, *types: str, since: int = 0) -> Events:
    """The last event of each type, in the order of the types."""
    db.session.rollback()
    events = {event["type"]: event for event in told(sandbox, since=since)}
    return [events[type] for type in types]
