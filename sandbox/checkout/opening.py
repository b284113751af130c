"""A session begins: by the API, by a visit to a payment link, or anew after one has expired."""

from typing import Any

from sandbox import money
from sandbox.account import Account
from sandbox.checkout import adding_up, codes, collected, intents, items, rules, shipping, terms
from sandbox.objects.accounts import NAME
from sandbox.objects.intents import LIMITS, chosen_types, legacy_types
from sandbox.routes import Call
from sandbox.shapes import Row, part

OLD_NAMES = {"hosted": "hosted_page", "embedded": "embedded_page", "custom": "elements"}
MOST_ITEMS = {"payment": 100, "subscription": 40, "setup": 0}
MOST_OPTIONAL = 10
PLAIN = (
    "cancel_url",
    "client_reference_id",
    "customer_email",
    "integration_identifier",
    "locale",
    "origin_context",
    "permissions",
    "return_url",
    "success_url",
)
# Kept for what is made when the session is paid: these parts of these parameters.
KEPT = {
    "customer_update": ("address", "name", "shipping"),
    "payment_intent_data": (*intents.COPIED, "capture_method", "shipping"),
    "payment_method_data": ("allow_redisplay",),
    "setup_intent_data": ("description", "metadata"),
}
UNUSED = ("customer_account", "expires_at", "payment_method_configuration")
LOOK = {
    "background_color": "#ffffff",
    "border_style": "rounded",
    "button_color": "#0b5f5b",
    "display_name": NAME,
    "font_family": "default",
    "icon": None,
    "logo": None,
}


def opened(call: Call, params: Row, **more: Any) -> Row:
    """A new session in its first state; `more` are fields that no parameter has."""
    account = call.account
    ui_mode = params.get("ui_mode") or "hosted_page"
    ui_mode = OLD_NAMES.get(ui_mode, ui_mode)
    rules.check(params, ui_mode)
    session = _blank(account, params, ui_mode)
    session.update(more)
    _write(call, session, params)
    _sell(call, session, params)
    _offer_methods(session, params)
    collected.begin(account, session)
    if session["after_expiration"]:
        session["_params"] = _again(session, params)
    account.agenda.at(session["expires_at"], "expire a checkout session", session["id"])
    return session


def _again(session: Row, params: Row) -> Row:
    """What is needed to open such a session once more."""
    known = {field: session[f"_{field}"] for field in KEPT if field in params}
    return {name: value for name, value in (params | known).items() if name not in UNUSED}


def _blank(account: Account, params: Row, ui_mode: str) -> Row:
    session = account.add(
        "checkout.session",
        automatic_tax=part("checkout.session.AutomaticTax", enabled=False),
        adaptive_pricing={"enabled": False},
        custom_text=terms.custom_text(None),
        discounts=[] if params["mode"] != "setup" else None,
        expires_at=rules.checked_expiry(params.get("expires_at"), account.now),
        metadata={},
        mode=params["mode"],
        payment_method_options={},
        payment_status="unpaid" if params["mode"] != "setup" else "no_payment_required",
        phone_number_collection={"enabled": False},
        status="open",
        tax_id_collection={"enabled": False, "required": "never"},
        ui_mode=ui_mode,
        _discounts=[],
        _shipping_rate=None,
    )
    _show(account, session, params)
    return session


def _show(account: Account, session: Row, params: Row) -> None:
    """Where the page is: at our own address, or in a page of the shop."""
    ui_mode = session["ui_mode"]
    if ui_mode in ("hosted_page", "form"):
        session["url"] = f"{account.base_url}/c/pay/{session['id']}"
    if ui_mode != "hosted_page":
        session["client_secret"] = f"{session['id']}_secret_{account.ids.text(45)}"
    if ui_mode != "elements":
        session["branding_settings"] = LOOK | _image(params.get("branding_settings") or {})
    if ui_mode == "embedded_page":
        session["redirect_on_completion"] = params.get("redirect_on_completion") or "always"


def _image(given: Row) -> Row:
    shown = dict(given)
    for kind in ("icon", "logo"):
        if kind in given:
            shown[kind] = {"file": None, "url": None, **given[kind]}
    return {name: value for name, value in shown.items() if value != ""}


