"""Subscriptions in every state, their items and their schedules."""

from typing import Any

from tests.sandbox.scenarios.scenario import DAY, Scenario

HOUR = 3600
TERMS = "billing_mode__flexible__proration_discounts"


def run(s: Scenario) -> None:
    """Begun, tried, changed, paused, unpaid and ended."""
    catalog = _catalog(s)
    _begun(s, catalog)
    _tried(s, catalog)
    _changed(s, catalog)
    _waiting(s, catalog)
    _paused(s, catalog)
    _unpaid(s, catalog)
    _ended(s, catalog)
    _scheduled(s, catalog)
    _described(s, catalog)
    _coded(s, catalog)
    _clocked(s, catalog)


def _described(s: Scenario, catalog: dict[str, str]) -> None:
    """Prices made on the way."""
    data = {"product": catalog["product"], "currency": "eur"}
    weekly = {**data, "unit_amount_decimal": "700.5", "recurring__interval": "month"}
    fee = {f"add_invoice_items__0__price_data__{name}": value
           for name, value in {**data, "unit_amount": "300"}.items()}  # fmt: skip
    fee |= {
        "add_invoice_items__0__period__start__type": "timestamp",
        "add_invoice_items__0__period__start__timestamp": str(s.sandbox.account.now),
        "add_invoice_items__0__period__end__type": "timestamp",
        "add_invoice_items__0__period__end__timestamp": str(s.sandbox.account.now + DAY),
    }
    made = {f"items__0__price_data__{name}": value for name, value in weekly.items()}
    known = _begin(s, catalog, items__0__price=None, **made, **fee)
    item = known["items"]["data"][0]["id"]
    s.post(f"subscriptions/{known['id']}", items__0__id=item, **made, **fee)
    inline = {f"price_data__{name}": value for name, value in weekly.items()}
    added = s.post("subscription_items", subscription=known["id"], **inline)["id"]
    s.post(f"subscription_items/{added}", **inline, quantity="2")
    s.post("subscription_items", subscription=known["id"], plan=catalog["more"])
    s.post(f"subscription_items/{added}", plan=catalog["month"])
    later = {f"phases__0__{name}": value for name, value in {**made, **fee}.items()}
    s.post("subscription_schedules", customer=s.customer(),
           start_date=str(s.sandbox.account.now + DAY), **later)  # fmt: skip


def _coded(s: Scenario, catalog: dict[str, str]) -> None:
    """Discounts by code, and those that are there already."""
    code = _code(s, catalog)
    known = _begin(s, catalog, discounts__0__promotion_code=code,
                   items__0__discounts__0__promotion_code=code)  # fmt: skip
    path, item = f"subscriptions/{known['id']}", known["items"]["data"][0]
    s.post(path, discounts__0__discount=known["discounts"][0], items__0__id=item["id"],
           items__0__discounts__0__discount=item["discounts"][0])  # fmt: skip
    s.post(path, discounts__0__promotion_code=code, items__0__id=item["id"],
           items__0__discounts__0__promotion_code=code)  # fmt: skip
    s.post(f"subscription_items/{item['id']}", discounts__0__promotion_code=code)
    s.post("subscription_items", subscription=known["id"], price=catalog["more"],
           discounts__0__promotion_code=code)  # fmt: skip
    _begin(s, catalog, customer=known["customer"], discounts__0__discount=known["discounts"][0],
           items__0__discounts__0__discount=known["discounts"][0])  # fmt: skip


def _clocked(s: Scenario, catalog: dict[str, str]) -> None:
    clock = s.post("test_helpers/test_clocks", frozen_time=str(s.sandbox.account.now))["id"]
    customer = s.customer(test_clock=clock)
    _begin(s, catalog, customer=customer)
    s.post("subscription_schedules", customer=customer, start_date="now",
           phases__0__items__0__price=catalog["more"])  # fmt: skip


