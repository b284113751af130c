"""The invoice there would be: what is asked about is really done, and later undone."""

from sandbox import money
from sandbox.account import Account
from sandbox.billing import (
    canceling,
    discounts,
    invoice_blank,
    invoice_fields,
    invoicing,
    renewing,
    subscribing,
)
from sandbox.billing.invoice_lines import line_of
from sandbox.billing.invoice_pending import pend, pending, refill
from sandbox.billing.invoice_wishes import wished
from sandbox.billing.lines import Line
from sandbox.errors import CardError, NotFound
from sandbox.objects import customers, subscription_schedules
from sandbox.routes import Call
from sandbox.shapes import Row
from sandbox.store import copied
from sandbox.values import missing

IN_UPDATES = ("billing_cycle_anchor", "cancel_at", "cancel_at_period_end", "default_tax_rates",
              "items", "metadata", "proration_behavior", "proration_date", "trial_end")  # fmt: skip
IN_BEGINNINGS = ("billing_mode", "cancel_at", "cancel_at_period_end", "default_tax_rates", "items",
                 "metadata", "proration_behavior", "trial_end")  # fmt: skip
SCHEDULED = ("billing_mode", "end_behavior", "phases")
ACCOUNT_CURRENCY = "eur"


def previewed(account: Account, params: Row) -> Row:
    """The draft as it would be made, from InvoiceCreatePreviewParams."""
    subscription = _subscription(account, params)
    customer = _customer(account, params, subscription)
    _pend_items(account, params, customer, subscription)
    try:
        drawn = _drafted(account, params, customer, subscription)
    except CardError:  # that it could not be paid is no matter here
        drawn = _latest_draft(account)
    if drawn is None:
        raise NotFound(
            f"No upcoming invoices for customer: {customer['id']}", code="invoice_upcoming_none"
        )
    shown = _shown(drawn, params)
    _date(account, shown, params)
    return shown


def _subscription(account: Account, params: Row) -> Row | None:
    if name := params.get("subscription"):
        return account.edit("subscription", name, param="subscription")
    if name := params.get("schedule"):
        schedule = account.get("subscription_schedule", name, param="schedule")
        found = account.find(schedule["subscription"], "subscription")
        return account.store.edit(found) if found else None
    return None


def _customer(account: Account, params: Row, subscription: Row | None) -> Row:
    if subscription is not None:
        return account.living("customer", subscription["customer"])
    if "customer" in params:
        return account.living("customer", params["customer"], param="customer")
    if details := params.get("customer_details"):
        known = {key: details[key] for key in ("address", "shipping", "tax_exempt")
                 if details.get(key)}  # fmt: skip
        return customers.create(
            Call(account, known | {"tax_id_data": details.get("tax_ids") or []})
        )
    raise missing("customer")


def _pend_items(account: Account, params: Row, customer: Row, subscription: Row | None) -> None:
    for place, given in enumerate(params.get("invoice_items") or []):
        path = f"invoice_items[{place}]"
        if name := given.get("invoiceitem"):
            item = account.edit("invoiceitem", name, param=f"{path}[invoiceitem]")
            line = wished(account, given, line_of(account, item), customer=None, path=path)
            refill(account, item, line)
            continue
        empty = Line(amount=0, currency=_currency(account, given, params, customer, subscription))
        empty.subscription = subscription["id"] if subscription else None
        pend(account, customer["id"], wished(account, given, empty, customer=None, path=path))


def _currency(
    account: Account, given: Row, params: Row, customer: Row, subscription: Row | None
) -> str:
    price = account.find(given.get("price"), "price") or given.get("price_data") or given
    known = price.get("currency") or params.get("currency")
    known = known or (subscription or customer)["currency"]
    return money.checked_currency(known or ACCOUNT_CURRENCY)


def _drafted(account: Account, params: Row, customer: Row, subscription: Row | None) -> Row | None:
    details = params.get("subscription_details") or {}
    if subscription is not None:
        _change(account, subscription, details, params)
        return _latest_draft(account) or _next_draft(account, subscription)
    if plan := params.get("schedule_details"):
        wish = {"customer": customer["id"], "start_date": "now"}
        wish |= {name: plan[name] for name in SCHEDULED if name in plan}
        subscription_schedules.create(Call(account, wish))
        return _latest_draft(account)
    if "items" in details:
        _begin(account, customer, details, params)
        return _latest_draft(account)
    return _by_itself(account, params, customer)


