"""How Stripe's dashboard names kinds in its addresses, and how we name them to people."""

PLURALS = {
    "payment_intent": "payments",
    "checkout.session": "checkout_sessions",
    "billing_portal.configuration": "portal_configurations",
    "billing_portal.session": "portal_sessions",
    "invoiceitem": "invoice_items",
    "line_item": "invoice_line_items",
    "item": "line_items",
    "test_helpers.test_clock": "test_clocks",
    "webhook_endpoint": "webhooks",
}
GROUPS = {
    "Money": (
        "payment_intent",
        "charge",
        "refund",
        "dispute",
        "balance_transaction",
        "payout",
    ),
    "Billing": (
        "subscription",
        "subscription_schedule",
        "invoice",
        "invoiceitem",
        "credit_note",
        "quote",
        "customer_balance_transaction",
    ),
    "Checkout": (
        "checkout.session",
        "payment_link",
        "billing_portal.session",
        "billing_portal.configuration",
        "shipping_rate",
    ),
    "People": ("customer", "payment_method", "setup_intent", "tax_id"),
    "Catalog": ("product", "price", "coupon", "promotion_code", "tax_rate"),
    "Developers": ("event", "webhook_endpoint", "test_helpers.test_clock", "file"),
}
KINDS = {plural: kind for kind, plural in PLURALS.items()}


def plural(kind: str) -> str:
    """`payment_intent` → `payments`, as in the address of its list."""
    return PLURALS.get(kind) or f"{kind}s"


def kind_of(name: str) -> str:
    """The kind behind the name in an address."""
    return KINDS.get(name) or name.removesuffix("s")


def title(kind: str) -> str:
    """`setup_intent` → `Setup intents`."""
    return plural(kind).replace("_", " ").capitalize()


def singular(kind: str) -> str:
    """`setup_intent` → `Setup intent`."""
    return title(kind).removesuffix("s")


def address(row_id: str, kind: str) -> str:
    """The page of an object, in the way links to dashboard.stripe.com look."""
    return f"/test/{plural(kind)}/{row_id}"