def _catalog(s: Scenario) -> dict[str, str]:
    product = s.post("products", name="Gold")["id"]
    every = {"product": product, "currency": "eur"}
    made = {
        "month": s.post("prices", unit_amount="2000", recurring__interval="month", **every)["id"],
        "more": s.post("prices", unit_amount="4000", recurring__interval="month", **every)["id"],
        "once": s.post("prices", unit_amount="500", **every)["id"],
        "rate": s.post("tax_rates", display_name="VAT", percentage="19", inclusive="false")["id"],
        "coupon": s.post("coupons", percent_off="10", duration="forever")["id"],
    }
    return {**made, "product": product}


def _code(s: Scenario, catalog: dict[str, str]) -> str:
    code = s.post("promotion_codes", promotion__type="coupon",
                  promotion__coupon=catalog["coupon"])  # fmt: skip
    return str(code["id"])


def _begin(s: Scenario, catalog: dict[str, str], **fields: Any) -> dict[str, Any]:
    customer = fields.pop("customer", None) or s.customer()
    usual = {"customer": customer, "items__0__price": catalog["month"]}
    given = {name: value for name, value in {**usual, **fields}.items() if value is not None}
    return s.post("subscriptions", **given)


def _begun(s: Scenario, catalog: dict[str, str]) -> None:
    customer = s.customer()
    card = s.get(f"customers/{customer}/payment_methods")[0]["id"]
    thanks = "invoice_settings__custom_fields__0"
    _begin(
        s, catalog, customer=customer, items__0__quantity="2", items__0__metadata__a="1",
        items__0__tax_rates__0=catalog["rate"],
        items__0__discounts__0__coupon=catalog["coupon"], currency="eur",
        default_payment_method=card, default_tax_rates__0=catalog["rate"],
        discounts__0__coupon=catalog["coupon"], description="x", metadata__a="1",
        add_invoice_items__0__price=catalog["once"], add_invoice_items__0__quantity="2",
        invoice_settings__description="x", invoice_settings__footer="y",
        **{f"{thanks}__name": "a", f"{thanks}__value": "b"},
        payment_settings__save_default_payment_method="on_subscription",
        payment_settings__payment_method_types__0="card", off_session="true",
        cancel_at_period_end="true", automatic_tax__enabled="false",
        billing_mode__type="flexible", **{TERMS: "itemized"},
    )  # fmt: skip
    _begin(s, catalog, items__0__price=None, items__0__price_data__product=catalog["product"],
           items__0__price_data__currency="eur", items__0__price_data__unit_amount="700",
           items__0__price_data__recurring__interval="week",
           cancel_at=str(s.sandbox.account.now + 40 * DAY))  # fmt: skip
    now = s.sandbox.account.now
    _begin(s, catalog, backdate_start_date=str(now - 40 * DAY),
           billing_cycle_anchor=str(now + 5 * DAY), proration_behavior="create_prorations",
           billing_mode__type="classic")  # fmt: skip
    _begin(s, catalog, billing_cycle_anchor_config__day_of_month="31",
           billing_cycle_anchor_config__hour="3", billing_cycle_anchor_config__minute="0",
           billing_cycle_anchor_config__second="0", proration_behavior="none")  # fmt: skip
    _begin(s, catalog, collection_method="send_invoice", days_until_due="30",
           pending_invoice_item_interval__interval="month")  # fmt: skip
    older = s.customer()
    source = s.post(f"customers/{older}/sources", source="tok_visa")["id"]
    _begin(s, catalog, customer=older, default_source=source)


def _tried(s: Scenario, catalog: dict[str, str]) -> None:
    for outcome in ("cancel", "pause", "create_invoice"):
        nobody = s.post("customers", name="Ada")["id"]
        _begin(s, catalog, customer=nobody, trial_period_days="4",
               trial_settings__end_behavior__missing_payment_method=outcome,
               trial_settings__end_behavior__billing_cycle_anchor="now")  # fmt: skip
    _begin(s, catalog, trial_from_plan="true", payment_behavior="default_incomplete")
    tried = _begin(s, catalog, trial_end=str(s.sandbox.account.now + 20 * DAY),
                   payment_behavior="default_incomplete")  # fmt: skip
    s.post(f"setup_intents/{tried['pending_setup_intent']}/confirm", payment_method="pm_card_visa",
           return_url="https://shop.example")  # fmt: skip
    s.sandbox.advance(5 * DAY)
    s.post(f"subscriptions/{tried['id']}", trial_end="now", trial_from_plan="false")


