"""What a subscription's page says: its true state, in words that name the money and the day."""

from datetime import datetime, timedelta

from app import clock, settings
from app.models import (
    Invoice,
    License,
    LicenseStatus,
    Payment,
    Price,
    Subscription,
    SubscriptionStatus,
)
from app.money import format_money
from app.services import subscription_ending, subscription_terms
from app.services.subscription_ending import LATE, Ending
from app.store.frame import date as day
from app.store.order_words import Head

S = SubscriptionStatus
BADGES = {
    S.NEW: ("wait", "Being started"),
    S.INCOMPLETE: ("wait", "Waiting for its first payment"),
    S.INCOMPLETE_EXPIRED: ("none", "Never paid"),
    S.TRIALING: ("good", "Free trial"),
    S.ACTIVE: ("good", "Active"),
    S.PAST_DUE: ("bad", "Payment overdue"),
    S.UNPAID: ("bad", "Suspended"),
    S.PAUSED: ("wait", "Paused"),
    S.CANCELED: ("none", "Ended"),
    S.REJECTED: ("none", "Never begun"),
}
LICENSE_BADGES = {
    LicenseStatus.ACTIVE: ("good", "Valid"),
    LicenseStatus.SUSPENDED: ("bad", "Suspended"),
    LicenseStatus.REVOKED: ("none", "Ended"),
}


def badge(subscription: Subscription) -> tuple[str, str]:
    """(tone, words) for a subscription in a list."""
    if subscription.awaits_card:
        return "wait", "Waiting for a card"
    if subscription.status == S.ACTIVE and subscription.awaits_money:
        return BADGES[S.INCOMPLETE]
    if subscription.is_running and subscription.collection_paused:
        return BADGES[S.PAUSED]
    if subscription.status in {S.ACTIVE, S.TRIALING} and subscription.cancel_at:
        return "wait", f"Ends on {day(subscription.cancel_at)}"
    return BADGES[subscription.status]


def license_badge(license: License) -> tuple[str, str]:
    if license.status == LicenseStatus.ACTIVE and not license.valid:
        return "bad", "Expired"
    return LICENSE_BADGES[license.status]


def name(subscription: Subscription) -> str:
    return subscription.product_name or "Your subscription"


def plan(subscription: Subscription) -> str:
    """Which variant, and how often it is paid."""
    return _plan(subscription.price)


def wanted_plan(subscription: Subscription) -> str:
    """The same of a change that waits."""
    return _plan(subscription.wanted_price)


def _plan(price: Price | None) -> str:
    if price is None:
        return "As agreed with us"
    every, variant = f"every {price.every}", price.variant.name
    return f"{variant}, {every}" if variant else every.capitalize()


def next_payment(subscription: Subscription) -> tuple[int | None, datetime] | None:
    """What will be charged when; None when nothing will be. The credit that we know of is taken
    off, and how much a plan costs that only Stripe knows, it alone can say."""
    end = subscription.trial_end if subscription.status == S.TRIALING else None
    end = end or subscription.current_period_end
    if not subscription.will_be_charged or end is None or subscription.status in LATE:
        return None
    if subscription.price is None:
        return None, end
    price = subscription_terms.charged(subscription.price, subscription.quantity)
    return max(price - credit(subscription), 0), end


def credit(subscription: Subscription) -> int:
    """What its customer has at Stripe, which pays before any card does; in minor units."""
    return subscription_ending.credit(subscription)


def credit_words(subscription: Subscription) -> str:
    """What that credit is for; empty where there is none."""
    left = credit(subscription)
    if left < 0 and subscription.will_be_charged:
        return f"{_money(subscription, -left)} from before is added to your next payment."
    if left <= 0:
        return ""
    changed = any(each.from_stripe_credit < 0 for each in subscription.invoices)
    whence = " from your change of plan" if changed else ""
    words = f"{_money(subscription, left)} of credit{whence}"
    if subscription.will_be_charged:
        return f"{words} pays for what comes next; your card is charged when it is used up."
    return f"{words} is not used up. It is not paid out, and pays for what you subscribe to next."


def ways_to_end(subscription: Subscription) -> list[tuple[str, str, str]]:
    """(value, title, what becomes of it) of each."""
    ending = subscription_ending.of(subscription)
    stays = [_stays_owed(subscription, ending), _stays_credit(subscription, ending)]
    later = [_runs_out(subscription, ending), *stays, "You can change your mind until then."]
    paid_back = "" if not ending.was_paid else "What is paid is not paid back by this."
    license_too = ", and its license with it" if ending.has_license else ""
    now = [f"It ends at once{license_too}.", *stays, paid_back]
    title = "At the end of the period" if ending.late else "At the end of what is paid"
    ways = [("now", "Now", now)]
    if subscription.cancel_at is None:
        ways.insert(0, ("later", title, later))
    return [(value, name, " ".join(filter(None, said))) for value, name, said in ways]


def _runs_out(subscription: Subscription, ending: Ending) -> str:
    end = day(ending.ends_at)
    if subscription.status == S.PAUSED:
        return f"It stays paused until {end}, and nothing is charged."
    if not ending.late:
        free = subscription.status == S.TRIALING or subscription.collection_paused
        return f"It stays yours until {end}{', and nothing is charged' if free else ''}."
    if not ending.has_license:
        return f"It ends on {end}."
    if ending.works_until is None:
        return f"It is suspended. Once what is open is paid, it is yours until {end}."
    works = day(ending.works_until)
    return f"Your license works until {works}; once what is open is paid, until {end}."


def _stays_owed(subscription: Subscription, ending: Ending) -> str:
    if ending.owed_amount:
        return f"{_money(subscription, ending.owed_amount)} is open and stays owed."
    return "What is open stays owed." if ending.late else ""


