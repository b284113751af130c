"""The table of kinds: how an object's id begins, how long it is, and which fields it is looked up by."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """What the kernel must know of a kind of object."""

    prefix: str
    indexed: tuple[str, ...] = ()
    length: int = 24


KINDS: dict[str, Kind] = {
    "balance_transaction": Kind("txn", ("source", "type", "_payout")),
    "bank_account": Kind("ba"),
    "billing_portal.configuration": Kind("bpc"),
    "billing_portal.session": Kind("bps", ("customer", "_token")),
    "card": Kind("card", ("customer",)),
    "charge": Kind("ch", ("customer", "payment_intent")),
    "checkout.session": Kind(
        "cs_test", ("customer", "payment_intent", "payment_link", "subscription", "_recovery"), 58
    ),
    "confirmation_token": Kind("ctoken"),
    "coupon": Kind("coupon", (), 8),
    "credit_note": Kind("cn", ("customer", "invoice")),
    "credit_note_line_item": Kind("cnli", ("_credit_note",)),
    "customer": Kind("cus", ("email", "test_clock"), 14),
    "customer_balance_transaction": Kind("cbtxn", ("customer",)),
    "customer_session": Kind("cuss", ("customer", "client_secret")),
    "discount": Kind("di", ("customer", "subscription", "promotion_code")),
    "dispute": Kind("du", ("charge", "payment_intent")),
    "event": Kind("evt", ("type",)),
    "file": Kind("file"),
    "file_link": Kind("link", ("file", "_token")),
    "invoice": Kind("in", ("customer", "status", "_subscription")),
    "invoice_payment": Kind("inpay", ("invoice", "_payment_intent")),
    "invoiceitem": Kind("ii", ("customer", "invoice")),
    "item": Kind("li", ("_session", "_payment_link", "_quote")),
    "line_item": Kind("il", ("invoice",)),
    "mandate": Kind("mandate"),
    "payment_intent": Kind("pi", ("customer",)),
    "payment_link": Kind("plink", ("_slug",)),
    "payment_method": Kind("pm", ("customer",)),
    "payout": Kind("po"),
    "plan": Kind("plan", ("product",)),
    "price": Kind("price", ("product", "lookup_key")),
    "product": Kind("prod", (), 14),
    "promotion_code": Kind("promo", ("_code", "_coupon", "customer")),
    "quote": Kind("qt", ("customer", "status")),
    "refund": Kind("re", ("charge", "payment_intent")),
    "setup_attempt": Kind("setatt", ("setup_intent",)),
    "setup_intent": Kind("seti", ("customer", "payment_method")),
    "shipping_rate": Kind("shr"),
    "subscription": Kind("sub", ("customer", "status", "schedule")),
    "subscription_item": Kind("si", ("subscription",), 14),
    "subscription_schedule": Kind("sub_sched", ("customer", "subscription")),
    "tax_id": Kind("txi", ("customer",)),
    "tax_rate": Kind("txr"),
    "test_helpers.test_clock": Kind("clock"),
    "token": Kind("tok"),
    "webhook_endpoint": Kind("we"),
    "_delivery": Kind("whd", ("event", "state")),
    "_due": Kind("due", ("clock",)),
}


def indexed(kind: str) -> tuple[str, ...]:
    """The fields whose rows can be found by value."""
    known = KINDS.get(kind)
    return known.indexed if known else ()