def _changed(s: Scenario, catalog: dict[str, str]) -> None:
    known = _begin(s, catalog)
    path, item = f"subscriptions/{known['id']}", known["items"]["data"][0]["id"]
    s.sandbox.advance(3 * DAY)
    s.post(path, items__0__id=item, items__0__quantity="3", items__0__metadata__b="2",
           items__0__tax_rates__0=catalog["rate"], items__0__discounts="",
           proration_date=str(s.sandbox.account.now - DAY), description="y",
           discounts__0__coupon=catalog["coupon"], default_tax_rates="", metadata__b="2",
           default_source="", invoice_settings__footer="z", off_session="true",
           payment_settings__save_default_payment_method="off",
           add_invoice_items__0__price=catalog["once"],
           trial_settings__end_behavior__missing_payment_method="pause")  # fmt: skip
    added = s.post("subscription_items", subscription=known["id"], price=catalog["more"],
                   quantity="2", metadata__a="1", proration_behavior="always_invoice",
                   payment_behavior="allow_incomplete")["id"]  # fmt: skip
    s.get(f"subscription_items?subscription={known['id']}")
    s.get(f"subscription_items/{added}")
    s.post(f"subscription_items/{added}", quantity="1", proration_behavior="none",
           metadata__a="2")  # fmt: skip
    s.delete(f"subscription_items/{added}?proration_behavior=none")
    s.post(path, billing_cycle_anchor__type="now", proration_behavior="none")
    s.post(path, cancel_at_period_end="true", cancellation_details__comment="too dear",
           cancellation_details__feedback="too_expensive")  # fmt: skip
    s.post(path, cancel_at_period_end="false")
    s.post(path, collection_method="send_invoice", days_until_due="7")
    s.post(path, pause_collection__behavior="void",
           pause_collection__resumes_at=str(s.sandbox.account.now + 60 * DAY))  # fmt: skip
    s.post(path, billing_thresholds__amount_gte="100000", cancel_at="")
    old = _begin(s, catalog, billing_mode__type="classic")
    s.post(
        f"subscriptions/{old['id']}/migrate", billing_mode__type="flexible", **{TERMS: "included"}
    )
    s.get(path)
    s.get(f"subscriptions?customer={known['customer']}&status=all&price={catalog['month']}")
    s.get("subscriptions?status=ended")
    s.get("subscriptions/search?query=status:'active'")


def _waiting(s: Scenario, catalog: dict[str, str]) -> None:
    for card, then in (("visa", "paid"), ("chargeCustomerFail", "left")):
        customer = s.customer()
        known = _begin(s, catalog, customer=customer)
        broken = s.post("payment_methods/pm_card_chargeCustomerFail/attach", customer=customer)
        s.post(f"customers/{customer}",
               invoice_settings__default_payment_method=broken["id"])  # fmt: skip
        item = known["items"]["data"][0]["id"]
        waits = s.post(f"subscriptions/{known['id']}", items__0__id=item,
                       items__0__price=catalog["more"], proration_behavior="always_invoice",
                       payment_behavior="pending_if_incomplete", metadata__a="1",
                       cancel_at_period_end="true", discounts__0__coupon=catalog["coupon"])  # fmt: skip
        good = s.post(f"payment_methods/pm_card_{card}/attach", customer=customer)["id"]
        if then == "paid":
            s.post(f"invoices/{waits['latest_invoice']}/pay", payment_method=good)
    s.sandbox.advance(DAY)


