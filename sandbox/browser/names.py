"""How Stripe's dashboard names kinds in its addresses, and how we name them to people."""

PLURALS = {
    "payment_intent": "payments",
    "charge": "charges",
    "customer": "customers",
    "payment_method": "payment_methods",
    "setup_intent": "setup_intents",
    "refund": "refunds",
    "dispute": "disputes",
    "product": "products",
    "price": "prices",
    "balance_transaction": "balance_transactions",
    "event": "events",
    "webhook_endpoint": "webhooks",
}
GROUPS = {
    "Money": ("payment_intent", "charge", "refund", "dispute", "balance_transaction"),
    "People": ("customer", "payment_method", "setup_intent"),
    "Catalog": ("product", "price"),
    "Developers": ("event", "webhook_endpoint"),
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
    return "Payment" if kind == "payment_intent" else kind.replace("_", " ").capitalize()


def address(row_id: str, kind: str) -> str:
    """The page of an object, in the way links to dashboard.stripe.com look."""
    return f"/test/{plural(kind)}/{row_id}"
