"""A session as its own page may see it: nothing of the seller's, nothing of other customers."""

from typing import Any

from sandbox.account import Account, public
from sandbox.checkout import adding_up, codes, intents, items
from sandbox.objects.accounts import NAME
from sandbox.objects.intents import CLIENT_SIDE
from sandbox.shapes import Row
from sandbox.store import copied

# Taken over as they are.
_SHOWN = """
id allow_promotion_codes amount_subtotal amount_total automatic_tax billing_address_collection
branding_settings cancel_url collected_information consent consent_collection created currency
custom_fields custom_text customer_details customer_email expires_at livemode locale mode
name_collection payment_link payment_method_collection payment_method_types payment_status
phone_number_collection redirect_on_completion return_url shipping_address_collection shipping_cost
status submit_type success_url tax_id_collection total_details ui_mode
"""
SHOWN = tuple(_SHOWN.split())
PRICE = ("id", "currency", "custom_unit_amount", "recurring", "tax_behavior", "type",
         "unit_amount", "unit_amount_decimal")  # fmt: skip
CARD = ("brand", "exp_month", "exp_year", "last4")


def shown(account: Account, session: Row) -> Row:
    """The page of a session."""
    return {
        **copied({field: session[field] for field in SHOWN}),
        "object": "payment_page",
        "account_display_name": NAME,
        "after_completion": session.get("_after_completion"),
        "discounts": codes.of(account, session),
        "line_items": [_item(account, row) for row in items.of(account, session)],
        "optional_items": _optional(account, session),
        "prefill": _prefill(account, session),
        "saved_payment_methods": saved(account, session),
        "saves_payment_method": _may_save(session),
        "server_now": account.now,
        "setup_future_usage": _usage(session),
        "shipping_options": _shipping(account, session),
        "shipping_rate": session["_shipping_rate"],
        "subscription": _subscription(session),
        "taxes": adding_up.breakdown(account, session)["taxes"],
        **_intents(account, session),
    }


def _item(account: Account, item: Row) -> Row:
    product = account.get("product", item["price"]["product"])
    fields = ("id", "adjustable_quantity", "amount_discount", "amount_subtotal", "amount_tax",
              "amount_total", "currency", "description", "quantity")  # fmt: skip
    return {
        **copied({field: item[field] for field in fields}),
        "object": "item",
        "optional": bool(item.get("_optional")),
        "price": _price(items.price_row(account, item)),
        "product": {"description": product["description"], "images": list(product["images"])},
    }


def _price(price: Row) -> Row:
    return copied({field: price[field] for field in PRICE})


def _optional(account: Account, session: Row) -> list[Row]:
    taken = {row.get("_optional") for row in items.of(account, session)}
    offers = []
    for offer in session["optional_items"] or []:
        price = items.in_currency(account.get("price", offer["price"]), session["currency"])
        product = account.get("product", price["product"])
        if offer["price"] not in taken:
            offers.append({"name": product["name"], "price": _price(price), **copied(offer)} | {
                "price": _price(price)})  # fmt: skip
    return offers


def _shipping(account: Account, session: Row) -> list[Row]:
    options = []
    for option in session["shipping_options"]:
        rate = account.get("shipping_rate", option["shipping_rate"])
        known = {"id": rate["id"], "amount": option["shipping_amount"]}
        estimate = copied({"": rate["delivery_estimate"]})[""]
        options.append(
            {**known, "display_name": rate["display_name"], "delivery_estimate": estimate}
        )
    return options


def _prefill(account: Account, session: Row) -> Row:
    """What the fields hold before anybody types; a customer's own e-mail is not to be changed."""
    customer = account.find(session["customer"], "customer") or {}
    details = session["customer_details"] or {}
    fixed = session["customer_email"] or customer.get("email")
    wished = session.get("_prefill") or {}
    return {
        "address": copied({"": details.get("address") or customer.get("address")})[""],
        "email": fixed or details.get("email") or wished.get("email"),
        "email_is_fixed": bool(fixed),
        "name": details.get("name") or customer.get("name"),
        "phone": details.get("phone") or customer.get("phone"),
        "shipping": copied({"": customer.get("shipping")})[""],
    }


def saved(account: Account, session: Row) -> list[Row]:
    """The cards of the session's customer that may be shown again."""
    options = session["saved_payment_method_options"]
    if not session["customer"] or not options:
        return []
    filters = options["allow_redisplay_filters"] or ["always"]
    rows = account.where("payment_method", "customer", session["customer"])
    return [
        _method(row)
        for row in reversed(rows)
        if row["allow_redisplay"] in filters and row["type"] in session["payment_method_types"]
    ]


def _method(row: Row) -> Row:
    known = {"id": row["id"], "type": row["type"]}
    if row["type"] == "card":
        return known | {"card": {field: row["card"][field] for field in CARD}}
    return known | {row["type"]: {"last4": row[row["type"]].get("last4")}}


def _may_save(session: Row) -> bool:
    options = session["saved_payment_method_options"] or {}
    return options.get("payment_method_save") == "enabled"


def _usage(session: Row) -> str | None:
    if session["mode"] in ("subscription", "setup"):
        return "off_session"
    usage: str | None = session["_payment_intent_data"].get("setup_future_usage")
    return usage


def _subscription(session: Row) -> Row | None:
    if session["mode"] != "subscription":
        return None
    data: Row = session["_subscription_data"]
    names = ("billing_cycle_anchor", "description", "trial_end", "trial_period_days")
    return {name: data.get(name) for name in names}


def _intents(account: Account, session: Row) -> dict[str, Any]:
    """The intent under way, as Stripe.js sees it: with its client secret and what to do next."""
    intent = intents.of(account, session)
    both: dict[str, Any] = {"payment_intent": None, "setup_intent": None}
    if intent is not None:
        seen = {field: intent[field] for field in CLIENT_SIDE & intent.keys()}
        both[intent["object"]] = copied(public(seen))
    return both