def _change(account: Account, subscription: Row, details: Row, params: Row) -> None:
    wish = {name: details[name] for name in IN_UPDATES if name in details}
    if "discounts" in params:
        wish["discounts"] = params["discounts"]
    if wish:
        subscribing.changed(account, subscription, wish)
    if details.get("cancel_now"):
        prorate = details.get("proration_behavior") != "none"
        canceling.canceled(account, subscription, invoice_now=True, prorate=prorate)


def _begin(account: Account, customer: Row, details: Row, params: Row) -> None:
    wish = {name: details[name] for name in IN_BEGINNINGS if name in details}
    if "start_date" in details:
        wish["backdate_start_date"] = details["start_date"]
    if moment := (details.get("billing_cycle_anchor") or {}).get("timestamp"):
        wish["billing_cycle_anchor"] = moment
    for name in ("currency", "discounts"):
        if name in params:
            wish[name] = params[name]
    wish |= {"customer": customer["id"], "payment_behavior": "default_incomplete"}
    subscribing.begun(account, wish)


def _by_itself(account: Account, params: Row, customer: Row) -> Row | None:
    currency = params.get("currency") or customer["currency"] or ACCOUNT_CURRENCY
    if not pending(account, customer["id"], currency):
        return None
    invoice = invoice_blank.new(account, customer, currency, "manual", None, {})
    invoice["auto_advance"] = False
    invoice["discounts"] = discounts.on_customer(account, customer["id"])
    if "discounts" in params:
        invoice["discounts"] = discounts.given(
            account, params["discounts"] or [], customer=customer["id"], invoice=invoice["id"]
        )
    given = {name: params[name] for name in ("automatic_tax",) if name in params}
    invoice_fields.write(account, invoice, given)
    return invoicing.presented(account, invoice, pull_pending=True)


def _latest_draft(account: Account) -> Row | None:
    """The last draft of this transaction, as the world was told of it."""
    told = [row for row in account.store.working.values() if row["object"] == "event"]
    drafts = [row["data"]["object"] for row in told if row["type"] == "invoice.created"]
    return drafts[-1] if drafts else None


def _next_draft(account: Account, subscription: Row) -> Row | None:
    moment = subscription["_next_at"]
    if moment is None:
        return None
    with account.clock.held_at(moment):
        renewing.renewed(account, account.edit("subscription", subscription["id"]))
    return _latest_draft(account)


def _shown(drawn: Row, params: Row) -> Row:
    shown = copied(drawn)
    shown.update(id=f"upcoming_{drawn['id']}", billing_reason="upcoming")
    shown["lines"]["url"] = f"/v1/invoices/{shown['id']}/lines"
    for line in shown["lines"]["data"]:
        line.update(id=line["id"].replace("il_", "il_tmp_"), invoice=shown["id"])
    if params.get("preview_mode") == "recurring":
        _keep_recurring(shown)
    return shown


def _date(account: Account, shown: Row, params: Row) -> None:
    """As of when it is prorated, where it is."""
    details = (shown["parent"] or {}).get("subscription_details")
    wish = params.get("subscription_details") or {}
    if details and "items" in wish and any(map(_is_prorated, shown["lines"]["data"])):
        details["subscription_proration_date"] = wish.get("proration_date", account.now)


def _keep_recurring(shown: Row) -> None:
    """Only what comes again every period."""
    lines = shown["lines"]["data"]
    kept = [line for line in lines if (line["parent"] or {}).get("type")
            == "subscription_item_details" and not _is_prorated(line)]  # fmt: skip
    gone = sum(line["amount"] for line in lines) - sum(line["amount"] for line in kept)
    shown["lines"]["data"] = kept
    for field in ("subtotal", "total", "amount_due", "amount_remaining"):
        shown[field] -= gone


def _is_prorated(line: Row) -> bool:
    details = line["parent"] or {}
    own = details.get("subscription_item_details") or details.get("invoice_item_details") or {}
    return bool(own.get("proration"))