def _write(call: Call, session: Row, params: Row) -> None:
    account, mode = call.account, session["mode"]
    if customer := params.get("customer"):
        session["customer"] = account.living("customer", customer, param="customer")["id"]
    for field in PLAIN:
        if field in params:
            session[field] = params[field]
    for field, parts in KEPT.items():
        given = params.get(field) or {}
        session[f"_{field}"] = {name: given[name] for name in parts if name in given}
    session["_subscription_data"] = params.get("subscription_data") or {}
    _set_usual(session, mode)
    terms.write(session, params)
    for field in session["custom_fields"]:
        field[field["type"]]["value"] = None
    _write_settings(session, params)


def _set_usual(session: Row, mode: str) -> None:
    if mode == "payment":
        session["invoice_creation"] = terms.invoice_creation({"enabled": False})
    if mode != "subscription" and not session["customer"]:
        session["customer_creation"] = "if_required"
    if mode != "setup" and session["customer"]:
        session["saved_payment_method_options"] = terms.SHAPED["saved_payment_method_options"]({})
    session["payment_method_collection"] = "if_required" if mode == "payment" else "always"


def _write_settings(session: Row, params: Row) -> None:
    if creation := params.get("customer_creation"):
        session["customer_creation"] = creation
    if "adaptive_pricing" in params:
        enabled = params["adaptive_pricing"].get("enabled", False)
        session["adaptive_pricing"] = {"enabled": enabled}
    if tax := params.get("automatic_tax"):
        session["automatic_tax"] = _automatic_tax(tax)
    if wallets := params.get("wallet_options"):
        link = wallets.get("link")
        session["wallet_options"] = {"link": {"display": link.get("display")} if link else None}
    if managed := params.get("managed_payments"):
        session["managed_payments"] = {"enabled": managed.get("enabled", False)}
    if options := params.get("payment_method_options"):
        declared = part("checkout.session.PaymentMethodOptions")
        known = {name: option for name, option in options.items() if name in declared}
        session["payment_method_options"] = known
    if recovery := (params.get("after_expiration") or {}).get("recovery"):
        known = {"allow_promotion_codes": False, "expires_at": None, "url": None, **recovery}
        session["after_expiration"] = {"recovery": known}


def _automatic_tax(given: Row) -> Row:
    """Taxes are never looked up here: with automatic tax there is none."""
    if not given["enabled"]:
        return part("checkout.session.AutomaticTax", enabled=False)
    liability = {"account": None, "type": (given.get("liability") or {}).get("type", "self")}
    return {"enabled": True, "liability": liability, "provider": "stripe", "status": "complete"}


def _sell(call: Call, session: Row, params: Row) -> None:
    account, given = call.account, params.get("line_items") or []
    if session["mode"] == "setup":
        currency = params.get("currency")
        session["currency"] = money.checked_currency(currency) if currency else None
        return
    terms.at_most(given, MOST_ITEMS[session["mode"]], "line_items")
    prices = [items.price_of(call, one, f"line_items[{at}]") for at, one in enumerate(given)]
    rules.check_prices(prices, session["mode"])
    session["currency"] = money.checked_currency(params.get("currency") or prices[0]["currency"])
    for place, (one, price) in enumerate(zip(given, prices, strict=True)):
        items.add(call, session, one, price, place)
    if "optional_items" in params:
        session["optional_items"] = optional(account, params["optional_items"])
    if "shipping_options" in params:
        shipping.offer(call, session, params["shipping_options"])
    adding_up.add_up(account, session)
    if wanted := params.get("discounts"):
        codes.put(account, session, wanted)
        adding_up.add_up(account, session)
    adding_up.check_chargeable(session)


def optional(account: Account, given: Any) -> list[Row]:
    """What a customer may add to the order."""
    terms.at_most(given or [], MOST_OPTIONAL, "optional_items")
    shown = []
    for place, one in enumerate(given or []):
        param = f"optional_items[{place}]"
        price = account.get("price", one["price"], param=f"{param}[price]")
        bounds = one.get("adjustable_quantity")
        adjustable = items.adjustable(bounds, param) if bounds else None
        entry = {"price": price["id"], "quantity": one["quantity"]}
        shown.append({"adjustable_quantity": adjustable, **entry})
    return shown


def _offer_methods(session: Row, params: Row) -> None:
    for field in LIMITS:
        session[field] = params.get(field) or None
    currency = session["currency"]
    automatic = session["_payment_intent_data"].get("capture_method") != "manual"
    sent = legacy_types(params)
    session["payment_method_types"] = sent or chosen_types(session, currency, automatic=automatic)
