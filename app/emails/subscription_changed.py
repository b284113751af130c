"""Tells a customer what became of their subscription: unpaid, changed, ending, ended."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from app import settings
from app.db import reading
from app.emails import letters
from app.jobs import enqueue, job
from app.models import Subscription, SubscriptionStatus
from app.money import format_money

# What there is to tell; the first four are Stripe's own words for its states.
SUBJECTS = {
    "past_due": "Your payment for {} did not go through",
    "first_unpaid": "Your first payment for {} did not go through",
    "unpaid": "{} is suspended until it is paid",
    "suspended": "{} is suspended until it is paid",
    "paused": "{} is paused",
    "canceled": "Your subscription to {} has ended",
    "changed": "Your subscription to {} was changed",
    "ending": "Your subscription to {} will end",
    "resumed": "Your subscription to {} goes on",
    "trial_ending": "Your trial of {} ends soon",
    "renewing": "Your subscription to {} renews soon",
    "recovered": "{} is paid again",
}


def send(subscription: Subscription, *, news: str, time: int = 1) -> None:
    """Write the letter once this transaction commits; once per news, period and `time`."""
    period = _period(subscription) + (f":{time}" if time > 1 else "")
    enqueue(deliver, subscription_token=subscription.token, news=news, period=period)


def cause(subscription: Subscription, *, news: str) -> str:
    """What such a letter would be about now, so that nobody writes it twice."""
    return _cause(subscription.token, news, _period(subscription))


def _cause(token: str, news: str, period: str) -> str:
    return f"subscription_changed:{token}:{news}:{period}"


def _period(subscription: Subscription) -> str:
    end = subscription.current_period_end
    return str(int(end.timestamp())) if end else "0"


@job()
def deliver(subscription_token: str, news: str, period: str) -> None:
    with reading() as session:
        found = select(Subscription).filter_by(token=subscription_token)
        subscription = session.scalars(found).one()
        if news == "trial_ending" and subscription.status != SubscriptionStatus.TRIALING:
            return
        context = _context(subscription)
        to, customer_id = subscription.customer.email, subscription.customer_id
    letters.write(
        "subscription_changed",
        cause=_cause(subscription_token, news, period),
        to=to,
        subject=SUBJECTS[news].format(context["product"]),
        customer_id=customer_id,
        news=news,
        **context,
    )


def _context(subscription: Subscription) -> dict[str, Any]:
    return {
        "product": subscription.product_name or "your subscription",
        "seats": subscription.quantity,
        "amount": amount_words(subscription),
        "interval": subscription.every,
        "ends_at": subscription.ends_at,
        "next_at": _next_at(subscription),
        "url": letters.link(f"/account/subscriptions/{subscription.token}"),
        "pay_url": _pay_url(subscription),
    }


def _next_at(subscription: Subscription) -> datetime | None:
    trying = subscription.status == SubscriptionStatus.TRIALING
    return (subscription.trial_end if trying else None) or subscription.current_period_end


def _pay_url(subscription: Subscription) -> str:
    """Where what is open can be paid, also by somebody who is not signed in."""
    unpaid = [invoice for invoice in subscription.invoices if invoice.is_open]
    return letters.link(f"/invoices/{unpaid[-1].token}") if unpaid else ""


def amount_words(subscription: Subscription) -> str:
    """What a whole interval costs; empty where only Stripe can say."""
    shop, amount = settings.current(), subscription.amount
    if amount is None:
        return ""
    words = format_money(amount, subscription.currency, locale=shop.shop_locale)
    return words if shop.prices_include_tax else f"{words} plus VAT"
