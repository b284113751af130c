"""The billing portal: all that can be allowed, and every way into it."""

from tests.sandbox.scenarios.scenario import RETURN_URL, Scenario


def run(s: Scenario) -> None:
    """A configuration and a session for each flow."""
    customer = s.customer()
    product = s.post("products", name="Tea")["id"]
    usual = {"currency": "eur", "product": product, "recurring__interval": "month"}
    small = s.post("prices", **usual, unit_amount="1000")["id"]
    plan = s.post("subscriptions", customer=customer, items__0__price=small)
    item = plan["items"]["data"][0]["id"]
    allowed = {
        "customer_update__allowed_updates__0": "email",
        "payment_method_update__payment_method_configuration": "pmc_1",
        "subscription_cancel__cancellation_reason__enabled": "true",
        "subscription_cancel__cancellation_reason__options__0": "unused",
        "subscription_cancel__cancellation_reason__feedback_options__0": "fo_1",
        "subscription_pause__duration__type": "interval_options",
        "subscription_pause__duration__interval_options__0__interval": "month",
        "subscription_update__billing_cycle_anchor": "unchanged",
        "subscription_update__default_allowed_updates__0": "price",
        "subscription_update__products__0__product": product,
        "subscription_update__products__0__prices__0": small,
        "subscription_update__products__0__adjustable_quantity__enabled": "true",
        "subscription_update__products__0__adjustable_quantity__maximum": "9",
        "subscription_update__schedule_at_period_end__conditions__0__type": "shortening_interval",
    }
    for name in ("customer_update", "invoice_history", "payment_method_update",
                 "subscription_cancel", "subscription_pause", "subscription_update"):  # fmt: skip
        allowed[f"{name}__enabled"] = "true"
    features = {f"features__{name}": value for name, value in allowed.items()}
    made = s.post("billing_portal/configurations", **features, name="All", login_page__enabled="true",
                  default_return_url=RETURN_URL, business_profile__headline="Tea",
                  business_profile__privacy_policy_url=RETURN_URL,
                  business_profile__terms_of_service_url=RETURN_URL)["id"]  # fmt: skip
    s.post(f"billing_portal/configurations/{made}", name="Everything")
    coupon = s.post("coupons", percent_off="10", duration="once")["id"]
    confirm = {"items__0__id": item, "items__0__price": small, "items__0__quantity": "2",
               "discounts__0__coupon": coupon}  # fmt: skip
    stay = {"retention__type": "coupon_offer", "retention__coupon_offer__coupon": coupon}
    ends: list[dict[str, str]] = [
        {"type": "hosted_confirmation", "hosted_confirmation__custom_message": "Bye"},
        {"type": "redirect", "redirect__return_url": RETURN_URL},
        {"type": "portal_homepage"},
    ]
    flows: dict[str, dict[str, str]] = {
        "customer_update": {}, "payment_method_update": {}, "subscription_cancel": stay,
        "subscription_pause": {}, "subscription_update": {}, "subscription_update_confirm": confirm,
    }  # fmt: skip
    for place, (kind, about) in enumerate(flows.items()):
        given = {f"{kind}__{name}": value for name, value in about.items()}
        if kind.startswith("subscription"):
            given[f"{kind}__subscription"] = plan["id"]
        after = {f"after_completion__{k}": v for k, v in ends[place % len(ends)].items()}
        flow = {f"flow_data__{name}": value for name, value in (given | after).items()}
        s.post("billing_portal/sessions", customer=customer, configuration=made, locale="de",
               after_expiration__type="customer_login", on_behalf_of="acct_1",
               after_expiration__customer_login__expires_at="1900000000",
               flow_data__type=kind, **flow)  # fmt: skip
