"""Checkout Sessions and Payment Links in all their ways and ends."""

from typing import Any
from urllib.parse import urlencode

from tests.sandbox.scenarios.scenario import DAY, Scenario

SUCCESS = "https://shop.example/thanks"
BOOK = {
    "line_items__0__price_data__currency": "eur",
    "line_items__0__price_data__unit_amount": "2000",
    "line_items__0__price_data__product_data__name": "Book",
    "line_items__0__quantity": "2",
}
HOME = {
    "shipping_address[name]": "Ada",
    "shipping_address[address][line1]": "Ring 1",
    "shipping_address[address][country]": "DE",
}
WHOLE = {
    "allow_promotion_codes": "true",
    "phone_number_collection__enabled": "true",
    "shipping_address_collection__allowed_countries__0": "DE",
    "shipping_options__0__shipping_rate_data__display_name": "Post",
    "shipping_options__0__shipping_rate_data__fixed_amount__amount": "500",
    "shipping_options__0__shipping_rate_data__fixed_amount__currency": "eur",
    "tax_id_collection__enabled": "true",
    "name_collection__business__enabled": "true",
    "name_collection__individual__enabled": "true",
    "consent_collection__terms_of_service": "required",
    "consent_collection__promotions": "auto",
    "invoice_creation__enabled": "true",
    "customer_creation": "always",
    **BOOK,
}
QUESTIONS = {
    "custom_fields__0__key": "size",
    "custom_fields__0__type": "dropdown",
    "custom_fields__0__label__type": "custom",
    "custom_fields__0__label__custom": "Size",
    "custom_fields__0__dropdown__options__0__label": "Large",
    "custom_fields__0__dropdown__options__0__value": "l",
    "custom_fields__1__key": "year",
    "custom_fields__1__type": "numeric",
    "custom_fields__1__label__type": "custom",
    "custom_fields__1__label__custom": "Year",
    "custom_fields__1__numeric__minimum_length": "4",
    "custom_fields__1__numeric__maximum_length": "4",
    "custom_fields__1__numeric__default_value": "2025",
    "custom_fields__2__key": "note",
    "custom_fields__2__type": "text",
    "custom_fields__2__label__type": "custom",
    "custom_fields__2__label__custom": "Note",
    "custom_fields__2__optional": "true",
    "custom_fields__2__text__minimum_length": "1",
    "custom_fields__2__text__maximum_length": "40",
    "custom_fields__2__text__default_value": "None",
}
ANSWERS = {
    **HOME,
    "email": "ada@example.com",
    "phone": "+49 30 12345",
    "business_name": "Engines Ltd",
    "individual_name": "Ada",
    "name": "Ada",
    "billing_address[line1]": "Ring 1",
    "billing_address[line2]": "Hinterhaus",
    "billing_address[postal_code]": "10115",
    "billing_address[state]": "BE",
    "billing_address[city]": "Berlin",
    "billing_address[country]": "DE",
    "tax_id[type]": "eu_vat",
    "tax_id[value]": "DE123456789",
    "consent[terms_of_service]": "accepted",
    "consent[promotions]": "opt_in",
    "custom_fields[size]": "l",
    "custom_fields[year]": "2026",
}
EXPANDED = "expand[]=line_items.data.taxes&expand[]=line_items.data.discounts"
BROKEN_DOWN = "expand[]=total_details.breakdown&expand[]=shipping_cost.taxes"


def run(s: Scenario) -> None:
    """Everything asked and answered; subscriptions; set-ups; what is never paid; links."""
    _everything_asked(s)
    _subscription(s)
    _setup(s)
    _never_paid(s)
    _own_page(s)
    _links(s)


def _session(s: Scenario, **wishes: Any) -> str:
    usual = {"mode": "payment", "success_url": SUCCESS}
    return str(s.post("checkout/sessions", **{**usual, **wishes})["id"])


def _at_page(s: Scenario, session: str, call: str, **told: Any) -> None:
    """What the page of a session does; its own hash is none of the library's."""
    path = f"/v1/payment_pages/{session}/{call}".rstrip("/")
    s.raw("POST", path, urlencode(told), Authorization="Bearer pk_test_page")


def _everything_asked(s: Scenario) -> None:
    rate = s.post("tax_rates", display_name="VAT", percentage="19", inclusive="true")["id"]
    coupon = s.post("coupons", percent_off="10", duration="once")["id"]
    s.post("promotion_codes", promotion__type="coupon", promotion__coupon=coupon, code="TEN")
    session = _session(s, **WHOLE, **QUESTIONS, line_items__0__tax_rates__0=rate)
    s.raw("GET", f"/v1/payment_pages/{session}", Authorization="Bearer pk_test_page")
    _at_page(s, session, "init")
    _at_page(s, session, "", promotion_code="TEN")
    card = {"payment_method": "pm_card_visa"}
    _at_page(s, session, "confirm", **ANSWERS, payment_method="pm_card_chargeDeclined")
    _at_page(s, session, "confirm", **ANSWERS, **card)
    s.get(f"checkout/sessions/{session}?{EXPANDED}&{BROKEN_DOWN}")
    s.get("checkout/sessions?customer_details[email]=ada@example.com")
    s.get(f"checkout/sessions/{session}/line_items")
    known = s.customer(address__city="Berlin", address__line1="Ring 1")
    updates = {"customer_update__address": "auto", "customer_update__name": "auto"}
    session = _session(s, customer=known, **updates, **BOOK, discounts__0__coupon=coupon)
    _at_page(s, session, "confirm", **card)


