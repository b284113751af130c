"""What decides about amounts: coupons, codes, taxes, postage, tiers, currencies, balances."""

from typing import Any

from tests.sandbox.scenarios.scenario import DAY, Scenario


def run(s: Scenario) -> None:
    """A shop with everything that makes a price less simple."""
    mug = s.post("products", name="Mug", tax_details__tax_code="txcd_99999999",
                 tax_details__performance_location="taxloc_1")["id"]  # fmt: skip
    _coupons(s, mug)
    _codes(s)
    _taxes(s)
    _postage(s)
    _prices(s, mug)
    _plans(s, mug)
    _bill(s)
    s.sandbox.advance(3 * DAY)


def _coupons(s: Scenario, mug: str) -> None:
    until = s.sandbox.account.now + DAY
    s.post(
        "coupons", id="FIFTH", percent_off="20", duration="forever", name="Fifth", metadata__a="1"
    )
    s.post("coupons", id="MONTHS", percent_off="5.5", duration="repeating", duration_in_months="3",
           redeem_by=until, max_redemptions="5", applies_to__products__0=mug)  # fmt: skip
    s.post("coupons", id="FIVE", amount_off="500", currency="eur",
           currency_options__usd__amount_off="600")  # fmt: skip
    s.post("coupons/FIVE", name="Five off", currency_options__gbp__amount_off="400")
    s.get("coupons/FIVE?expand[]=currency_options&expand[]=applies_to")
    s.get("coupons/MONTHS?expand[]=applies_to")
    s.get("coupons")


def _codes(s: Scenario) -> None:
    ada = s.customer()
    until = s.sandbox.account.now + DAY
    code = s.post("promotion_codes", promotion__type="coupon", promotion__coupon="FIVE",
                  code="SAVE", customer=ada, expires_at=until, max_redemptions="3",
                  restrictions__minimum_amount="1000",
                  restrictions__minimum_amount_currency="eur",
                  restrictions__first_time_transaction="true",
                  restrictions__currency_options__usd__minimum_amount="1200")["id"]  # fmt: skip
    s.post(f"promotion_codes/{code}", active="false",
           restrictions__currency_options__gbp__minimum_amount="900")  # fmt: skip
    s.post("promotion_codes", promotion__type="coupon", promotion__coupon="FIFTH")
    s.get("promotion_codes?code=save")
    s.get(f"promotion_codes/{code}?expand[]=promotion.coupon")
    old(s, "promotion_codes", coupon="FIFTH", code="OLD")
    old(s, f"customers/{ada}", coupon="FIFTH")
    old(s, f"customers/{ada}", coupon="MONTHS")
    s.get(f"customers/{ada}?expand[]=discount.source.coupon")


def old(s: Scenario, path: str, **fields: str) -> Any:
    """A call as older versions took it, without a version."""
    body = "&".join(f"{name}={value}" for name, value in fields.items())
    status, answer, _ = s.raw("POST", f"/v1/{path}", body)
    assert status == 200, answer
    s.answers.append(answer)
    return answer


def _taxes(s: Scenario) -> None:
    rate = s.post("tax_rates", display_name="VAT", inclusive="true", percentage="19", country="DE",
                  description="x", jurisdiction="DE", state="BY", tax_type="vat",
                  metadata__a="1")["id"]  # fmt: skip
    s.post(f"tax_rates/{rate}", active="false", display_name="MwSt")
    s.post("tax_rates", display_name="Sales", inclusive="false", percentage="7.25")
    bob = s.post("customers", name="Bob", address__country="DE", address__city="Ulm",
                 tax_id_data__0__type="eu_vat", tax_id_data__0__value="DE123456789",
                 tax__ip_address="127.0.0.1", balance="-300")["id"]  # fmt: skip
    own = s.post(f"customers/{bob}/tax_ids", type="us_ein", value="12-3456789")["id"]
    s.get(f"customers/{bob}/tax_ids/{own}")
    s.get(f"customers/{bob}/tax_ids")
    s.post("tax_ids", type="gb_vat", value="GB123456789", owner__type="customer",
           owner__customer=bob)  # fmt: skip
    s.post("tax_ids", type="eu_vat", value="DE123456789")
    s.get(f"tax_ids?owner[type]=customer&owner[customer]={bob}")
    s.get(f"customers/{bob}?expand[]=tax_ids&expand[]=tax&expand[]=invoice_credit_balance")


def _postage(s: Scenario) -> None:
    rate = s.post("shipping_rates", display_name="Post", type="fixed_amount", tax_behavior="inclusive",
                  tax_code="txcd_92010001", metadata__a="1",
                  fixed_amount__amount="500", fixed_amount__currency="eur",
                  fixed_amount__currency_options__usd__amount="600",
                  fixed_amount__currency_options__usd__tax_behavior="exclusive",
                  delivery_estimate__minimum__unit="day", delivery_estimate__minimum__value="2",
                  delivery_estimate__maximum__unit="week",
                  delivery_estimate__maximum__value="1")["id"]  # fmt: skip
    s.post(f"shipping_rates/{rate}", active="false",
           fixed_amount__currency_options__gbp__amount="400")  # fmt: skip
    s.post("shipping_rates", display_name="Van", fixed_amount__amount="900",
           fixed_amount__currency="eur")  # fmt: skip
    s.get("shipping_rates?currency=eur")


