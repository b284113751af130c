"""What a quote says about itself, and how parameters change it."""

from sandbox import changes
from sandbox.account import Account
from sandbox.billing import discounts, taxes
from sandbox.checkout import items
from sandbox.errors import InvalidRequest
from sandbox.routes import Call
from sandbox.shapes import Row, part

PLAIN = ("description", "expires_at", "footer", "header")
COPIED = (
    "collection_method",
    "currency",
    "customer",
    "default_tax_rates",
    "description",
    "discounts",
    "footer",
    "header",
    "invoice_settings",
    "metadata",
    "subscription_data",
    "test_clock",
)
PREFIX = "QT"


def subscription_data() -> Row:
    """As long as nothing is said."""
    mode = {"flexible": {"proration_discounts": "included"}, "type": "flexible"}
    return part("quote.SubscriptionData", billing_mode=mode, metadata={})


def copy(account: Account, quote: Row, wanted: Row) -> None:
    """Begin with all that another quote says."""
    origin = account.get("quote", wanted["quote"], param="from_quote[quote]")
    revision = bool(wanted.get("is_revision"))
    if revision and origin["status"] not in ("open", "accepted"):
        raise InvalidRequest(
            f"Only open and accepted quotes can be revised, but the status of {origin['id']} is "
            f"{origin['status']}.",
            param="from_quote[is_revision]",
        )
    kept = account.store.edit(origin)
    quote.update({field: kept[field] for field in COPIED})
    quote["from_quote"] = {"is_revision": revision, "quote": origin["id"]}
    for row in items.of(account, origin):
        fresh = {key: value for key, value in row.items() if key not in ("id", "_quote")}
        account.add("item", **fresh, _quote=quote["id"])


def write(call: Call, quote: Row) -> None:
    """Everything in the parameters."""
    account, params = call.account, call.params
    _write_customer(account, quote, params)
    changes.apply(quote, params, PLAIN)
    if "collection_method" in params:
        quote["collection_method"] = params["collection_method"]
    if "automatic_tax" in params:
        quote["automatic_tax"]["enabled"] = params["automatic_tax"]["enabled"]
    _write_settings(quote, params)
    _write_subscription(account, quote, params.get("subscription_data") or {})
    if "default_tax_rates" in params:
        rates = params["default_tax_rates"] or []
        quote["default_tax_rates"] = taxes.checked(account, rates, param="default_tax_rates")
    if "line_items" in params:
        _write_items(call, quote, params["line_items"])
    if "discounts" in params:
        quote["discounts"] = _discounts(account, quote, params["discounts"], "discounts")


def _write_customer(account: Account, quote: Row, params: Row) -> None:
    if name := params.get("customer"):
        customer = account.living("customer", name, param="customer")
        quote.update(customer=customer["id"], test_clock=customer["test_clock"])
    elif clock := params.get("test_clock"):
        account.get("test_helpers.test_clock", clock, param="test_clock")
        quote["test_clock"] = clock


def _write_settings(quote: Row, params: Row) -> None:
    settings = quote["invoice_settings"]
    given = {k: v for k, v in (params.get("invoice_settings") or {}).items() if k != "issuer"}
    settings |= {key: None if value == "" else value for key, value in given.items()}
    sends = quote["collection_method"] == "send_invoice"
    if settings["days_until_due"] and not sends:
        raise InvalidRequest(
            "`days_until_due` can only be set when the `collection_method` is `send_invoice`.",
            param="invoice_settings[days_until_due]",
        )
    if sends and not settings["days_until_due"]:
        settings["days_until_due"] = 30


def _write_subscription(account: Account, quote: Row, given: Row) -> None:
    data = quote["subscription_data"]
    moment = given.get("effective_date")
    if moment == "current_period_end" or (isinstance(moment, int) and moment < account.now):
        raise InvalidRequest(
            "The `effective_date` of a new subscription must be in the future.",
            param="subscription_data[effective_date]",
        )
    for field in ("description", "effective_date", "trial_period_days"):
        if field in given:
            data[field] = None if given[field] == "" else given[field]
    if "metadata" in given:
        data["metadata"] = changes.merged(data["metadata"] or {}, given["metadata"])
    if mode := given.get("billing_mode"):
        flexible = {"proration_discounts": "included"} | (mode.get("flexible") or {})
        is_flexible = mode["type"] == "flexible"
        data["billing_mode"] = {"flexible": flexible if is_flexible else None, "type": mode["type"]}


def _write_items(call: Call, quote: Row, wanted: list[Row]) -> None:
    account = call.account
    wanted = [one if "id" in one else {"quantity": 1} | one for one in wanted]
    quote["currency"] = quote["currency"] or _currency(call, wanted)
    items.rearranged(call, quote, wanted)
    for place, (row, given) in enumerate(zip(items.of(account, quote), wanted, strict=True)):
        if "discounts" in given:
            param = f"line_items[{place}][discounts]"
            own = _discounts(account, quote, given["discounts"], param)
            account.store.edit(row)["_own_discounts"] = own


def _currency(call: Call, wanted: list[Row]) -> str | None:
    if not wanted:
        return None
    if data := wanted[0].get("price_data"):
        return str(data["currency"]).lower()
    return str(items.price_of(call, wanted[0], "line_items[0]")["currency"])


def _discounts(account: Account, quote: Row, given: list[Row] | str, param: str) -> list[str]:
    return discounts.given(
        account,
        given or [],  # type: ignore[arg-type]  # an empty text takes them all away
        customer=quote["customer"],
        currency=quote["currency"],
        param=param,
    )


def number(account: Account, quote: Row) -> str:
    """`QT-<prefix>-0001-1`: the customer's how manieth quote, and its how manieth version."""
    source = quote["from_quote"]
    if source and source["is_revision"]:
        before, _, version = str(account.get("quote", source["quote"])["number"]).rpartition("-")
        return f"{before}-{int(version) + 1}"
    prefix = account.get("customer", quote["customer"])["invoice_prefix"]
    numbered = account.where("quote", "customer", quote["customer"])
    count = len({row["number"].rpartition("-")[0] for row in numbered if row["number"]})
    return f"{PREFIX}-{prefix}-{count + 1:04d}-1"