def _monthly(s: Scenario) -> dict[str, str]:
    price = s.post("prices", currency="eur", unit_amount="900", recurring__interval="month",
                   product_data__name="Club")["id"]  # fmt: skip
    return {"line_items__0__price": price, "line_items__0__quantity": "1"}


def _subscription(s: Scenario) -> None:
    monthly = _monthly(s)
    anchor = {"subscription_data__billing_cycle_anchor_config__day_of_month": "1"}
    anchor |= {"client_reference_id": "a"}
    described = BOOK | {"line_items__0__price_data__recurring__interval": "month", "locale": "de"}
    trial = {"subscription_data__trial_period_days": "7"}
    for wishes in (monthly, monthly | trial, monthly | anchor, described):
        session = _session(s, **{**wishes, "mode": "subscription"})
        _at_page(s, session, "confirm", email="a@example.com", payment_method="pm_card_visa")
        s.get(f"checkout/sessions/{session}")


def _setup(s: Scenario) -> None:
    session = _session(s, mode="setup", currency="eur", customer=s.customer())
    _at_page(s, session, "confirm", payment_method="pm_card_visa")
    s.get(f"checkout/sessions/{session}")


def _never_paid(s: Scenario) -> None:
    recovery = {"after_expiration__recovery__enabled": "true"}
    soon = str(s.sandbox.account.now + 3600)
    wishes = {"customer_email": "a@example.com", "expires_at": soon}
    session = _session(s, **BOOK, **recovery, **wishes)
    expired = s.post(f"checkout/sessions/{session}/expire")
    again = expired["after_expiration"]["recovery"]["url"]
    fresh = s.sandbox.test_client().get(again).location.rpartition("/")[2]
    s.get(f"checkout/sessions/{fresh}")
    s.get("checkout/sessions?status=expired")
    session = _session(s, **BOOK)
    s.sandbox.advance(2 * DAY)


def _own_page(s: Scenario) -> None:
    wishes = {"mode": "payment", "ui_mode": "elements", "return_url": SUCCESS, **BOOK}
    opened = s.post("checkout/sessions", **wishes, expand__0="line_items")
    session, item = opened["id"], opened["line_items"]["data"][0]
    product = {"line_items__0__price_data__product": item["price"]["product"],
               "line_items__0__price_data__currency": "eur",
               "line_items__0__price_data__unit_amount_decimal": "100.5",
               "line_items__0__quantity": "2"}  # fmt: skip
    s.post(f"checkout/sessions/{session}", line_items__1__id=item["id"], **product)
    s.post(f"checkout/sessions/{session}", line_items__0__id=item["id"], metadata__a="1")
    post = {"shipping_rate_data__display_name": "Post",
            "shipping_rate_data__fixed_amount__amount": "500",
            "shipping_rate_data__fixed_amount__currency": "eur"}  # fmt: skip
    s.post(
        f"checkout/sessions/{session}",
        **{f"shipping_options__0__{name}": value for name, value in post.items()},
    )
    s.post(f"checkout/sessions/{session}", collected_information__shipping_details__name="Ada",
           collected_information__shipping_details__address__line1="Ring 1",
           collected_information__shipping_details__address__country="DE", **BOOK)  # fmt: skip
    _session(s, ui_mode="form", **BOOK)
    embedded = {"mode": "payment", "ui_mode": "embedded_page", "return_url": SUCCESS, **BOOK}
    s.post("checkout/sessions", **embedded, redirect_on_completion="if_required")
    exact = {name: value for name, value in BOOK.items() if not name.endswith("unit_amount")}
    wallets = {"wallet_options__link__display": "never"}
    _session(s, **exact, **wallets, line_items__0__price_data__unit_amount_decimal="100.5")


def _links(s: Scenario) -> None:
    link = s.post(
        "payment_links",
        **BOOK,
        **QUESTIONS,
        restrictions__completed_sessions__limit="1",
        inactive_message="Sold out",
        phone_number_collection__enabled="true",
        shipping_address_collection__allowed_countries__0="DE",
    )
    s.get(f"payment_links/{link['id']}/line_items")
    s.get(f"payment_links/{link['id']}?expand[]=line_items")
    led = s.sandbox.test_client().get(link["url"]).location
    _at_page(s, led.rpartition("/")[2], "confirm", **ANSWERS, payment_method="pm_card_visa")
    s.post(f"payment_links/{link['id']}", active="false")
    monthly = s.post("payment_links", **_monthly(s))["id"]
    s.post(f"payment_links/{monthly}", subscription_data__trial_period_days="7")
    redirect = {"after_completion__type": "redirect", "after_completion__redirect__url": SUCCESS}
    exact = {name: value for name, value in BOOK.items() if not name.endswith("unit_amount")}
    note = {name.replace("__2__", "__0__"): value
            for name, value in QUESTIONS.items() if "__2__" in name}  # fmt: skip
    other = s.post("payment_links", **exact, **redirect, **note, expand__0="line_items",
                   line_items__0__price_data__unit_amount_decimal="150.5")  # fmt: skip
    item = other["line_items"]["data"][0]
    bounds = {"line_items__0__id": item["id"], "line_items__0__quantity": "3"}
    s.post(f"payment_links/{other['id']}", **bounds)
    known = {name: value for name, value in BOOK.items() if "product_data" not in name}
    s.post("payment_links", **known, metadata__a="1",
           line_items__0__price_data__product=item["price"]["product"])  # fmt: skip
    countries = {"shipping_address_collection__allowed_countries__0": "AT"}
    s.post(f"payment_links/{other['id']}", **redirect, **QUESTIONS, **countries)
    s.post(f"payment_links/{other['id']}", **note)
