"""What states are called and which colour they have. The word carries the meaning."""

from markupsafe import Markup

# state: (tone, word)
STATES: dict[str, tuple[str, str]] = {
    "pending": ("wait", "Pending"),
    "failed": ("bad", "Failed"),
    "paid": ("good", "Paid"),
    "fulfilling": ("info", "In fulfilment"),
    "fulfilled": ("info", "Fulfilled"),
    "refunded": ("calm", "Refunded"),
    "canceled": ("calm", "Canceled"),
    # payment badges
    "processing": ("wait", "Processing"),
    "authorized": ("wait", "Authorised"),
    "disputed": ("bad", "Disputed"),
    "partially refunded": ("part", "Part refunded"),
    "needs attention": ("bad", "Needs attention"),
    # payments, in Stripe's words
    "new": ("calm", "New"),
    "requires_payment_method": ("wait", "Waits for a card"),
    "requires_confirmation": ("wait", "Waits for a card"),
    "requires_action": ("wait", "Waits for the bank’s question"),
    "requires_capture": ("wait", "Authorised"),
    "succeeded": ("good", "Succeeded"),
    "rejected": ("bad", "Rejected"),
    # disputes, in Stripe's words
    "warning_needs_response": ("bad", "Inquiry, needs an answer"),
    "warning_under_review": ("wait", "Inquiry, under review"),
    "warning_closed": ("calm", "Inquiry closed"),
    "needs_response": ("bad", "Needs an answer"),
    "under_review": ("wait", "Under review"),
    "won": ("good", "Won"),
    "lost": ("bad", "Lost"),
    "prevented": ("good", "Prevented"),
    # subscriptions, in Stripe's words
    "incomplete": ("wait", "Waits for its first payment"),
    "incomplete_expired": ("calm", "Never paid"),
    "trialing": ("info", "On trial"),
    "past_due": ("bad", "Past due"),
    "unpaid": ("bad", "Unpaid"),
    "paused": ("wait", "Paused"),
    "ends": ("wait", "Ends by itself"),
    "change waits": ("wait", "A change waits"),
    "waits for a card": ("wait", "Waits for a card"),
    # licenses and invoices
    "suspended": ("bad", "Suspended"),
    "revoked": ("calm", "Revoked"),
    "expired": ("calm", "Expired"),
    "kept by staff": ("info", "Decided by staff"),
    "open": ("wait", "Open"),
    "past due": ("bad", "Past due"),
    "void": ("calm", "Void"),
    "uncollectible": ("part", "Uncollectible"),
    # payment links and what they brought
    "superseded": ("calm", "Superseded"),
    "deactivated": ("calm", "Deactivated"),
    "opened": ("info", "Opened"),
    "overpaid": ("bad", "Paid too much"),
    "underpaid": ("bad", "Paid too little"),
    "unmatched": ("wait", "Unmatched"),
    "assigned": ("good", "Assigned"),
    "dismissed": ("calm", "Dismissed"),
    # coupons
    "scheduled": ("info", "Scheduled"),
    "switched off": ("calm", "Switched off"),
    "used up": ("calm", "Used up"),
    # products, letters, jobs, events
    "draft": ("calm", "Draft"),
    "active": ("good", "Active"),
    "archived": ("calm", "Archived"),
    "sold out": ("bad", "Sold out"),
    "low": ("wait", "Low"),
    "waiting": ("wait", "Waiting"),
    "running": ("info", "Running"),
    "done": ("good", "Done"),
    "sent": ("good", "Sent"),
    "received": ("wait", "Received"),
    "handled": ("good", "Handled"),
    "ignored": ("calm", "Ignored"),
    # stock movements
    "sale": ("info", "Sale"),
    "restock": ("good", "Restock"),
    "refund": ("part", "Refund"),
    "correction": ("wait", "Correction"),
    "import": ("calm", "Import"),
}
UNKNOWN = "calm"


def tone(state: str) -> str:
    return STATES[state][0] if state in STATES else UNKNOWN


def word(state: str) -> str:
    """A state nobody has named yet is shown as it is."""
    return STATES[state][1] if state in STATES else state.replace("_", " ").capitalize()


def badge(state: str) -> Markup:
    return Markup('<span class="badge" data-tone="{}">{}</span>').format(tone(state), word(state))


def choices(states: object) -> list[tuple[str, str]]:
    """An enumeration's states with their words, for a filter or a field."""
    return [(str(state), word(str(state))) for state in states]  # type: ignore[attr-defined]
