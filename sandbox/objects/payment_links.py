"""Payment Links: an address at which anybody can buy the same thing, again and again."""

from typing import Any

from sandbox import money
from sandbox.account import Account
from sandbox.checkout import items, links, opening, shipping, terms
from sandbox.errors import InvalidRequest
from sandbox.expand import includes
from sandbox.lists import listed
from sandbox.objects.intents import legacy_types
from sandbox.routes import Call, route
from sandbox.shapes import Row, part
from sandbox.values import missing

MOST_ITEMS = 20
DATA = ("payment_intent_data", "subscription_data")


@route("POST", "/v1/payment_links", "PaymentLinkCreateParams")
def create(call: Call) -> Row:
    """A new link, open to everybody at once."""
    account, params = call.account, call.params
    link = _blank(account)
    _sell(call, link, params)
    _write(call, link, params)
    account.emit("payment_link.created", link)
    return link


def _blank(account: Account) -> Row:
    slug = f"test_{account.ids.text(24)}"
    return account.add(
        "payment_link",
        active=True,
        after_completion=_afterwards({"type": "hosted_confirmation"}),
        allow_promotion_codes=False,
        automatic_tax={"enabled": False, "liability": None},
        billing_address_collection="auto",
        custom_text=terms.custom_text(None),
        customer_creation="if_required",
        invoice_creation=terms.invoice_creation({"enabled": False}),
        metadata={},
        payment_method_collection="always",
        phone_number_collection={"enabled": False},
        submit_type="auto",
        tax_id_collection={"enabled": False, "required": "never"},
        url=f"{account.base_url}/b/{slug}",
        _slug=slug,
    )


def _sell(call: Call, link: Row, params: Row) -> None:
    given = params["line_items"]
    if not given:
        raise missing("line_items")
    terms.at_most(given, MOST_ITEMS, "line_items")
    prices = [items.price_of(call, one, f"line_items[{at}]") for at, one in enumerate(given)]
    link["currency"] = money.checked_currency(params.get("currency") or prices[0]["currency"])
    for place, (one, price) in enumerate(zip(given, prices, strict=True)):
        items.add(call, link, one, price, place)


def _write(call: Call, link: Row, params: Row) -> None:
    terms.write(link, params)
    for name, shaped in SHAPED.items():
        if name in params:
            link[name] = shaped(link, params[name])
    for name in DATA:
        if name in params:
            _keep(call, link, name, params[name])
    if "payment_method_types" in params:
        link["payment_method_types"] = legacy_types(params)
    if "optional_items" in params:
        link["optional_items"] = opening.optional(call.account, params["optional_items"]) or None
    if "shipping_options" in params:
        shipping.offer(call, link, params["shipping_options"])


def _keep(call: Call, link: Row, name: str, given: Row) -> None:
    """What its payments or subscriptions will say; as it was sent, and with every field."""
    mode = links.mode_of(call.account, link)
    if name not in links.IN_MODE[mode]:
        raise InvalidRequest(f"You can not pass `{name}` in `{mode}` mode.", param=name)
    known = (link.get(f"_{name}") or {}) | given
    link[f"_{name}"] = {key: value for key, value in known.items() if value != ""}
    link[name] = FULL[name](link[f"_{name}"])


def _payment(given: Row) -> Row:
    known = {"metadata": {}, **given}
    return part("payment_link.PaymentIntentData", **known)


def _subscription(given: Row) -> Row:
    wanted = given.get("invoice_settings") or {}
    settings = {key: value or None for key, value in wanted.items()}
    issuer = settings.get("issuer") or {"type": "self"}
    settings["issuer"] = {"account": None, "type": issuer["type"]}
    known = {"metadata": {}, **given}
    known["invoice_settings"] = part("payment_link.SubscriptionData.InvoiceSettings", **settings)
    return part("payment_link.SubscriptionData", **known)


FULL = {"payment_intent_data": _payment, "subscription_data": _subscription}


def _afterwards(given: Row) -> Row:
    kind = given["type"]
    if kind == "redirect" and not given.get("redirect"):
        raise missing("after_completion[redirect]")
    message = (given.get("hosted_confirmation") or {}).get("custom_message")
    return {
        "hosted_confirmation": {"custom_message": message} if kind != "redirect" else None,
        "redirect": {"url": given["redirect"]["url"]} if kind == "redirect" else None,
        "type": kind,
    }


def _limited(link: Row, given: Any) -> Row | None:
    if not given:
        return None
    bounds = given["completed_sessions"]
    money.positive(bounds["limit"], param="restrictions[completed_sessions][limit]")
    done = ((link["restrictions"] or {}).get("completed_sessions") or {}).get("count", 0)
    return {"completed_sessions": {"count": done, "limit": bounds["limit"]}}


def _automatic_tax(link: Row, given: Row) -> Row:
    liability = given.get("liability") or {"type": "self"}
    known = {"account": None, "type": liability["type"]}
    return {"enabled": given["enabled"], "liability": known if given["enabled"] else None}


def _plain(link: Row, given: Any) -> Any:
    return None if given == "" else given


SHAPED = {
    "active": _plain,
    "after_completion": lambda link, given: _afterwards(given),
    "automatic_tax": _automatic_tax,
    "customer_creation": _plain,
    "inactive_message": _plain,
    "managed_payments": lambda link, given: {"enabled": given.get("enabled", False)},
    "payment_method_options": _plain,
    "restrictions": _limited,
}


@route("GET", "/v1/payment_links", "PaymentLinkListParams")
def list_all(call: Call) -> Row:
    """Newest first."""
    return listed(call, "payment_link")


@route("GET", "/v1/payment_links/<link>", "PaymentLinkRetrieveParams")
def retrieve(call: Call, link: str) -> Row:
    """One link."""
    return call.account.get("payment_link", link)


@route("POST", "/v1/payment_links/<link>", "PaymentLinkUpdateParams")
def update(call: Call, link: str) -> Row:
    """Whether it is active, quantities, and what it asks for; never what it sells."""
    row = call.account.edit("payment_link", link)
    if wanted := call.params.get("line_items"):
        _change_items(call.account, row, wanted)
    _write(call, row, call.params)
    call.account.emit_update("payment_link.updated", row)
    return row


def _change_items(account: Account, link: Row, wanted: list[Row]) -> None:
    known = {row["id"]: row for row in items.of(account, link)}
    for place, given in enumerate(wanted):
        param = f"line_items[{place}]"
        if given["id"] not in known:
            raise InvalidRequest(f"No such line item: '{given['id']}'", param=f"{param}[id]")
        items.write(account, account.store.edit(known[given["id"]]), given, param)


@route("GET", "/v1/payment_links/<link>/line_items", "PaymentLinkListLineItemsParams")
def line_items(call: Call, link: str) -> Row:
    """What it sells, in its order."""
    return items.listed(call, call.account.get("payment_link", link))


@includes("payment_link", "line_items")
def _line_items(account: Account, answer: Row) -> Row:
    return items.page(account, account.get("payment_link", answer["id"]))
