"""Quotes that become invoices, subscriptions and schedules."""

from tests.sandbox.scenarios.scenario import DAY, Scenario

START = 1_700_000_000


def run(s: Scenario) -> None:
    """One of each kind."""
    customer = s.customer()
    product = s.post("products", name="Tea")["id"]
    usual = {"currency": "eur", "unit_amount": "1000", "product": product}
    once = s.post("prices", **usual)["id"]
    monthly = s.post("prices", **usual, recurring__interval="month")["id"]
    rate = s.post("tax_rates", display_name="VAT", percentage="20", inclusive="false")["id"]
    coupon = s.post("coupons", percent_off="10", duration="forever")["id"]
    more = {"default_tax_rates__0": rate, "discounts__0__coupon": coupon, "header": "Dear+Ada",
            "description": "Tea", "footer": "Bye", "line_items__0__price": once,
            "subscription_data__description": "Tea", "customer": customer}  # fmt: skip
    for then in (
        {},
        {"line_items__1__price": monthly, "subscription_data__trial_period_days": "7",
         "automatic_tax__enabled": "false"},
        {"line_items__1__price": monthly, "collection_method": "send_invoice",
         "invoice_settings__days_until_due": "7", "invoice_settings__description": "Tea",
         "invoice_settings__footer": "Bye", "invoice_settings__custom_fields__0__name": "A",
         "invoice_settings__custom_fields__0__value": "B",
         "subscription_data__effective_date": str(s.sandbox.account.now + DAY)},
    ):  # fmt: skip
        quote = f"quotes/{s.post('quotes', **more, **then)['id']}"
        s.get(f"{quote}?expand[]=line_items&expand[]=total_details.breakdown"
              "&expand[]=computed.upfront.line_items")  # fmt: skip
        s.get(f"{quote}/line_items")
        s.get(f"{quote}/computed_upfront_line_items")
        s.post(quote, description="More+tea")
        s.post(f"{quote}/finalize")
        s.post(f"{quote}/accept")
    revised = s.post("quotes", from_quote__quote=quote[7:], from_quote__is_revision="true")
    s.post(f"quotes/{revised['id']}/cancel")
    clock = s.post("test_helpers/test_clocks", frozen_time=START)["id"]
    s.post("quotes", test_clock=clock)
    headers = {"Authorization": "Bearer sk_test_1"}
    s.sandbox.test_client().get(f"/v1/{quote}/pdf", headers=headers)