def _prices(s: Scenario, mug: str) -> None:
    price = s.post("prices", product=mug, currency="eur", unit_amount="900",
                   currency_options__usd__unit_amount="1000",
                   currency_options__usd__tax_behavior="exclusive",
                   recurring__interval="month", recurring__trial_period_days="7")["id"]  # fmt: skip
    s.post("products", name="Cup", default_price_data__currency="eur",
           default_price_data__unit_amount_decimal="4.5",
           default_price_data__currency_options__usd__unit_amount="5")  # fmt: skip
    tip = s.post("products", name="Tip", default_price_data__currency="eur",
           default_price_data__custom_unit_amount__enabled="true",
           default_price_data__currency_options__usd__custom_unit_amount__enabled="true",
           default_price_data__currency_options__usd__custom_unit_amount__minimum="5")  # fmt: skip
    s.get(f"prices/{tip['default_price']}?expand[]=currency_options")
    s.post(f"prices/{price}", currency_options__usd__tax_behavior="inclusive")
    s.post(f"prices/{price}", currency_options__gbp__unit_amount="800", nickname="m")
    s.get(f"prices/{price}?expand[]=currency_options")
    for transfer in ("false", "true"):
        s.post("prices", product=mug, currency="eur", unit_amount="900", lookup_key="cup",
               transfer_lookup_key=transfer)  # fmt: skip
    tiered = s.post("prices", product=mug, currency="eur", recurring__interval="month",
                    billing_scheme="tiered", tiers_mode="graduated", tiers__0__up_to="5",
                    tiers__0__unit_amount_decimal="4.5", tiers__0__flat_amount_decimal="2.5",
                    tiers__1__up_to="inf", tiers__1__unit_amount="4",
                    tiers__1__flat_amount="10",
                    currency_options__usd__tiers__0__up_to="inf",
                    currency_options__usd__tiers__0__unit_amount="600")["id"]  # fmt: skip
    s.post("prices", product=mug, currency="eur", recurring__interval="month", nickname="v",
           billing_scheme="tiered", tiers_mode="volume", tiers__0__up_to="inf",
           tiers__0__unit_amount="5", tiers__0__flat_amount="9",
           currency_options__usd__tiers__0__up_to="3",
           currency_options__usd__tiers__0__unit_amount_decimal="6.5",
           currency_options__usd__tiers__0__flat_amount_decimal="7.5",
           currency_options__usd__tiers__1__up_to="inf",
           currency_options__usd__tiers__1__flat_amount="7")  # fmt: skip
    s.post(f"prices/{tiered}", currency_options__gbp__tiers__0__up_to="inf",
           currency_options__gbp__tiers__0__unit_amount="700")  # fmt: skip
    s.get(f"prices/{tiered}?expand[]=tiers&expand[]=currency_options")


def _plans(s: Scenario, mug: str) -> None:
    plan = s.post("plans", id="gold", amount="900", currency="eur", interval="month", product=mug,
                  interval_count="2", nickname="Gold", trial_period_days="3", metadata__a="1",
                  transform_usage__divide_by="10", transform_usage__round="up")["id"]  # fmt: skip
    s.post(f"plans/{plan}", nickname="Old gold", active="false", trial_period_days="9")
    s.get(f"plans/{plan}")
    tiered = s.post("plans", currency="eur", interval="year", product__name="Cup",
                    billing_scheme="tiered", tiers_mode="volume", tiers__0__up_to="5",
                    tiers__0__unit_amount_decimal="4.5", tiers__0__flat_amount_decimal="2",
                    tiers__1__up_to="inf", tiers__1__unit_amount="5",
                    tiers__1__flat_amount="2")["id"]  # fmt: skip
    s.get(f"plans/{tiered}?expand[]=tiers")
    s.post("plans", currency="eur", interval="year", product__name="Jug", billing_scheme="tiered",
           nickname="v", tiers_mode="volume", tiers__0__up_to="inf", tiers__0__unit_amount="5",
           tiers__0__flat_amount="9")  # fmt: skip
    s.get("plans")


def _bill(s: Scenario) -> None:
    """Discounts on a subscription, on one of its items, on an invoice and on an item of it."""
    eve = s.customer()
    fifth = s.post("promotion_codes", promotion__type="coupon", promotion__coupon="FIFTH",
                   code="EVE")["id"]  # fmt: skip
    price = s.post("prices", product_data__name="Club", currency="eur", unit_amount="3000",
                   recurring__interval="month")["id"]  # fmt: skip
    subscription = s.post("subscriptions", customer=eve, items__0__price=price,
                          items__0__discounts__0__coupon="FIVE",
                          discounts__0__promotion_code=fifth,
                          expand__0="discounts", expand__1="items.data.discounts")  # fmt: skip
    s.answers += subscription["discounts"]
    s.answers += subscription["items"]["data"][0]["discounts"]
    s.delete(f"subscriptions/{subscription['id']}/discount")
    draft = s.post("invoices", customer=eve, currency="eur", discounts__0__coupon="FIFTH",
                   expand__0="discounts")  # fmt: skip
    s.answers += draft["discounts"]
    item = s.post("invoiceitems", customer=eve, invoice=draft["id"], amount="1000", currency="eur",
                  discounts__0__coupon="FIVE", expand__0="discounts")  # fmt: skip
    s.answers += item["discounts"]
    s.get(f"customers/{eve}?expand[]=subscriptions")


def end(s: Scenario) -> None:
    """Everything that may go, goes."""
    ada = next(row["id"] for row in s.answers if row["object"] == "customer" and row["discount"])
    s.delete(f"customers/{ada}/discount")
    tax_id = next(row for row in s.answers if row["object"] == "tax_id" and row["customer"])
    s.delete(f"customers/{tax_id['customer']}/tax_ids/{tax_id['id']}")
    s.delete(f"tax_ids/{s.get('tax_ids')[0]['id']}")
    s.delete("plans/gold")
    s.delete("coupons/FIFTH")