def _paused(s: Scenario, catalog: dict[str, str]) -> None:
    path = f"subscriptions/{_begin(s, catalog)['id']}"
    s.sandbox.advance(10 * DAY)
    s.post(f"{path}/pause", type="subscription", invoicing_behavior="invoice",
           bill_for__unused_time_from__type="now",
           bill_for__outstanding_usage_through__type="none")  # fmt: skip
    s.sandbox.advance(10 * DAY)
    s.post(f"{path}/resume", billing_cycle_anchor__type="now",
           payment_behavior="resume_on_payment_success", proration_behavior="none")  # fmt: skip
    for behavior in ("keep_as_draft", "mark_uncollectible", "void"):
        _begin(s, catalog, items__0__quantity="2")
        kept = _begin(s, catalog)["id"]
        s.post(f"subscriptions/{kept}", pause_collection__behavior=behavior)
    s.sandbox.advance(32 * DAY)


def _unpaid(s: Scenario, catalog: dict[str, str]) -> None:
    nobody = s.post("customers", name="Ada")["id"]
    _begin(s, catalog, customer=nobody, payment_behavior="default_incomplete")
    for _ in ("canceled", "stays"):
        customer = s.customer()
        _begin(s, catalog, customer=customer)
        broken = s.post("payment_methods/pm_card_chargeCustomerFail/attach", customer=customer)
        s.post(f"customers/{customer}",
               invoice_settings__default_payment_method=broken["id"])  # fmt: skip
    s.sandbox.advance(34 * DAY)
    s.sandbox.advance(20 * DAY)


def _ended(s: Scenario, catalog: dict[str, str]) -> None:
    known = _begin(s, catalog)["id"]
    s.sandbox.advance(5 * DAY)
    s.delete(f"subscriptions/{known}?invoice_now=true&prorate=true"
             "&cancellation_details[comment]=bye&cancellation_details[feedback]=unused")  # fmt: skip


def _scheduled(s: Scenario, catalog: dict[str, str]) -> None:
    now = s.sandbox.account.now
    usual = {"phases__0__items__0__price": catalog["month"], "metadata__a": "1",
             "phases__0__items__0__quantity": "1"}  # fmt: skip
    planned = s.post(
        "subscription_schedules", customer=s.customer(), start_date=str(now + DAY),
        end_behavior="cancel", default_settings__collection_method="send_invoice",
        default_settings__invoice_settings__days_until_due="10",
        default_settings__description="x", billing_mode__type="flexible",
        phases__0__duration__interval="month", phases__0__description="first",
        phases__0__add_invoice_items__0__price=catalog["once"],
        phases__0__default_tax_rates__0=catalog["rate"], phases__0__metadata__a="1",
        phases__0__discounts__0__coupon=catalog["coupon"], phases__0__trial="true",
        phases__0__items__0__tax_rates__0=catalog["rate"],
        phases__0__items__0__discounts__0__coupon=catalog["coupon"],
        phases__0__invoice_settings__days_until_due="5", phases__0__currency="eur",
        phases__0__billing_cycle_anchor="phase_start", **usual,
    )["id"]  # fmt: skip
    s.get(f"subscription_schedules/{planned}")
    s.get("subscription_schedules?scheduled=true")
    s.sandbox.advance(35 * DAY)
    taken = s.post("subscription_schedules", from_subscription=_begin(s, catalog)["id"])
    first = taken["phases"][0]
    s.post(f"subscription_schedules/{taken['id']}", end_behavior="release",
           proration_behavior="none", default_settings__description="y", metadata__b="2",
           phases__0__items__0__price=catalog["month"],
           phases__0__start_date=str(first["start_date"]),
           phases__0__end_date=str(first["end_date"]),
           phases__1__items__0__price=catalog["more"],
           phases__1__duration__interval="month",
           phases__1__proration_behavior="none")  # fmt: skip
    s.sandbox.advance(70 * DAY)
    for verb in ("release", "cancel"):
        made = s.post("subscription_schedules", customer=s.customer(), **usual)["id"]
        options = {"preserve_cancel_date": "true"} if verb == "release" else {
            "invoice_now": "true", "prorate": "true"}  # fmt: skip
        s.post(f"subscription_schedules/{made}/{verb}", **options)
