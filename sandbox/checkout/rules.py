"""What cannot be said together when a session is opened."""

from sandbox.errors import InvalidRequest
from sandbox.shapes import Row
from sandbox.values import missing

SHORTEST, LONGEST = 30 * 60, 24 * 60 * 60
TYPES_OR_CURRENCY = {"currency", "allowed_payment_method_types", "payment_method_types"}
NO_INVOICE = (
    "You can only enable invoice creation when `mode` is set to `payment`. Invoices are created "
    "automatically when `mode` is set to `subscription`, and are unsupported when set to `setup`. "
    "To learn more visit https://stripe.com/docs/payments/checkout/post-payment-invoices."
)
EXCLUSIVE = (
    ("customer", "customer_email"),
    ("customer", "customer_creation"),
    ("allow_promotion_codes", "discounts"),
    ("allowed_payment_method_types", "excluded_payment_method_types"),
)
ONLY_IN = {
    "payment_intent_data": ("payment",),
    "subscription_data": ("subscription",),
    "payment_method_collection": ("subscription",),
    "setup_intent_data": ("setup",),
    "customer_creation": ("payment", "setup"),
    "line_items": ("payment", "subscription"),
    "discounts": ("payment", "subscription"),
    "shipping_options": ("payment", "subscription"),
    "submit_type": ("payment", "subscription"),
    "saved_payment_method_options": ("payment", "subscription"),
    "optional_items": ("payment", "subscription"),
}
NOT_WITH = {
    "elements": """
        after_expiration branding_settings cancel_url custom_fields custom_text origin_context
        optional_items redirect_on_completion submit_type success_url
    """,
    "embedded_page": "cancel_url success_url",
    "hosted_page": "permissions redirect_on_completion return_url",
    "form": "optional_items permissions redirect_on_completion",
}


def check(params: Row, ui_mode: str) -> None:
    """Refuse parameters that contradict each other, the mode, or where the page is shown."""
    if "mode" not in params:
        raise missing("mode")
    _check_together(params)
    _check_mode(params, params["mode"])
    _check_ui_mode(params, ui_mode)


def _check_together(params: Row) -> None:
    for one, other in EXCLUSIVE:
        if params.get(one) and params.get(other):
            raise InvalidRequest(
                f"You may only specify one of these parameters: {one}, {other}.", param=one
            )
    if "customer_update" in params and "customer" not in params:
        raise InvalidRequest(
            "`customer_update` can only be used with `customer`.", param="customer_update"
        )


def _check_mode(params: Row, mode: str) -> None:
    for name, modes in ONLY_IN.items():
        if name in params and mode not in modes:
            raise InvalidRequest(f"You can not pass `{name}` in `{mode}` mode.", param=name)
    if mode != "setup" and not params.get("line_items"):
        raise missing("line_items")
    if mode == "setup" and not TYPES_OR_CURRENCY & params.keys():
        raise missing("currency")
    if mode != "payment" and params.get("invoice_creation", {}).get("enabled"):
        raise InvalidRequest(NO_INVOICE, param="invoice_creation[enabled]")


def _check_ui_mode(params: Row, ui_mode: str) -> None:
    wrong = [name for name in NOT_WITH[ui_mode].split() if name in params]
    if wrong:
        raise InvalidRequest(
            f"The following parameters are not supported with `ui_mode: {ui_mode}`: "
            f"{', '.join(wrong)}.",
            param=wrong[0],
        )
    needed = {"hosted_page": "success_url", "embedded_page": "return_url"}.get(ui_mode)
    never = params.get("redirect_on_completion") == "never"
    if needed and needed not in params and not never:
        raise missing(needed)
    if never and "return_url" in params:
        raise InvalidRequest(
            "You cannot set `return_url` when `redirect_on_completion` is `never`.",
            param="return_url",
        )


def check_prices(prices: list[Row], mode: str) -> None:
    """A payment is made once; a subscription needs something that recurs."""
    recurring = [place for place, price in enumerate(prices) if price["type"] == "recurring"]
    if mode == "payment" and recurring:
        raise InvalidRequest(
            "You specified `payment` mode but passed a recurring price. Either switch to "
            "`subscription` mode or use only one-time prices.",
            param=f"line_items[{recurring[0]}]",
        )
    if mode == "subscription" and not recurring:
        raise InvalidRequest(
            "You must provide at least one recurring price in `subscription` mode when using "
            "prices.",
            param="line_items",
        )


def checked_expiry(moment: int | None, now: int) -> int:
    """When the session will expire: in half an hour to a day, a day unless said."""
    if moment is None:
        return now + LONGEST
    if moment - now < SHORTEST:
        raise InvalidRequest(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session "
            "creation.",
            param="expires_at",
        )
    if moment - now > LONGEST:
        raise InvalidRequest(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.",
            param="expires_at",
        )
    return moment