def _stays_credit(subscription: Subscription, ending: Ending) -> str:
    if not ending.credit_amount:
        return ""
    words = _money(subscription, ending.credit_amount)
    return f"Your credit of {words} is not paid out: it stays for what you subscribe to next."


def open_invoice(subscription: Subscription) -> Invoice | None:
    """The newest one that is owed; what only a change waits for is not."""
    unpaid = [
        invoice
        for invoice in subscription.invoices
        if invoice.due_amount > 0 and invoice.stripe_id != subscription.wanted_invoice_id
    ]
    return unpaid[-1] if unpaid else None


def waiting_invoice(subscription: Subscription) -> Invoice | None:
    """What has to be paid before a change that waits is made."""
    wanted = subscription.wanted_invoice_id
    found = [invoice for invoice in subscription.invoices if invoice.stripe_id == wanted]
    return found[0] if wanted and found else None


def last_payment(subscription: Subscription) -> Payment | None:
    """Of what is open, the last try to pay it."""
    return _last_try(open_invoice(subscription))


def change_on_its_way(subscription: Subscription) -> bool:
    """The bank debit for a change takes days; nobody has to confirm it."""
    payment = _last_try(waiting_invoice(subscription))
    return payment is not None and payment.processing


def _last_try(invoice: Invoice | None) -> Payment | None:
    tries = [cover.payment for item in invoice.items for cover in item.payments] if invoice else []
    return max(tries, key=lambda payment: payment.id, default=None)


def on_its_way(subscription: Subscription) -> bool:
    """A bank debit takes days; nobody should pay again meanwhile."""
    payment = last_payment(subscription)
    return payment is not None and payment.processing


def declined(subscription: Subscription) -> str:
    """What the bank said to the last try; empty if it said nothing."""
    payment = last_payment(subscription)
    return payment.failure_message if payment is not None and payment.payable else ""


def is_payable(subscription: Subscription) -> bool:
    """There is something to pay, or a card to leave, on its page."""
    waits = subscription.awaits_card or subscription.awaits_money
    if waits or subscription.status == S.INCOMPLETE:
        return not on_its_way(subscription)
    late = subscription.status in LATE
    return late and open_invoice(subscription) is not None and not on_its_way(subscription)


def head(subscription: Subscription, *, confirming: bool = False, thanks: bool = False) -> Head:
    """The page's first words; thanks are for who comes from paying."""
    if confirming:
        return Head(
            "wait",
            "We are confirming it",
            "This takes a few seconds. You can close this page; we write to you as soon as we "
            "know. Please do not pay again meanwhile.",
        )
    if on_its_way(subscription):
        return Head(
            "wait",
            "Your payment is on its way",
            "A bank debit takes a few working days. We write to you as soon as the money is here.",
        )
    if not subscription.has_begun and not subscription.ended:
        return _waiting(subscription)
    title = name(subscription)
    if subscription.ended:
        return Head("back", title, _ended(subscription))
    if subscription.status in LATE:
        return Head("alert", title, _late(subscription))
    if subscription.collection_paused or subscription.status == S.PAUSED:
        return Head("wait", title, "It is paused. Nothing is charged until it goes on.")
    if subscription.cancel_at:
        ends = day(subscription.cancel_at)
        return Head(
            "wait", title, f"It stays yours until {ends}. After that, nothing more is charged."
        )
    return Head("tick", title, _going_on(subscription, thanks=thanks))


def _waiting(subscription: Subscription) -> Head:
    if subscription.status == S.NEW:
        return Head("wait", "We are asking Stripe", "Please look in again in a minute.")
    if subscription.awaits_card:
        return Head(
            "wait",
            "One step is left: your card",
            f"Nothing is charged today. With a card, your trial of {name(subscription)} begins.",
        )
    if declined(subscription):
        return Head("alert", "The payment did not go through", "Nothing was charged.")
    return Head("wait", "One step is left: the first payment", "Nothing was charged yet.")


def _ended(subscription: Subscription) -> str:
    if subscription.status != S.CANCELED:
        return "It was never paid, so it never began. Nothing was charged."
    ended, owed = (
        f"It ended on {day(subscription.ended_at)}.",
        subscription_ending.owed(subscription),
    )
    if owed > 0:
        return f"{ended} {_money(subscription, owed)} of it is still to be paid."
    return f"{ended} Nothing more is charged."


def _late(subscription: Subscription) -> str:
    invoice = open_invoice(subscription)
    what = f"{_money(subscription, invoice.due_amount)} is open" if invoice else "A payment is open"
    if subscription.status == S.UNPAID:
        return f"{what}, so it is suspended. It comes back as soon as it is paid."
    return f"The last payment did not go through: {what}.{_until(subscription)}"


def _until(subscription: Subscription) -> str:
    """Grace comes to an end, whether it is paid or not."""
    since = subscription.past_due_since
    if since is None:
        return ""
    over = since + timedelta(days=settings.current().grace_days)
    if over <= clock.now():
        return " Your license is suspended until it is paid."
    return f" Your license works until {day(over)}."


def _going_on(subscription: Subscription, *, thanks: bool) -> str:
    coming = next_payment(subscription)
    if subscription.status == S.TRIALING and coming:
        return f"Your free trial runs until {day(coming[1])}. Cancel before then and pay nothing."
    if thanks or not coming:
        return "Thank you. It is paid, and yours to use." if thanks else "It is yours to use."
    return f"It is paid, and yours to use. It renews on {day(coming[1])}."


def _money(subscription: Subscription, amount: int) -> str:
    return format_money(amount, subscription.currency, locale=settings.current().shop_locale)
