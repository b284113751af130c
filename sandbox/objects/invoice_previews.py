"""Previews of invoices: the pending, the next, and the one after a change."""

from stripe.params import InvoiceCreatePreviewParamsSubscriptionDetailsItem

from sandbox.billing.invoice_previews import previewed
from sandbox.billing.previewing import undone
from sandbox.errors import no_such
from sandbox.routes import Call, route
from sandbox.shapes import Row

PREFIX = "subscription_"
LEGACY = {
    "coupon": str,
    "subscription_cancel_at_period_end": bool,
    "subscription_cancel_now": bool,
    "subscription_default_tax_rates": list[str],
    "subscription_items": list[InvoiceCreatePreviewParamsSubscriptionDetailsItem],
    "subscription_proration_behavior": str,
    "subscription_proration_date": int,
    "subscription_trial_end": int,
}


@route("POST", "/v1/invoices/create_preview", "InvoiceCreatePreviewParams")
def create_preview(call: Call) -> Row:
    """As it would be; nothing of it happens."""
    return undone(call.account, previewed(call.account, call.params), call.params)


@route("GET", "/v1/invoices/upcoming", "InvoiceCreatePreviewParams", legacy=LEGACY)
def upcoming(call: Call) -> Row:
    """What older API versions had in its place."""
    params = call.params
    if call.pinned:
        raise no_such("invoice", "upcoming")
    if coupon := params.pop("coupon", None):
        params["discounts"] = [{"coupon": coupon}]
    given = {name: params.pop(name) for name in LEGACY if name in params}
    if given:
        details = {name.removeprefix(PREFIX): value for name, value in given.items()}
        params["subscription_details"] = details | params.get("subscription_details", {})
    return create_preview(call)
