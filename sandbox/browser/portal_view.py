"""What the portal shows, in words."""

from dataclasses import dataclass

from sandbox.account import Account
from sandbox.billing import items
from sandbox.browser.hosted import day
from sandbox.browser.portal_visits import Visit
from sandbox.money import words
from sandbox.portal import later, leaving, plans, previews
from sandbox.shapes import Row

STATUS = {
    "active": None,
    "incomplete": ("Waiting for the first payment", "wait"),
    "past_due": ("Payment failed", "bad"),
    "paused": ("Paused", "wait"),
    "trialing": ("Trial", "good"),
    "unpaid": ("Unpaid", "bad"),
}
BRANDS = {
    "amex": "American Express",
    "diners": "Diners Club",
    "discover": "Discover",
    "jcb": "JCB",
    "mastercard": "Mastercard",
    "unionpay": "UnionPay",
    "visa": "Visa",
}


@dataclass(frozen=True)
class Plan:
    """One subscription as its customer sees it."""

    subscription: Row
    name: str
    lines: list[str]
    badge: tuple[str, str] | None
    news: str
    unpaid: Row | None
    can_change: bool
    can_cancel: bool
    can_stay: bool
    can_keep: bool
    can_pause: bool
    can_resume: bool


def plans_of(visit: Visit) -> list[Plan]:
    """The subscriptions that run, and what comes next of each."""
    return [_plan(visit, row) for row in plans.current(visit.account, visit.session["customer"])]


def _plan(visit: Visit, row: Row) -> Plan:
    account, features = visit.account, visit.configuration["features"]
    every = items.of(account, row)
    ends = row["cancel_at"] is not None
    pauses = features["subscription_pause"]["enabled"]
    cancels = features["subscription_cancel"]["enabled"]
    updates = features["subscription_update"]["enabled"]
    return Plan(
        subscription=row,
        name=", ".join(_product(account, item["price"]) for item in every),
        lines=[
            price_words(item["price"], item["quantity"], row["currency"], account) for item in every
        ],
        badge=("Paused", "wait") if row["pause_collection"] else STATUS.get(row["status"]),
        news=_news(visit, row),
        unpaid=_unpaid(account, row),
        can_change=updates and not ends and plans.can_change(account, visit.configuration, row),
        can_cancel=cancels and leaving.can_cancel(row),
        can_stay=cancels and ends and row["cancel_at_period_end"],
        can_keep=updates and later.change_of(account, row) is not None,
        can_pause=pauses and not ends and not row["pause_collection"],
        can_resume=pauses and row["pause_collection"] is not None,
    )


def _product(account: Account, price: Row) -> str:
    product = account.find(price["product"], "product") or {}
    return str(product.get("name") or "Plan")


def _unpaid(account: Account, row: Row) -> Row | None:
    invoice = account.find(row["latest_invoice"], "invoice")
    return invoice if invoice is not None and invoice["status"] == "open" else None


def _news(visit: Visit, row: Row) -> str:
    """What happens next, as a sentence."""
    if row["cancel_at"]:
        return f"Your plan ends on {day(row['cancel_at'])}. Nothing more will be charged."
    if row["pause_collection"]:
        until = row["pause_collection"]["resumes_at"]
        return f"Nothing is charged until {day(until)}." if until else "Nothing is charged for now."
    change = later.change_of(visit.account, row)
    if change:
        price = price_words(change["price"], change["quantity"], row["currency"], visit.account)
        name = _product(visit.account, change["price"])
        return f"Your plan changes to {name}, {price}, on {day(change['at'])}."
    return _renewal(visit, row)


def _renewal(visit: Visit, row: Row) -> str:
    with visit.doing():
        amount = previews.next_bill(visit.account, row)
    if amount is None or not row["_next_at"]:
        return ""
    verb = "Your trial ends" if row["status"] == "trialing" else "Renews"
    return f"{verb} on {day(row['_next_at'])}: {words(amount, row['currency'])}."


def price_words(price: Row, quantity: int | None, currency: str, account: Account) -> str:
    """`€10.00 per month`, `€10.00 × 3 every 2 weeks`."""
    whole = items.in_currency(account.get("price", price["id"]), currency)
    every = price["recurring"] or {"interval": "", "interval_count": 1}
    count = every["interval_count"]
    span = f"per {every['interval']}" if count == 1 else f"every {count} {every['interval']}s"
    if whole["unit_amount"] is None:
        return f"Price by quantity, {span}"
    times = f" × {quantity}" if quantity and quantity > 1 else ""
    return f"{words(whole['unit_amount'], currency)}{times} {span}"


def method_name(method: Row) -> tuple[str, str]:
    """What a payment method is called, and what is known besides."""
    kind = method["type"]
    last4 = method[kind]["last4"]
    if kind == "card":
        card = method["card"]
        brand = BRANDS.get(card["brand"], "Card")
        return (
            f"{brand}\N{NO-BREAK SPACE}••••\N{NO-BREAK SPACE}{last4}",
            f"Expires {card['exp_month']:02}/{card['exp_year'] % 100:02}",
        )
    return f"Bank account\N{NO-BREAK SPACE}••••\N{NO-BREAK SPACE}{last4}", method[
        "billing_details"
    ]["name"] or ""


def person(visit: Visit) -> list[tuple[str, str]]:
    """What is known of the customer and can be seen here."""
    customer = visit.customer
    address = customer["address"] or {}
    town = " ".join(filter(None, (address.get("postal_code"), address.get("city"))))
    lines = (address.get("line1"), address.get("line2"), town, address.get("country"))
    shown = [
        ("Name", customer["name"]),
        ("E-mail", customer["email"]),
        ("Phone", customer["phone"]),
        ("Address", ", ".join(filter(None, lines))),
    ]
    return [(label, text) for label, text in shown if text]
